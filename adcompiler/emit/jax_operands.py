"""Values as JAX expressions: numbers in the dtype that is wanted, sizes, zeros, and empty tapes."""

from __future__ import annotations

import ast

import numpy as np

from adcompiler.analysis.described import descriptions
from adcompiler.analysis.ranges import Ranges, naturals
from adcompiler.emit.hidden import apart
from adcompiler.emit.jax_dtypes import Seen
from adcompiler.emit.jax_facts import DEFAULT, NUMPY_INSTEAD
from adcompiler.emit.jax_names import GLOBALS
from adcompiler.emit.jax_plan import Plan
from adcompiler.emit.template import fill, literal
from adcompiler.errors import CompileError, InternalError
from adcompiler.ir.core import Apply, Const, Operand, Value
from adcompiler.ir.dims import Dim
from adcompiler.ir.types import Array, DType, Seq, Shape, Type

UNMADE = ("tape", "undefined")
PYTHON = {"b": bool, "i": int, "u": int, "f": float, "c": complex}
UNSIZED = "; XLA needs fixed shapes"


class Operands:
    """The expressions of one function's values.

    known: for each value that has been printed. seen: what XLA sees of it.
    items: for lists among the arguments the text by which their items are reached.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known: dict[Value, ast.expr] = {}
        self.seen: dict[Value, Seen] = {}
        self.items: dict[Value, str] = {}
        self.descriptions = descriptions(plan.function.body)
        self.definitions = self.descriptions.makers
        self.ranges = Ranges(plan.function.body)
        self.naturals = naturals(plan.function.body, self.ranges)
        self.called: set[str] = set()  # the functions of the module's own

    def __call__(self, operand: Operand) -> ast.expr:
        """An operand as an expression."""
        if isinstance(operand, Const):
            return literal(operand.value, "jax")
        if operand in self.known:
            return self.known[operand]
        made = self.unmade(operand)
        if made is None:
            raise InternalError(f"the value {operand!r} is read before it is made")
        if made.primitive == "undefined":
            return self.zeros(operand.type, made)
        return self.tape(made, self(made.operands[0]))

    def own(self, name: str, *arguments: ast.expr) -> ast.expr:
        """A call of a function that the module defines."""
        self.called.add(name)
        return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])

    def natural(self, operand: Operand) -> bool:
        """Whether the operand is an integer that is sure not to be negative."""
        return operand.natural if isinstance(operand, Const) else operand in self.naturals

    def unmade(self, operand: Operand) -> Apply | None:
        """The op of an empty tape or of a value without meaning: printed where it is used."""
        made = self.definitions.get(operand) if isinstance(operand, Value) else None
        return made if isinstance(made, Apply) and made.primitive in UNMADE else None

    def note(self, value: Value, weak: bool | None) -> None:
        """What XLA sees of a value."""
        if isinstance(value.type, Array):
            self.seen[value] = Seen(value.type.dtype, weak)

    def static(self, operand: Operand) -> bool:
        """Whether the operand is a Python object while JAX traces."""
        return isinstance(operand, Const) or operand in self.plan.static

    def number(self, operand: Operand) -> Seen | None:
        """The operand as XLA sees it, if it is a number."""
        type = operand.type
        if not isinstance(type, Array) or type.dtype.kind not in "biufc":
            return None
        if self.static(operand):
            return Seen(type.dtype, type.dtype in DEFAULT)  # np.float64(0.1) is printed as 0.1
        assert isinstance(operand, Value)
        return self.seen.get(operand, Seen(type.dtype, None))

    def weakness(self, operand: Operand) -> bool | None:
        """Whether XLA sees the operand as a Python scalar; None where that is not known."""
        number = self.number(operand)
        return number.weak if number is not None else None

    def converted(self, operand: Operand, type: Type) -> ast.expr:
        """An operand as a number of the type given, as loops and branches want it."""
        if (
            not isinstance(type, Array)
            or not isinstance(operand.type, Array)
            or operand.type.dtype == type.dtype
        ):
            return self(operand)
        return self.cast(operand, type.dtype)

    def cast(self, operand: Operand, dtype: DType) -> ast.expr:
        """An operand in another dtype."""
        if isinstance(operand, Const) and isinstance(operand.value, (bool, int, float, complex)):
            if dtype in DEFAULT and not isinstance(operand.value, np.generic):
                return literal(PYTHON[dtype.kind](operand.value), "jax")
            return literal(dtype.type(operand.value), "jax")
        target = literal(dtype, "jax")
        if self.static(operand):
            if dtype in DEFAULT:
                return fill(f"{PYTHON[dtype.kind].__name__}(x)", x=self(operand))
            return ast.Call(target, [self(operand)], [])
        assert isinstance(operand.type, Array)
        x = self(operand)
        if operand.type.dtype.kind == "c" and dtype.kind not in "cb":
            x = fill("jnp.real(x)", x=x)
        if self.plan.unrolled and self.perhaps_python(operand):
            return fill("jnp.asarray(x, dtype)", x=x, dtype=target)
        return fill("x.astype(dtype)", x=x, dtype=target)

    def perhaps_python(self, operand: Operand) -> bool:
        """Whether a loop that tracing unrolls may make a Python number of the operand, which has no methods."""
        number = self.number(operand)
        scalar = isinstance(operand.type, Array) and not operand.type.rank
        return scalar and number is not None and number.weak is not False

    def size(self, size: Dim) -> ast.expr | None:
        """A size as an expression over the parameters, if it has one."""
        if size.known is not None:
            return ast.Constant(size.known)
        return ast.parse(apart(str(size), GLOBALS), mode="eval").body if size.printable else None

    def shape(self, type: Array, like: Operand | None = None) -> ast.expr:
        """The shape of a type: that of a value, or a tuple of sizes."""
        if like is not None:
            return fill("x.shape", x=self(like))
        sizes = [self.size(size) for size in type.shape]
        if any(size is None for size in sizes):
            raise _Unprintable
        return ast.Tuple([size for size in sizes if size is not None], ast.Load())

    def like(self, shape: Operand) -> Value | None:
        """The array whose shape this is, where it can be named."""
        made = self.definitions.get(shape) if isinstance(shape, Value) else None
        if not isinstance(made, Apply) or made.primitive != "shape":
            return None
        (x,) = made.operands
        return (
            x
            if isinstance(x, Value) and isinstance(x.type, Array) and x.type.rank and x in self.known
            else None
        )

    def zeros_like(self, operand: Operand, shape: ast.expr, result: Array) -> ast.expr:
        like = self.like(operand)
        if like is not None and array(like.type).dtype == result.dtype:
            return fill("jnp.zeros_like(x)", x=self(like))
        return self.zeros_of(shape, result)

    def zeros_of(self, shape: ast.expr, type: Array) -> ast.expr:
        if not type.rank:
            return self.cast(Const(0), type.dtype)
        if isinstance(shape, ast.Tuple) and len(shape.elts) == 1:
            shape = shape.elts[0]
        if type.dtype == np.dtype(np.float64):
            return fill("jnp.zeros(shape)", shape=shape)
        return fill("jnp.zeros(shape, dtype)", shape=shape, dtype=literal(type.dtype, "jax"))

    def zeros(self, type: Type, op: Apply, like: Operand | None = None) -> ast.expr:
        """Zeros of a type, for a value that is never read."""
        match type:
            case Array():
                try:
                    return self.zeros_of(self.shape(type, like), type)
                except _Unprintable:
                    raise CompileError.at(
                        op.location,
                        "the shape of a value is not known on every path" + UNSIZED,
                        NUMPY_INSTEAD,
                    ) from None
            case Seq() if op.result in self.plan.stacked:
                return self.tape(op, ast.Constant(0))
            case Seq():
                return ast.List([], ast.Load())
            case Shape(dims=dims):
                return ast.Tuple([self.size(d) or ast.Constant(0) for d in dims], ast.Load())
        return ast.Constant(None)

    def tape(self, op: Apply, slots: ast.expr) -> ast.expr:
        """An empty tape."""
        if op.result not in self.plan.stacked:
            return ast.List([], ast.Load())
        kind = op.result.type
        assert isinstance(kind, Seq)
        item = kind.item
        depth = 1
        while isinstance(item, Seq):
            depth, item = depth + 1, item.item
        most = self.plan.slots[op.result]
        sizes = [] if len(most) == depth else [self._natural(slots, op.operands[0])]
        sizes += [self._bound(op) if size is None else self._slots(size) for size in most]
        if isinstance(item, Shape):
            return ast.Tuple([], ast.Load())
        assert isinstance(item, Array)
        try:
            shape = self.shape(item, self.plan.templates.get(op.result))
        except _Unprintable:
            raise CompileError.at(
                op.location,
                "the shape of a value that the loop has to record is known only inside the loop" + UNSIZED,
                NUMPY_INSTEAD,
            ) from None
        inner = shape.elts if isinstance(shape, ast.Tuple) else [ast.Starred(shape, ast.Load())]
        return self.zeros_of(ast.Tuple([*sizes, *inner], ast.Load()), Array(item.dtype, (Dim(),)))

    def _slots(self, size: Dim) -> ast.expr:
        """A number of slots that is an upper bound: one at least, for loops that are traced without trips."""
        text = self.size(size)
        assert text is not None
        return text if self.ranges.natural(size - 1) else fill("max(n, 1)", n=text)

    def _natural(self, slots: ast.expr, operand: Operand) -> ast.expr:
        """Slots that say how often a loop runs: none if its bounds are the wrong way round."""
        size = array(operand.type).size
        if isinstance(slots, ast.Constant) or (size is not None and self.ranges.natural(size)):
            return slots
        return fill("max(n, 0)", n=slots)

    def _bound(self, op: Apply) -> ast.expr:
        if self.plan.bound is None:
            raise CompileError.at(op.location, "the length of a record is not known" + UNSIZED, NUMPY_INSTEAD)
        return self(self.plan.bound)


class _Unprintable(Exception):
    """A size has no text."""


def array(type: Type) -> Array:
    """The type as that of an array."""
    assert isinstance(type, Array)
    return type
