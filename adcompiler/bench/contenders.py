"""Who takes part: each way to get a gradient, as a function that is ready to be called and timed."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any, Literal

import numpy as np

from adcompiler import CompileError, grad, pytree
from adcompiler.bench.kernel import Kernel
from adcompiler.compiled import Xla
from adcompiler.emit.source import load_module
from adcompiler.pipeline import Program, build, jax_source, numpy_source
from adcompiler.sweeps import Request

Name = Literal[
    "numpy", "xla", "source", "jax", "same", "library", "autograd", "torch", "numba", "both", "finite"
]
OURS: tuple[Name, ...] = ("numpy", "xla")
PEERS: tuple[Name, ...] = ("source", "jax", "same", "library", "autograd", "torch", "numba", "both", "finite")
EXTRAS: tuple[Name, ...] = ("numba", "both")  # ours as well, with packages that need not be there
LONGEST_DIFFERENCES = 20.0  # seconds that finite differences may take


class Refused(Exception):
    """A contender does not take this kernel; the message says why, in its own words."""


class Absent(Exception):
    """A contender cannot take part here at all: a package is missing, or the kernel has no such version."""


@dataclass(frozen=True)
class Contender:
    """One contender at one kernel.

    gradient: computes it, and waits until it is there.
    primal:   computes the function in the same way, where that can be done.
    compiled: XLA's executable of the gradient, where there is one; this may compile once more.
    """

    gradient: Callable[[], Any]
    primal: Callable[[], Any] | None = None
    compiled: Callable[[], Any] | None = None


def prepare(name: Name, kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """The contender of a name at a kernel; nothing has been compiled yet."""
    return _PREPARE[name](kernel, args)


# ---------------------------------------------------------------- this package
def _numpy(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    gradient = grad(kernel.numpy, kernel.argnums)
    return Contender(lambda: gradient(*args), lambda: kernel.numpy(*args))


def _source(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """The emitted NumPy source as one has it who saved it to a file: the function that it defines, called directly."""
    gradient = _emitted(program_of(kernel, args))
    return Contender(lambda: gradient(*args), lambda: kernel.numpy(*args))


def _emitted(program: Program) -> Callable[..., Any]:
    """The function that the emitted NumPy source defines."""
    name = program.optimized.name
    function: Callable[..., Any] = load_module(numpy_source(program), name, program.lowered.errors)[name]
    return function


def _xla(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    import jax

    gradient = grad(kernel.numpy, kernel.argnums, backend="jax")
    there = on_device(args)
    return Contender(
        lambda: jax.block_until_ready(gradient(*there)),
        _xla_primal(kernel, args, there),
        lambda: _xla_executable(program_of(kernel, args), there),
    )


def program_of(kernel: Kernel, args: tuple[Any, ...]) -> Program:
    """The kernel's gradient as IR, compiled anew."""
    names = kernel.numpy.__code__.co_varnames
    active = tuple(names[k] for k in kernel.argnums)
    return build(kernel.numpy, args, {}, Request(active, single=False))


def _xla_primal(kernel: Kernel, args: tuple[Any, ...], there: tuple[Any, ...]) -> Callable[[], Any]:
    """The function itself on XLA, emitted by the same printer as its gradient; compiled at the first call."""
    import jax

    ready: list[Callable[..., Any]] = []

    def primal() -> Any:
        if not ready:
            program = program_of(kernel, args)
            ready.append(Xla(replace(program, optimized=program.primal)))
        return jax.block_until_ready(ready[0](*there))

    return primal


def _xla_executable(program: Program, there: tuple[Any, ...]) -> Any:
    """XLA's executable of the gradient, with as many slots for records as this call needs."""
    run = Xla(program)
    if run.emitted.counts:
        run(*there)  # finds out how many
    return run.executable(*there)


# ---------------------------------------------------------------- JAX
def _jax(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    return _by_jax(kernel.jax, kernel.argnums, args)


def _same(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """jax.grad of the same loops: the function itself, not its gradient, as this package prints it for JAX."""
    program = program_of(kernel, args)
    primal = replace(program, optimized=program.primal)
    name = program.primal.name
    function = load_module(jax_source(primal), name, program.lowered.errors)[name]
    return _by_jax(getattr(function, "__wrapped__", function), kernel.argnums, args)


def _library(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    if kernel.library is None:
        raise Absent("no routine of a library computes all of this kernel")
    return _by_jax(kernel.library, kernel.argnums, args)


def _by_jax(function: Callable[..., Any], argnums: tuple[int, ...], args: tuple[Any, ...]) -> Contender:
    """A function in JAX under jax.jit(jax.grad(...)); numbers of trips are static, so that it can unroll or scan."""
    import jax

    static = tuple(k for k, arg in enumerate(args) if isinstance(arg, int))
    there = on_device(args)
    gradient = jax.jit(jax.grad(function, argnums), static_argnums=static)
    primal = jax.jit(function, static_argnums=static)
    return Contender(
        lambda: jax.block_until_ready(gradient(*there)),
        lambda: jax.block_until_ready(primal(*there)),
        lambda: gradient.lower(*there).compile(),
    )


def on_device(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with JAX arrays for NumPy arrays; numbers stay Python numbers."""
    import jax.numpy as jnp

    def moved(leaf: object) -> object:
        return jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf

    return tuple(pytree.tree_map(moved, arg) for arg in args)


# ---------------------------------------------------------------- others, given the NumPy function
def _autograd(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    _require("autograd")
    import autograd
    import autograd.numpy as anp

    function = with_globals(kernel.numpy, {"np": anp, "math": anp})
    gradient = autograd.grad(function, kernel.argnums)
    return Contender(lambda: gradient(*args), lambda: kernel.numpy(*args))


def _torch(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """The NumPy function through torch.compile, which translates NumPy into PyTorch and unrolls all loops.

    Its operations run one by one (aot_eager): compiling so many of them would take minutes.
    """
    _require("torch")
    import torch

    translated = torch.compile(torch.compiler.wrap_numpy(kernel.numpy), backend="aot_eager")

    def gradient() -> Any:
        def given(leaf: Any, varies: bool) -> Any:
            if isinstance(leaf, np.ndarray):
                return torch.tensor(leaf, requires_grad=varies)
            return torch.tensor(leaf, dtype=torch.float64, requires_grad=True) if varies else leaf

        tensors = [
            pytree.tree_map(lambda leaf, varies=k in kernel.argnums: given(leaf, varies), arg)
            for k, arg in enumerate(args)
        ]
        torch.as_tensor(translated(*tensors)).backward()
        return tuple(pytree.tree_map(lambda tensor: tensor.grad.numpy(), tensors[k]) for k in kernel.argnums)

    return Contender(gradient)


def _numba(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """Our gradient on Numba, and the NumPy function itself, compiled in the same way."""
    _require("numba")
    import numba

    gradient = grad(kernel.numpy, kernel.argnums, backend="numba")
    primal = numba.njit(boundscheck=True)(kernel.numpy)
    return Contender(lambda: gradient(*args), lambda: primal(*args))


def _both(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """Our gradient on XLA, with its loops over elements on Numba."""
    _require("numba")
    import jax

    gradient = grad(kernel.numpy, kernel.argnums, backend="jax+numba")
    there = on_device(args)
    return Contender(lambda: jax.block_until_ready(gradient(*there)))


def _finite(kernel: Kernel, args: tuple[Any, ...]) -> Contender:
    """Central differences of the NumPy function, component by component."""
    varying = tuple(args[k] for k in kernel.argnums)
    flat, tree = pytree.flatten(varying)
    count = sum(np.asarray(leaf).size for leaf in flat)
    started = time.perf_counter()
    kernel.numpy(*args)
    needed = 2 * count * (time.perf_counter() - started)
    if needed > LONGEST_DIFFERENCES:
        raise Refused(f"{2 * count} evaluations of the function would take about {needed:.0f} s")

    def value(points: list[Any]) -> Any:
        given = dict(zip(kernel.argnums, tree.unflatten(points), strict=True))
        return kernel.numpy(*(given.get(k, arg) for k, arg in enumerate(args)))

    def gradient() -> Any:
        points = [np.array(leaf, dtype=float) for leaf in flat]
        found = [np.zeros(point.shape) for point in points]
        for point, slopes in zip(points, found, strict=True):
            for index in np.ndindex(point.shape):
                middle = float(point[index])
                step = 1e-6 * max(1.0, abs(middle))
                point[index] = middle + step
                above = value(points)
                point[index] = middle - step
                slopes[index] = (above - value(points)) / (2.0 * step)
                point[index] = middle
        return tree.unflatten(found)

    return Contender(gradient, lambda: kernel.numpy(*args))


def with_globals(function: Any, names: Mapping[str, ModuleType | SimpleNamespace]) -> FunctionType:
    """The function with other modules behind some of its global names."""
    code, scope = function.__code__, {**function.__globals__, **names}
    return FunctionType(code, scope, function.__name__, function.__defaults__, function.__closure__)


def _require(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise Absent(f"{package} is not installed")


def numbers_of(tree: Any) -> list[Any]:
    """The numbers and arrays of a gradient, in the order of their paths: the keys of dicts may come in any order."""
    found = sorted(pytree.leaves_with_paths(tree), key=lambda pair: pair[0])
    return [np.asarray(leaf) for _, leaf in found if leaf is not None]


def refusal(problem: Exception, ours: bool) -> tuple[Literal["refused", "failed"], str]:
    """How a contender did not take a kernel, and its message on one line, shortened.

    An error of ours that is no CompileError is a failure; what others raise is how they refuse.
    """
    expected = isinstance(problem, (CompileError, Refused)) or not ours
    match problem:
        case CompileError(diagnostics=(first, *_)):
            said = f"{first.message} (line {first.location.line}: {first.location.text.strip()})"
        case Refused():
            said = str(problem)
        case _:
            said = f"{type(problem).__name__}: {problem}"
    words = " ".join(said.split())
    return "refused" if expected else "failed", words if len(words) <= 240 else words[:237] + "..."


_PREPARE: dict[Name, Callable[[Kernel, tuple[Any, ...]], Contender]] = {
    "numpy": _numpy,
    "xla": _xla,
    "source": _source,
    "jax": _jax,
    "same": _same,
    "library": _library,
    "autograd": _autograd,
    "torch": _torch,
    "numba": _numba,
    "both": _both,
    "finite": _finite,
}
