"""Golden derivatives of golden programs: tangents, Hessians times vectors, and the halves of pullbacks.

A file of tests/derivatives/KIND is named after the program of tests/golden that it is derived from, and holds the
sections `# %% numpy` and `# %% jax`. `pytest --update-golden` rewrites them.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from differences import assert_gradient, assert_same, directional, fresh, leaves, snapshot
from modules import saved
from test_golden import IMPORTS, NAMES, Case, imported, load, split

from adcompiler import grad, pullback, pushforward, pytree
from adcompiler.derivatives import Pushforward
from adcompiler.pullbacks import Pullback

FOLDER = Path(__file__).parent / "derivatives"
BACKENDS = ("numpy", "jax")
TANGENTS = """
    attention back_substitution barrier bisection chebyshev cholesky dict_params elementwise first_passage function_table
    heat histogram implicit_newton log_sum_exp_rows mask_write power_spectrum recurrence square_root thomas
    time_warping
""".split()
PRODUCTS = """
    barrier black_scholes dict_params forward_substitution heat histogram horner log_sum_exp_rows power_spectrum
    quadratic_form radial_basis recurrence rosenbrock square_root sweep
""".split()
PULLBACKS = """
    affine attention bisection checkpointed_steps chebyshev cholesky dict_params first_passage function_table
    heat histogram mask_write recurrence runge_kutta square_root thomas
""".split()
CASES = [("tangents", name) for name in TANGENTS] + [("products", name) for name in PRODUCTS]


def numbers_of(case: Case) -> tuple[int, ...]:
    """By which arguments a program is differentiated."""
    return (case.argnums,) if isinstance(case.argnums, int) else tuple(case.argnums)


@cache
def derived(kind: str, name: str, backend: str = "numpy") -> Pushforward:
    """The tangent of a program, or of its gradient."""
    case = load(name)
    primal = case.f if kind == "tangents" else grad(case.f, case.argnums, backend=backend)
    return pushforward(primal, case.argnums, backend=backend)


@cache
def sections(kind: str, name: str) -> dict[str, str]:
    """What the compiler says today."""
    made = derived(kind, name)
    return {backend: made.source(*load(name).args, backend=backend).strip("\n") for backend in BACKENDS}


def directions(case: Case, args: tuple[Any, ...]) -> list[Any]:
    """A direction for each argument that is differentiated."""
    random = np.random.default_rng(5)

    def drawn(leaf: Any) -> Any:
        kind = getattr(getattr(leaf, "dtype", None), "kind", "f" if isinstance(leaf, float) else "i")
        if kind != "f":
            return leaf
        numbers = random.normal(size=np.shape(leaf))
        return float(numbers) if isinstance(leaf, float) else numbers

    return [pytree.tree_map(drawn, args[k]) for k in numbers_of(case)]


def expected(kind: str, case: Case, args: tuple[Any, ...], along: list[Any]) -> list[float]:
    """By differences: the slope of the function, or of its gradient's product with each of a few directions."""
    numbers = list(numbers_of(case))
    by_leaf = [leaf for part in along for leaf in leaves(part)]
    if kind == "tangents":
        return [directional(case.f, args, numbers, by_leaf, 1e-3)]
    slope = grad(case.f, tuple(numbers))
    found = []
    for seed in range(3):

        def product(*at: Any, seed: int = seed) -> float:
            return weighted(slope(*at), seed)

        found.append(directional(product, args, numbers, by_leaf, 1e-3))
    return found


def weighted(tree: Any, seed: int) -> float:
    """The product with a random direction."""
    random = np.random.default_rng(seed)
    return float(sum(np.sum(np.asarray(leaf) * random.normal(size=np.shape(leaf))) for leaf in leaves(tree)))


def found(kind: str, tangent: Any) -> list[float]:
    """The same numbers, of the tangent that was emitted."""
    return [float(tangent)] if kind == "tangents" else [weighted(tangent, seed) for seed in range(3)]


def emitted(kind: str, name: str, backend: str, folder: Path) -> Callable[..., Any]:
    """The function of an emitted source, imported from a file of its own."""
    text = sections(kind, name)[backend]
    assert imported(text) <= IMPORTS[backend]
    module = saved(text, folder / f"{kind}_{name}_{backend}.py")
    suffix = {"tangents": "jvp", "products": "grad_jvp"}[kind]
    function: Callable[..., Any] = getattr(module, f"{load(name).f.__name__}_{suffix}")
    return function


def assert_text(path: Path, heading: str, texts: dict[str, str], update: bool) -> None:
    """The emitted text is the one on file."""
    if update:
        path.parent.mkdir(exist_ok=True)
        blocks = "\n".join(f"# %% {section}\n{text}\n" for section, text in texts.items())
        path.write_text(f'"""{heading}"""\n\n{blocks}')
        return
    kept = split(path.read_text())[1]
    for section, text in texts.items():
        before, after = kept[section].splitlines(), text.splitlines()
        diff = difflib.unified_diff(before, after, f"golden {section}", f"emitted {section}", lineterm="")
        assert before == after, f"{path.parent.name}/{path.stem} changed\n" + "\n".join(diff)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_text(kind: str, name: str, update_golden: bool) -> None:
    """Tangents and products are emitted as they are on file."""
    of = {"tangents": "Tangent of", "products": "Gradient, and Hessian times a vector, of"}[kind]
    assert_text(
        FOLDER / kind / f"{name}.py", f"{of} tests/golden/{name}.py.", sections(kind, name), update_golden
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_numbers(kind: str, name: str, backend: str, tmp_path: Path) -> None:
    """The emitted code stands alone, and gives what differences of the function, or of its gradient, give."""
    case = load(name)
    function = emitted(kind, name, backend, tmp_path)
    args, along = fresh(case.args), directions(case, case.args)
    parameters = list(derived(kind, name)._bound(args, {}).arguments)
    tangents = {f"{parameters[k]}_dot": part for k, part in zip(numbers_of(case), along, strict=True)}
    before = snapshot((args, along))
    with jax.enable_x64(True):
        value, tangent = function(*args, **tangents)
    assert snapshot((args, along)) == before
    primal = case.f if kind == "tangents" else grad(case.f, case.argnums)
    assert_same(value, primal(*fresh(case.args)), rtol=1e-12)
    wanted = expected(kind, case, fresh(case.args), along)
    scale = max(1.0, *(float(np.max(np.abs(leaf), initial=0.0)) for leaf in leaves(tangent)))
    np.testing.assert_allclose(found(kind, tangent), wanted, rtol=1e-6, atol=1e-6 * scale)
    whole = derived(kind, name, backend)(*fresh(case.args), **tangents)
    assert_same(whole[1], tangent, rtol=1e-10 * scale)


@pytest.mark.parametrize("name", PRODUCTS)
def test_value_is_the_gradient(name: str) -> None:
    """What comes with a product is the gradient itself, which differences confirm."""
    case = load(name)
    function = derived("products", name)
    parameters = list(function._bound(case.args, {}).arguments)
    along = directions(case, case.args)
    tangents = {f"{parameters[k]}_dot": part for k, part in zip(numbers_of(case), along, strict=True)}
    slope, _ = function(*fresh(case.args), **tangents)
    assert_gradient(case.f, case.args, slope, case.argnums)


# ---------------------------------------------------------------- the halves of a pullback
@cache
def halves(name: str, backend: str = "numpy") -> Pullback:
    """The pullback of a program."""
    return pullback(load(name).f, numbers_of(load(name)), backend=backend)


@cache
def both(name: str) -> dict[str, str]:
    """The source of both halves on both backends."""
    return {b: halves(name).source(*load(name).args, backend=b).strip("\n") for b in BACKENDS}


@pytest.mark.parametrize("name", PULLBACKS)
def test_text_of_halves(name: str, update_golden: bool) -> None:
    """Both halves are emitted as they are on file."""
    heading = f"Both halves of the pullback of tests/golden/{name}.py."
    assert_text(FOLDER / "pullbacks" / f"{name}.py", heading, both(name), update_golden)


def changed(tree: Any) -> None:
    """Write into every array of a container."""
    for leaf in leaves(tree):
        if isinstance(leaf, np.ndarray):
            leaf[...] = 0


def bits(tree: Any) -> list[object]:
    """What a container holds, byte by byte, whoever made its arrays."""
    return [np.asarray(leaf).tobytes() for leaf in leaves(tree)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_halves(name: str, backend: str) -> None:
    """The value is the function's; the cotangents are right, twice, whatever becomes of the arguments and the value."""
    case, pair = load(name), halves(name, backend)
    if backend not in case.backends:
        pytest.skip("not on this backend")
    for given in case.runs:
        args = fresh(given)
        before = snapshot(args)
        value, residuals = pair.forward(*args)
        assert snapshot(args) == before
        with jax.enable_x64(True):
            expected = np.asarray(case.f(*fresh(args)))
        assert np.asarray(value).dtype == expected.dtype
        if backend == "numpy" and case.bitwise:
            assert np.asarray(value).tobytes() == expected.tobytes()
        assert_same(value, expected, rtol=1e-10)
        seed = expected.dtype.type(1.0)
        first = pair.backward(residuals, seed)
        held = bits(first)
        if backend == "numpy":
            changed(args)
            changed(first)
            changed(value)
        again = pair.backward(residuals, seed)
        assert bits(again) == held
        assert_same(pair.backward(residuals, 2 * seed), [2 * np.asarray(leaf) for leaf in leaves(again)])
        assert_same(again, grad(case.f, numbers_of(case))(*fresh(given)), rtol=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PULLBACKS)
def test_emitted_halves(name: str, backend: str, tmp_path: Path) -> None:
    """The emitted functions stand alone: the one takes what the other gives, and the cotangent of the value."""
    case = load(name)
    text = both(name)[backend]
    assert imported(text) <= IMPORTS[backend]
    module = saved(text, tmp_path / f"halves_{name}_{backend}.py")
    called = case.f.__name__
    with jax.enable_x64(True):
        result = getattr(module, f"{called}_fwd")(*fresh(case.args))
        (value, residuals), trips = result if isinstance(result[0], tuple) else (result, None)
        known = {"max_trips": 1024} if trips is not None else {}
        backward = getattr(module, f"{called}_bwd")
        names = inspect.signature(backward).parameters
        parameters = dict(inspect.signature(case.f).bind(*case.args).arguments)
        static = {n: parameters[n] for n, p in names.items() if p.kind is p.KEYWORD_ONLY and n in parameters}
        found = backward(*residuals, 1.0, **static, **known)
    assert_same(value, case.f(*fresh(case.args)), rtol=1e-12)
    assert_gradient(case.f, fresh(case.args), found, numbers_of(case))
