"""Derivatives of reading and writing parts of arrays, of sequences and of tapes."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from adcompiler.ir.dims import is_one
from adcompiler.ir.index import At, Index
from adcompiler.ir.types import Array, Seq, broadcast_axes
from adcompiler.rules.language import Sym, call
from adcompiler.rules.registry import NoDerivative, constant, rule

Axis: TypeAlias = "int | tuple[int, ...] | None"


def array_type(x: Sym) -> Array:
    """The type of an operand that is an array."""
    assert isinstance(x.type, Array)
    return x.type


def rank(x: Sym) -> int:
    """The number of axes of an operand."""
    return array_type(x).rank


def unbroadcast(g: Sym, x: Sym) -> Sym:
    """The transpose of broadcasting x to the shape of g: sums over the axes along which x was repeated."""
    wide, narrow = array_type(g).shape, array_type(x).shape
    if len(narrow) > len(wide):
        # x has more axes of size 1 in front than the part that it was written to
        return call("reshape_to", g, call("shape", x))
    axes = broadcast_axes(wide, narrow)
    if axes is None:
        return call("unbroadcast", g, call("shape", x))
    extra = len(wide) - len(narrow)
    front, repeated = axes[:extra], tuple(axis - extra for axis in axes[extra:])
    if front:
        g = call("sum", g, axis=None if not narrow else one_or_all(front))
    return call("sum", g, axis=one_or_all(repeated), keepdims=True) if repeated else g


def one_or_all(axes: tuple[int, ...]) -> Axis:
    """A tuple of axes as a person writes it: one as an integer."""
    return axes[0] if len(axes) == 1 else axes


def given_dtype(x: Sym) -> np.dtype[np.generic] | None:
    """The dtype of an operand as an argument: None for float64, which need not be said."""
    dtype = array_type(x).dtype
    return None if dtype == np.float64 else dtype


def zeros_like(x: Sym) -> Sym:
    """Zeros of the type of x, which may be a sequence."""
    if not isinstance(x.type, Array):
        return call("seq_zeros", x)
    return call("zeros_of", call("shape", x), dtype=x.type.dtype)


def written_value(g: Sym, v: Sym, x: Sym, indices: tuple[Sym, ...], index: Index, **rest: object) -> Sym:
    """What is read where v was written; of several writes to one element only the last counts."""
    mask = indices[0] if len(indices) == 1 else None
    if mask is not None and array_type(mask).dtype.kind == "b" and rank(mask) == rank(g) and not rank(v):
        return call("sum", call("where", mask, g, 0))
    part = call("getitem", g, *indices, index=index)
    if may_repeat(indices, index):
        number = call("arange", call("count", part))
        number = call("reshape_to", number, call("shape", part)) if rank(part) != 1 else number
        nothing = call("zeros_of", call("shape", g), dtype=array_type(number).dtype)
        last = call("getitem", call("setitem", nothing, number, *indices, index=index), *indices, index=index)
        part = call("where", last.equal(number), part, 0)
    return unbroadcast(part, v)


def may_repeat(indices: tuple[Sym, ...], index: Index) -> bool:
    """Whether a subscript can name one element twice: where it has an array of several integers."""
    arrays = [array_type(indices[entry.operand]) for entry in index if isinstance(entry, At)]
    return any(a.dtype.kind != "b" and any(is_one(size) is not True for size in a.shape) for a in arrays)


def read_from(g: Sym, x: Sym, indices: tuple[Sym, ...], index: Index, **rest: object) -> Sym:
    """The part at its place; a number has no places, only axes that were given to it."""
    if rank(x):
        return call("scatter", g, call("shape", x), *indices, index=index)
    return call("sum", g) if rank(g) else g


rule("getitem(x, *indices)", x=read_from)
# where an operand reads g and another one writes it, the reading stands first
rule("setitem(x, v, *indices)", v=written_value, x="setitem(g, 0, *indices, index=index)")
rule(
    "add_at(x, v, *indices)",
    x="g",
    v=lambda g, v, indices, index, **rest: unbroadcast(call("getitem", g, *indices, index=index), v),
)
rule("scatter(v, shape, *indices)", v="getitem(g, *indices, index=index)")

constant("shape", "known_shape", "size", "count", "moved", "recorded")

rule("expand(v, shape)", v="sum(g, axis=axis, keepdims=keepdims)")
rule("full_of(shape, value)", value=lambda g, value, **rest: unbroadcast(g, value))
constant("zeros_of")
rule("unbroadcast(v, shape)", v=lambda g, v, **rest: call("broadcast_like", g, call("shape", v)))


def made_items(g: Sym, items: tuple[Sym, ...], **rest: object) -> list[Sym | None]:
    """Item k of the cotangent for item k."""
    return [call("seq_get", g, k) for k in range(len(items))]


rule("seq_make(*items)", every=made_items)
rule("seq_append(seq, v)", v="seq_get(g, -1)", seq="seq_drop(g)")
rule("seq_drop(seq)", seq=lambda g, seq, **rest: call("seq_append", g, zeros_like(call("seq_get", seq, -1))))
rule("seq_get(seq, k)", seq="seq_add(seq_zeros(seq), k, g)")


def set_before(g: Sym, seq: Sym, k: Sym, v: Sym, **rest: object) -> Sym:
    """Zeros for the item that was there before, which may have another length than what is set."""
    item = seq.type.item if isinstance(seq.type, Seq) else None
    if isinstance(item, Array) and not (
        item.shape == array_type(v).shape and all(size.printable for size in item.shape)
    ):
        v = call("seq_get", seq, k)
    return call("seq_set", g, k, zeros_like(v))


rule("seq_set(seq, k, v)", v="seq_get(g, k)", seq=set_before)
rule("seq_add(seq, k, v)", seq="g", v="seq_get(g, k)")
constant("seq_zeros", "seq_blank", "seq_places")
rule("seq_repeat(value, count)", value="sum(seq_stack(g))")
rule("seq_plus(a, b)", a="g", b="g")
rule("seq_slice(seq, *bounds)", seq="seq_scatter(g, seq, *bounds, index=index)")
rule("seq_scatter(v, seq, *bounds)", v="seq_slice(g, *bounds, index=index)")
constant("seq_length")
rule("seq_stack(seq)", seq="seq_unstack(g)")
rule("seq_unstack(x)", x="seq_stack(g)")

constant("tape", "square_root_slots", "next_snapshot", "next_place")


def recorded_before(g: Sym, tape: Sym, k: Sym, v: Sym, places: object, **rest: object) -> Sym | None:
    """Slots are written once, unless they are places."""
    return call("record", g, k, zeros_like(v), places=True) if places else g


rule("record(tape, k, v)", v="recall(g, k)", tape=recorded_before)
rule("barrier(x, after)", x="g")
rule("recall(tape, k)", tape="seq_add(seq_zeros(tape), k, g)")

# the transform converts a cotangent to the dtype of its operand
rule("astype(x)", x="g")
rule("joined(x)", x="g")
rule("exactly(x)", x="g")
rule("copy(x)", x="g")
rule("python(x)", x=lambda g, x, **rest: call("broadcast_like", g, call("shape", x)) if rank(x) else g)
constant("stop_gradient", "undefined", "print", "check")


def drawn(text: str, **rest: object) -> list[Sym | None]:
    """The same numbers are drawn whatever is done with them; how they change with a parameter is not known."""
    method = text.partition("(")[0].rpartition(".")[2]
    raise NoDerivative(
        f"`{method}` draws random numbers, which have no derivative with respect to what it is given",
        "draw first and compute with it: mu + sigma * rng.normal(size=n), x[rng.permutation(len(x))]",
    )


rule("draw(*parts)", every=drawn)
