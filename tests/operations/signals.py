"""Convolution and filters of scipy.signal, and the filters of scipy.ndimage."""

from __future__ import annotations

from operations.record import complexes, family, inside, normal, operation, positive, refused, sample

family("signals", "Convolution and filters")

MODES = ["full", "same", "valid"]
LINEAR = {"extended": False, "jax": False, "order": 2, "analytic": False}
LOOSE = {"tolerance": 1e-11, "because": "transforms round otherwise than sums"}

for _name in ("convolve", "correlate"):
    _path = f"scipy.signal.{_name}"
    operation(
        _path,
        sample(f"{_path}(x, y, {{mode}})", x=[normal(5), normal(6)], y=[normal(2), normal(3)], mode=MODES),
        sample(
            f"{_path}(x, y, mode={{mode}}, method='direct')", x=normal(2), y=normal(5), mode=["full", "same"]
        ),
        sample(f"{_path}(x, y, mode={{mode}})", x=normal(3, 4), y=[normal(2, 2), normal(1, 3)], mode=MODES),
        sample(f"{_path}(x, y, 'valid', method='direct')", x=normal(2, 2), y=normal(3, 4)),
        sample(
            f"{_path}(x, y, 'same', {{method}})", x=normal(3, 4), y=normal(2, 2), method=["direct", "fft"]
        ),
        sample(f"{_path}(x, y, 'valid')", x=complexes(2), y=complexes(4)),
        sample(f"{_path}(x, y)", x=normal(2, 3, 2), y=normal(1, 2, 2)),
        sample(f"{_path}(x, y, {{mode}})", x=complexes(4), y=complexes(2), mode=MODES),
        **LINEAR,
    )
operation(
    "scipy.signal.fftconvolve",
    sample("scipy.signal.fftconvolve(x, y, {mode})", x=normal(5), y=[normal(2), normal(3)], mode=MODES),
    sample("scipy.signal.fftconvolve(x, y, mode={mode})", x=normal(3, 4), y=normal(2, 2), mode=MODES),
    refused("scipy.signal.fftconvolve(x, y, axes=0)", "all axes only", x=normal(2, 3), y=normal(2, 3)),
    **LINEAR,
    **LOOSE,
)
for _name in ("convolve2d", "correlate2d"):
    _path = f"scipy.signal.{_name}"
    operation(
        _path,
        sample(f"{_path}(x, y, {{mode}})", x=normal(4, 3), y=[normal(2, 2), normal(3, 3)], mode=MODES),
        sample(
            f"{_path}(x, y, mode={{mode}}, boundary={{boundary}})",
            x=normal(3, 4),
            y=normal(2, 3),
            mode=MODES,
            boundary=["wrap", "symm"],
        ),
        sample(
            f"{_path}(x, y, mode={{mode}}, fillvalue=0.5)",
            x=normal(3, 2),
            y=normal(3, 2),
            mode=["full", "same"],
        ),
        **LINEAR,
    )
operation(
    "scipy.signal.lfilter",
    sample(
        "scipy.signal.lfilter(b, a, x)",
        b=[normal(3), normal(1)],
        a=[inside(1, 2, 1), inside(1, 2, 3)],
        x=normal(5),
    ),
    sample("scipy.signal.lfilter(b, [1.0, -0.5], x, axis={axis})", b=normal(2), x=normal(3, 4), axis=[0, 1]),
    sample("scipy.signal.lfilter([0.5], a, x, axis=1)", a=inside(1, 2, 4), x=normal(2, 3, 2)),
    refused("scipy.signal.lfilter([1.0, 0.5], 1.0, x)", "vectors", x=normal(4)),
    refused("scipy.signal.lfilter([1.0, 0.5], [1.0], x, zi=z)", "zi", x=normal(4), z=normal(1)),
    extended=False,
    jax=False,
    order=2,
    analytic=False,
)
operation(
    "scipy.signal.detrend",
    sample("scipy.signal.detrend(x, type={type})", x=[normal(5), normal(2, 4)], type=["linear", "constant"]),
    sample("scipy.signal.detrend(x, axis={axis}, bp=3)", x=normal(6, 7), axis=[0, 1]),
    refused("scipy.signal.detrend(x, overwrite_data=True)", "overwrite_data", x=normal(4)),
    extended=False,
    analytic=False,
)

EDGES = ["reflect", "constant", "nearest", "mirror", "wrap"]
for _name in ("convolve", "correlate"):
    _path = f"scipy.ndimage.{_name}"
    operation(
        _path,
        sample(f"{_path}(x, w, mode={{mode}})", x=normal(3, 4), w=[normal(2, 3), normal(3, 2)], mode=EDGES),
        sample(f"{_path}(x, w)", x=[normal(2), normal(1)], w=normal(5)),
        sample(
            f"{_path}(x, w, mode='constant', cval=0.5, origin={{origin}})",
            x=normal(5),
            w=normal(4),
            origin=[-2, 1],
        ),
        refused(f"{_path}(x, w, axes=(0,))", "all axes", x=normal(3, 3), w=normal(3)),
        **LINEAR,
    )
    operation(
        f"{_path}1d",
        sample(
            f"{_path}1d(x, w, axis={{axis}}, mode={{mode}})",
            x=normal(3, 4),
            w=normal(3),
            axis=[0, -1],
            mode=EDGES,
        ),
        sample(f"{_path}1d(x, [1.0, -2.0, 0.5, 3.0], origin={{origin}})", x=normal(5), origin=[-1, 0, 1]),
        **LINEAR,
    )
operation(
    "scipy.ndimage.gaussian_filter1d",
    sample("scipy.ndimage.gaussian_filter1d(x, 0.7, mode={mode})", x=normal(5), mode=EDGES),
    sample(
        "scipy.ndimage.gaussian_filter1d(x, 1.5, axis=0, order={degree})", x=normal(4, 2), degree=[1, 2, 3]
    ),
    sample("scipy.ndimage.gaussian_filter1d(x, sigma=1.5, radius=2, truncate=2.0)", x=normal(4)),
    **LINEAR,
)
operation(
    "scipy.ndimage.gaussian_filter",
    sample("scipy.ndimage.gaussian_filter(x, 0.8, mode={mode})", x=normal(3, 4), mode=EDGES),
    sample(
        "scipy.ndimage.gaussian_filter(x, sigma=(0.6, {s}), order={degree})",
        x=normal(4, 3),
        s=[0, 1.0],
        degree=[0, (1, 2), 2],
    ),
    refused("scipy.ndimage.gaussian_filter(x, s)", "sigma", x=normal(4), s=positive()),
    **LINEAR,
)
operation(
    "scipy.ndimage.uniform_filter1d",
    sample("scipy.ndimage.uniform_filter1d(x, {size}, mode={mode})", x=normal(5), size=[2, 3], mode=EDGES),
    sample("scipy.ndimage.uniform_filter1d(x, 4, axis=0, origin=1)", x=normal(4, 2)),
    **LINEAR,
)
operation(
    "scipy.ndimage.uniform_filter",
    sample("scipy.ndimage.uniform_filter(x, mode={mode})", x=normal(3, 4), mode=EDGES),
    sample("scipy.ndimage.uniform_filter(x, size=(2, 1))", x=normal(3, 4)),
    **LINEAR,
)
for _name in ("laplace", "sobel", "prewitt"):
    operation(
        f"scipy.ndimage.{_name}",
        sample(f"scipy.ndimage.{_name}(x, mode={{mode}})", x=normal(3, 4), mode=EDGES),
        sample(f"scipy.ndimage.{_name}(x)", x=normal(4)),
        *([] if _name == "laplace" else [sample(f"scipy.ndimage.{_name}(x, axis=0)", x=normal(3, 2, 2))]),
        **LINEAR,
    )
