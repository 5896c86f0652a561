"""Owns `with`: normalisation leaves one context for each, and a body without jumps, so its end runs once behind it."""

from __future__ import annotations

import ast
import contextlib
import inspect
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import NoReturn

import numpy as np

from adcompiler.frontend.assignment import assign
from adcompiler.frontend.attempts import error_classes, watch
from adcompiler.frontend.bindings import Binding, Lazy, Static
from adcompiler.frontend.context import Lowering
from adcompiler.frontend.interrupts import Caught
from adcompiler.frontend.source import get_source
from adcompiler.frontend.special import special_method
from adcompiler.frontend.static import static_key
from adcompiler.frontend.unpacking import dict_items, known_items
from adcompiler.frontend.yielding import GIVEN, Yielding, go_over
from adcompiler.ir.core import Apply, Region, walk

KINDS = ("divide", "over", "under", "invalid")
AROUND = "put the `with` around the call of the function, outside of what is differentiated"


@dataclass(slots=True, eq=False)
class Managed(Lazy):
    """What a call of a function under contextlib.contextmanager gives."""

    given: Yielding
    over: tuple[Binding, ...] = field(init=False)

    once = True

    def __post_init__(self) -> None:
        self.over = self.given.over

    def items(self, low: Lowering) -> list[Binding]:
        """Refused, as by Python."""
        low.stop("a context manager cannot be gone over", "write: with ... as value:")


def within(low: Lowering, node: ast.With) -> None:
    """Lower a `with` of one context: what begins it, its body, and what ends it."""
    (item,) = node.items
    call = item.context_expr
    function = _called(low, call)
    if isinstance(call, ast.Call) and function in (np.errstate, warnings.catch_warnings):
        if call.args or item.optional_vars is not None:
            _refuse(low, call)
        (_silence if function is np.errstate else _record)(low, call)
        low.block(node.body)
    elif isinstance(call, ast.Call) and function is np.printoptions and item.optional_vars is None:
        _as_printed(low, node.body, call)
    elif isinstance(call, ast.Call) and function is contextlib.suppress:
        kinds = [error_classes(low, kind) for kind in call.args]
        if item.optional_vars is not None:
            assign(low, item.optional_vars, Static(None))
        watch(low, node.body, kinds)
    else:
        _managed(low, node, low.expression(call))


def _as_printed(low: Lowering, body: list[ast.stmt], call: ast.Call) -> None:
    """np.printoptions(...): without effect on numbers, and refused where something is printed."""
    before = len(low.builder.ops)
    low.block(body)
    made = Region((), tuple(low.builder.ops[before:]), ())
    if any(isinstance(op, Apply) and op.primitive == "print" for op in walk(made)):
        low.refuse(
            call,
            "np.printoptions changes how arrays are printed outside of what is emitted",
            "put the `with` around the call of the function",
        )


def _called(low: Lowering, call: ast.expr) -> object:
    """The function that an expression calls by a name of its own, so that this can be looked up twice."""
    inner = call.func if isinstance(call, ast.Call) else None
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    found = low.expression(call.func) if isinstance(call, ast.Call) and isinstance(inner, ast.Name) else None
    return found.value if isinstance(found, Static) else None


def _managed(low: Lowering, node: ast.With, manager: Binding) -> None:
    """The context of an object with __enter__ and __exit__, or of a function that yields once."""
    (item,) = node.items
    if isinstance(manager, Static) and isinstance(manager.value, Managed):
        low.spend(manager.value)
        target = item.optional_vars or ast.copy_location(ast.Name(GIVEN, ast.Store()), item.context_expr)
        loop = ast.For(target, item.context_expr, node.body, [])
        with _unanswered():
            go_over(low, ast.copy_location(loop, node), manager.value.given)
        return
    enter, leave = (_method(manager, name) for name in ("__enter__", "__exit__"))
    if enter is None or leave is None:
        _refuse(low, item.context_expr)
    entered = low.call(Static(enter, "__enter__"), [manager])
    if item.optional_vars is not None:
        assign(low, item.optional_vars, entered)
    if _may_handle(leave):
        _, error = watch(low, node.body, [(BaseException,)])
        if error is not None:
            low.refuse(
                item.context_expr,
                f"the body raises {type(error).__name__}, which this context may handle",
                "leave out what raises",
            )
    else:
        with _unanswered():
            low.block(node.body)
    low.call(Static(leave, "__exit__"), [manager, *[Static(None)] * 3])


def _method(manager: Binding, name: str) -> FunctionType | None:
    """A method written in Python, of an object of the program or of one that lives outside."""
    if isinstance(manager, Static):
        found = inspect.getattr_static(type(manager.value), name, None)
        return found if isinstance(found, FunctionType) else None
    return special_method(manager, name)


@contextlib.contextmanager
def _unanswered() -> Iterator[None]:
    """A body whose end has to run, so that a `try` around it may not answer an error of it."""
    try:
        yield
    except Caught as left:
        raise left.reason from None


def _may_handle(leave: FunctionType) -> bool:
    """Whether an __exit__ may answer an error: it gives anything but None or False, or raises another one."""
    stack: list[ast.AST] = [get_source(leave).tree]
    while stack:
        match stack.pop():
            case ast.Return(value=None | ast.Constant(value=None | False)):
                continue
            case ast.Return() | ast.Raise() | ast.Lambda():
                return True
            case node:
                stack += ast.iter_child_nodes(node)
    return False


def managed(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """What contextlib.contextmanager makes of a call: of the function, its arguments, and its keywords."""
    function, given, named = arguments
    keys = {str(name): value for name, value in dict_items(low, named).items()}
    made = low.call(function, known_items(low, given, "behind a star"), keys)
    if not isinstance(made, Static) or not isinstance(made.value, Yielding):
        low.stop("a function under contextlib.contextmanager has to yield", "yield once")
    tree = made.value.tree
    number = sum(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(tree))
    early = any(isinstance(inner, ast.Return) for one in tree.body[:-1] for inner in ast.walk(one))
    if number != 1 or early or not _yields(tree.body):
        low.stop(
            "a function under contextlib.contextmanager has to yield once, whatever happens",
            "yield once, outside of loops and branches, and return at its end alone",
        )
    return Static(Managed(made.value))


def _yields(block: Sequence[ast.stmt]) -> bool:
    """Whether a block surely yields unless it raises an error."""
    for stmt in block:
        match stmt:
            case ast.Expr(value=ast.Yield()):
                return True
            case ast.With(body=body) | ast.Try(body=body) if _yields(body):
                return True
    return False


def filters(low: Lowering, arguments: list[Binding], keywords: dict[str, Binding]) -> Binding:
    """warnings.simplefilter(action, ...), warnings.filterwarnings(action, ...)."""
    action = static_key(low, arguments[0], "which action")
    if action == "error":
        low.stop("a warning that is an error stops the program in the middle of an operation", 'use "ignore"')
    if action == "ignore":
        low.silenced.update(KINDS)
    return Static(None)


def _record(low: Lowering, call: ast.Call) -> None:
    """catch_warnings(record=...): what is recorded, and asked for by no name, is not shown."""
    for keyword in call.keywords:
        if keyword.arg != "record":
            _refuse(low, call)
        if static_key(low, low.expression(keyword.value), "`record`"):
            low.silenced.update(KINDS)


def _silence(low: Lowering, call: ast.Call) -> None:
    modes: dict[str, object] = {}
    for keyword in sorted(call.keywords, key=lambda k: k.arg != "all"):
        mode = static_key(low, low.expression(keyword.value), f"`{keyword.arg}`")
        if mode not in (None, "ignore", "warn"):
            low.refuse(
                keyword,
                f"np.errstate({keyword.arg}={mode!r}) stops the program in the middle of an operation",
                'use "ignore" or "warn", and look at the result: np.isfinite(y)',
            )
        for kind in KINDS if keyword.arg == "all" else (str(keyword.arg),):
            modes[kind] = mode if mode is not None else modes.get(kind)
    low.silenced.update(kind for kind in KINDS if modes.get(kind) == "ignore")


def _refuse(low: Lowering, node: ast.AST) -> NoReturn:
    low.refuse(node, "`with` is not supported: a context manager runs code that cannot be seen here", AROUND)
