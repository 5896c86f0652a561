"""The proof of a sample, and of all samples of an operation on XLA: what does not hold, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar

import numpy as np

from adcompiler import CompileError, grad, pytree, value_and_grad, vjp
from operations.oracles import (
    Point,
    assembled,
    complex_step,
    curvature,
    differences,
    extended,
    fifty_digits,
    inner,
    jax_answers,
    units,
)
from operations.program import Pulled, image, is_active, joined, leaves, primal, pulled, second, weights
from operations.record import Operation, Sample

T = TypeVar("T")
DIFFERENCES = 1e-9  # differences in double precision
SINGLE = 2e-4
TINY = 1e-30  # what is left of a zero
SOME = 4  # of how many samples of an operation second derivatives and single precision are compiled by XLA


def differ(
    found: Sequence[Any], wanted: Sequence[Any], tolerance: float, oracle: str, least: float = 0.0
) -> Iterator[str]:
    """Where cotangents differ by more than a tolerance, relative to the largest component of each."""
    sizes = [float(np.max(np.abs(w), initial=least)) for w in wanted]
    whole = max((size for size in sizes if np.isfinite(size)), default=0.0) or 1.0
    for k, (ours, theirs, size) in enumerate(zip(found, wanted, sizes, strict=True)):
        if np.shape(ours) != np.shape(theirs):
            yield f"{oracle}: cotangent {k} has shape {np.shape(ours)}, not {np.shape(theirs)}"
            continue
        close = np.isclose(ours, theirs, rtol=0.0, atol=tolerance * max(size, 1e-3 * whole), equal_nan=True)
        if not np.all(close):
            error = np.max(np.abs(np.asarray(ours) - np.asarray(theirs)), initial=0.0)
            yield f"{oracle}: cotangent {k} is {ours!r}, not {theirs!r} (off by {error:.2g})"


def active_cotangents(pull: Pulled) -> list[Any]:
    """The cotangents of the leaves that are differentiated."""
    found = []
    for argument, cotangent in zip(pull.arguments, pull.cotangents, strict=True):
        parts, structure = pytree.flatten(argument)
        if any(map(is_active, parts)):
            mine, shape = pytree.flatten(cotangent)
            found += [c for leaf, c in zip(parts, mine, strict=True) if is_active(leaf)]
    return found


def form(pull: Pulled) -> Iterator[str]:
    """Shapes and dtypes of the cotangents are those of the arguments."""
    active = [leaf for leaf in leaves(pull.arguments) if is_active(leaf)]
    for k, (leaf, cotangent) in enumerate(zip(active, active_cotangents(pull), strict=True)):
        wanted = np.asarray(leaf).dtype, np.shape(leaf)
        if (np.asarray(cotangent).dtype, np.shape(cotangent)) != wanted:
            yield f"cotangent {k} is {np.asarray(cotangent).dtype}{np.shape(cotangent)}, not {wanted[0]}{wanted[1]}"


def prove(sample: Sample) -> Iterator[str]:
    """What does not hold of a sample on NumPy."""
    if sample.refusal:
        yield from refusal(sample)
        return
    arguments = tuple(sample.arguments().values())
    before = image(arguments)
    try:
        pull = pulled(sample, arguments)
    except Exception as error:  # whatever it is, it is the answer
        yield f"{type(error).__name__}: {error}"
        return
    problems = list(form(pull))
    if image(arguments) != before:
        problems.append("the arguments were modified")
    if problems:
        yield from problems
        return
    yield from numbers(sample, pull)
    yield from single(sample, pull)
    if sample.twofold:
        yield from second_order(sample)


def numbers(sample: Sample, pull: Pulled) -> Iterator[str]:
    """The cotangents against complex step, differences and mpmath, and the dot-product test."""
    proof = sample.proof
    point = Point(sample, pull.arguments)
    found = active_cotangents(pull)
    along = point.directions()
    products = [np.sum(np.real(c * v)) for c, v in zip(found, along.values(), strict=True)]
    size = sum(float(np.sum(np.abs(c * v))) for c, v in zip(found, along.values(), strict=True))

    def dot(tangent: Any, tolerance: float, oracle: str) -> Iterator[str]:
        forward, terms = inner(pull.weight, tangent)
        if not abs(forward - sum(products)) <= tolerance * (size + terms) + TINY:
            yield f"dot product with {oracle}: {sum(products)!r}, not {float(forward)!r}"

    longer = extended(point)
    if proof.analytic:
        wanted = [
            assembled(leaf, [float(inner(pull.weight, complex_step(point, {k: u}))[0]) for u in units(leaf)])
            for k, leaf in ((k, point.leaves[k]) for k in point.active)
        ]
        yield from differ(found, wanted, proof.tolerance, "complex step")
        yield from dot(complex_step(point, along), proof.tolerance, "complex step")
    elif longer is not None:
        wanted = [
            assembled(leaf, [float(inner(pull.weight, differences(longer, {k: u}))[0]) for u in units(leaf)])
            for k, leaf in ((k, point.leaves[k]) for k in point.active)
        ]
        yield from differ(found, wanted, proof.tolerance, "differences in long double")
    if longer is not None:
        yield from dot(differences(longer, along), proof.tolerance, "differences in long double")
    else:
        yield from dot(differences(point, along), max(DIFFERENCES, proof.tolerance), "differences")
    if proof.mpmath:
        yield from differ(found, fifty_digits(point, pull.weight), proof.tolerance, "mpmath")


def single(sample: Sample, pull: Pulled) -> Iterator[str]:
    """In single precision the cotangents are single, and the same up to rounding."""
    arguments = in_single(pull.arguments)
    if not sample.proof.single or arguments is None:
        return
    less = pulled(sample, arguments)
    yield from (f"float32: {problem}" for problem in form(less))
    wanted = active_cotangents(pull)
    yield from differ(active_cotangents(less), wanted, SINGLE, "float32")


def twice(samples: Sequence[Sample], backend: Literal["numpy", "jax"] = "numpy") -> list[list[Any]]:
    """For each sample the derivative of its gradient along a direction, by `grad` of a function that calls `grad`."""
    f, numbers = second(samples)
    points = [Point(sample, tuple(sample.arguments().values())) for sample in samples]
    operands = [argument for point in points for argument in point.arguments]
    cotangents = [weights(point.at({})) for point in points]
    directions = [np.asarray(v)[()] for point in points for v in point.directions(5).values()]
    found = iter(grad(f, numbers, backend=backend)(*operands, *cotangents, *directions))
    return [[next(found) for _ in point.active] for point in points]


def second_order(sample: Sample) -> Iterator[str]:
    """Second derivatives against differences of exact first ones."""
    point = Point(sample, tuple(sample.arguments().values()))
    try:
        (found,) = twice([sample])
    except Exception as error:  # whatever it is, it is the answer
        yield f"second order: {type(error).__name__}: {error}"
        return
    weight, first = weights(point.at({})), point.directions(5)
    for seed in (11, 12):
        other = point.directions(seed)
        wanted, trust = curvature(point, weight, first, other)
        products = [np.asarray(c) * v for c, v in zip(found, other.values(), strict=True)]
        size = max(1.0, sum(float(np.sum(np.abs(p))) for p in products))
        total = sum(float(np.sum(p)) for p in products)
        if not abs(total - wanted) <= max(trust, sample.proof.tolerance) * size:
            yield f"second order: {total!r}, not {wanted!r}"


def in_single(arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The arguments in single precision; None where there is none in double."""
    parts, structure = pytree.flatten(arguments)
    short = [_shorter(leaf) for leaf in parts]
    if all(a is b for a, b in zip(short, parts, strict=True)):
        return None
    return structure.unflatten(short)


def _shorter(leaf: Any) -> Any:
    kinds = {np.dtype(np.float64): np.float32, np.dtype(np.complex128): np.complex64}
    dtype = getattr(leaf, "dtype", None)
    return leaf.astype(kinds[dtype]) if dtype in kinds else leaf


def refusal(sample: Sample) -> Iterator[str]:
    """The program is refused in these words."""
    arguments = tuple(sample.arguments().values())
    try:
        primal(sample)(*arguments)
    except ValueError:
        return  # this version of NumPy refuses it as well
    for backend in sample.proof.backends:
        try:
            pulled(sample, tuple(sample.arguments().values()), backend)
        except CompileError as error:
            if sample.refusal not in str(error):
                yield f"{backend}: refused in other words: {error}"
        else:
            yield f"{backend}: not refused"


# ------------------------------------------------------------------------------------- a whole operation


def samples_on(operation: Operation, backend: str) -> list[Sample]:
    """The samples that run on a backend."""
    return [s for s in operation.samples if not s.refusal and backend in s.proof.backends]


def prove_values(samples: Sequence[Sample]) -> list[str]:
    """The values that the emitted NumPy source computes are those of the functions, bit for bit."""
    arguments = [value for sample in samples for value in sample.arguments().values()]
    wanted = [primal(sample)(*sample.arguments().values()) for sample in samples]
    summed = [
        k for k, value in enumerate(wanted) if not isinstance(value, (tuple, list)) and is_active(value)
    ]
    if not summed:
        return []
    argnums = [k for k, argument in enumerate(arguments) if any(map(is_active, leaves(argument)))]
    try:
        (_, values), _ = value_and_grad(joined(samples, summed), argnums, has_aux=True)(*arguments)
    except Exception as error:  # whatever it is, it is the answer
        return [f"all samples together: {type(error).__name__}: {error}"]
    return [
        f"{sample.text}: the value is {value!r}, not {plain!r}"
        for sample, value, plain in zip(samples, values, wanted, strict=True)
        if [part[1:] for part in image(value)] != [part[1:] for part in image(plain)]
    ]


def prove_gradients(samples: Sequence[Sample]) -> list[str]:
    """`grad` of the sum of the results, whose cotangent is the constant 1, gives what `vjp` gives for ones."""
    values = [primal(sample)(*sample.arguments().values()) for sample in samples]
    kept = [
        k for k, v in enumerate(values) if isinstance(v, (np.ndarray, np.generic, float)) and is_active(v)
    ]
    chosen = [samples[k] for k in kept]
    if not chosen:
        return []
    arguments = [value for sample in chosen for value in sample.arguments().values()]
    argnums = [k for k, argument in enumerate(arguments) if any(map(is_active, leaves(argument)))]
    problems: list[str] = []
    try:
        found = iter(grad(joined(chosen, range(len(chosen))), argnums, has_aux=True)(*arguments)[0])
        for k, sample in zip(kept, chosen, strict=True):
            given = tuple(sample.arguments().values())
            _, pullback = vjp(primal(sample), *given)
            ones = np.ones(np.shape(values[k]), np.asarray(values[k]).dtype)[()]
            pulled_back = zip(given, pullback(ones), strict=True)
            wanted = [c for argument, c in pulled_back if any(map(is_active, leaves(argument)))]
            ours = [next(found) for _ in wanted]
            parts = leaves(ours), leaves(wanted)
            problems += [f"{sample.name}: {p}" for p in differ(*parts, sample.proof.tolerance, "vjp of ones")]
    except Exception as error:  # whatever it is, it is the answer
        problems.append(f"the sum of samples: {type(error).__name__}: {error}")
    return problems


def prove_on_xla(samples: Sequence[Sample]) -> list[str]:
    """On XLA the cotangents are those of NumPy; and JAX's own, where JAX has the function."""
    if not samples:
        return []
    on_numpy = [pulled(sample, tuple(sample.arguments().values())) for sample in samples]
    problems = [*xla_against_numpy(samples, on_numpy), *against_jax(samples, on_numpy)]
    if problems:
        return problems
    chosen = some([(s, n) for s, n in zip(samples, on_numpy, strict=True) if s.proof.single])
    shorter = [(s, pulled(s, short)) for s, n in chosen if (short := in_single(n.arguments)) is not None]
    if shorter:
        problems += xla_against_numpy(*zip(*shorter, strict=True), tolerance=SINGLE)
    twofold = some([sample for sample in samples if sample.twofold])
    return [*problems, *second_order_on_xla(twofold)] if twofold else problems


def some(items: Sequence[T]) -> list[T]:
    """A few of many, the first among them."""
    return list(items[:: -(-len(items) // SOME) or 1])


def second_order_on_xla(samples: Sequence[Sample]) -> Iterator[str]:
    """Second derivatives on XLA are those on NumPy."""
    try:
        found, wanted = twice(samples, "jax"), twice(samples)
    except Exception as error:  # whatever it is, it is the answer
        yield f"second order, all samples together: {type(error).__name__}: {error}"
        return
    for sample, ours, theirs in zip(samples, found, wanted, strict=True):
        problems = differ(ours, theirs, 10 * sample.proof.tolerance, "NumPy", least=1.0)
        yield from (f"{sample.name}: second order on XLA: {problem}" for problem in problems)


def xla_against_numpy(
    samples: Sequence[Sample], on_numpy: Sequence[Pulled], tolerance: float = 0.0
) -> Iterator[str]:
    """The emitted JAX source of all samples as one program; if it fails, of each one alone."""
    try:
        arguments = [argument for pull in on_numpy for argument in pull.arguments]
        _, pullback = vjp(joined(samples), *arguments, backend="jax")
        together = iter(pullback(tuple(pull.weight for pull in on_numpy)))
    except Exception as error:  # whatever it is, it is the answer
        if len(samples) == 1:
            yield f"{samples[0].text}: XLA: {type(error).__name__}: {error}"
            return
        alone = [
            p for s, n in zip(samples, on_numpy, strict=True) for p in xla_against_numpy([s], [n], tolerance)
        ]
        yield from alone or [f"all samples together: XLA: {type(error).__name__}: {error}"]
        return
    for sample, pull in zip(samples, on_numpy, strict=True):
        found = Pulled(pull.arguments, pull.value, pull.weight, tuple(next(together) for _ in pull.arguments))
        wanted = active_cotangents(pull)
        allowed = max(tolerance, sample.proof.tolerance)
        problems = [*form(found), *differ(active_cotangents(found), wanted, allowed, "NumPy")]
        yield from (f"{sample.name}: XLA: {problem}" for problem in problems)


def against_jax(samples: Sequence[Sample], on_numpy: Sequence[Pulled]) -> Iterator[str]:
    """jax.vjp, and the dot-product test with jax.jvp where it is needed, for samples of functions that JAX has."""
    chosen = [(s, n) for s, n in zip(samples, on_numpy, strict=True) if s.proof.jax]
    points = [Point(sample, pull.arguments) for sample, pull in chosen]
    try:
        answers = jax_answers(points, [pull.weight for _, pull in chosen]) if chosen else []
    except Exception as error:  # whatever it is, it is the answer
        if len(chosen) == 1:
            yield f"{chosen[0][0].text}: JAX itself: {type(error).__name__}: {error}"
            return
        for sample, pull in chosen:
            yield from against_jax([sample], [pull])
        return
    for (sample, pull), point, answer in zip(chosen, points, answers, strict=True):
        found, tolerance = active_cotangents(pull), sample.proof.tolerance
        yield from (f"{sample.name}: {p}" for p in differ(found, answer.cotangents, tolerance, "jax.vjp"))
        if answer.tangent is None:
            continue
        forward, size = inner(leaves(pull.weight), list(answer.tangent))
        backward, terms = inner(found, list(point.directions().values()))
        if not abs(forward - backward) <= tolerance * (size + terms) + TINY:
            yield f"{sample.name}: dot product with jax.jvp: {float(backward)!r}, not {float(forward)!r}"
