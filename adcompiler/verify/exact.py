"""The exact check: is what an adjoint computes the derivative that SymPy finds?

Primal and adjoint are run on SymPy symbols; the primal is differentiated by SymPy, and the difference is
proved zero, or, where simplification gives up, evaluated with many digits at a few points. Functions with
cases (abs, maximum, where) are compared case by case, away from the boundaries between the cases, where
they have no derivative.
"""

from __future__ import annotations

import importlib
import inspect
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from adcompiler.pytree import flatten, tree_map
from adcompiler.verify.expression import (
    Expression,
    NotClosedForm,
    case_function,
    drops,
    exact,
    floor_function,
    sympy,
)
from adcompiler.verify.finite import (
    Argnums,
    argument_leaves,
    argument_numbers,
    is_inexact,
    is_number,
    named_leaves,
)
from adcompiler.verify.symbolic import World

Status: TypeAlias = Literal["proved", "agrees", "differs", "not applicable"]

DIGITS = 80  # carried in the evaluation at sample points, so that 40 survive cancellation
AGREEMENT = 1e-40
ROUNDED = 1e-9  # allowed where the programs contain constants that were rounded to a float
CASES = 64  # that are told apart in a proof
SIMPLIFIED = 200  # operations up to which SymPy's simplify is worth waiting for
REWRITTEN = 2000  # and up to which bringing everything over one denominator is
TERMS = 2000  # in the largest sum that is multiplied out

# Ranges that sample points are drawn from in turn: some functions live on [-1, 1], some above 1, some on x
# > 0.
RANGES = ((-3, 3), (0, 1), (-1, 1), (1, 4), (0, 3))


@dataclass(frozen=True)
class Component:
    """The verdict on one partial derivative.

    `assumption` is what a proof rests on, `derivative` what SymPy found, `difference` is the largest
    relative difference at the sample points; where the two differ, `witness` is such a point, `expected`
    the derivative there and `computed` the adjoint.
    """

    path: str
    status: Status
    derivative: str
    difference: float = 0.0
    assumption: str = ""
    witness: tuple[tuple[str, float], ...] = ()
    expected: float = 0.0
    computed: float = 0.0

    def __str__(self) -> str:
        match self.status:
            case "proved":
                return f"{self.path}: proved for {self.assumption}"
            case "agrees" if self.difference <= AGREEMENT:
                return f"{self.path}: agrees numerically to {AGREEMENT:.0e}"
            case "agrees":
                return f"{self.path}: agrees numerically to {self.difference:.1e}, the rounding of constants"
            case _:
                at = ", ".join(f"{name} = {value:.6g}" for name, value in self.witness)
                return f"{self.path}: DIFFERS at {at}: {self.computed:.10g}, exactly {self.expected:.10g}"


@dataclass(frozen=True)
class Proof:
    """The verdict on an adjoint: the worst of its components; `reason` says why there is none."""

    status: Status
    reason: str = ""
    components: tuple[Component, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the adjoint is the derivative, as far as could be found out; False where nothing could."""
        return self.status in ("proved", "agrees")

    def __str__(self) -> str:
        if self.status == "not applicable":
            return f"SymPy: not applicable: {self.reason}"
        return "SymPy: " + "; ".join(map(str, self.components))


@dataclass(frozen=True)
class _Wanted:
    """What the adjoint computes for a symbol, and whether cases on boundaries were left out on the way."""

    symbol: Any
    computed: Any
    dropped: bool


def prove(
    primal: Callable[..., object],
    adjoint: Callable[..., object],
    args: Sequence[object] | None = None,
    argnums: Argnums = 0,
    *,
    samples: int = 5,
    seed: int = 0,
) -> Proof:
    """Compare an adjoint with the derivative that SymPy finds for a scalar program.

    `adjoint(*args)` returns the derivative by argument `argnums`, or a tuple of them for several, in the
    structure of JAX's grad. `args` are example arguments: their floats become symbols (and the first sample
    point), everything else stays as it is; without them every parameter without a default becomes a symbol.
    Status "agrees" means agreement at up to `samples` random points to 40 digits where no proof was found.
    """
    try:
        given = _placeholders(primal) if args is None else tuple(args)
        symbols, arguments = _symbolic(primal, given)
        chosen = argument_leaves(given, argnums)
        if not any(i in symbols for i in chosen):
            raise NotClosedForm("there is no float to differentiate by")
        value = World().run(primal, arguments)
        closed = _closed(value)
        parts = _parts_like(arguments, argnums, World().run(adjoint, arguments))
        wanted = [
            _Wanted(symbols[i], _closed(part), drops(value) or drops(part))
            for i, part in zip(chosen, parts, strict=True)
            if i in symbols
        ]
        try:
            verdicts = _verdicts(
                closed, wanted, list(symbols.values()), None if args is None else given, samples, seed
            )
        except (TypeError, ValueError, ArithmeticError, NotImplementedError, RecursionError) as error:
            raise NotClosedForm(
                f"SymPy cannot handle its closed form ({type(error).__name__}: {error})"
            ) from error
    except NotClosedForm as reason:
        return Proof("not applicable", str(reason))
    order: tuple[Status, ...] = ("differs", "agrees", "proved")
    return Proof(next(status for status in order if any(v.status == status for v in verdicts)), "", verdicts)


def exact_gradient(
    primal: Callable[..., object], args: Sequence[object], argnums: Argnums = 0
) -> dict[int, float]:
    """The derivative that SymPy finds for a scalar program, with DIGITS digits at a point, by the leaves.

    The arguments are taken to their last bit. NotClosedForm where there is none, and where the point lies on
    the boundary between two cases.
    """
    given = tuple(args)
    symbols, arguments = _symbolic(primal, given)
    leaves = flatten(given)[0]
    chosen = [i for i in argument_leaves(given, argnums) if i in symbols]
    if not chosen:
        raise NotClosedForm("there is no float to differentiate by")
    value = World().run(primal, arguments)
    if drops(value):
        raise NotClosedForm("it has cases that hold on a boundary alone")
    try:
        closed = _with_cases(_closed(value))
        names = list(symbols.values())
        point = tuple(sympy().Rational(*float(np.asarray(leaves[i])).as_integer_ratio()) for i in symbols)
        for call in closed.atoms(case_function(), floor_function()):
            bound = _evaluator(names, call.args[0])(point)
            if bound is not None and (bound == 0 or (call.func == floor_function() and bound == int(bound))):
                raise NotClosedForm(
                    f"the point lies on the boundary of a case, where {call.args[0]} is {bound}"
                )
        found = {i: _evaluator(names, sympy().diff(closed, symbols[i]))(point) for i in chosen}
    except (TypeError, ValueError, ArithmeticError, NotImplementedError, RecursionError) as error:
        raise NotClosedForm(
            f"SymPy cannot handle its closed form ({type(error).__name__}: {error})"
        ) from error
    if any(slope is None for slope in found.values()):
        raise NotClosedForm("its derivative has no finite value at the point")
    return {i: float(slope) for i, slope in found.items()}


def _placeholders(f: Callable[..., object]) -> tuple[object, ...]:
    """A float for each parameter without a default."""
    if isinstance(f, np.ufunc):
        return (0.0,) * f.nin
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError) as error:
        raise NotClosedForm(f"its parameters are not known, give `args` ({error})") from error
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        raise NotClosedForm("it takes any number of arguments, give `args`")
    return tuple(0.0 for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD)


def _symbolic(
    f: Callable[..., object], given: tuple[object, ...]
) -> tuple[dict[int, Any], tuple[object, ...]]:
    """A symbol for each float among the leaves of the arguments, and the arguments with these instead."""
    leaves, structure = flatten(given)
    symbols: dict[int, Any] = {}
    for i, (path, leaf) in enumerate(named_leaves(f, given)):
        if not is_inexact(leaf):
            continue
        if np.asarray(leaf).shape != () or np.asarray(leaf).dtype.kind != "f":
            raise NotClosedForm(f"{path} is no real number but {type(leaf).__name__}")
        symbols[i] = sympy().Symbol(path, real=True)
    arguments = structure.unflatten(
        [Expression(symbols[i]) if i in symbols else leaf for i, leaf in enumerate(leaves)]
    )
    assert isinstance(arguments, tuple)
    return symbols, arguments


def _closed(result: object) -> Any:
    """The expression that a function returned."""
    expr = exact(result)
    if expr.has(sympy().nan, sympy().zoo):
        raise NotClosedForm(f"its closed form is {expr}")
    return expr


def _parts_like(arguments: tuple[object, ...], argnums: Argnums, result: object) -> list[object]:
    """What the adjoint returned for each leaf of the chosen arguments."""
    wanted = tuple(arguments[k] for k in argument_numbers(arguments, argnums))
    given = (result,) if isinstance(argnums, int) else result
    parts: list[object] = []

    def found(leaf: object, part: object) -> None:
        if isinstance(leaf, Expression) and not (
            isinstance(part, Expression | np.ndarray) or is_number(part)
        ):
            raise ValueError(f"{type(part).__name__} for {leaf}")
        parts.append(part)

    try:
        tree_map(found, wanted, tuple(given) if isinstance(given, list) else given)
    except ValueError as error:
        raise ValueError(f"the adjoint returns another structure than its arguments have: {error}") from error
    return parts


def _verdicts(
    value: Any,
    wanted: list[_Wanted],
    symbols: list[Any],
    example: tuple[object, ...] | None,
    samples: int,
    seed: int,
) -> tuple[Component, ...]:
    """One verdict for each symbol and the derivative that the adjoint computes for it."""
    cased = _with_cases(value)
    first = [] if example is None else [leaf for leaf in flatten(example)[0] if is_inexact(leaf)]
    points = _points(cased, symbols, [exact(leaf) for leaf in first], samples, seed)
    return tuple(_verdict(part, _shown(value, part.symbol), cased, symbols, points) for part in wanted)


def _shown(value: Any, symbol: Any) -> str:
    """The derivative for people, without the delta functions that stand on boundaries between cases."""
    text = str(sympy().diff(value, symbol).replace(sympy().DiracDelta, lambda *_: 0))
    return text if len(text) <= 400 else text[:400] + " ..."


def _verdict(
    part: _Wanted, shown: str, value: Any, symbols: list[Any], points: list[tuple[Any, ...]]
) -> Component:
    symbol, computed = part.symbol, _with_cases(part.computed)
    derivative = sympy().diff(value, symbol)
    worst, witness, values = -1.0, points[0], (0.0, 0.0)
    right, left = _evaluator(symbols, derivative), _evaluator(symbols, computed)
    for point in points:
        expected, found = right(point), left(point)
        if expected is None:  # a pole of the derivative
            continue
        size = max(abs(expected), abs(found or 0), 1e-20)
        difference = float("inf") if found is None else float(abs(expected - found) / size)
        if difference > worst:
            worst, witness = difference, point
            values = float(expected), float("nan") if found is None else float(found)
    if worst < 0:
        raise NotClosedForm("its derivative has no finite value at any sample point")
    rounded = _has_rounded_constants(derivative) or _has_rounded_constants(computed)
    if worst > (ROUNDED if rounded else AGREEMENT):
        where = tuple((str(s), float(x)) for s, x in zip(symbols, witness, strict=True))
        return Component(str(symbol), "differs", shown, worst, "", where, *values)
    assumption = _proved(derivative - computed, symbols) if worst <= AGREEMENT else ""
    if assumption and (
        part.dropped or _has_boundaries(value, symbol) or _has_boundaries(computed - derivative)
    ):
        assumption += ", away from the boundaries of its cases"
    return Component(str(symbol), "proved" if assumption else "agrees", shown, worst, assumption)


def _points(
    value: Any, symbols: list[Any], example: list[Any], samples: int, seed: int
) -> list[tuple[Any, ...]]:
    """Random points at which the function has a finite real value; an example comes first."""
    draw = random.Random(seed)
    evaluate = _evaluator(symbols, value)
    found = [tuple(example)] if example and evaluate(tuple(example)) is not None else []
    for attempt in range(200):
        if len(found) >= samples:
            break
        low, high = RANGES[attempt % len(RANGES)]
        ranges = [(low, high) if attempt < len(RANGES) else draw.choice(RANGES) for _ in symbols]
        # A prime denominator, so that no sample is a round number by chance.
        point = tuple(sympy().Rational(draw.randint(a * 997 + 1, b * 997 - 1), 997) for a, b in ranges)
        if evaluate(point) is not None:
            found.append(point)
    if not found:
        raise NotClosedForm("no point was found at which it has a finite real value")
    return found


def _evaluator(symbols: list[Any], expr: Any) -> Callable[[tuple[Any, ...]], Any]:
    """The value of an expression at a point with DIGITS digits; None if it is not finite and real there."""
    mpmath = importlib.import_module("mpmath")
    numeric = {"floor_of": mpmath.floor, "case_of": lambda u, then, other: then if u > 0 else other}
    function = sympy().lambdify(symbols, expr, modules=[numeric, "mpmath"], cse=True)

    def evaluate(point: tuple[Any, ...]) -> Any:
        with mpmath.workdps(DIGITS):
            try:
                value = mpmath.mpmathify(function(*(mpmath.mpf(x.p) / x.q for x in point)))
            except (ArithmeticError, ValueError):  # a pole, or an argument outside the domain
                return None
            finite = mpmath.isfinite(value) and abs(mpmath.im(value)) <= abs(value) * mpmath.mpf(10) ** (
                10 - DIGITS
            )
            return mpmath.re(value) if finite else None

    return evaluate


def _has_rounded_constants(expr: Any) -> bool:
    """Whether constants with all the digits of a float occur: they were computed, and rounded, before."""
    return any(max(abs(number.p), number.q) > 10**15 for number in expr.atoms(sympy().Rational))


def _with_cases(expr: Any) -> Any:
    """The expression with Abs and sign written as cases."""
    sp = sympy()
    case = case_function()
    return expr.replace(sp.Abs, lambda u: case(u, u, -u)).replace(sp.sign, lambda u: case(u, 1, -1))


def _proved(difference: Any, symbols: list[Any]) -> str:
    """What a proof that the difference is zero assumes, or an empty string if there is no proof."""
    cases = _cases(_with_cases(difference))
    if not cases or len(cases) > CASES:
        return ""
    if all(_is_zero(case) for case in cases):
        return "real arguments"
    positive = {symbol: sympy().Symbol(str(symbol), positive=True) for symbol in symbols}
    if all(_is_zero(case.xreplace(positive)) for case in cases):
        return "positive arguments"
    return ""


def _has_boundaries(expr: Any, symbol: Any = None) -> bool:
    """Whether an expression has cases, or steps, that depend on a symbol (on any, if none is given)."""
    conditions = [call.args[0] for call in expr.atoms(case_function(), floor_function())]
    return any(
        condition.free_symbols if symbol is None else condition.has(symbol) for condition in conditions
    )


def _cases(expr: Any, limit: int = CASES, known: Mapping[Any, bool] | None = None) -> list[Any]:
    """The expression in each combination of its conditions, more than `limit` of them if there are too many.

    Some of them may be impossible, which can only make a proof fail.
    """
    case = case_function()
    decided = dict(known or {})

    def chosen(u: Any, then: Any, other: Any) -> Any:
        key, sense = _canonical(u)
        return case(u, then, other) if key not in decided else then if sense == decided[key] else other

    # Again and again, because a condition that depends on another case may turn into one that has been
    # decided.
    while (simpler := expr.replace(case, chosen)) != expr:
        expr = simpler
    open_cases = [call for call in expr.atoms(case) if not call.args[0].has(case)]
    if not open_cases:
        return [expr]
    key, _ = _canonical(min(open_cases, key=sympy().default_sort_key).args[0])
    found: list[Any] = []
    for truth in (True, False):
        if len(found) <= limit and _possible(decided | {key: truth}):
            found += _cases(expr, limit - len(found), decided | {key: truth})
    return found


def _possible(decided: Mapping[Any, bool]) -> bool:
    """False if bounds on one symbol, such as x > 3 and not x > 2, exclude each other; True if in doubt."""
    lower: dict[Any, list[Any]] = {}
    upper: dict[Any, list[Any]] = {}
    for key, truth in decided.items():
        symbols = list(key.free_symbols)
        if len(symbols) != 1 or not key.is_polynomial(symbols[0]) or sympy().degree(key, symbols[0]) != 1:
            continue
        slope = key.coeff(symbols[0])
        side = lower if (slope > 0) == truth else upper
        side.setdefault(symbols[0], []).append(-key.subs(symbols[0], 0) / slope)
    return all(low < high for symbol in lower for low in lower[symbol] for high in upper.get(symbol, ()))


def _canonical(bound: Any) -> tuple[Any, bool]:
    """The condition `bound > 0` as `key > 0`, or as its opposite."""
    _, key = sympy().expand(bound).primitive()
    return (-key, False) if key.could_extract_minus_sign() else (key, True)


def _is_zero(expr: Any) -> bool:
    """Whether an expression without cases can be shown to be zero."""
    sp = sympy()
    attempts: tuple[tuple[int, Callable[[Any], Any]], ...] = (
        (REWRITTEN, lambda e: e),
        (REWRITTEN, _expanded),
        (REWRITTEN, _numerator),
        (REWRITTEN, lambda e: _numerator(e.rewrite(sp.exp))),
        (SIMPLIFIED, sp.simplify),
        (SIMPLIFIED, lambda e: sp.simplify(sp.expand_log(e.rewrite(sp.exp)))),
    )
    size = sp.count_ops(expr)
    for largest, attempt in attempts:
        if size > largest:
            continue
        try:
            if attempt(expr) == 0:
                return True
        except (TypeError, ValueError, ArithmeticError, NotImplementedError, AttributeError, RecursionError):
            continue  # one way of simplifying failed: SymPy's are not total
    return False


def _numerator(expr: Any) -> Any:
    """The numerator over one denominator, multiplied out: zero for identities of rational functions."""
    sp = sympy()
    return sp.powsimp(_expanded(sp.fraction(sp.together(sp.powsimp(expr)))[0]))


def _expanded(expr: Any) -> Any:
    """The expression multiplied out; ValueError if that may make more than TERMS terms."""
    sp = sympy()
    terms: dict[Any, float] = {}
    for part in sp.postorder_traversal(expr):
        counts = [terms[arg] for arg in part.args]
        match part:
            case sp.Add():
                count = sum(counts)
            case sp.Mul():
                count = math.prod(counts)
            case sp.Pow() if part.exp.is_Integer:
                n, power = counts[0], abs(int(part.exp))
                count = math.comb(int(n) + power - 1, power) if n < TERMS and power < TERMS else math.inf
            case _:
                count = 1.0
        terms[part] = count
        if count > TERMS:
            raise ValueError(f"more than {TERMS} terms")
    return sp.expand(expr)
