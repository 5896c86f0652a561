"""One seed, one program: its source, and the arguments that it is called with."""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass

from adcompiler.verify.fuzz import mutation, statements
from adcompiler.verify.fuzz.expressions import array, damped
from adcompiler.verify.fuzz.scope import Function, Integer, Items, Number, Parts, Shape, Type, Writer, reached
from adcompiler.verify.fuzz.structured import block, define_function

NAME = "program"  # of the function that is differentiated


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of the program: how it is made, and whether it can be differentiated."""

    name: str
    kind: str  # float, array, float32, zero-dimensional, integers, mask, integer, tuple, list, dict, record
    shape: Shape = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Program:
    """A random program."""

    seed: int
    source: str
    parameters: tuple[Parameter, ...]

    @property
    def argnums(self) -> tuple[int, ...]:
        """The positions of the arguments that are differentiated."""
        return tuple(k for k, parameter in enumerate(self.parameters) if parameter.active)


def generate(seed: int) -> Program:
    """The program of a seed, whatever other seeds there are and on every machine."""
    chooser = random.Random(seed)
    w = Writer(chooser, {}, {}, {}, depth=0)
    n, m = chooser.choice([3, 4, 4, 5]), chooser.choice([2, 2, 3])
    w.names = {"x": Number((n,)), "A": Number((m, n))}  # the shapes that functions of the module are for
    w.records = _records(w, n)
    for _ in range(w.weighted([(3, 0), (4, 1), (2, 2)])):
        define_function(w, w.fresh("f"))
        w.emit("")
        w.emit("")
    functions = {name: type for name, type in w.names.items() if isinstance(type, Function)}
    parameters, names = _parameters(w, n, m)
    w.emit(f"def {NAME}({', '.join(parameter.name for parameter in parameters)}):")
    w.names, w.depth = {**functions, **names}, 1
    w.sizes = {}
    for parameter in parameters:
        for axis, size in enumerate(parameter.shape):
            if parameter.kind in ("array", "float32"):
                w.sizes.setdefault(size, []).append(f"{parameter.name}.shape[{axis}]")
    if chooser.random() < 0.7:
        w.emit("n = len(x)")
        w.sizes[n] = ["n", "n", *w.sizes.get(n, [])]
    _workspace(w, n, m)
    w.budget = chooser.choice([5, 8, 11, 14])
    block(w, w.budget)
    w.emit(f"return {_everything(w)}")
    return Program(seed, written(w.lines), tuple(parameters))


def written(lines: list[str]) -> str:
    """The lines as a module, in the spelling of ast.unparse, which drops parentheses that are not needed."""
    text = "\n".join(lines)
    imports = ["import numpy as np"]
    if "math." in text:
        imports.insert(0, "import math")
    if "@dataclass" in text:
        imports.append("from dataclasses import dataclass")
    if "(NamedTuple)" in text:
        imports.append("from typing import NamedTuple")
    return ast.unparse(ast.parse("\n".join([*imports, text]))) + "\n"


def _records(w: Writer, n: int) -> tuple[tuple[str, Parts], ...]:
    """Classes of the module: a named tuple, a dataclass, or none."""
    found: list[tuple[str, Parts]] = []
    if w.chance(0.45):
        w.lines += ["class Pair(NamedTuple):", "    left: object", "    right: object"]
        found.append(("Pair", Parts((".left", ".right"), (Number((n,)), Number()), "Pair")))
    if w.chance(0.45):
        w.lines += ["@dataclass", "class State:", "    position: object", "    speed: object"]
        found.append(("State", Parts((".position", ".speed"), (Number((n,)), Number((n,))), "State")))
    if w.chance(0.4):
        w.lines += mutation.CLASS
        found.append(("Box", mutation.box(n)))
    return tuple(found)


def _parameters(w: Writer, n: int, m: int) -> tuple[list[Parameter], dict[str, Type]]:
    """The arguments: a vector and a number always, others by chance."""
    parameters = [Parameter("x", "array", (n,)), Parameter("c", "float")]
    names: dict[str, Type] = {"x": Number((n,)), "c": Number()}

    def add(probability: float, parameter: Parameter, type: Type) -> None:
        if w.chance(probability):
            parameters.append(parameter)
            names[parameter.name] = type

    add(0.35, Parameter("y", "array", (n,)), Number((n,)))
    add(0.4, Parameter("A", "array", (m, n)), Number((m, n)))
    add(0.12, Parameter("e", "array", (1,)), Number((1,)))
    add(0.12, Parameter("B", "array", (m, 1)), Number((m, 1)))
    add(0.14, Parameter("w", "float32", (n,)), Number((n,)))
    add(0.06, Parameter("z", "zero-dimensional"), Number())
    add(0.15, Parameter("k", "integers", (n,), False), Number((n,), "int"))
    add(0.12, Parameter("b", "mask", (n,), False), Number((n,), "bool"))
    add(0.15, Parameter("j", "integer", (), False), Integer(0, 2))
    add(0.1, Parameter("t", "tuple", (n,)), Parts(("[0]", "[1]"), (Number((n,)), Number())))
    add(0.1, Parameter("q", "list", (n,)), Items(Number((n,)), 2))
    add(0.1, Parameter("d", "dict", (n,)), Parts(("['a']", "['b']"), (Number((n,)), Number())))
    for name, parts in [record for record in w.records if record[0] != "Box"][:1]:
        add(0.2, Parameter("r", name, (n,)), parts)
    return parameters, names


def _workspace(w: Writer, n: int, m: int) -> None:
    """An array or two of the function's own."""
    for shape in ((n,), (m, n)):
        if w.chance(0.75):
            text = damped(w, array(w, shape, 1))
            copied = w.pick([f"({text}).copy()", f"1.0 * ({text})", f"np.array({text})"])
            w.emit(f"{w.define(statements.prefix_of(shape), Number(shape))} = {copied}")


def _everything(w: Writer) -> str:
    """A number in which every name that is left counts, each element of an array by a weight of its own."""
    terms: list[str] = []
    for name, type in w.names.items():
        for text, part in reached(name, type):
            match part:
                case Number(shape=(), kind="float"):
                    terms.append(f"{w.constant()} * {text}")
                case Number(shape=(size,), kind="float"):
                    terms.append(f"np.sum({text} * np.linspace({w.constant()}, 2.0, {size}))")
                case Number(shape=(_, size), kind="float"):
                    terms.append(f"np.sum(np.sin({text}) * np.linspace({w.constant()}, 2.0, {size}))")
    return " + ".join(terms)
