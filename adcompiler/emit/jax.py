"""The IR as JAX source, to be run under jax.jit with 64-bit types enabled.

    y = np.zeros(len(x))                      y = jnp.zeros(x.shape[0])
    for i in range(1, len(x)):       ->
        y[i] = np.sin(y[i - 1])               def body_i(i, y):
                                                  return y.at[i].set(jnp.sin(y[i - 1]))

                                              y = lax.fori_loop(1, x.shape[0], body_i, y)

Loops over Python lists are printed as Python loops, which tracing unrolls; all others stay loops.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from adcompiler.analysis.ranges import Ranges
from adcompiler.emit.effects import error_classes, error_names
from adcompiler.emit.hidden import apart, beside
from adcompiler.emit.jax_bounds import Requirement
from adcompiler.emit.jax_branches import writes_behind_branches
from adcompiler.emit.jax_carried_rows import rows_carried
from adcompiler.emit.jax_constants import constants_last
from adcompiler.emit.jax_control import Printer
from adcompiler.emit.jax_elements import elements_apart
from adcompiler.emit.jax_extremes import extremes_again
from adcompiler.emit.jax_names import BUILTINS, END, GLOBALS, START, Layout, Names, names_in
from adcompiler.emit.jax_own import OWN
from adcompiler.emit.jax_pads import sums_of_pads
from adcompiler.emit.jax_plan import Plan, make_plan
from adcompiler.emit.jax_products import vectors_first
from adcompiler.emit.jax_ragged import whole_axes
from adcompiler.emit.jax_recorded import bound_to_records
from adcompiler.emit.jax_rows import rows_at_once
from adcompiler.emit.jax_tapes import BOUND
from adcompiler.emit.jax_traced import imports_of_traced, modules_of_traced, remarks_on_traced
from adcompiler.emit.jax_unread import without_unread
from adcompiler.emit.jax_windows import widths
from adcompiler.emit.kernels import DECORATOR, IMPORT, kernel_of, kernels
from adcompiler.emit.layout import Comment
from adcompiler.emit.output import output_expr
from adcompiler.emit.template import fill
from adcompiler.ir.core import Apply, Function, Operand, walk
from adcompiler.ir.dims import Dim
from adcompiler.ir.types import Array, Seq, Shape, Type
from adcompiler.transforms.compose import compose

DEFAULT_BOUND = 1024


@dataclass(frozen=True, slots=True)
class JaxModule:
    """The source of a function for XLA.

    module:   the function as the pipeline calls it.
    counts:   whether it takes `max_trips`, the slots of each record whose length depends on data, and gives
              (result, slots needed); the result is NaN where there were too few.
    printed:  the function as a person calls it: it gives the result alone.
    static:   the parameters that have to be static under jax.jit, because a shape depends on them.
    in_place: whether XLA's CPU compiler should not fuse, so that loops write where arrays lie; see `jax_fusion`.
    requires: what has to hold for subscripts of the function itself to lie inside their arrays; see `jax_bounds`.
    """

    module: ast.Module
    counts: bool
    static: tuple[str, ...]
    printed: ast.Module
    in_place: bool
    requires: tuple[Requirement, ...] = ()


def emit_jax(function: Function) -> JaxModule:
    """The function as JAX source; CompileError for what XLA cannot run."""
    for step in (
        compose,
        extremes_again,
        vectors_first,
        writes_behind_branches,
        constants_last,
        whole_axes,
        rows_at_once,
        elements_apart,
        rows_carried,
        sums_of_pads,
        bound_to_records,
    ):
        function = step(function)
    plan = make_plan(function)
    module = _module(plan, counting=True)
    printed = _module(plan, counting=False) if plan.bound is not None else module
    return JaxModule(
        module,
        plan.bound is not None,
        plan.static_params,
        printed,
        plan.in_place,
    )


def _module(plan: Plan, counting: bool) -> ast.Module:
    printer = Printer(plan)
    definition = _definition(plan, printer, counting)
    body = error_classes([plan.function], "jax")
    called = printer.expressions.called
    called |= {other for name in called for other in OWN[name][0]}
    for name, (_, text) in OWN.items():
        if name in called:
            body += ast.parse(text).body
    body += kernels(plan.function)
    body += [*remarks_on_traced(plan.function), definition]
    module = ast.Module([*_imports(body), *imports_of_traced(plan.function), *body], [])
    hidden = {
        argument.arg for argument in ast.walk(definition.args) if isinstance(argument, ast.arg)
    } & GLOBALS
    return ast.fix_missing_locations(beside(module, hidden, BUILTINS) if hidden else module)


def _imports(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    nodes = [node for statement in body for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    decorating = [one for node in nodes if isinstance(node, ast.FunctionDef) for one in node.decorator_list]
    decorators = {n.id for one in decorating for n in ast.walk(one) if isinstance(n, ast.Name)}
    lines = [f"import {module}" for module in ("math", "warnings") if module in names]
    if "jax" in names:
        lines.append("import jax")
    if "jnp" in names:
        lines.append("import jax.numpy as jnp")
    if "np" in names:
        lines.append("import numpy as np")
    if "lax" in names:
        lines.append("from jax import lax")
    if DECORATOR in decorators:
        lines.append(IMPORT)
    return ast.parse("\n".join(lines)).body


def _definition(plan: Plan, printer: Printer, counting: bool) -> ast.FunctionDef:
    function = plan.function
    signature = list(function.signature)
    if plan.bound is not None:
        signature += [f"{BOUND}={DEFAULT_BOUND}"] if "*" in signature else ["*", f"{BOUND}={DEFAULT_BOUND}"]
    header = ast.parse(f"def {function.name}({', '.join(signature)}): ...").body[0]
    assert isinstance(header, ast.FunctionDef)
    layout = printer.lay_out(function.body)
    called = {
        kernel_of(op).name for op in walk(function.body) if isinstance(op, Apply) and op.primitive == "native"
    }
    called |= modules_of_traced(function)
    names = Names({*_sized_names(plan), *error_names(function, "jax"), function.name, *called})
    names.held = {argument.arg: -1 for argument in ast.walk(header) if isinstance(argument, ast.arg)}
    for param, value in zip(function.params, function.body.params, strict=True):
        expression = printer.parameter(value, apart(param.text, GLOBALS))
        for name in names_in(ast.parse(param.text.replace("[*]", "[0]"), mode="eval")):
            names.held[name] = max(names.held.get(name, -1), layout.until(value))
        printer.expressions.known[value] = expression
    converted = _converted(plan, printer, names, layout)
    if any(op.location.adjoint for op in walk(function.body)):
        printer.headings = ["primal", "adjoint"]
    statements = printer.block(function.body, names, layout)
    printer.headings = []
    statements = converted + statements + _return(plan, printer, names, counting)
    doc: list[ast.stmt] = [ast.Expr(ast.Constant(function.doc))] if function.doc else []
    header.body = [*doc, *statements]
    without_unread(header)
    return header


def _converted(plan: Plan, printer: Printer, names: Names, layout: Layout) -> list[ast.stmt]:
    """x = jnp.asarray(x) for the arguments that have to be JAX arrays."""
    statements: list[ast.stmt] = []
    for param, value in zip(plan.function.params, plan.function.body.params, strict=True):
        if value not in plan.needy or not layout.uses.get(value):
            continue
        name = param.text
        if not name.isidentifier() or name in GLOBALS:
            name = names.take(value.name or "t", START, layout.until(value))
        known = printer.expressions.known
        array = fill("jnp.asarray(x)", x=known[value])
        statements.append(ast.Assign([ast.Name(name, ast.Store())], array))
        known[value] = ast.Name(name, ast.Load())
    return statements


def _sized_names(plan: Plan) -> set[str]:
    """Names of parameters over which a size is printed; nothing else may get them."""
    found: set[str] = set()
    ranges = Ranges(plan.function.body)
    for op in walk(plan.function.body):
        if not isinstance(op, Apply) or not op.results:
            continue
        result = op.results[0]
        shown = op.primitive in ("tape", "undefined") or (
            op.primitive == "recall" and isinstance(result.type, Shape)
        )
        sizes = _sizes(result.type) if shown else []
        if result in plan.templates and isinstance(result.type, Seq):
            # the template has the shape of the item
            sizes = []
        sizes += [size for size in plan.slots.get(result, ()) if size is not None]
        sizes += widths(op, ranges)
        for size in sizes:
            if size.printable:
                found |= names_in(ast.parse(str(size), mode="eval"))
    return found


def _sizes(type: Type) -> list[Dim]:
    match type:
        case Array(shape=dims) | Shape(dims=dims):
            return list(dims)
        case Seq(item=item, length=length):
            return [*_sizes(item), *([length] if length is not None else [])]
    return []


# ---------------------------------------------------------------------------------------------- the result
def _return(plan: Plan, printer: Printer, names: Names, counting: bool) -> list[ast.stmt]:
    results = list(plan.function.body.results)
    if plan.bound is None:
        leaves = [printer.expressions(operand) for operand in results]
        return [ast.Return(output_expr(plan.function.output, leaves))]
    needed = printer.expressions(results.pop())
    enough = names.take("enough", END, END)
    test = fill(f"needed <= {BOUND}", needed=needed)
    leaves = [_poisoned(operand, printer.expressions(operand), enough) for operand in results]
    result = output_expr(plan.function.output, leaves)
    return [
        Comment("a result is NaN where the loops ran too often to be recorded"),
        ast.Assign([ast.Name(enough, ast.Store())], test),
        ast.Return(ast.Tuple([result, needed], ast.Load()) if counting else result),
    ]


def _poisoned(operand: Operand, leaf: ast.expr, enough: str) -> ast.expr:
    type = operand.type
    test = ast.Name(enough, ast.Load())
    match type:
        case Array() if type.inexact:
            return fill("jnp.where(enough, leaf, jnp.nan)", enough=test, leaf=leaf)
        case Seq(item=Array() as item) if item.inexact:
            return fill("[jnp.where(enough, item, jnp.nan) for item in leaf]", enough=test, leaf=leaf)
        case Seq():
            return fill(
                "jax.tree.map(lambda leaf: jnp.where(enough, leaf, jnp.nan), tree)", enough=test, tree=leaf
            )
    return leaf
