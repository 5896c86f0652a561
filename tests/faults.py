"""The tests' own test: faults are planted one by one in rules and passes, and the samples must find them.

Rules get every fault that can be planted mechanically: another sign, a factor of 2, of 1 + 1e-8, a rounding
through float32, a missing contribution, exchanged operands, another axis, no unbroadcasting. Passes and
printers get those of `PASSES`, by hand. Only samples that run through the faulty place are run, until one fails.

    python tests/faults.py            # all of them, in as many processes as there are cores; writes tests/faults.json
    python tests/faults.py --resume   # those that have no verdict there
    python tests/faults.py special    # those with this in their name
    pytest tests/test_faults.py       # a fixed sample of them

A fault that changes no program is no fault: it is planted, but not counted. docs/coverage.md lists the faults
that no sample finds.
"""

from __future__ import annotations

import ast
import importlib
import json
import multiprocessing
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any
from unittest import mock

import numpy as np
from operations import OPERATIONS, SAMPLES, Sample
from operations.program import is_active, leaves, primal
from operations.prove import prove, prove_gradients, prove_on_xla, twice
from rich.progress import Progress

from adcompiler import compiled, pipeline
from adcompiler.analysis import alias
from adcompiler.api import Gradient
from adcompiler.emit import jax_pads, jax_unread
from adcompiler.emit import numpy as numpy_printer
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, If, Value
from adcompiler.ir.types import Array, Seq
from adcompiler.primitives.build import apply
from adcompiler.primitives.registry import PRIMITIVES, find
from adcompiler.rules.language import Sym, call
from adcompiler.rules.registry import RULES, Rule, evaluate
from adcompiler.rules.special import no_derivative
from adcompiler.transforms import adds, cse, recall, reverse, simplify, slots, stores, undo
from adcompiler.transforms.sums import Sums

RESULTS = Path(__file__).with_name("faults.json")
Names = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A fault, where it stands, and how it is planted; `on_xla`: it is in the JAX printer."""

    place: str
    kind: str
    plant: Callable[[], AbstractContextManager[Any]]
    on_xla: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.place}: {self.kind}"


# ------------------------------------------------------------------------------------------------ in rules


def rounded(sym: Sym) -> Sym:
    """Through float32 and back."""
    assert isinstance(sym.type, Array)
    kind = {"f": np.float32, "c": np.complex64}[sym.type.dtype.kind]
    return call("astype", call("astype", sym, dtype=np.dtype(kind)), dtype=sym.type.dtype)


CHANGES: dict[str, Callable[[Sym], Sym | None]] = {
    "sign": lambda sym: -sym,
    "factor 2": lambda sym: 2 * sym,
    "factor 1 + 1e-8": lambda sym: (1 + 1e-8) * sym,
    "float32": rounded,
    "dropped": lambda sym: None,
}


def on_any(change: Callable[[Sym], Sym | None]) -> Callable[[Sym], Sym | None]:
    """A change of numbers, also of those in a list: of all of them at once, as an array."""

    def made(sym: Sym) -> Sym | None:
        if isinstance(sym.type, Array):
            return change(sym) if sym.type.inexact else sym
        if change is CHANGES["dropped"]:
            return None
        if not isinstance(sym.type, Seq) or not isinstance(sym.type.item, Array):
            return sym
        found = change(call("seq_stack", sym))
        return None if found is None else call("seq_unstack", found)

    return made


def is_number(sym: Sym | None) -> bool:
    """Whether a contribution is an array of floating-point or complex numbers."""
    return sym is not None and isinstance(sym.type, Array) and sym.type.inexact


def changed(rule: Rule, operand: str, change: Callable[[Sym], Sym | None]) -> Rule:
    """The rule with another cotangent for an operand."""

    def formula(**names: Any) -> Sym | None:
        found = evaluate(rule.formulas[operand], names)
        return None if found is None else on_any(change)(found)

    return replace(rule, formulas={**rule.formulas, operand: formula})


def changed_all(rule: Rule, change: Callable[[Sym], Sym | None]) -> Rule:
    """The rule of a starred operand with other cotangents for all."""

    def every(**names: Any) -> list[Sym | None]:
        assert rule.variadic is not None
        return [None if s is None else on_any(change)(s) for s in rule.variadic(**names)]

    return replace(rule, variadic=every)


def renamed(rule: Rule, operand: str, change: Callable[[Names], Names]) -> Rule:
    """The rule with a formula that sees other operands or attributes."""
    return replace(
        rule,
        formulas={**rule.formulas, operand: lambda **names: evaluate(rule.formulas[operand], change(names))},
    )


def exchanged(one: str, other: str) -> Callable[[Names], Names]:
    """Two operands in each other's place."""
    return lambda names: {**names, one: names[other], other: names[one]}


def another_axis(names: Names) -> Names:
    """The next axis, where there are several."""
    array = next(
        v for v in names.values() if isinstance(v, Sym) and isinstance(v.type, Array) and v.type.rank
    )
    assert isinstance(array.type, Array)
    rank, axis = array.type.rank, names["axis"]
    if rank < 2 or isinstance(axis, tuple):
        return names
    return {**names, "axis": 0 if axis is None else (axis + 1) % rank}


def planted(name: str, rule: Rule) -> Callable[[], AbstractContextManager[Any]]:
    """Another rule for a primitive."""
    return lambda: mock.patch.dict(RULES, {name: rule})


def without_unbroadcast(name: str) -> Callable[[], AbstractContextManager[Any]]:
    """The contributions of a primitive are not summed over broadcast axes."""
    contribute = reverse._Reverse.contribute

    def faulty(self: Any, op: Any, *rest: Any) -> None:
        with mock.patch.object(reverse, "unbroadcast", lambda builder, c, operand: c):
            if op.primitive == name:
                contribute(self, op, *rest)
        if op.primitive != name:
            contribute(self, op, *rest)

    return lambda: mock.patch.object(reverse._Reverse, "contribute", faulty)


def of_rule(name: str, rule: Rule) -> Iterator[Fault]:
    """All mechanical faults of a rule."""
    row = PRIMITIVES[name]
    if rule.constant:
        return
    if rule.variadic is not None:
        for kind, change in CHANGES.items():
            yield Fault(name, kind, planted(name, changed_all(rule, change)))
    for operand, formula in rule.formulas.items():
        if getattr(formula, "__qualname__", "").startswith(no_derivative.__name__):
            continue
        place = f"{name}, {operand}" if len(rule.formulas) > 1 else name
        for kind, change in CHANGES.items():
            yield Fault(place, kind, planted(name, changed(rule, operand, change)))
        for other in rule.formulas:
            named = set(formula.co_names) if isinstance(formula, CodeType) else {operand, other}
            if other > operand and named & {operand, other}:
                wrong = renamed(rule, operand, exchanged(operand, other))
                yield Fault(place, f"{operand} and {other} exchanged", planted(name, wrong))
        if "axis" in row.defaults:
            yield Fault(place, "wrong axis", planted(name, renamed(rule, operand, another_axis)))
    if row.elementwise and len(row.operands) > 1:
        yield Fault(name, "no unbroadcast", without_unbroadcast(name))


ON_XLA_ALONE = ("barrier", "traced")  # primitives that no function of NumPy stands for


def in_rules() -> list[Fault]:
    """The faults of all rules."""
    for module in ("scipy.linalg", "scipy.special"):
        importlib.import_module(module)  # else their functions have no samples
    there = [
        name
        for name, row in PRIMITIVES.items()
        # those of JAX alone have no samples; tests/test_jax_functions.py compares them with JAX
        if name not in ON_XLA_ALONE
        and (not row.paths or any(find(path) for path in row.paths if not path.startswith("jax.")))
    ]
    return [fault for name in there if name in RULES for fault in of_rule(name, RULES[name])]


# ----------------------------------------------------------------------------------------------- in passes


def instead(owner: Any, name: str, made: Callable[[Any], Any]) -> Callable[[], AbstractContextManager[Any]]:
    """A function replaced by what is made of it."""
    return lambda: mock.patch.object(owner, name, made(getattr(owner, name)))


def printed(change: Callable[[str], str]) -> Callable[[], AbstractContextManager[Any]]:
    """Another text of the emitted NumPy source."""
    return instead(pipeline, "numpy_source", lambda source: lambda program: change(source(program)))


def printed_for_xla(change: Callable[[str], str]) -> Callable[[], AbstractContextManager[Any]]:
    """Another text of the emitted JAX source."""
    return instead(
        compiled, "print_module", lambda source: lambda module, dialect: change(source(module, dialect))
    )


def once(pattern: str, by: str) -> Callable[[str], str]:
    """The last match replaced: behind the primal sweep stands the adjoint's."""

    def change(text: str) -> str:
        found = list(re.finditer(pattern, text))
        return (
            text if not found else text[: found[-1].start()] + found[-1].expand(by) + text[found[-1].end() :]
        )

    return change


def every(pattern: str, by: str) -> Callable[[str], str]:
    """All matches replaced."""
    return lambda text: re.sub(pattern, by, text)


def forgotten(accumulate: Any) -> Any:
    """Of several contributions the last one counts."""

    def faulty(self: Any, builder: Any, adjoints: Any, target: Any, contribution: Any) -> None:
        adjoints.pop(target, None)
        accumulate(self, builder, adjoints, target, contribution)

    return faulty


def doubled(accumulate: Any) -> Any:
    """A contribution is added twice."""

    def faulty(self: Any, builder: Any, adjoints: Any, target: Any, contribution: Any) -> None:
        if target in adjoints:
            accumulate(self, builder, adjoints, target, contribution)
        accumulate(self, builder, adjoints, target, contribution)

    return faulty


def subtracted(accumulate: Any) -> Any:
    """A later contribution has the other sign."""

    def faulty(self: Any, builder: Any, adjoints: Any, target: Any, contribution: Any) -> None:
        if target in adjoints and is_number(Sym(builder, contribution)):
            contribution = apply(builder, "negative", contribution)
        accumulate(self, builder, adjoints, target, contribution)

    return faulty


def last_op(change: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """The op that a method appended last is another; the method's builder is the argument that has ops."""

    def made(method: Any) -> Any:
        def faulty(*arguments: Any) -> Any:
            builder = next(a for a in arguments if isinstance(a, Builder))
            before = len(builder.ops)
            found = method(*arguments)
            if len(builder.ops) > before:
                builder.ops[-1] = change(arguments[0], builder.ops[-1])
            return found

        return faulty

    return made


def averaged(self: Any, op: Any) -> Any:
    return replace(op, primitive="mean") if getattr(op, "primitive", "") == "sum" else op


def arms_exchanged(self: Any, op: Any) -> Any:
    return replace(op, then=op.orelse, orelse=op.then) if isinstance(op, If) else op


def forwards(self: Any, op: Any) -> Any:
    return replace(op, backwards=not op.backwards) if isinstance(op, For) else op


def from_zero(loop: Any) -> Any:
    """The adjoint of a loop starts with zeros."""

    def faulty(
        self: Any, op: Any, body: Any, carried: Any, bounds: Any, backwards: Any, builder: Any, adjoints: Any
    ) -> None:
        loop(self, op, body, carried, bounds, backwards, builder, adjoints)
        if builder.ops and isinstance(builder.ops[-1], For):
            made = builder.ops.pop()
            inits = tuple(self.zeros(builder, out) for out in made.results)
            builder.ops.append(replace(made, inits=inits))

    return faulty


def reread(read: Any) -> Any:
    """What a loop overwrites is read again all the same."""

    def faulty(op: Any, versions: Any) -> Any:
        for stage in versions.stages(op.operands[0]):
            yield replace(op, operands=(stage.version, *op.operands[1:]))

    return faulty


def mirrored(slot_of: Any) -> Any:
    """The slot of the trip as counted from the other end."""

    def faulty(builder: Any, op: Any, index: Any) -> Any:
        slot = slot_of(builder, op, index)
        if not isinstance(op, For):
            return slot
        last = apply(builder, "subtract", slots.slot_count(builder, op), Const(1), path="operator.sub")
        return apply(builder, "subtract", last, slot, path="operator.sub")

    return faulty


def unsigned(method: Any) -> Any:
    """A sign that was to be moved is lost."""

    def faulty(self: Any, *arguments: Any) -> Any:
        found = method(self, *arguments)
        made = arguments[-1].ops[-1] if arguments[-1].ops else None
        return (
            made.operands[0]
            if getattr(made, "primitive", "") == "negative" and found in made.results
            else found
        )

    return faulty


def turned_round(method: Any) -> Any:
    """a - b becomes b - a."""

    def faulty(self: Any, *arguments: Any) -> Any:
        found = method(self, *arguments)
        ops = arguments[-1].ops
        if ops and getattr(ops[-1], "primitive", "") == "subtract" and found in ops[-1].results:
            ops[-1] = replace(ops[-1], operands=ops[-1].operands[::-1])
        return found

    return faulty


def key_without(part: str) -> Callable[[Any], Any]:
    """Ops that differ in a part are taken for one."""

    def made(key: Any) -> Any:
        def faulty(op: Any) -> Any:
            found = key(op)
            if found is None:
                return None
            return (
                (found[0], found[1], ())
                if part == "attributes"
                else (found[0], frozenset(found[1]), found[2])
            )

        return faulty

    return made


def always(value: Any) -> Callable[[Any], Any]:
    """A question that always gets one answer."""
    return lambda asked: lambda *arguments, **named: value


def in_float32(method: Any) -> Any:
    """Through float32."""

    def faulty(self: Any, builder: Any, contribution: Any, target: Any) -> Any:
        found = method(self, builder, contribution, target)
        if isinstance(found, Value) and is_number(Sym(builder, found)):
            return rounded(Sym(builder, found)).operand
        return found

    return faulty


def raised(method: Any) -> Any:
    """Ones instead of zeros."""

    def faulty(self: Any, builder: Any, like: Any, *rest: Any) -> Any:
        found = method(self, builder, like, *rest)
        return apply(builder, "add", found, Const(1.0)) if is_number(Sym(builder, found)) else found

    return faulty


def other_slot(method: Any) -> Any:
    """The slot before or after the trip's."""

    def faulty(self: Any, *arguments: Any) -> Any:
        tape, offset = method(self, *arguments)
        return tape, 1 - offset

    return faulty


def kept(name: str, operand: str) -> Callable[[], AbstractContextManager[Any]]:
    """The cotangent of what was overwritten is passed on."""
    rule = RULES[name]
    return planted(name, replace(rule, formulas={**rule.formulas, operand: lambda g, **names: g}))


def other_sign(added_to: Any) -> Any:
    def faulty(target: Any, value: Any) -> Any:
        made = added_to(target, value)
        made.op = ast.Sub() if isinstance(made.op, ast.Add) else ast.Add()
        return made

    return faulty


def one_by_one(moves: Any) -> Any:
    """What is to be assigned at once is assigned one after the other."""
    return lambda self, pairs: [self._moving(move) for move in pairs]


_Reverse, _Simplifier, _Stores = reverse._Reverse, simplify._Simplifier, stores._Stores
_Lookup, _Analysis, _Printer = recall.Lookup, alias._Analysis, numpy_printer._Printer
HALF_WIDTH = r"np.asarray(np.asarray(\1, np.float32), np.float64)[()]"
PASSES = [
    Fault("reverse", "a contribution replaces those before it", instead(Sums, "add", forgotten)),
    Fault("reverse", "a contribution is added twice", instead(Sums, "add", doubled)),
    Fault("reverse", "the sign of a later contribution", instead(Sums, "add", subtracted)),
    Fault(
        "reverse",
        "means instead of sums over broadcast axes",
        instead(reverse, "unbroadcast", last_op(averaged)),
    ),
    Fault(
        "reverse",
        "sums over broadcast axes dropped",
        instead(reverse, "unbroadcast", lambda f: lambda b, c, o: c),
    ),
    Fault("reverse", "cotangents through float32", instead(Sums, "_fitted", in_float32)),
    Fault("reverse", "ones instead of zeros", instead(Sums, "zeros", raised)),
    Fault("reverse", "the arms of a branch exchanged", instead(_Reverse, "branch", last_op(arms_exchanged))),
    Fault("reverse", "the adjoint of a loop runs forwards", instead(_Reverse, "loop", last_op(forwards))),
    Fault("reverse", "the adjoint of a loop starts from zero", instead(_Reverse, "loop", from_zero)),
    Fault(
        "reverse",
        "constant cotangents are not spread",
        instead(_Reverse, "full", lambda f: lambda self, b, c, *rest: c),
    ),
    Fault("setitem", "the cotangent of what was overwritten is kept", kept("setitem", "x")),
    Fault("seq_set", "the cotangent of what was overwritten is kept", kept("seq_set", "seq")),
    Fault("record", "what is overwritten is read again", instead(recall, "rereads", reread)),
    Fault("record", "the slots of tapes in the other order", instead(recall, "slot_of", mirrored)),
    Fault("record", "the neighbouring slot of a tape", instead(_Lookup, "_tape", other_slot)),
    Fault("simplify", "-x is x", instead(_Simplifier, "negation", lambda f: lambda self, x, builder: x)),
    Fault("simplify", "the sign of a product lost", instead(_Simplifier, "product", unsigned)),
    Fault("simplify", "the sign of a quotient lost", instead(_Simplifier, "quotient", unsigned)),
    Fault("simplify", "the sign of a reduction lost", instead(_Simplifier, "reduction", unsigned)),
    Fault("simplify", "a + -b is b - a", instead(_Simplifier, "sum", turned_round)),
    Fault("simplify", "-(a - b) is a - b", instead(_Simplifier, "negation", turned_round)),
    Fault(
        "simplify",
        "2 is taken for 1",
        instead(simplify, "_is", lambda f: lambda c, v: f(c, v) or f(c, 2 * v)),
    ),
    Fault(
        "simplify",
        "constants multiplied wrongly",
        instead(simplify, "_exact", lambda f: lambda a, b: None if f(a, b) is None else 2 * f(a, b)),
    ),
    Fault(
        "simplify",
        "a reduced value keeps no axis",
        instead(_Simplifier, "reduced", lambda f: lambda self, e, b: e.operands[0]),
    ),
    Fault(
        "simplify",
        "what is written to all of an array is lost",
        instead(_Simplifier, "spread", lambda f: lambda self, v, x, builder: x),
    ),
    Fault("simplify", "every subscript is taken for [:]", instead(simplify, "_whole", always(True))),
    Fault("cse", "static arguments are not compared", instead(cse, "_key", key_without("attributes"))),
    Fault("cse", "a - b is b - a", instead(cse, "_key", key_without("order"))),
    Fault(
        "stores",
        "every store of zero is dropped",
        instead(
            _Stores,
            "_dead",
            lambda f: (
                lambda self, loop, slot, found, k: (
                    found[k].op.primitive == "setitem" and stores._zero(found[k].op.operands[1])
                )
            ),
        ),
    ),
    Fault("stores", "what is added to is taken for untouched", instead(_Stores, "_untouched", always(True))),
    Fault("stores", "what is added to is taken for zeros", instead(_Stores, "_fresh", always(True))),
    Fault("stores", "what is added to is taken for just zeroed", instead(_Stores, "_rezeroed", always(True))),
    Fault("adds", "any term is taken for what was there", instead(adds, "_was_there", always(True))),
    Fault("adds", "all parts are taken for one", instead(adds, "same_part", always(True))),
    Fault("adds", "what stands between is not seen", instead(adds, "_follows", always(True))),
    Fault("undo", "any read is taken for that of the part", instead(undo, "same_part", always(True))),
    Fault(
        "alias", "a write in place over what is read later", instead(_Analysis, "_conflict", always(False))
    ),
    Fault(
        "alias", "a write through an index that it changes", instead(_Analysis, "_overlaps", always(False))
    ),
    Fault(
        "emit/numpy",
        "+= through an index that names a place twice",
        instead(numpy_printer, "may_repeat", always(False)),
    ),
    Fault("emit/numpy", "+= and -= exchanged", instead(numpy_printer, "added_to", other_sign)),
    Fault("emit/numpy", "assignments at once made one by one", instead(_Printer, "_moves", one_by_one)),
    Fault(
        "emit/numpy",
        "y[i] = y[j] + v printed as y[i] += v",
        instead(numpy_printer, "_same_place", always(True)),
    ),
    Fault("emit/numpy", "copies dropped", printed(every(r"(\w)\.copy\(\)", r"\1"))),
    Fault("emit/numpy", "+= printed as =", printed(once(r"(?m)^( +d\S+) \+= (?=\S)", r"\1 = "))),
    Fault("emit/numpy", "reversed dropped", printed(every(r"reversed\((range\(.*\))\):", r"\1:"))),
    Fault("emit/numpy", "another axis", printed(once(r"axis=0", "axis=1"))),
    Fault("emit/numpy", "a transpose dropped", printed(once(r"\.T\b", ""))),
    Fault("emit/numpy", "a mean for a sum", printed(once(r"np\.sum\(", "np.mean("))),
    Fault(
        "emit/numpy",
        "tapes in float32",
        printed(every(r"_tape\.append\((.*)\)", rf"_tape.append({HALF_WIDTH})")),
    ),
    Fault("emit/numpy", "a minus dropped", printed(once(r"(= |\()-(?=\w)", r"\1"))),
    Fault("runtime", "unbroadcast takes the mean", printed(every(r"total = np\.sum\(", "total = np.mean("))),
    Fault("emit/jax", ".add printed as .set", printed_for_xla(once(r"\]\.add\(", "].set(")), on_xla=True),
    Fault("emit/jax", "another axis", printed_for_xla(once(r"axis=0", "axis=1")), on_xla=True),
    Fault(
        "emit/jax",
        "a transpose dropped",
        printed_for_xla(once(r"\.T\b", "")),
        on_xla=True,
    ),
    Fault("emit/jax", "a mean for a sum", printed_for_xla(once(r"jnp\.sum\(", "jnp.mean(")), on_xla=True),
    Fault("emit/jax", "a minus dropped", printed_for_xla(once(r"(= |\()-(?=\w)", r"\1")), on_xla=True),
    Fault(
        "emit/jax",
        "the trips of a loop forwards",
        printed_for_xla(every(r"(\w+) = \S.* - 1 - k\n", r"\1 = k\n")),
        on_xla=True,
    ),
    Fault(
        "jax_pads",
        "the widths of a pad exchanged",
        instead(jax_pads, "_widths", lambda f: lambda op: (found := f(op)) and found[::-1]),
        on_xla=True,
    ),
    Fault(
        "jax_unread",
        "what is bound anew is taken for unread",
        instead(jax_unread, "_is_bound_anew", always(True)),
        on_xla=True,
    ),
    Fault(
        "emit/jax",
        "the result in float32",
        printed_for_xla(once(r"return \((d\w+),\)", r"return (\1.astype(jnp.float32).astype(jnp.float64),)")),
        on_xla=True,
    ),
]

# ------------------------------------------------------------------------------------------------- running


def sources(sample: Sample, on_xla: bool) -> str:
    """The adjoint that is emitted for a sample, or the error."""
    arguments = tuple(sample.arguments().values())
    numbers = tuple(k for k, argument in enumerate(arguments) if any(map(is_active, leaves(argument))))
    gradient = Gradient(primal(sample), numbers, pullback=True)
    try:
        return gradient.source(*arguments, backend="jax" if on_xla else "numpy")
    except Exception as error:  # what is wrong may raise anything
        return repr(error)


def everything(sample: Sample) -> Iterator[str]:
    """All that is proved of a sample on NumPy."""
    yield from prove(sample)
    yield from prove_gradients([sample])


def found_by(fault: Fault, samples: Sequence[Sample]) -> str:
    """The first sample that fails with the fault planted, or nothing."""
    for sample in samples:
        with fault.plant():
            problems = iter(prove_on_xla([sample])) if fault.on_xla else everything(sample)
            try:
                problem = next(problems, None)
            except Exception as error:  # what is wrong may raise anything
                problem = repr(error)
        if problem is not None:
            return sample.name
    return ""


def changes_a_program(fault: Fault, samples: Sequence[Sample]) -> bool:
    """Whether any emitted source is another one with the fault planted."""
    for sample in samples:
        right = sources(sample, fault.on_xla)
        with fault.plant():
            if sources(sample, fault.on_xla) != right:
                return True
    return False


def touched() -> dict[str, list[Sample]]:
    """For each primitive the samples whose compilation evaluates its rule, the small ones first."""
    found: dict[str, list[Sample]] = {}
    here: set[str] = set()
    rule = reverse._Reverse.rule

    def noted(self: Any, op: Any, *rest: Any) -> None:
        here.add(op.primitive)
        rule(self, op, *rest)

    with mock.patch.object(reverse._Reverse, "rule", noted):
        for sample in ON_NUMPY:
            here.clear()
            sources(sample, False)
            if sample.twofold:
                twice([sample])
            for name in here:
                found.setdefault(name, []).append(sample)
    return {name: sorted(samples, key=lambda s: len(s.text)) for name, samples in found.items()}


ON_NUMPY = [s for s in SAMPLES if not s.refusal and "numpy" in s.proof.backends]
ON_XLA = [s for s in SAMPLES if not s.refusal and "jax" in s.proof.backends]
MECHANICAL = ("exchanged", "wrong axis", "no unbroadcast")  # these may change no program


def candidates(fault: Fault, by_rule: Mapping[str, Sequence[Sample]]) -> list[Sample]:
    """The samples that can find a fault; for a pass all of them: programs of several statements, then the first of each operation."""
    name = fault.place.partition(",")[0]
    if fault not in PASSES:
        return list(by_rule.get(name, ()))
    if not fault.on_xla:
        return sorted(
            ON_NUMPY,
            key=lambda s: (OPERATIONS[s.operation].family not in ("programs", "indexing"), s.number),
        )
    few = [s for s in ON_XLA if OPERATIONS[s.operation].family in ("programs", "linear")]
    return few + [operation.samples[0] for operation in OPERATIONS.values() if operation.samples[0] in ON_XLA]


@dataclass(frozen=True)
class Verdict:
    """What became of a fault: "found", by which sample; "survived"; or "none", where it changes no program."""

    name: str
    outcome: str
    sample: str = ""


def judged(fault: Fault, samples: Sequence[Sample]) -> Verdict:
    """Plant a fault and run samples until one fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = found_by(fault, samples)
        if not found and not fault.on_xla and fault.place.partition(",")[0] in PRIMITIVES:
            # a few samples on XLA, where JAX is an oracle
            found = found_by(replace(fault, on_xla=True), [s for s in samples if s in ON_XLA][:3])
        if found:
            return Verdict(fault.name, "found", found)
        mechanical = fault in PASSES or any(kind in fault.kind for kind in MECHANICAL)
        survived = not mechanical or changes_a_program(fault, samples)
        return Verdict(fault.name, "survived" if survived else "none")


def kind_of(name: str) -> str:
    """The kind of a fault, for the table."""
    place, _, kind = name.rpartition(": ")
    if place.partition(",")[0] not in PRIMITIVES or kind.startswith("the "):
        return "in passes and printers, by hand"
    return "exchanged operands" if kind.endswith("exchanged") else kind


def last_run() -> dict[str, str]:
    """What became of each fault when they were all planted last."""
    verdicts: dict[str, str] = json.loads(RESULTS.read_text())
    return verdicts


def report() -> str:
    """The last full run as a table and a list of survivors."""
    if not RESULTS.exists():
        return "The full run (`python tests/faults.py`) has not been made yet; a sample of the faults is in the tests."
    verdicts = {name: outcome for name, outcome in last_run().items() if outcome != "none"}
    counts: dict[str, Counter[str]] = {}
    for name, outcome in verdicts.items():
        counts.setdefault(kind_of(name), Counter())[outcome] += 1
    rows = ["| fault | planted | found |", "|---|---|---|"]
    rows += [f"| {kind} | {count.total()} | {count['found']} |" for kind, count in counts.items()]
    survivors = [name for name, outcome in verdicts.items() if outcome == "survived"]
    found, planted = len(verdicts) - len(survivors), len(verdicts)
    heading = f"{planted} faults, {found} found: {100 * found / planted:.1f}%."
    lines = [f"* {name}: {reason(name)}" for name in survivors]
    return "\n".join([heading, "", *rows, "", "Survivors:", "", *(lines or ["none"])])


def reason(name: str) -> str:
    """Why a fault survives, as far as that is known."""
    return next((text for pattern, text in REASONS.items() if re.search(pattern, name)), "")


# why no sample can find a fault, by a pattern of its name
REASONS: dict[str, str] = {
    "^(joined|exactly)": "names that are single on one path and double on another are in tests/test_traps.py, not among the samples",
    "^draw": "what a generator draws has no derivative: the rule gives no cotangent that could be wrong",
    "^emit/numpy: y.i. = y.j. ": "+= is printed only where the source says +=, where both places are one",
    "^alias: a write through an index": "no sample keeps indices in an array of floats",
    "^bincount: float32": "np.bincount computes in double precision alone, so that its differences hide a rounding",
    "^t_.*loc and x exchanged": "the density is even: the formula gives the same numbers",
    "^(t_ppf|eig_complex|lfilter|solve_tridiagonal)": "the samples' differences are coarser than the fault: see their tolerances",
    "^poch, m": "the formula is symmetric in z and m",
    "^seq_plus.*float32": "only second derivatives go through this rule, and they are compared to less than single precision",
    "^full_of": "the value that fills an array is a constant wherever the compiler uses it, so that its rule is never asked",
    "^reverse: constant cotangents": "elementwise rules broadcast a constant cotangent by themselves",
}


@dataclass(frozen=True)
class Work:
    """All that is to be judged; the processes that judge have it by being forked."""

    faults: list[Fault]
    by_rule: Mapping[str, Sequence[Sample]]

    def __call__(self, number: int) -> Verdict:
        """One fault."""
        return judged(self.faults[number], candidates(self.faults[number], self.by_rule))


work: Work | None = None


def judged_by_number(number: int) -> Verdict:
    """One fault, in a process of its own."""
    assert work is not None
    return work(number)


def main() -> None:
    """Judge all faults, or those whose name contains an argument; --resume leaves those that have been judged."""
    global work
    wanted = [argument for argument in sys.argv[1:] if argument != "--resume"]
    chosen = [f for f in [*in_rules(), *PASSES] if all(text in f.name for text in wanted)]
    names = {fault.name for fault in [*in_rules(), *PASSES]}
    verdicts = last_run() if RESULTS.exists() and (wanted or "--resume" in sys.argv) else {}
    verdicts = {name: outcome for name, outcome in verdicts.items() if name in names}
    if "--resume" in sys.argv:
        chosen = [fault for fault in chosen if fault.name not in verdicts]
    work = Work(chosen, touched())
    with Progress() as progress, multiprocessing.get_context("fork").Pool(maxtasksperchild=50) as pool:
        task = progress.add_task("faults", total=len(chosen))
        for verdict in pool.imap_unordered(judged_by_number, range(len(chosen))):
            progress.advance(task)
            verdicts[verdict.name] = verdict.outcome
            RESULTS.write_text(json.dumps(dict(sorted(verdicts.items())), indent=1) + "\n")
            if verdict.outcome == "survived":
                progress.console.print(f"survived: {verdict.name}")
    outcomes = Counter(verdicts.values())
    print(f"{outcomes['found']} found, {outcomes['survived']} survived, {outcomes['none']} change no program")


if __name__ == "__main__":
    main()
