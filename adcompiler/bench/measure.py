"""Measuring a kernel: first that all gradients agree, then what each of them costs."""

from __future__ import annotations

import gc
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from adcompiler import pytree
from adcompiler.bench.contenders import (
    EXTRAS,
    OURS,
    Absent,
    Contender,
    Name,
    numbers_of,
    prepare,
    program_of,
    refusal,
)
from adcompiler.bench.kernel import SEED, Array, Kernel, Size

Status = Literal["ok", "refused", "failed", "absent", "disagrees"]
BATCH_SECONDS = 2e-3  # calls that are shorter than this are timed several at a time
MOST_SECONDS = 3.0  # for all repetitions of one function
SETTLE_SECONDS = (
    0.03  # before a function's turn: the threads of BLAS spin for so long after their last product
)
SLOPE_TOLERANCE = 1e-4  # of a directional derivative, against a difference of the function
LOOSER = {"finite": 1e-4}  # than the kernel's tolerance, for contenders that only come near


@dataclass(frozen=True)
class Figures:
    """What was found out about one contender at one kernel; None where it cannot be known.

    first_seconds: from the function to the first gradient: transform, compile and run.
    seconds:       the median of a call, with its dispatch; `runs` has all of them.
    error:         the largest difference from the reference, relative to its largest component.
    flops, temporary_bytes: from XLA's analyses; it counts the body of a loop once.
    tape_bytes:    what the adjoint records, as the compiler reports it.
    """

    contender: Name
    status: Status
    message: str = ""
    first_seconds: float | None = None
    seconds: float | None = None
    runs: tuple[float, ...] = ()
    primal_seconds: float | None = None
    error: float | None = None
    flops: float | None = None
    temporary_bytes: int | None = None
    tape_bytes: int | None = None
    primal_message: str = ""

    @property
    def primal_ratio(self) -> float | None:
        """How many times the function itself a gradient costs."""
        if self.seconds is None or self.primal_seconds is None:
            return None
        return self.seconds / self.primal_seconds


@dataclass(frozen=True)
class Row:
    """A kernel at a size, and what was found out about each contender."""

    name: str
    group: str
    grain: str
    title: str
    size: str
    numbers: tuple[int, ...]
    reference: Name | None
    transform_seconds: float | None
    figures: Mapping[Name, Figures] = field(default_factory=dict)

    def speedup(self, name: Name, peer: Name = "jax") -> float | None:
        """How many times faster than the peer a contender is."""
        return quotient(self._of(peer, "seconds"), self._of(name, "seconds"))

    def quotient(self, name: Name, what: str, peer: Name = "jax") -> float | None:
        """One figure of a contender, divided by that of the peer."""
        return quotient(self._of(name, what), self._of(peer, what))

    def _of(self, name: Name, what: str) -> float | None:
        if name not in self.figures:
            return None
        value: float | None = getattr(self.figures[name], what)
        return value


def quotient(above: float | None, below: float | None) -> float | None:
    """A ratio, where both numbers are known and it is one."""
    return None if above is None or not below else above / below


def geometric_mean(ratios: Sequence[float | None]) -> float | None:
    """The geometric mean of the ratios that are known and positive."""
    known = [ratio for ratio in ratios if ratio]
    return statistics.geometric_mean(known) if known else None


def measure(kernel: Kernel, size: Size, names: Sequence[Name], repeat: int) -> Row:
    """All figures of one kernel at one of its sizes."""
    return measure_at(kernel, kernel.sizes[size], names, repeat, size)


def measure_at(
    kernel: Kernel, numbers: tuple[int, ...], names: Sequence[Name], repeat: int, size: str = ""
) -> Row:
    """All figures of one kernel for given numbers of its size."""
    import jax

    with jax.enable_x64(True), _quiet():
        args = kernel.make(numbers)
        contenders, results, found = _first_calls(kernel, args, names)
        reference, figures = compared(kernel, args, results, found)
        agreed = {name: contenders[name] for name in figures if figures[name].status == "ok"}
        figures |= _timed(agreed, figures, repeat)
        figures = {name: _analysed(figures[name], agreed.get(name)) for name in names}
        seconds, tape = _transform(kernel, args)
        figures = {
            name: replace(one, tape_bytes=tape) if name in OURS and one.status == "ok" else one
            for name, one in figures.items()
        }
    place = kernel.name, kernel.group, kernel.grain, kernel.title
    return Row(*place, size, numbers, reference, seconds, figures)


def _start_equal() -> None:
    """Let JAX forget what it has traced, then start XLA: nobody is to pay for the others, nor to profit from them."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    jax.clear_caches()

    def function(x: Any) -> Any:
        def step(i: Any, x: Any) -> Any:
            return x.at[i].set(jnp.where(x[i] > 0.0, jnp.sin(x[i]), x[0]))

        return jnp.sum(lax.fori_loop(0, 3, step, x) @ x)

    jax.block_until_ready(jax.jit(jax.grad(function))(jnp.ones(3)))


# ---------------------------------------------------------------- agreement
def _first_calls(
    kernel: Kernel, args: tuple[Any, ...], names: Sequence[Name]
) -> tuple[dict[Name, Contender], dict[Name, Array], dict[Name, Figures]]:
    """Each contender's first gradient as one vector, and what it took."""
    contenders: dict[Name, Contender] = {}
    results: dict[Name, Array] = {}
    found: dict[Name, Figures] = {}
    for name in names:
        _start_equal()
        started = time.perf_counter()
        try:
            contenders[name] = prepare(name, kernel, args)
            result = contenders[name].gradient()
        except Absent as reason:
            found[name] = Figures(name, "absent", str(reason))
            continue
        except Exception as problem:  # peers may raise anything; what we raise is reported as it is
            found[name] = Figures(name, *refusal(problem, name in (*OURS, *EXTRAS)))
            continue
        found[name] = Figures(name, "ok", first_seconds=time.perf_counter() - started)
        results[name] = joined(result)
    return contenders, results, found


def joined(gradient: Any) -> Array:
    """All components of a gradient in one vector."""
    return np.concatenate([np.ravel(leaf) for leaf in numbers_of(gradient)]).astype(float)


def compared(
    kernel: Kernel, args: tuple[Any, ...], results: Mapping[Name, Array], found: Mapping[Name, Figures]
) -> tuple[Name | None, dict[Name, Figures]]:
    """The gradient that the others are held against, and the figures with what disagrees marked.

    The reference is the first gradient, the peer's before ours, whose slope along a random direction is that of the
    NumPy function.
    """
    figures = dict(found)
    order = sorted(results, key=lambda name: name != "jax")
    right = (name for name in order if has_slope(kernel, args, results[name]))
    reference = next(right, None)
    for name, result in results.items():
        if reference is None:
            said = "the slope along a random direction is not that of the function"
            figures[name] = replace(figures[name], status="disagrees", message=said)
            continue
        error = distance(result, results[reference])
        allowed = max(kernel.tolerance, LOOSER.get(name, 0.0))
        figures[name] = replace(figures[name], error=error)
        if not error <= allowed:
            said = f"the gradient differs from that of {reference} by {error:.1e} of its largest component"
            figures[name] = replace(figures[name], status="disagrees", message=said)
    return reference, figures


def distance(one: Array, other: Array) -> float:
    """The largest difference of two gradients, relative to the largest component; infinite for other lengths."""
    if one.shape != other.shape:
        return float("inf")
    if not one.size:
        return 0.0
    return float(np.max(np.abs(one - other)) / max(float(np.max(np.abs(other))), 1e-300))


def has_slope(kernel: Kernel, args: tuple[Any, ...], gradient: Array) -> bool:
    """Whether the NumPy function rises along a random direction as the gradient says."""
    leaves, tree = pytree.flatten(tuple(args[k] for k in kernel.argnums))
    varying = [np.asarray(leaf) for leaf in leaves]
    rng = np.random.default_rng(SEED)
    direction = [rng.choice([-1.0, 1.0], size=leaf.shape) for leaf in varying]
    if joined(direction).size != gradient.size or not np.all(np.isfinite(gradient)):
        return False
    step = 1e-6

    def value(distance: float) -> float:
        moved = [leaf + distance * part for leaf, part in zip(varying, direction, strict=True)]
        given = dict(zip(kernel.argnums, tree.unflatten(moved), strict=True))
        return float(kernel.numpy(*(given.get(k, arg) for k, arg in enumerate(args))))

    difference = (value(step) - value(-step)) / (2.0 * step)
    slope = float(joined(tree.unflatten(direction)) @ gradient)
    return abs(difference - slope) <= SLOPE_TOLERANCE * max(float(np.linalg.norm(gradient)), 1e-8)


# ---------------------------------------------------------------- time
@dataclass
class Clock:
    """One function that is timed: how often it is called at once, and the seconds of a call in each round."""

    function: Callable[[], Any]
    calls: int
    rounds: int
    seconds: list[float]

    def round(self) -> None:
        """Call it as often as one round asks, after a call that is not timed, and note the mean."""
        function, calls = self.function, self.calls
        time.sleep(SETTLE_SECONDS)
        function()
        started = time.perf_counter()
        for _ in range(calls):
            function()
        self.seconds.append((time.perf_counter() - started) / calls)


def clock(function: Callable[[], Any], repeat: int) -> Clock:
    """A clock for a function that has been called before: one more call says how many make a round."""
    started = time.perf_counter()
    function()
    seconds = max(time.perf_counter() - started, 1e-9)
    calls = max(1, min(10_000, round(BATCH_SECONDS / seconds)))
    rounds = max(1, min(repeat, int(MOST_SECONDS / (seconds * calls))))
    return Clock(function, calls, rounds, [])


def _timed(
    agreed: Mapping[Name, Contender], figures: Mapping[Name, Figures], repeat: int
) -> dict[Name, Figures]:
    """The figures with the times of gradients and primals, all of them in turn, so that all meet the same noise."""
    for contender in agreed.values():
        contender.gradient()  # JAX may have forgotten it
    gradients = {name: clock(contender.gradient, repeat) for name, contender in agreed.items()}
    primals: dict[Name, Clock] = {}
    messages: dict[Name, str] = {}
    for name, contender in agreed.items():
        if contender.primal is not None:
            try:
                contender.primal()
                primals[name] = clock(contender.primal, repeat)
            except Exception as problem:  # the gradient stands without it
                messages[name] = refusal(problem, name in OURS)[1]
    take_turns([*gradients.values(), *primals.values()])
    timed = {}
    for name, one in gradients.items():
        primal = statistics.median(primals[name].seconds) if name in primals else None
        timed[name] = replace(
            figures[name],
            seconds=statistics.median(one.seconds),
            runs=tuple(one.seconds),
            primal_seconds=primal,
            primal_message=messages.get(name, ""),
        )
    return timed


def take_turns(clocks: Sequence[Clock]) -> None:
    """Round after round, each clock that has rounds left, the first another each time; without garbage collection."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        for number in range(max((one.rounds for one in clocks), default=0)):
            first = number % len(clocks)
            for one in (*clocks[first:], *clocks[:first]):
                if number < one.rounds:
                    one.round()
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without warnings: a where that guards an overflow still computes it, and peers warn of what they translate."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# ---------------------------------------------------------------- analyses
def _analysed(figures: Figures, contender: Contender | None) -> Figures:
    """The figures with what XLA says about its executable."""
    if contender is None or contender.compiled is None:
        return figures
    compiled = contender.compiled()
    costs, memory = compiled.cost_analysis(), compiled.memory_analysis()
    return replace(
        figures,
        flops=float(costs["flops"]) if costs and "flops" in costs else None,
        temporary_bytes=int(memory.temp_size_in_bytes) if memory is not None else None,
    )


def _transform(kernel: Kernel, args: tuple[Any, ...]) -> tuple[float | None, int | None]:
    """The seconds that the transformation to IR takes, and the bytes of the tapes where the compiler knows them."""
    started = time.perf_counter()
    try:
        program = program_of(kernel, args)
    except Exception:  # already in the figures, as the refusal or failure of the first call
        return None, None
    return time.perf_counter() - started, program.tape_bytes
