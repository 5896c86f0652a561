"""Fourier transforms, with every norm, number of points and choice of axes."""

from __future__ import annotations

from operations.record import complexes, family, normal, operation, sample

family("fft", "Fourier transforms")

NORMS = [None, "ortho", "forward", "backward"]

# longer, shorter and as long as it is, with even and odd numbers of points
for name in ("fft", "ifft"):
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(x)", x=[normal(5), normal(2, 4), complexes(4), complexes(3, 2), normal(1)]),
        sample(f"np.fft.{name}(x, norm={{norm}})", x=[normal(4), complexes(3)], norm=NORMS),
        sample(f"np.fft.{name}(x, {{n}})", x=[normal(5), complexes(4)], n=[3, 4, 5, 8]),
        sample(f"np.fft.{name}(x, n={{n}}, axis={{axis}})", x=complexes(3, 4), n=[2, 5], axis=[0, 1, -2]),
        sample(f"np.fft.{name}(x, axis=0)", x=[normal(3, 2), complexes(2, 3, 2)]),
        sample(f"np.abs(np.fft.{name}(x)) ** 2", x=[normal(4), complexes(2, 3)]),
        analytic=False,
    )
operation(
    "numpy.fft.rfft",
    sample("np.fft.rfft(x)", x=[normal(5), normal(4), normal(2, 6), normal(1)]),
    sample("np.fft.rfft(x, norm={norm})", x=[normal(4), normal(3)], norm=NORMS),
    sample("np.fft.rfft(x, n={n})", x=normal(5), n=[1, 3, 4, 5, 8]),
    sample("np.fft.rfft(x, axis={axis}, n={n})", x=normal(3, 4), n=[2, 5], axis=[0, 1]),
    sample("np.abs(np.fft.rfft(x)) ** 2", x=[normal(4), normal(2, 3)]),
    analytic=False,
)
operation(
    "numpy.fft.ihfft",
    sample("np.fft.ihfft(x)", x=[normal(5), normal(4), normal(2, 6)]),
    sample("np.fft.ihfft(x, norm={norm})", x=[normal(4), normal(3)], norm=NORMS),
    sample("np.fft.ihfft(x, n={n}, axis={axis})", x=normal(3, 4), n=[2, 5], axis=[0, 1]),
    analytic=False,
)
for name in ("irfft", "hfft"):
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(x)", x=[complexes(5), complexes(4), complexes(2, 3), normal(4)]),
        sample(f"np.fft.{name}(x, norm={{norm}})", x=complexes(4), norm=NORMS),
        sample(f"np.fft.{name}(x, n={{n}})", x=complexes(4), n=[1, 3, 4, 5, 6, 7, 9]),
        sample(f"np.fft.{name}(x, n={{n}}, axis={{axis}})", x=complexes(3, 4), n=[2, 5], axis=[0, 1]),
        analytic=False,
    )
for name in ("fftn", "ifftn", "fft2", "ifft2"):
    axis = (1,) if name.endswith("n") else (1, 2)
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(x)", x=[normal(3, 4), complexes(2, 3), complexes(2, 3, 2)]),
        sample(f"np.fft.{name}(x, norm={{norm}})", x=complexes(2, 3), norm=NORMS),
        sample(f"np.fft.{name}(x, axes={{axes}})", x=normal(3, 2, 2), axes=[(0, 1), (2, 0), axis]),
        sample(f"np.fft.{name}(x, s={{s}}, axes=(0, 1))", x=complexes(3, 4), s=[(2, 5), (3, 4), (4, 3)]),
        analytic=False,
    )
for name in ("rfftn", "rfft2"):
    axis = (1,) if name.endswith("n") else (1, 2)
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(x)", x=[normal(3, 4), normal(2, 3), normal(2, 3, 2)]),
        sample(f"np.fft.{name}(x, norm={{norm}})", x=normal(2, 3), norm=NORMS),
        sample(f"np.fft.{name}(x, axes={{axes}})", x=normal(3, 2, 4), axes=[(0, 1), (2, 0), axis]),
        sample(f"np.fft.{name}(x, s={{s}}, axes=(0, 1))", x=normal(3, 4), s=[(2, 5), (3, 4), (4, 3)]),
        analytic=False,
    )
for name in ("irfftn", "irfft2"):
    axis = (1,) if name.endswith("n") else (1, 2)
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(x)", x=[complexes(3, 4), complexes(2, 3), complexes(2, 3, 2)]),
        sample(f"np.fft.{name}(x, norm={{norm}})", x=complexes(2, 3), norm=NORMS),
        sample(f"np.fft.{name}(x, axes={{axes}})", x=complexes(3, 2, 4), axes=[(0, 1), (2, 0), axis]),
        sample(f"np.fft.{name}(x, s={{s}}, axes=(0, 1))", x=complexes(3, 4), s=[(2, 5), (3, 4), (4, 8)]),
        analytic=False,
    )
for name in ("fftshift", "ifftshift"):
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(x)", x=[normal(5), normal(4), normal(2, 3)]),
        sample(f"np.fft.{name}(x)", x=complexes(3), analytic=False),
        sample(f"np.fft.{name}(x, axes={{axes}})", x=normal(3, 4), axes=[0, 1, (0, 1), (1,)]),
    )
for name in ("fftfreq", "rfftfreq"):
    operation(
        f"numpy.fft.{name}",
        sample(f"np.fft.{name}(4, d)", d=normal()),
        sample(f"np.fft.{name}(len(x), d=d)[1:3] * x[:2]", x=[normal(5), normal(6)], d=normal()),
        sample(f"x * np.fft.{name}({{n}})[:2]", x=normal(2), n=[4, 5]),
        analytic=False,
    )
