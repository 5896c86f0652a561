"""Eigenvalues of matrices that need not be symmetric.

JAX differentiates eigenvectors only where that is asked for by name (`enable_eigvec_derivs`).
"""

from __future__ import annotations

import numpy as np

from operations.linalg import CONDITION, matrices
from operations.record import complexes, family, normal, operation, refused, sample

family("spectral", "Eigenvalues and equations of matrices")

REAL = [matrices(3, 3), matrices(1, 1), matrices(2, 3, 3)]
# a pair of complex eigenvalues, and a real one; distinct sizes of components, so that no two are largest
TURNING = matrices(3, 3) + np.array([[0.0, 3.0, 0.3], [-2.0, 0.0, 0.1], [0.2, 0.1, 1.5]])
COMPLEX = [
    matrices(3, 3) + 0.5j * matrices(3, 3, seed=4),
    matrices(2, 2, 2) + 0.7j * matrices(2, 2, 2, seed=4),
]

operation(
    "numpy.linalg.eig",
    sample("np.linalg.eig(a)", a=[*REAL, TURNING], jax=False),
    sample("np.linalg.eig(a)", a=COMPLEX, jax=False),
    sample("np.linalg.eig(a + 0j)", a=[REAL[0], REAL[2], TURNING], jax=False),
    sample("np.linalg.eig(a).eigenvalues", a=[REAL[0], TURNING, COMPLEX[0]], jax=False),
    sample(
        "w, v = np.linalg.eig(a); (v * np.exp(w)) @ np.linalg.inv(v)",
        a=[REAL[0], COMPLEX[0]],
        jax=False,
        single=True,
    ),
    sample(
        "w, v = np.linalg.eig(a); np.real(v[0, 1] * b * w)",
        a=[REAL[0], TURNING],
        b=normal(3),
        jax=False,
        order=2,
    ),
    analytic=False,
    single=False,  # LAPACK may give vectors another sign then
    **CONDITION,
)
operation(
    "numpy.linalg.eigvals",
    sample("np.linalg.eigvals(a)", a=[*REAL, TURNING]),
    sample("np.linalg.eigvals(a)", a=COMPLEX),
    sample("np.linalg.eigvals(a.astype(complex)) * b", a=[REAL[0], TURNING], b=complexes(3), extended=False),
    sample("np.max(np.abs(np.linalg.eigvals(a)))", a=[REAL[0], TURNING, COMPLEX[0]], order=2),
    analytic=False,
    **CONDITION,
)

# ---------------------------------------------------------------------------------------------------- roots

operation(
    "numpy.roots",
    sample(
        "np.roots(p)",
        p=[np.array([1.5, -3.0, -4.0, 1.2]), np.array([2.0, 0.3, 1.0, 0.5, 1.2]), np.array([2.0, 3.0])],
    ),
    sample("np.sum(np.abs(np.roots(p)) * b)", p=np.array([1.0, 0.5, 2.0, -1.0]), b=normal(3), order=2),
    sample("np.roots(p)", p=complexes(4)),
    analytic=False,
    jax=False,  # it refuses to strip zeros of what it traces
    **CONDITION,
)
operation(
    "scipy.linalg.eigvals",
    sample("scipy.linalg.eigvals(a)", a=[REAL[0], TURNING, COMPLEX[0]]),
    sample("np.sum(np.abs(scipy.linalg.eigvals(a)) ** 3)", a=[REAL[0], TURNING], order=2),
    analytic=False,
    extended=False,
    jax=False,  # its own convention for real results
    **CONDITION,
)
operation(
    "scipy.linalg.eig",
    sample("scipy.linalg.eig(a)[0]", a=[REAL[0], TURNING, COMPLEX[0]]),
    refused("w, v = scipy.linalg.eig(a); v", "depends on the data", a=REAL[0]),
    sample("scipy.linalg.eig(a, right=False)", a=TURNING),
    refused("scipy.linalg.eig(a, left=True)", "'left'", a=REAL[0]),
    analytic=False,
    extended=False,
    jax=False,
    **CONDITION,
)
operation(
    "scipy.linalg.sqrtm",
    sample("scipy.linalg.sqrtm(a)", a=[REAL[0], TURNING, REAL[1], -REAL[0]]),
    sample("scipy.linalg.sqrtm(a)", a=COMPLEX[0]),
    sample("np.sum(scipy.linalg.sqrtm(a) * b)", a=[REAL[0], TURNING], b=normal(3, 3), order=2),
    analytic=False,
    extended=False,
    jax=False,  # no derivative
    **CONDITION,
)

# ---------------------------------------------------------------------------------------------------- equations

operation(
    "scipy.linalg.solve_sylvester",
    sample("scipy.linalg.solve_sylvester(a, b, q)", a=[REAL[0], TURNING], b=matrices(2, 2), q=normal(3, 2)),
    sample("scipy.linalg.solve_sylvester(a, a.T, q)", a=[REAL[0], TURNING], q=normal(3, 3), order=2),
    sample(
        "scipy.linalg.solve_sylvester(a, b, q)",
        a=COMPLEX[0],
        b=matrices(2, 2),
        q=[normal(3, 2), complexes(3, 2)],
    ),
    analytic=False,
    extended=False,
    jax=False,  # no derivative
    **CONDITION,
)
operation(
    "scipy.linalg.solve_continuous_lyapunov",
    sample("scipy.linalg.solve_continuous_lyapunov(a, q)", a=[REAL[0], TURNING], q=normal(3, 3), order=2),
    sample("scipy.linalg.solve_continuous_lyapunov(a, q)", a=COMPLEX[0], q=[normal(3, 3), complexes(3, 3)]),
    analytic=False,
    extended=False,
    jax=False,  # no derivative
    **CONDITION,
)
