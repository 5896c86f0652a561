"""From a lowered function to one region with both sweeps: what is asked for, and the cotangents or tangents that go in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from adcompiler.errors import CompileError, InternalError, Location
from adcompiler.frontend.arguments import Structure
from adcompiler.frontend.lower import Lowered
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Apply, Const, Function, Op, Operand, Param, Region, Value, walk
from adcompiler.ir.types import Array, Seq, cotangent_type, differentiable
from adcompiler.primitives.build import apply
from adcompiler.transforms.cotangents import constant, mixes_precisions
from adcompiler.transforms.count import count
from adcompiler.transforms.dce import dce
from adcompiler.transforms.forward import PUSHFORWARD, forward
from adcompiler.transforms.reverse import PULLBACK, reverse
from adcompiler.transforms.settle import settle


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a function: which parameters are differentiated, and what is returned."""

    active: tuple[str, ...]
    value: bool = False
    has_aux: bool = False
    single: bool = True  # one cotangent, not a tuple of them
    pullback: bool = False  # the cotangent of the result is a parameter
    seed: str = "g"  # and this is its name
    suffix: str = "grad"
    untaken: str = "nan"  # see transforms.reverse
    pushforward: bool = False  # the tangents of the active parameters are parameters
    tangents: tuple[str, ...] = ()  # and these are their names, `x_dot`
    complex_at: frozenset[str] = frozenset()  # the calls that give complex numbers, where data decide
    recursion: bool = True  # whether functions that call themselves may stay such


def pullback(
    function: Function,
    location: Location,
    passes: Sequence[Callable[[Region], Region]],
    untaken: str,
) -> Function:
    """The function that gives the cotangents of a function's arguments, given these and the cotangents of its results."""
    region = count(settle(dce(function.body)))
    inputs = [param for param in region.params if differentiable(param.type)]
    seeds: dict[int, Operand] = {}
    extra: list[Value] = []
    texts = list(function.signature)
    for k, result in enumerate(region.results):
        if differentiable(result.type):
            type = result.type
            assert isinstance(type, (Array, Seq))
            seed = Value(replace(type, size=None, weak=False) if isinstance(type, Array) else type, "g")
            seeds[k] = seed
            extra.append(seed)
            wanted = "g" if len(region.results) == 1 else f"g{k}"
            while wanted in texts:
                wanted = f"d{wanted}"
            texts.append(wanted)
    tags = itertools.count(max(_tags(region), default=0) + 1)
    region, ops, cotangents = reverse(region, inputs, seeds, tags, location, untaken)
    body = Region((*region.params, *extra), (*region.ops, *ops), cotangents)
    for step in passes:
        body = step(body)
    numbers = list(range(len(cotangents)))
    output: object = 0 if len(numbers) == 1 else ("tuple", numbers)
    params = tuple(Param(text) for text in texts)
    names = ", ".join(param.name for param in inputs)
    doc = f"Pullback of {function.name} with respect to {names}: the cotangents, given that of its result."
    return Function(f"{function.name}{PULLBACK}", tuple(texts), params, body, output, doc)


def tangent(function: Function, passes: Sequence[Callable[[Region], Region]]) -> Function:
    """The function that gives a function's results and their tangents, given its arguments and the tangents of these."""
    region = settle(dce(function.body))
    inputs = [param for param in region.params if differentiable(param.type)]
    texts = list(function.signature)
    for param in inputs:
        text = f"{function.signature[region.params.index(param)]}_dot"
        while text in texts:
            text = f"{text}_"
        texts.append(text)
    moved = {
        param: Value(cotangent_type(param.type), text)
        for param, text in zip(inputs, texts[len(function.signature) :], strict=True)
    }
    tags = itertools.count(max(_tags(region), default=0) + 1)
    ops, slopes = forward(region, moved, tags)
    builder = Builder(function.location.reversed())
    ends = [
        _zero(builder, result) if slope is None else slope
        for result, slope in zip(region.results, slopes, strict=True)
        if differentiable(result.type)
    ]
    body = Region((*region.params, *moved.values()), (*ops, *builder.ops), (*region.results, *ends))
    for step in passes:
        body = step(body)
    output = ("tuple", list(range(len(body.results))))
    names = ", ".join(param.name for param in inputs)
    doc = f"Value and tangent of {function.name} with respect to {names}."
    params = tuple(Param(text) for text in texts)
    return Function(f"{function.name}{PUSHFORWARD}", tuple(texts), params, body, output, doc)


def with_keywords(signature: tuple[str, ...], names: Sequence[str]) -> tuple[str, ...]:
    keyword_only = any(text.startswith("*") for text in signature)
    before = [text for text in signature if not text.startswith("**")]
    after = [text for text in signature if text.startswith("**")]
    return (*before, *([] if keyword_only or not names else ["*"]), *names, *after)


def push(
    lowered: Lowered, region: Region, request: Request
) -> tuple[Region, object, Structure, tuple[str, ...]]:
    """The primal and the tangent sweep in one region; the emitted result, its structure, the texts of new params."""
    for array in lowered.arrays:
        if array.name in request.tangents:
            raise CompileError.at(
                lowered.location,
                f"the array {array.name!r} from outside has the name of a tangent",
                "give it another name, or pass it as an argument",
            )
    moved = [leaf for leaf in lowered.leaves if leaf.active]
    texts = [_dotted(leaf.text, request) for leaf in moved]
    tangents = {
        leaf.value: Value(
            cotangent_type(leaf.value.type), f"{leaf.value.name}_dot" if leaf.value.name else ""
        )
        for leaf, text in zip(moved, texts, strict=True)
    }
    tags = itertools.count(max(_tags(region), default=0) + 1)
    ops, slopes = forward(region, tangents, tags)
    builder = Builder(lowered.location.reversed())
    outputs: list[Operand] = [*region.results]
    numbers: dict[int, int] = {}
    for k, (result, slope) in enumerate(zip(region.results, slopes, strict=True)):
        if not differentiable(result.type):
            continue
        numbers[k] = len(outputs)
        outputs.append(_zero(builder, result) if slope is None else slope)
    wanted, aux = _differentiated(lowered, request)
    pair = (wanted, _cotangent_structure(wanted, numbers, False))
    whole = Structure("tuple", children=pair if aux is None else (*pair, aux))
    combined = Region((*region.params, *tangents.values()), (*ops, *builder.ops), tuple(outputs))
    return combined, output_of(whole), whole, tuple(texts)


def _dotted(text: str, request: Request) -> str:
    """How the tangent of a leaf is reached: params_dot['w'] for params['w']."""
    for name, tangent in zip(request.active, request.tangents, strict=True):
        if text == name or text.startswith((f"{name}[", f"{name}.")):
            return f"{tangent}{text.removeprefix(name)}"
    raise InternalError(f"{text} is no part of {', '.join(request.active)}")


def _zero(builder: Builder, result: Operand) -> Operand:
    """The tangent of what does not vary."""
    type = result.type
    if isinstance(type, Seq):
        return apply(builder, "seq_zeros", result)
    assert isinstance(type, Array)
    if not type.rank:
        return Const.of(0, type.dtype)
    return apply(builder, "zeros_of", apply(builder, "shape", result), dtype=type.dtype)


def differentiate(
    lowered: Lowered, region: Region, request: Request
) -> tuple[Region, object, Structure, tuple[str, ...]]:
    """The primal and the adjoint sweep in one region; the emitted result, its structure, the texts of new params."""
    region = count(region)
    wanted, aux = _differentiated(lowered, request)
    if request.pullback and any(array.name == request.seed for array in lowered.arrays):
        raise CompileError.at(
            lowered.location,
            f"the array {request.seed!r} from outside has the name of the cotangent",
            "give it another name, or pass it as an argument",
        )
    seeds: dict[int, Operand] = {}
    extra: list[Value] = []
    texts: list[str] = []
    if request.pullback:
        for text, number in _paths(wanted, request.seed):
            type = region.results[number].type
            if differentiable(type):
                kind = (
                    replace(type, size=None, weak=False) if isinstance(type, Array) else cotangent_type(type)
                )
                seed = Value(kind, text if text.isidentifier() else "")
                extra.append(seed)
                texts.append(text)
                seeds[number] = seed
    else:
        seeds[wanted.leaf] = _one(region, region.results[wanted.leaf])
    inputs = [leaf.value for leaf in lowered.leaves if leaf.active]
    tags = itertools.count(max(_tags(region), default=0) + 1)
    region, ops, cotangents = reverse(region, inputs, seeds, tags, lowered.location, request.untaken)
    if _mixes(region):
        ops, cotangents = _exact(ops, cotangents, inputs, lowered.location.reversed())
    outputs: list[Operand] = list(cotangents)
    numbers = {id(leaf): k for k, leaf in enumerate(leaf for leaf in lowered.leaves if leaf.active)}
    by_leaf = {k: numbers[id(leaf)] for k, leaf in enumerate(lowered.leaves) if leaf.active}
    if request.value or request.has_aux:
        offset = len(outputs)
        outputs.extend(region.results)
        other = shifted(lowered.result if request.value or aux is None else aux, offset)

    def whole(kept: bool) -> Structure:
        parts = tuple(_cotangent_structure(lowered.argument(n), by_leaf, kept) for n in request.active)
        slopes = parts[0] if request.single else Structure("tuple", children=parts)
        if request.value:
            return Structure("tuple", children=(other, slopes))
        return Structure("tuple", children=(slopes, other)) if request.has_aux else slopes

    combined = Region((*region.params, *extra), (*region.ops, *ops), tuple(outputs))
    return combined, output_of(whole(False)), whole(not request.pullback), tuple(texts)


def _mixes(region: Region) -> bool:
    """Whether a value has one floating dtype on one path and another on the next."""
    for op in walk(region):
        match op:
            case Apply(primitive="joined"):
                types = [op.operands[0].type, op.result.type]
            case Apply(path="builtins.max" | "builtins.min"):
                types = [operand.type for operand in op.operands]
            case _:
                continue
        if len({type.dtype for type in types if isinstance(type, Array) and type.dtype.kind == "f"}) > 1:
            return True
    return False


def _exact(
    ops: tuple[Op, ...], cotangents: tuple[Operand, ...], inputs: Sequence[Value], location: Location
) -> tuple[tuple[Op, ...], tuple[Operand, ...]]:
    """The adjoint sweep with cotangents in the dtypes of the inputs, whatever the path taken made of them."""
    builder = Builder(location)
    made = tuple(
        apply(builder, "exactly", cotangent, dtype=value.type.dtype)
        if isinstance(value.type, Array) and isinstance(cotangent, Value)
        else cotangent
        for cotangent, value in zip(cotangents, inputs, strict=True)
    )
    return (*ops, *builder.ops), made


def _differentiated(lowered: Lowered, request: Request) -> tuple[Structure, Structure | None]:
    """The result that is differentiated, and the auxiliary one."""
    result = lowered.result
    aux = None
    if request.has_aux:
        if result.kind not in ("tuple", "record") or len(result.children) != 2:
            raise CompileError.at(
                lowered.returns,
                "has_aux=True needs a function that returns a pair (value, aux)",
                "return value, aux",
            )
        result, aux = result.children
    if request.pullback or request.pushforward:
        return result, aux
    problem, hint = "", "reduce it, e.g. with np.sum"
    if result.kind != "leaf":
        problem = f"this function returns {_in_words(result)}"
        hint = "return one number; further results need has_aux=True"
        if result.kind == "const" and result.const is None:
            hint = "return the value: return np.sum(x)"
    else:
        type = lowered.region.results[result.leaf].type
        if (
            not isinstance(type, Array)
            or (type.rank and not all(size.known == 1 for size in type.shape))
            or type.rank
        ):
            problem = f"this function returns an array of type {type}"
        elif type.dtype.kind != "f":
            problem = f"this function returns a value of dtype {type.dtype}"
            hint = (
                "return its real part or its size: np.real(z), np.abs(z)"
                if type.dtype.kind == "c"
                else "return a float"
            )
    if problem:
        raise CompileError.at(
            lowered.returns, f"grad requires a scalar output of real dtype, but {problem}", hint
        )
    return result, aux


def _in_words(structure: Structure) -> str:
    if structure.kind == "const":
        return (
            f"{structure.const!r}, which does not depend on its arguments"
            if structure.const is not None
            else "None"
        )
    names = {"items": "list", "record": getattr(structure.const, "__name__", "record")}
    return f"a {names.get(structure.kind, structure.kind)}"


def _one(region: Region, result: Operand) -> Const:
    """The seed of the adjoint sweep, in the dtype of the result."""
    type = result.type
    assert isinstance(type, Array)
    return constant(1, type.dtype, not type.weak and mixes_precisions(region))


def _tags(region: Region) -> list[int]:
    return [op.tag for op in walk(region) if not isinstance(op, Apply)]


def _paths(structure: Structure, text: str) -> list[tuple[str, int]]:
    """How the leaves of a structure are reached from a name."""
    match structure.kind:
        case "leaf":
            return [(text, structure.leaf)]
        case "tuple" | "list" | "record":
            return [
                pair for k, child in enumerate(structure.children) for pair in _paths(child, f"{text}[{k}]")
            ]
        case "dict":
            keyed = zip(structure.keys, structure.children, strict=True)
            return [pair for key, child in keyed for pair in _paths(child, f"{text}[{key!r}]")]
        case "items":
            return _paths(structure.children[0], f"{text}[*]")
    return []


def _cotangent_structure(structure: Structure, numbers: Mapping[int, int], kept: bool) -> Structure:
    """The structure of an argument with the numbers of its cotangents as leaves; None where there is none.

    kept: what is no number, a text in a dataclass, stays what it is.
    """
    if structure.kind == "const" and kept:
        return structure
    if structure.kind == "const" or (structure.kind == "leaf" and structure.leaf not in numbers):
        return Structure("const")
    if structure.kind == "leaf":
        return replace(structure, leaf=numbers[structure.leaf])
    children = tuple(_cotangent_structure(child, numbers, kept) for child in structure.children)
    if structure.kind == "items" and not _leaves_of(children):
        return Structure("const")
    return replace(structure, children=children)


def _leaves_of(structures: Sequence[Structure]) -> list[int]:
    """The numbers of the leaves of structures."""
    return [
        number
        for structure in structures
        for number in ([structure.leaf] if structure.kind == "leaf" else _leaves_of(structure.children))
    ]


def shifted(structure: Structure, offset: int) -> Structure:
    """The structure over results that stand so many places further."""
    if structure.kind == "leaf":
        return replace(structure, leaf=structure.leaf + offset)
    return replace(structure, children=tuple(shifted(child, offset) for child in structure.children))


def output_of(structure: Structure) -> object:
    """What the emitted function returns for a structure; instances of classes are returned as tuples."""
    children = [output_of(child) for child in structure.children]
    match structure.kind:
        case "leaf":
            return structure.leaf
        case "const":
            return ("const", structure.const)
        case "tuple" | "record":
            return ("tuple", children)
        case "list":
            return ("list", children)
        case "dict":
            return ("dict", list(structure.keys), children)
    return ("zip", children[0])
