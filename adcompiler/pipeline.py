"""The order of the passes, from a callable and example arguments to source text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from adcompiler import primitives, rules  # noqa: F401  (fills the tables)
from adcompiler.analysis.overlaps import refuse_overlaps
from adcompiler.analysis.tapes import remark_on, tape_bytes
from adcompiler.emit.docstring import docstring
from adcompiler.emit.jax import JaxModule, emit_jax
from adcompiler.emit.jax_bounds import requirements
from adcompiler.emit.jax_names import NEVER
from adcompiler.emit.layout import Comment
from adcompiler.emit.numpy import emit_numpy
from adcompiler.emit.source import indents, print_module
from adcompiler.errors import CompileError, InternalError, Location
from adcompiler.frontend.arguments import Structure
from adcompiler.frontend.lower import Lowered, lower
from adcompiler.ir.core import Apply, Call, Function, Param, Region, walk
from adcompiler.ir.dims import recording
from adcompiler.ir.printer import print_function
from adcompiler.ir.types import Generator
from adcompiler.ir.verify import verify
from adcompiler.stack import deep_recursion
from adcompiler.sweeps import Request, differentiate, output_of, pullback, push, tangent, with_keywords
from adcompiler.transforms.adds import adds
from adcompiler.transforms.cse import cse
from adcompiler.transforms.dce import dce
from adcompiler.transforms.forward import PUSHFORWARD
from adcompiler.transforms.outline import outline
from adcompiler.transforms.record import record
from adcompiler.transforms.reverse import PULLBACK
from adcompiler.transforms.settle import settle
from adcompiler.transforms.simplify import simplify
from adcompiler.transforms.sink import sink
from adcompiler.transforms.sizes import sizes
from adcompiler.transforms.stores import stores
from adcompiler.transforms.untie import untie

INDENTS = 99  # levels that the parser of Python takes
# options of XLA's CPU compiler for loops over elements
UNFUSED = {"xla_disable_hlo_passes": "fusion"}
Stage = Literal["primal", "adjoint", "optimized"]

# after the reverse transform; each pass is a function Region -> Region
AFTER_REVERSE: tuple[Callable[[Region], Region], ...] = (
    untie,
    sizes,
    simplify,
    cse,
    dce,
    sink,
    simplify,
    dce,
    record,
    cse,
    adds,
    simplify,
    cse,
    dce,
    stores,
    sizes,
    dce,
)
# after the forward transform, which records nothing
AFTER_FORWARD: tuple[Callable[[Region], Region], ...] = (
    untie,
    sizes,
    simplify,
    dce,
    cse,
    simplify,
    cse,
    dce,
    sizes,
    dce,
    settle,
)
# those of them without which nothing can be printed: what this gives is long, and must be equal
NEEDED: tuple[Callable[[Region], Region], ...] = (untie, sizes, dce, record, dce, sizes, dce)


@dataclass(frozen=True, slots=True)
class Program:
    """A function compiled to IR for one signature."""

    lowered: Lowered
    request: Request
    primal: Function
    adjoint: Function
    optimized: Function
    result: Structure  # how to build the Python result from the emitted function's
    seeds: int = 0  # the last parameters: the cotangents that a pullback is given

    def stage(self, stage: Stage) -> Function:
        """The IR after a stage."""
        return {"primal": self.primal, "adjoint": self.adjoint, "optimized": self.optimized}[stage]

    @property
    def tape_bytes(self) -> int | None:
        """The bytes that the adjoint sweep finds on tapes, for the sizes seen; None where only a run can tell."""
        return tape_bytes(self.optimized.body)

    def ir(self, stage: Stage = "optimized") -> str:
        """The IR after a stage, as text."""
        return print_function(self.stage(stage), partial(remark_on, exact=False))


def build(
    function: Callable[..., object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    request: Request,
    check: bool = False,
    passes: Sequence[Callable[[Region], Region]] = AFTER_REVERSE,
) -> Program:
    """Compile a function to the IR of its gradient."""
    integers = request.pullback or request.pushforward
    active = frozenset(request.active)
    lowered = lower(function, args, kwargs, active, integers, request.complex_at, request.recursion)
    try:
        with recording() as guards, deep_recursion():
            program = _built(lowered, request, check, passes)
    except RecursionError as error:
        raise _too_deep(lowered.location, "this compiler") from error
    every = tuple(dict.fromkeys((*lowered.guards, *guards)))
    return replace(program, lowered=replace(lowered, guards=every))


def _built(
    lowered: Lowered, request: Request, check: bool, passes: Sequence[Callable[[Region], Region]]
) -> Program:
    region = dce(lowered.region)
    refuse_overlaps(region)
    name = lowered.name
    primal = Function(
        name,
        lowered.signature,
        tuple(Param(leaf.text, leaf.active) for leaf in lowered.leaves),
        region,
        output_of(lowered.result),
        location=lowered.location,
        silenced=lowered.silenced,
    )
    combined, output, result, extra = (push if request.pushforward else differentiate)(
        lowered, region, request
    )
    adjoint = replace(
        primal,
        name=f"{name}_{request.suffix}",
        params=primal.params + tuple(Param(text) for text in extra),
        body=combined,
        output=output,
        doc=docstring(lowered, request.suffix, request.active),
    )
    if request.pullback:
        if not request.value:
            _refuse_draws(lowered, region)
        adjoint = replace(adjoint, signature=with_keywords(adjoint.signature, [request.seed]))
    if request.pushforward:
        adjoint = replace(adjoint, signature=with_keywords(adjoint.signature, request.tangents))
    optimized = combined
    recorded = request.pushforward  # until then the adjoint sweep reads values from inside the primal's loops
    for step in AFTER_FORWARD if request.pushforward else passes:
        try:
            optimized = step(optimized)
            recorded = recorded or step is record
            if check and recorded:
                verify(optimized)
        except (AssertionError, KeyError, StopIteration, InternalError) as problem:
            dump = print_function(replace(adjoint, body=optimized))
            raise InternalError(
                f"pass {step.__name__} of {name} at {lowered.location}: {problem!r}\n{dump}"
            ) from problem
    callees = _callees(optimized, lowered, passes, request.untaken)
    primal = replace(primal, callees=lowered.functions)
    return Program(
        lowered,
        request,
        primal,
        adjoint,
        replace(adjoint, body=optimized, callees=callees),
        result,
        len(extra) if request.pullback else 0,
    )


def _refuse_draws(lowered: Lowered, region: Region) -> None:
    """The value was computed before the pullback, which would draw other numbers from a generator of the caller."""
    given = any(isinstance(leaf.value.type, Generator) for leaf in lowered.leaves)
    for op in walk(region):
        if not isinstance(op, Apply) or op.primitive != "draw":
            continue
        types = [value.type for value in (*op.operands, *op.results)]
        if given or not any(isinstance(type, Generator) for type in types):
            raise CompileError.at(
                op.location,
                "the pullback of vjp runs after the value was computed, and would draw other random numbers",
                "use value_and_grad, or make the generator inside the function: np.random.default_rng(seed)",
            )


def _callees(
    region: Region, lowered: Lowered, passes: Sequence[Callable[[Region], Region]], untaken: str
) -> tuple[Function, ...]:
    """The functions that a region calls, with the pullbacks and tangents that it needs, in order of first call."""
    known = {callee.name: callee for callee in lowered.functions}
    found: dict[str, Function] = {}

    def visit(inner: Region) -> None:
        for op in walk(inner):
            if isinstance(op, Call) and op.callee not in found:
                callee = made(op.callee)
                found[op.callee] = callee
                visit(callee.body)

    def made(name: str) -> Function:
        if name not in known and name.endswith(PULLBACK):
            known[name] = pullback(made(name.removesuffix(PULLBACK)), lowered.location, passes, untaken)
        if name not in known:
            known[name] = tangent(made(name.removesuffix(PUSHFORWARD)), AFTER_FORWARD)
        return replace(known[name], body=dce(untie(known[name].body)))

    visit(region)
    return tuple(found.values())


def asserting(module: ast.Module, program: Program, name: str) -> ast.Module:
    """The emitted function with checks that what it was specialised on, and does not read, is as it was."""
    definition = next(node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == name)
    tests: list[ast.stmt] = []
    for parameter, value in fixed(program):
        operator = "is" if value is None or isinstance(value, bool) else "=="
        tests.extend(ast.parse(f"assert {parameter} {operator} {value!r}").body)
    documented = ast.get_docstring(definition) is not None
    definition.body[int(documented) : int(documented)] = tests
    return module


def fixed(program: Program) -> list[tuple[str, object]]:
    """Parameters that the code is specialised on, with their values; those that are plain enough to be compared."""
    lowered = program.lowered
    found: dict[str, object] = {}
    for name, structure in lowered.arguments.items():
        if structure.kind == "const" and isinstance(structure.const, (bool, int, str, type(None))):
            found[name] = structure.const
    for text in lowered.signature:
        name, equals, default = text.partition("=")
        if equals and name not in lowered.arguments and default != "None":
            found[name] = ast.literal_eval(default)
    for guard in lowered.guards:
        if guard.text in lowered.arguments and lowered.arguments[guard.text].kind == "leaf":
            found[guard.text] = guard.expected
    return list(found.items())


def numpy_source(program: Program) -> str:
    """The emitted NumPy source."""
    with deep_recursion():
        module = asserting(emit_numpy(program.optimized), program, program.optimized.name)
    _refuse_deep(module, program)
    return print_module(module, "np")


def _refuse_deep(module: ast.Module, program: Program) -> None:
    """CompileError where Python would not read what is printed: it takes 99 levels of indentation."""
    if indents(module.body) > INDENTS:
        raise _too_deep(program.primal.location, "Python")


def _too_deep(location: Location, whom: str) -> CompileError:
    return CompileError.at(
        location,
        f"branches and calls are nested more deeply here than {whom} can follow",
        "look a value up in an array, or make the choice in a loop",
    )


def jax_module(program: Program, taken: Callable[[Apply], bool] | None = None) -> JaxModule:
    """The emitted JAX source as a tree, with what the caller must know to run it.

    taken: whether a loop over elements, as a function of its own, is called rather than lowered to XLA.
    """
    emitted = _emitted_for_jax(program.optimized, taken)
    _refuse_deep(emitted.module, program)
    name, static = program.optimized.name, static_parameters(program, emitted)
    module = asserting(emitted.module, program, name)
    printed = module if emitted.printed is emitted.module else asserting(emitted.printed, program, name)
    printed = _jitted(printed, program, static, emitted)
    return replace(
        emitted, module=module, printed=printed, static=static, requires=requirements(program.primal, static)
    )


def _emitted_for_jax(function: Function, taken: Callable[[Apply], bool] | None) -> JaxModule:
    with deep_recursion():
        if taken is None:
            return emit_jax(function)
        try:
            return emit_jax(outline(function, taken, NEVER))
        except CompileError:  # of what a loop gives that is called, XLA knows no sizes
            return emit_jax(function)


def static_parameters(program: Program, emitted: JaxModule) -> tuple[str, ...]:
    """The parameters that are known while tracing."""
    others = {name for name, _ in fixed(program)} - set(emitted.static)
    return (*emitted.static, *sorted(others))


def _jitted(module: ast.Module, program: Program, static: tuple[str, ...], emitted: JaxModule) -> ast.Module:
    """The module as a person runs it: the function is compiled by XLA, where jax.jit can take its arguments."""
    if not traceable(program):
        return module
    names = (*held_parameters(program, static), *("max_trips",) * emitted.counts)
    return jitted(module, program.optimized.name, names, emitted.in_place)


def held_parameters(program: Program, static: tuple[str, ...]) -> tuple[str, ...]:
    """The static parameters, and those that hold no numbers."""
    parameters = {text.partition("=")[0].strip("* ") for text in program.optimized.signature}
    held = [name for name, structure in program.lowered.arguments.items() if structure.kind == "const"]
    return tuple(text for text in dict.fromkeys([*static, *held]) if text in parameters)


def jitted(module: ast.Module, name: str, static: Sequence[str], in_place: bool) -> ast.Module:
    """The module with a function of it under jax.jit."""
    module = ast.Module(list(module.body), [])
    k = next(
        k for k, node in enumerate(module.body) if isinstance(node, ast.FunctionDef) and node.name == name
    )
    module.body[k] = definition = copy.copy(module.body[k])
    assert isinstance(definition, ast.FunctionDef)
    wanted = f"jax.jit(static_argnames={tuple(static)!r})" if static else "jax.jit"
    if in_place:
        module.body.insert(
            k, Comment(f"alone on a CPU, jit with compiler_options={UNFUSED!r} keeps the loops in place")
        )
    definition.decorator_list = [ast.parse(wanted, mode="eval").body]
    if not any(isinstance(node, ast.Import) and node.names[0].asname is None for node in module.body):
        module.body.insert(0, ast.Import([ast.alias("jax")]))
    return module


def traceable(program: Program) -> bool:
    """Whether jax.jit takes the arguments."""
    return all(map(_traceable, program.lowered.arguments.values()))


def _traceable(structure: Structure) -> bool:
    """Whether jax.jit takes such an argument: a pytree of arrays, or something static."""
    if structure.kind == "const":
        try:
            hash(structure.const)
        except TypeError:
            return False
    known = structure.node is None or structure.node.kind != "dataclass"
    return known and all(map(_traceable, structure.children))


def jax_source(program: Program, taken: Callable[[Apply], bool] | None = None) -> str:
    """The emitted JAX source."""
    return print_module(jax_module(program, taken).printed, "jnp")
