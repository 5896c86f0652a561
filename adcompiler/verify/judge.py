"""The oracles for one gradient at one point, each with a judgement.

All take plain callables and values; none knows the compiler. What cannot be judged is said, not skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from adcompiler.pytree import flatten
from adcompiler.verify.complex_step import LOST, NotAnalytic, imaginary_slope
from adcompiler.verify.finite import Line, Vector, along, is_number
from adcompiler.verify.judgement import (
    AROUND,
    BLURRED,
    CONDITIONED,
    DOUBT,
    Agreement,
    Judgement,
    Oracle,
    Subject,
    Worst,
    first_line,
    inner_product,
    judged,
    slope_by_large_steps,
    slopes_beside,
)
from adcompiler.verify.limits import TooLong, at_most
from adcompiler.verify.tolerance import coarsest
from adcompiler.verify.under_complex import complex_function
from adcompiler.verify.under_jax import NotForJax, jax_gradient

DIFFERENCES, EXACT, ROUTES = 1e-8, 1e-10, 1e-9  # relative tolerances in double precision, beside doubts
LOSSY = 1e-7  # what tells a complex step that lost part of its imaginary part from one that did not, relative
SECONDS = 10.0  # for SymPy, and for JAX

DIFFERENCE = Oracle("finite differences", "a wrong slope, one by one", "kinks, small errors")
COMPLEX_STEP = Oracle("complex step", "a wrong slope, to rounding", "abs, ties, real parts")
DOT_PRODUCT = Oracle("dot product", "all components at once", "which of them is wrong")
SYMPY = Oracle("SymPy", "the formula, at all points", "arrays, branches on data")
DIGITS = Oracle("50 digits", "rounding at this point", "arrays, branches on data")
JAX = Oracle("jax.grad", "what JAX computes, at kinks too", "writes into arrays")
BACKEND = Oracle("other backend", "faults of one emitter", "a wrong rule")
PASSES = Oracle("unoptimised", "faults of the passes", "a wrong rule")
FORWARD = Oracle("forward mode", "faults of one of the modes", "a wrong rule")
SYMMETRY = Oracle("symmetry", "faults of second derivatives", "a wrong first derivative")
VALUE = Oracle("value", "another primal", "the gradient")

ORACLES = (
    DIFFERENCE,
    COMPLEX_STEP,
    DOT_PRODUCT,
    SYMPY,
    DIGITS,
    JAX,
    BACKEND,
    PASSES,
    FORWARD,
    SYMMETRY,
    VALUE,
)


def by_differences(subject: Subject) -> Judgement:
    """Central differences, extrapolated to step zero, in each component."""
    expected, doubt = subject.differences
    return judged(subject, DIFFERENCE, expected, DIFFERENCES, doubt)


def by_complex_step(subject: Subject) -> Judgement:
    """The complex step in each component, where finite differences confirm that the program is analytic."""
    near, doubt = subject.differences
    expected, exact = subject.empty(), subject.empty(float)
    still = {i: np.zeros(np.shape(np.asarray(subject.line.leaves[i]))) for i in subject.active}
    try:
        for i, index in subject.places:
            unit = still[i].copy()
            unit[index] = 1.0
            line = replace(subject.line, directions={**still, i: unit})
            slope, off = _analytic(line, float(np.real(near[i][index])), float(doubt[i][index]))
            expected[i][index], exact[i][index] = slope, off * abs(slope)
    except NotAnalytic as reason:
        return Judgement(COMPLEX_STEP, "cannot see", str(reason), components=subject.components)
    return judged(subject, COMPLEX_STEP, expected, EXACT, exact)


def by_dot_product(subject: Subject) -> Judgement:
    """The gradient times a random direction against the slope of the function along it."""
    line = subject.moving
    slope = along(line)
    near, doubt = float(slope.value[0].real), float(slope.error[0])
    try:
        expected, off = _analytic(line, near, doubt)
        doubt, way, tolerance = off * abs(expected), "by the complex step", EXACT
    except NotAnalytic:
        expected, way, tolerance = near, "by finite differences", DIFFERENCES
    components = subject.components
    order = list(subject.direction)
    found, terms = inner_product([subject.direction[i] for i in order], [subject.computed[i] for i in order])
    _, unsteady = inner_product(
        [subject.direction[i] for i in order], [subject.unsteadiness[i] for i in order]
    )
    tolerance = max(tolerance, subject.coarseness)
    size = max(terms, abs(expected), AROUND * subject.around, float(np.finfo(float).tiny))
    if max(terms, abs(expected)) <= subject.noise:
        size = max(size, subject.noise / tolerance)
    error = abs(found - expected) / size
    allowed = tolerance + DOUBT * doubt / size + min(DOUBT * unsteady / size, CONDITIONED)
    if not np.isfinite(found):
        return Judgement(DOT_PRODUCT, "cannot see", "the gradient is not finite", components=components)
    if not np.isfinite(expected) or not allowed <= max(BLURRED, tolerance):
        said = slope.problem or "the function has no slope along the direction that differences settle to"
        return Judgement(DOT_PRODUCT, "cannot see", said, components=components)
    worst = Worst("a random direction", found, expected, doubt)
    if error <= allowed:
        return Judgement(DOT_PRODUCT, "ok", way, error, allowed, worst, components, components)
    if (sides := slopes_beside(subject, line)) is not None:
        said = f"the function has a kink (slope {sides[0]:.6g} on one side, {sides[1]:.6g} on the other)"
        return Judgement(DOT_PRODUCT, "cannot see", said, components=components)
    if (stair := slope_by_large_steps(subject, line, found, expected)) is not None:
        said = f"the function is a staircase (slope {stair:.6g} by large steps)"
        return Judgement(DOT_PRODUCT, "cannot see", said, components=components)
    return Judgement(DOT_PRODUCT, "disagrees", way, error, allowed, worst, components, components)


def by_proof(adjoint: Callable[..., object], subject: Subject, which: str = "") -> Judgement:
    """SymPy's proof that the adjoint, as a formula, is the derivative; `which` says whose formula it is."""
    from adcompiler.verify.exact import AGREEMENT, ROUNDED, prove  # imports nothing of SymPy by itself

    components = subject.components
    try:
        with at_most(SECONDS, "sympy"):
            proof = prove(subject.f, adjoint, subject.args, subject.argnums)
    except TooLong:
        return Judgement(SYMPY, "cannot see", f"no answer within {SECONDS:.0f} s", components=components)
    except ValueError as problem:
        return Judgement(SYMPY, "cannot see", str(problem), components=components)
    if proof.status == "not applicable":
        return Judgement(SYMPY, "cannot see", proof.reason, components=components)
    count = len(proof.components)
    if proof.status == "differs":
        wrong = max((c for c in proof.components if c.status == "differs"), key=lambda c: c.difference)
        at = ", ".join(f"{name} = {value:.6g}" for name, value in wrong.witness)
        worst = Worst(f"{wrong.path} at {at}", wrong.computed, wrong.expected)
        said = "; ".join(str(c) for c in proof.components if c.status == "differs") + which
        return Judgement(SYMPY, "disagrees", said, wrong.difference, AGREEMENT, worst, count, components)
    groups: dict[str, list[str]] = {}
    for component in proof.components:
        groups.setdefault(str(component).partition(": ")[2], []).append(component.path)
    said = "; ".join(f"{words}: {', '.join(paths)}" for words, paths in groups.items()) + which
    error = max(c.difference for c in proof.components)
    tolerance = AGREEMENT if error <= AGREEMENT else ROUNDED
    return Judgement(SYMPY, "ok", said, error, tolerance, None, count, components)


def by_digits(subject: Subject) -> Judgement:
    """SymPy's derivative, evaluated with 50 digits at the point."""
    from adcompiler.verify.exact import exact_gradient
    from adcompiler.verify.expression import NotClosedForm

    try:
        with at_most(SECONDS, "sympy"):
            found = exact_gradient(subject.f, subject.args, subject.argnums)
    except TooLong:
        return Judgement(
            DIGITS, "cannot see", f"no answer within {SECONDS:.0f} s", components=subject.components
        )
    except NotClosedForm as reason:
        return Judgement(DIGITS, "cannot see", str(reason), components=subject.components)
    return judged(subject, DIGITS, {i: np.asarray(value) for i, value in found.items()}, EXACT)


def by_jax(
    f: Callable[..., object], subject: Subject, direction: Mapping[int, Vector] | None = None
) -> Judgement:
    """`jax.grad` of the function itself; with a direction, of its slope along that."""
    try:
        with at_most(SECONDS, "jax.numpy", "jax.scipy.special", "jax.scipy.linalg"):
            expected = jax_gradient(f, subject.args, subject.argnums, direction)
    except TooLong:
        return Judgement(
            JAX, "cannot see", f"no answer within {SECONDS:.0f} s", components=subject.components
        )
    except NotForJax as reason:
        return Judgement(JAX, "cannot see", str(reason), components=subject.components)
    return judged(subject, JAX, expected, ROUTES)


def by_route(oracle: Oracle, subject: Subject, value: object, other: object, note: str = "") -> Judgement:
    """The same gradient, with the value, by another way through the compiler."""
    off = _relative(np.asarray(value), np.asarray(subject.value))
    if off > max(CONDITIONED, subject.coarseness):
        said = f"the value is {value}, not {subject.value}"
        return Judgement(oracle, "disagrees", said, components=subject.components)
    try:
        expected = subject.by_leaf(other)
    except ValueError as problem:
        return Judgement(oracle, "disagrees", str(problem), components=subject.components)
    return judged(subject, oracle, expected, ROUTES + min(DOUBT * off, CONDITIONED), note=note)


def by_slope(oracle: Oracle, subject: Subject, expected: float, note: str) -> Judgement:
    """The gradient times the subject's direction, computed in another way: by the tangent, or by symmetry."""
    components = subject.components
    order = list(subject.direction)
    directions = [subject.direction[i] for i in order]
    found, terms = inner_product(directions, [subject.computed[i] for i in order])
    _, unsteady = inner_product(directions, [subject.unsteadiness[i] for i in order])
    if not np.isfinite(found):
        return Judgement(oracle, "cannot see", "the gradient is not finite", components=components)
    tolerance = max(ROUTES, subject.coarseness)
    size = max(terms, abs(expected), AROUND * subject.around, float(np.finfo(float).tiny))
    if max(terms, abs(expected)) <= subject.noise:
        size = max(size, subject.noise / tolerance)
    error = abs(found - expected) / size
    allowed = tolerance + min(DOUBT * unsteady / size, CONDITIONED)
    worst = Worst("a random direction", found, expected)
    # `<=`, because a NaN agrees with nothing
    agreement: Agreement = "ok" if error <= allowed else "disagrees"
    return Judgement(oracle, agreement, note, error, allowed, worst, components, components)


def by_product(subject: Subject, product: object, note: str) -> Judgement:
    """The same second derivatives by forward mode over reverse mode, in each component."""
    try:
        expected = subject.by_leaf(product)
    except ValueError as problem:
        return Judgement(FORWARD, "disagrees", str(problem), components=subject.components)
    return judged(subject, FORWARD, expected, ROUTES, note=note)


def by_value(computed: object, expected: object, tolerance: float) -> Judgement:
    """What the gradient's code computes on the way against the function: bit for bit where `tolerance` is 0."""
    ours, structure = flatten(computed)
    theirs, wanted = flatten(expected)
    if structure != wanted:
        return Judgement(VALUE, "disagrees", f"the result is {structure}, not {wanted}")
    if any(map(_of_jax, theirs)):  # outside its 64-bit mode JAX computes in single precision
        tolerance = max(tolerance, EXACT)
    tolerance = max(tolerance, coarsest(theirs)) if tolerance else 0.0
    worst, largest, differing = None, 0.0, False
    for a, b in zip(ours, theirs, strict=True):
        if not (is_number(a) and is_number(b)):
            continue
        left, right = np.asarray(a), np.asarray(b)
        if left.shape != right.shape or (left.dtype != right.dtype and not _of_jax(b)):
            said = f"the result is {left.dtype}{left.shape}, not {right.dtype}{right.shape}"
            return Judgement(VALUE, "disagrees", said)
        error = _relative(left, right)
        same = left.tobytes() == right.tobytes() if tolerance == 0.0 else error <= tolerance
        if worst is None or error > largest or (differing < (not same)):
            k = int(np.argmax(np.abs(np.nan_to_num(left.astype(complex) - right.astype(complex)))))
            worst, largest = Worst("value", left.flat[k].item(), right.flat[k].item()), error
        differing = differing or not same
    said = "bit for bit" if tolerance == 0.0 else "to rounding"
    agreement: Agreement = "disagrees" if differing else "ok"
    return Judgement(VALUE, agreement, "" if differing else said, largest, tolerance, worst)


def _analytic(line: Line, near: float, doubt: float) -> tuple[float, float]:
    """The slope along a line by the complex step, of the function as it is or with complex arrays.

    With how far it may be off, relative; NotAnalytic where finite differences contradict both.
    """
    try:
        return _confirmed(line, near, doubt)
    except NotAnalytic:
        return _confirmed(line, near, doubt, complex_function(line.f))


def _confirmed(
    line: Line, near: float, doubt: float, through: Callable[..., object] | None = None
) -> tuple[float, float]:
    try:
        slope, off = imaginary_slope(line, through)
    except NotAnalytic:
        raise
    except Exception as error:  # the function was not made for complex numbers: it may fail in any way
        said = f"the program cannot be run with complex numbers: {type(error).__name__}: {first_line(error)}"
        raise NotAnalytic(said) from error
    exact = float(slope[0])
    if not np.isfinite(near + doubt):
        raise NotAnalytic("there is no finite difference to confirm it")
    if off > CONDITIONED:
        raise NotAnalytic("the program has another value when it is run with complex numbers")
    # `not <=`, because a NaN is no confirmation
    if not abs(exact - near) <= LOSSY * max(abs(exact), abs(near)) + DOUBT * doubt:
        raise NotAnalytic(LOST)
    return exact, off


def _of_jax(value: object) -> bool:
    return type(value).__module__.partition(".")[0] in ("jax", "jaxlib")


def _relative(left: Any, right: Any) -> float:
    """The largest difference, relative to the largest number; 0 for equal infinities and NaNs."""
    with np.errstate(all="ignore"):
        a, b = left.astype(complex), right.astype(complex)
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        difference = float(np.max(np.where(same, 0.0, np.abs(a - b)), initial=0.0))
        size = float(np.max(np.abs(b[np.isfinite(b)]), initial=0.0))
    return difference / max(size, float(np.finfo(float).tiny)) if difference else 0.0
