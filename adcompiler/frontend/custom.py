"""Calls of functions that have a rule of the user's: the ops of the forward rule, to which the backward rule is tied.

    y = f(x)        becomes        <the ops of fwd(x): y0 and the residuals>; y = tied(y0, x, residuals, tie=f)

Both rules are functions in the language that is compiled, and are lowered where the function is called. The names and
meanings are those of jax.custom_vjp.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from adcompiler.custom import custom_jvp, custom_vjp
from adcompiler.frontend.agreement import (
    Writes,
    cotangents_for,
    operands_of,
    refuse_another,
    refuse_writes,
    stop_at,
)
from adcompiler.frontend.bindings import (
    Binding,
    Cell,
    DictRef,
    Instance,
    ListRef,
    Ref,
    Static,
    Tup,
    reached,
)
from adcompiler.frontend.context import Lowering, describe
from adcompiler.frontend.outside import at, lift
from adcompiler.frontend.structure import (
    containers,
    convert,
    leaf_operand,
    leaves,
    rebuild,
    same_static,
    skeleton,
)
from adcompiler.ir.core import Apply, Const, Operand, Region, Value, free_values, walk
from adcompiler.ir.rewrite import substitute
from adcompiler.ir.types import cotangent_type, differentiable
from adcompiler.primitives.ties import Tie


@dataclass(slots=True, eq=False)
class _Call:
    """One call of a function with rules, while they are lowered.

    given:  the arguments, those that are differentiated with values of their own, and `fresh` what these stand for.
    owners: the memory of the caller's that the arrays among them stand for.
    out:    the result of the forward rule, once it is known.
    values: what calls of the same function inside its rules gave, and which value that is.
    again:  whether such a call gives the result of the rule.
    """

    name: str
    function: Any
    fun: Binding
    fixed: tuple[int, ...]
    given: list[Binding] = field(default_factory=list)
    fresh: dict[Value, Operand] = field(default_factory=dict)
    owners: dict[Cell, Cell] = field(default_factory=dict)
    out: Binding | None = None
    values: dict[Value, Operand] = field(default_factory=dict)
    again: bool = False

    @property
    def differentiated(self) -> list[Binding]:
        """The arguments that are not among nondiff_argnums."""
        return [binding for k, binding in enumerate(self.given) if k not in self.fixed]

    @property
    def extra(self) -> list[Binding]:
        """Those that are, which rules take before all others."""
        return [self.given[k] for k in self.fixed]

    def plain(self, operand: Operand) -> Operand:
        """The value that an operand is."""
        return self.values.get(operand, operand) if isinstance(operand, Value) else operand


def is_custom(function: object) -> bool:
    """Whether an object is a function with rules: one of ours, or of JAX's, which has the same attributes."""
    jax = sys.modules.get("jax")
    return isinstance(function, (custom_vjp, custom_jvp)) or (
        jax is not None and isinstance(function, (jax.custom_vjp, jax.custom_jvp))
    )


def call_custom(
    low: Lowering, function: Any, arguments: list[Binding], keywords: dict[str, Binding]
) -> Binding:
    """Lower a call of an object with `fun`, `nondiff_argnums`, and `fwd` and `bwd` or `jvp`: ours, or one of JAX."""
    name = getattr(function.fun, "__name__", "the function")
    pushed = hasattr(function, "jvp")
    if any(getattr(function, part, None) is None for part in (("jvp",) if pushed else ("fwd", "bwd"))):
        define = "defjvp(jvp)" if pushed else "defvjp(fwd, bwd)"
        low.stop(f"`{name}` has no rule yet", f"give it one before it is called: {name}.{define}")
    if getattr(function, "symbolic_zeros", False):
        low.stop(f"`{name}` has a rule that takes symbolic zeros, which are not supported", "use plain zeros")
    fun = _part(low, function, "fun", name)
    given = _positional(low, name, function.fun, arguments, keywords)
    running = next((one for one in reversed(low.running) if one.function is function), None)
    if running is not None:
        return _inside_its_rules(low, running, given)
    if any(not -len(given) <= k < len(given) for k in function.nondiff_argnums):
        low.stop(
            f"nondiff_argnums={function.nondiff_argnums} of `{name}`: it has {len(given)} arguments",
            "count from 0",
        )
    call = _Call(name, function, fun, tuple(range(len(given))[k] for k in function.nondiff_argnums))
    call.given = [b if k in call.fixed else _separated(low, call, b) for k, b in enumerate(given)]
    outer = low.builder
    with low.region() as builder:
        before = set(low.store.contents), dict(low.store.versions)
        rule = (_tangent if pushed else _backward)(low, call, before)
        assert call.out is not None
        operands = _differentiable(low, call.out)
        made = tuple(call.plain(o) for o in operands)
        read = free_values(Region((), tuple(builder.ops), made))
        outside = tuple(v for v in read if v not in call.fresh and differentiable(v.type))
        own = [v for v in free_values(rule) if any(call.values.get(v) is o for o in made)]
        reads = [v for v in free_values(rule) if v not in own]
        tie = Tie(
            name,
            "jvp" if pushed else "vjp",
            len(made),
            len(call.fresh),
            len(outside),
            tuple(next(k for k, o in enumerate(made) if o is call.values[v]) for v in own),
            Region((*own, *reads, *rule.params), rule.ops, rule.results),
            again=call.again or bool(own) or any(a is not b for a, b in zip(operands, made, strict=True)),
        )
        tied = low.results("tied", *made, *call.fresh, *outside, *reads, tie=tie) if made else ()
        result = _tied(low, call, iter(tied), before[0])
        region = builder.region((), ())
    outer.ops.extend(substitute(region, call.fresh).ops)
    return result


def _part(low: Lowering, function: Any, part: str, name: str) -> Binding:
    return lift(low, getattr(function, part), f"{name}.{part}", lambda: getattr(function, part))


def _positional(
    low: Lowering, name: str, fun: Any, arguments: list[Binding], keywords: Mapping[str, Binding]
) -> list[Binding]:
    """The arguments in the order of the parameters, with the defaults, as JAX hands them to the rules."""
    signature = inspect.signature(fun)
    try:
        bound = signature.bind(*arguments, **keywords).arguments
    except TypeError as problem:
        low.stop(f"{name}(): {problem}", "call it as it is defined")
    given: list[Binding] = []
    for parameter in signature.parameters.values():
        key = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            given.extend(bound.get(key, ()))
        elif parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            if key in bound or parameter.kind is parameter.KEYWORD_ONLY:
                low.stop(
                    f"`{name}` has the parameter `{key}`, which can only be given by keyword; rules take all "
                    "arguments by position",
                    "let it be a parameter like the others",
                )
        elif key in bound:
            given.append(bound[key])
        else:
            read = at(lambda: {k: p.default for k, p in inspect.signature(fun).parameters.items()}, key)
            given.append(lift(low, parameter.default, f"{name}.{key}", read))
    return [low.present(binding) for binding in given]


def _cell(cell: Cell) -> Cell:
    return Cell(cell.name)


def seed_of(operand: Operand) -> Value:
    """The cotangent of a value, as a parameter of a rule."""
    name = operand.name if isinstance(operand, Value) else ""
    return Value(cotangent_type(operand.type), f"d{name}" if name else "")


def _separated(low: Lowering, call: _Call, binding: Binding) -> Binding:
    """An argument with values of its own, so that its use here is told apart from any other use of it."""
    new: list[Binding] = []
    for leaf in leaves(low, binding, low.store):
        operand = leaf_operand(leaf, low.store, low)
        if isinstance(operand, Const) or not differentiable(operand.type):
            new.append(leaf)
            continue
        value = Value(operand.type, operand.name)
        call.fresh[value] = operand
        low.number_from(value, operand)
        made = low.wrap(value)
        if isinstance(leaf, Ref) and isinstance(made, Ref):
            call.owners[made.cell] = leaf.cell
        new.append(made)
    return rebuild(low, binding, new, low.store, _cell)


# ---------------------------------------------------------------------------------------------------- the rules


@contextmanager
def _running(low: Lowering, call: _Call) -> Iterator[None]:
    low.running.append(call)
    try:
        yield
    finally:
        low.running.pop()


@contextmanager
def aside(low: Lowering) -> Iterator[None]:
    """What is done to memory here is forgotten."""
    store = low.store
    low.store = store.copy()
    try:
        yield
    finally:
        low.store = store


def _inside_its_rules(low: Lowering, call: _Call, given: list[Binding]) -> Binding:
    """A call of a function inside its own rules: its value. With the same arguments that is the result itself."""
    here = Tup(tuple(given)), Tup(tuple(call.given))
    pairs = zip(*(operands_of(low, tree) for tree in here), strict=False)
    alike = skeleton(here[0], low.store) == skeleton(here[1], low.store) and all(
        a is b or (isinstance(a, Const) and isinstance(b, Const) and same_static(a.value, b.value))
        for a, b in pairs
    )
    if alike and call.out is not None:
        found, values = call.out, True
    else:
        found, values = low.bound(low.call(call.fun, given)), False
    new: list[Binding] = []
    for leaf in leaves(low, found, low.store):
        operand = leaf_operand(leaf, low.store, low)
        if not differentiable(operand.type):
            new.append(leaf)
            continue
        if values:
            value = Value(operand.type)
        else:
            value = low.value("tied", operand, tie=Tie(call.name, "value", 1))
        if alike:
            call.values[value] = call.plain(operand)
        new.append(low.wrap(value))
    return rebuild(low, found, new, low.store, _cell)


def _differentiable(low: Lowering, binding: Binding) -> list[Operand]:
    return [operand for operand in operands_of(low, binding) if differentiable(operand.type)]


def _filled(low: Lowering, binding: Binding, values: Iterable[Operand]) -> Binding:
    """The structure of a binding with these values for what is differentiable, and None for what is not."""
    rest = iter(values)
    new = [
        low.wrap(next(rest)) if differentiable(operand.type) else Static(None)
        for operand in operands_of(low, binding)
    ]
    return rebuild(low, binding, new, low.store, _cell)


def _checked_result(low: Lowering, call: _Call, rule: object, out: Binding, before: Writes) -> None:
    """The result must be made by the call, which changes nothing else."""
    refuse_writes(low, f"`{call.name}`", before)
    for one in reached(out, low.store):
        if isinstance(one, (ListRef, DictRef, Instance)) and one.cell in before[0]:
            stop_at(low, rule, f"`{call.name}` returns {describe(one)} that it was given", "make a new one")
    made = containers(out, low.store)
    if len(set(made)) < len(made):
        stop_at(low, rule, f"`{call.name}` returns one container in two places", "make two of them")


def _backward(low: Lowering, call: _Call, before: Writes) -> Region:
    """The forward rule here, and the backward rule as a region from the cotangents of the results to those by which it is
    differentiated."""
    name, function = call.name, call.function
    fwd, bwd = (_part(low, function, part, name) for part in ("fwd", "bwd"))
    with _running(low, call):
        pair = low.bound(low.call(fwd, call.given))
    if not isinstance(pair, Tup) or len(pair.items) != 2:
        stop_at(
            low,
            function.fwd,
            f"the forward rule of `{name}` returns {describe(pair)}, not the pair of its result and its residuals",
            "return y, (x,)",
        )
    out, residuals = pair.items
    _checked_result(low, call, function.fwd, out, before)
    with aside(low), low.region(), _running(low, call):
        primal = low.bound(low.call(call.fun, call.given))
        store = low.store
    refuse_another(low, function.fwd, name, out, primal, store)
    call.out = out
    seeds = tuple(map(seed_of, _differentiable(low, out)))
    with low.region() as builder, aside(low):
        versions = dict(low.store.versions)
        g = _filled(low, out, seeds)
        with _running(low, call):
            parts = low.bound(low.call(bwd, [*call.extra, residuals, g]))
        refuse_writes(low, f"the backward rule of `{name}`", (before[0], versions))
        region = Region(seeds, tuple(builder.ops), _cotangents(low, call, parts, call.differentiated))
    _refuse_draws(low, function.bwd, name, region)
    return region


def _tangent(low: Lowering, call: _Call, before: Writes) -> Region:
    """The function here, and its rule as a region from the tangents of the arguments to those of the results."""
    name, function = call.name, call.function
    rule = _part(low, function, "jvp", name)
    with _running(low, call):
        call.out = low.bound(low.call(call.fun, call.given))
    _checked_result(low, call, function.fun, call.out, before)
    moved = {v: Value(cotangent_type(v.type), f"{v.name}_dot" if v.name else "") for v in call.fresh}
    with low.region() as builder, aside(low):
        versions = dict(low.store.versions)
        primals = Tup(tuple(call.differentiated))
        tangents = [moved[o] if isinstance(o, Value) else Const(0.0) for o in _differentiable(low, primals)]
        with _running(low, call):
            pair = low.bound(low.call(rule, [*call.extra, primals, _filled(low, primals, tangents)]))
        if not isinstance(pair, Tup) or len(pair.items) != 2:
            stop_at(
                low,
                function.jvp,
                f"the rule of `{name}` returns {describe(pair)}, not the pair of its result and its tangent",
                "return y, y_dot",
            )
        out, slope = pair.items
        refuse_writes(low, f"the rule of `{name}`", (before[0], versions))
        refuse_another(low, function.jvp, name, out, call.out, low.store)
        parts = cotangents_for(
            low, function.jvp, f"the tangent that the rule of `{name}` returns", call.out, slope
        )
        pairs = zip(operands_of(low, call.out), parts, strict=True)
        ends = tuple(
            part
            if isinstance(part, Const) and part.value is None
            else convert(low, part, cotangent_type(o.type))
            for o, part in pairs
            if differentiable(o.type)
        )
        call.again = any(isinstance(o, Value) and o in call.values for o in operands_of(low, out))
        region = Region(tuple(moved.values()), tuple(builder.ops), ends)
    _refuse_draws(low, function.jvp, name, region)
    return region


def _refuse_draws(low: Lowering, rule: object, name: str, region: Region) -> None:
    if any(isinstance(op, Apply) and op.primitive == "draw" for op in walk(region)):
        stop_at(
            low,
            rule,
            f"the rule of `{name}` draws random numbers",
            "draw them before, and hand them on as an argument or a residual",
        )


def _cotangents(
    low: Lowering, call: _Call, parts: Binding, differentiated: Sequence[Binding]
) -> tuple[Operand, ...]:
    """What the backward rule returns for each differentiated value."""
    rule, what = call.function.bwd, f"the backward rule of `{call.name}`"
    if not isinstance(parts, Tup) or len(parts.items) != len(differentiated):
        count = f"a tuple of {len(parts.items)}" if isinstance(parts, Tup) else describe(parts)
        stop_at(
            low,
            rule,
            f"{what} returns {count}, not a tuple of {len(differentiated)}: the cotangent of each argument that is not "
            "among nondiff_argnums",
            "return (g * x,); None stands for the cotangent of what has none",
        )
    found: list[Operand] = []
    for number, (argument, part) in enumerate(zip(differentiated, parts.items, strict=True)):
        given = cotangents_for(low, rule, f"cotangent {number} that {what} returns", argument, part)
        values = zip(operands_of(low, argument), given, strict=True)
        found.extend(cotangent for value, cotangent in values if value in call.fresh)
    return tuple(found)


# ---------------------------------------------------------------------------------------------------- the result


def _tied(low: Lowering, call: _Call, tied: Iterator[Operand], existing: set[Cell]) -> Binding:
    """The result with what is tied to the rule as its leaves, and memory of its own where Python would make it."""
    assert call.out is not None
    old = leaves(low, call.out, low.store)
    roots = [low.roots(leaf.cell) if isinstance(leaf, Ref) else set() for leaf in old]
    new: list[Binding] = []
    for k, leaf in enumerate(old):
        operand = leaf_operand(leaf, low.store, low)
        if not differentiable(operand.type):
            new.append(leaf)
            continue
        value = next(tied)
        assert isinstance(value, Value)
        if isinstance(operand, Value):
            low.number_from(value, operand)
        made = low.wrap(value, leaf.cell.name if isinstance(leaf, Ref) else "")
        if isinstance(made, Ref):
            shares(low, call, made.cell, roots[k], existing)
            if any(roots[k] & other for j, other in enumerate(roots) if j != k):
                made.cell.shared = f"shares its memory with another result of `{call.name}`"
        new.append(made)
    return rebuild(low, call.out, new, low.store, _cell)


def shares(low: Lowering, call: _Call, cell: Cell, roots: set[Cell], existing: set[Cell]) -> None:
    """Note that a result may be memory of the caller's: it is not written, nor read once that is written."""
    for root in roots & existing:
        cell.shared = f"may be the array that `{call.name}` was given"
        owner = call.owners.get(root, root)
        for base in low.roots(owner):
            low.watch(cell, base)
