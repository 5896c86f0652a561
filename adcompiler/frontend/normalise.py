"""Owns the removal of `break`, `continue` and early `return`: statements get one way in and one way out.

Three moves, the first that fits, and never a copy of a statement, so the output is linear in the input:

1. The tail moves. In `if c: return a` followed by a tail, the tail goes into the other arm.
2. A guard. Where control may both fall through and leave, the way out sets a flag, which guards the tail.
3. A loop stops. The flag that a `break` (or a `return` inside) sets is named by the loop's extra attribute
   `stop`: the loop ends as soon as the flag is true at the end of a trip, before anything else is evaluated.
   Whoever reads the tree implements that; `to_plain` shows it as ordinary Python.

Before and after:

    def first(xs, low):                  def first(xs, low):
        for i, x in enumerate(xs):           returned = False
            if x < 0:                        for i, x in enumerate(xs):      # stop = "returned"
                continue                         if x < 0:
            if x > low:                              pass
                return i                         else:
            print(x)                                 if x > low:
        return -1                                        result = i
                                                         returned = True
                                                     else:
                                                         print(x)
                                             if not returned:
                                                 result = -1
                                             return result

A `raise` stays where it is and its tail is not moved: later layers treat it as a check. Statements that can
never be reached are dropped. `result` is bound only on the ways that return; where all are bare it is left
out. The tree must have passed the fence: of compound statements only `if`, `with`, `for` and `while` are read.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, replace
from enum import Flag, auto
from typing import TypeVar

from adcompiler.frontend.exchanges import exchanges
from adcompiler.frontend.patterns import as_branches, captured
from adcompiler.frontend.returns import deferred, returns_in

Loop = ast.For | ast.While
STOP = "stop"
GENERATED = "generated"


class Exit(Flag):
    """The ways in which control can leave a block."""

    FALL = auto()
    RETURN = auto()
    BREAK = auto()
    CONTINUE = auto()
    RAISE = auto()


JUMPS = Exit.RETURN | Exit.BREAK | Exit.CONTINUE


def normalise(tree: ast.FunctionDef | ast.Lambda) -> ast.FunctionDef:
    """The same function without `break` and `continue` and with one `return`, its last statement.

    Loops carry the attribute `stop`, see `stop_flag`. Functions nested inside are left as they are. The input
    is not modified; statements that need no change are shared with it.
    """
    tree = _named(tree) if isinstance(tree, ast.Lambda) else tree
    tree = exchanges(tree)
    tree = _with_body(tree, _opened(tree.body))
    function = _Function(tree, _names_in(tree), {}, {}, {})
    live = _live(tree.body, function)
    ends = _exits(tree.body, function)
    last = live[-1]
    if isinstance(last, ast.Return) and Exit.RETURN not in _exits(live[:-1], function):
        body = [*_block(live[:-1], _Context(function)), _return(last.value, last)]
    elif Exit.RETURN not in ends:
        body = [*_block(live, _Context(function)), _return(None, last)]
    else:
        returns = list(returns_in(live))
        valued = any(not _is_none(r.value) for r in returns)
        if Exit.FALL in ends:
            live.append(_return(None, last))
        context = _Context(function, result=function.name("result", tree) if valued else None)
        at = max(returns, key=lambda r: r.lineno)
        result = _load(context.result, at) if context.result else None
        body = [*_block(live, context), _return(result, at)]
    new = copy.copy(tree)
    new.body = body
    setattr(new, GENERATED, frozenset(function.given.values()))
    return new


def generated_names(tree: ast.FunctionDef) -> frozenset[str]:
    """The names of a normalised function that are not in the source: flags, the result of several returns."""
    names: frozenset[str] = getattr(tree, GENERATED, frozenset())
    return names


def stop_flag(loop: Loop) -> str | None:
    """The name of the flag that ends a normalised loop when it is true after a trip, if the loop has one."""
    flag: str | None = getattr(loop, STOP, None)
    return flag


def to_plain(tree: ast.FunctionDef) -> ast.FunctionDef:
    """A normalised function as Python that runs: the stop of a loop becomes a `break` at its end."""
    return _with_body(tree, _plain(tree.body))


def _plain(block: list[ast.stmt]) -> list[ast.stmt]:
    plain: list[ast.stmt] = []
    for stmt in block:
        match stmt:
            case ast.If():
                plain.append(_with_body(stmt, _plain(stmt.body), _plain(stmt.orelse)))
            case ast.With():
                plain.append(_with_body(stmt, _plain(stmt.body)))
            case ast.For() | ast.While():
                body = _plain(stmt.body)
                if (flag := stop_flag(stmt)) is not None:
                    stop = ast.copy_location(ast.Break(), stmt)
                    body.append(ast.copy_location(ast.If(_load(flag, stmt), [stop], []), stmt))
                plain.append(_with_body(stmt, body))
            case _:
                plain.append(stmt)
    return plain


def _opened(block: list[ast.stmt]) -> list[ast.stmt]:
    """The block with a `with` for each context, and with what `match` and `try` stand for."""
    opened: list[ast.stmt] = []
    for stmt in block:
        match stmt:
            case ast.With():
                within = _opened(stmt.body)
                for item in reversed(stmt.items):
                    within = [ast.copy_location(ast.With([item], within), stmt)]
                opened += within
            case ast.Try():
                opened += _attempted(stmt)
            case ast.Match():
                opened += _opened(as_branches(stmt))
            case ast.While(orelse=[]) if any(isinstance(node, ast.NamedExpr) for node in ast.walk(stmt.test)):
                opened.append(_tested_inside(stmt))
            case ast.If() | ast.For() | ast.While():
                new = copy.copy(stmt)
                new.body, new.orelse = _opened(stmt.body), _opened(stmt.orelse)
                opened.append(new)
            case _:
                opened.append(stmt)
    return opened


def _tested_inside(loop: ast.While) -> ast.While:
    """A loop whose condition binds a name: this is done at the start of each trip."""
    failed = ast.copy_location(ast.UnaryOp(ast.Not(), loop.test), loop.test)
    leave = ast.If(failed, [ast.copy_location(ast.Break(), loop)], [])
    return _with_body(
        ast.copy_location(ast.While(_constant(True, loop), [], []), loop),
        [ast.copy_location(leave, loop), *_opened(loop.body)],
    )


def jump_in(stmt: ast.Try) -> ast.stmt | None:
    """A jump out of the statements that a `try` watches, other than a `return` at their end."""
    body = stmt.body[:-1] if isinstance(stmt.body[-1], ast.Return) else stmt.body
    stack: list[tuple[ast.stmt, bool]] = [(one, False) for one in (*body, *stmt.finalbody)]
    while stack:
        one, looped = stack.pop()
        if isinstance(one, ast.Return) or (isinstance(one, ast.Break | ast.Continue) and not looped):
            return one
        for inner in () if isinstance(one, ast.FunctionDef) else ast.iter_child_nodes(one):
            if isinstance(inner, ast.stmt):
                stack.append((inner, looped or isinstance(one, ast.For | ast.While)))
            elif isinstance(inner, ast.ExceptHandler | ast.match_case):
                stack += [(last, looped) for last in inner.body]
    return None


def outcome(stmt: ast.Try) -> str:
    """The name that says which handler of a `try` runs, counted from 1; 0: none."""
    return f"outcome of line {stmt.lineno}, {stmt.col_offset}"


def _attempted(stmt: ast.Try) -> list[ast.stmt]:
    """What is watched, without its handlers; then, by the outcome, one of these or `else`; then `finally`."""
    watched = copy.copy(stmt)
    watched.body, watched.orelse, watched.finalbody = _opened(stmt.body), [], []
    rest = _opened(stmt.orelse)
    last = watched.body[-1]
    if isinstance(last, ast.Return):
        name = f"result of line {stmt.lineno}, {stmt.col_offset}"
        watched.body = [*watched.body[:-1], _assign(name, last.value or _constant(None, last), last)]
        rest = [_return(_load(name, last), last)]
    for number, handler in reversed(list(enumerate(stmt.handlers, 1))):
        test = ast.Compare(_load(outcome(stmt), stmt), [ast.Eq()], [_constant(number, stmt)])
        chosen = ast.If(ast.copy_location(test, handler), _opened(handler.body), rest)
        rest = [ast.copy_location(chosen, handler)]
    return [watched, *rest, *_opened(stmt.finalbody)]


# --- what is known about the function, and about a place in it ---


@dataclass(frozen=True)
class _Function:
    """What one run shares: names taken, names given by purpose and owner, a count of each, exits found."""

    tree: ast.FunctionDef
    taken: set[str]
    given: dict[tuple[str, ast.stmt], str]
    counts: dict[str, int]
    exits: dict[ast.stmt, Exit]

    def name(self, stem: str, owner: ast.stmt) -> str:
        """The generated name for this purpose of the function or of one loop, the same whenever asked for."""
        if (stem, owner) not in self.given:
            count = self.counts.get(stem, 0)
            while (name := f"{stem}_{count}" if count else stem) in self.taken:
                count += 1
            self.counts[stem] = count + 1
            self.given[stem, owner] = name
        return self.given[stem, owner]


@dataclass(frozen=True)
class _Context:
    """What the jumps in a block have to tell the code that comes after the block.

    left: the flag that is true once control has left what surrounds the block for good: the innermost loop,
        or else the function; None where no one asks.
    returning, skipping: the flags to set at a `return` and at a `continue`; a `break` sets `left`.
    clear: flags that are known to be False here, so that they are not cleared again.
    """

    function: _Function
    result: str | None = None
    loop: ast.stmt | None = None
    left: str | None = None
    returning: tuple[str, ...] = ()
    skipping: tuple[str, ...] = ()
    clear: frozenset[str] = frozenset()


# --- the one recursion ---


def _block(block: list[ast.stmt], context: _Context) -> list[ast.stmt]:
    """The block without jumps: where it was left early, the flags that the context asks for are set."""
    done: list[ast.stmt] = []
    at = 0
    while at < len(block):
        stmt = block[at]
        at += 1
        match stmt:
            case ast.Return(value=value):
                if context.result is not None:
                    done.append(_assign(context.result, value or _constant(None, stmt), stmt))
                return done + _set(context.returning, True, stmt)
            case ast.Break():
                assert context.left is not None, "a break outside of a loop"
                return done + _set((context.left,), True, stmt)
            case ast.Continue():
                return done + _set(context.skipping, True, stmt)
            case ast.Raise():
                return [*done, stmt]
            case ast.If(body=then, orelse=other):
                ends = (_exits(then, context.function), _exits(other, context.function))
                exits = ends[0] | ends[1]
                tail = block[at:] if Exit.FALL in exits and exits & JUMPS else []
                if not tail:
                    done.append(_with_body(stmt, _block(then, context), _block(other, context)))
                    if Exit.FALL not in exits:
                        return done
                elif Exit.FALL not in ends[0]:
                    return [*done, _with_body(stmt, _block(then, context), _block(other + tail, context))]
                elif Exit.FALL not in ends[1]:
                    return [*done, _with_body(stmt, _block(then + tail, context), _block(other, context))]
                else:
                    flags, inner = _flagged(exits, context)
                    done += _set(_added(inner, context), False, stmt)
                    done.append(_with_body(stmt, _block(then, inner), _block(other, inner)))
                    tail = _block(tail, replace(context, clear=context.clear.union(flags)))
                    return done + _guarded(flags, tail, stmt)
            case ast.With():
                # what ends the context runs on every way out, so a tail cannot move in
                exits = _exits([stmt], context.function)
                tail = block[at:] if Exit.FALL in exits and exits & JUMPS else []
                flags, inner = _flagged(exits, context) if tail else ((), context)
                done += _set(_added(inner, context), False, stmt)
                done.append(_with_body(stmt, _block(stmt.body, inner)))
                if tail or Exit.FALL not in exits:
                    tail = _block(tail, replace(context, clear=context.clear.union(flags)))
                    return done + _guarded(flags, tail, stmt)
            case ast.For() | ast.While():
                exits = _exits(stmt.body, context.function)
                broke = (context.function.name("broke", stmt),) if Exit.BREAK in exits else ()
                tail = [] if _endless(stmt) else stmt.orelse
                if tail and broke:
                    tail = [_unless(broke, tail, stmt)]
                if broke or not _endless(stmt):
                    tail = tail + block[at:]
                # What a `return` in the loop has to tell: to end the loop, and to leave out the tail.
                left: tuple[str, ...] = ()
                outer = context
                later = deferred(stmt) if context.loop is None else None
                if Exit.RETURN in exits and (tail or not broke or later):
                    left, outer = _flagged(Exit.RETURN, context)
                stop = next(iter(broke + left), None)
                within = replace(outer, loop=stmt, left=stop, returning=outer.returning + broke, skipping=())
                within = replace(within, result=None) if later else within
                loop = _with_body(stmt, _block(stmt.body, within))
                setattr(loop, STOP, stop)
                done += _set(broke + _added(outer, context), False, stmt)
                done.append(loop)
                if not left:
                    block, at = tail, 0
                    continue
                tail = _block(tail, replace(context, clear=context.clear.union(left)))
                if later is None or later.value is None or context.result is None:
                    return done + _guarded(left, tail, stmt)
                given = [_assign(context.result, later.value, later)]
                return [*done, ast.copy_location(ast.If(_load(left[0], later), given, tail), later)]
            case ast.Try():
                watched = copy.copy(stmt)
                watched.body = _block(stmt.body, context)
                done.append(watched)
            case _:
                done.append(stmt)
    return done


def _flagged(jumps: Exit, context: _Context) -> tuple[tuple[str, ...], _Context]:
    """The flags that tell whether one of these jumps was taken, and the context in which jumps set them."""
    flags: list[str] = []
    inner = context
    if jumps & (Exit.RETURN | Exit.BREAK):
        left = context.left
        if left is None:
            left = context.function.name("returned", context.function.tree)
            inner = replace(inner, left=left, returning=(left,))
        flags.append(left)
    if jumps & Exit.CONTINUE:
        assert context.loop is not None
        skipped = context.function.name("skipped", context.loop)
        inner = replace(inner, skipping=(skipped,))
        flags.append(skipped)
    return tuple(flags), inner


def _added(inner: _Context, outer: _Context) -> tuple[str, ...]:
    """The flags that jumps set in `inner` but not in `outer`, without those that are known to be False."""
    known = {*outer.clear, *outer.returning, *outer.skipping}
    return tuple(f for f in inner.returning + inner.skipping if f not in known)


# --- how control leaves a block ---


def _exits(block: list[ast.stmt], function: _Function) -> Exit:
    """All ways in which control can leave the block, as far as the syntax tells."""
    found = Exit(0)
    for stmt in block:
        match stmt:
            case ast.Return():
                return found | Exit.RETURN
            case ast.Break():
                return found | Exit.BREAK
            case ast.Continue():
                return found | Exit.CONTINUE
            case ast.Raise():
                return found | Exit.RAISE
            case ast.If() | ast.With() | ast.For() | ast.While() if stmt in function.exits:
                ways = function.exits[stmt]
            case ast.If():
                ways = _exits(stmt.body, function) | _exits(stmt.orelse, function)
            case ast.With():
                ways = _exits(stmt.body, function)
                if Exit.RAISE in ways:
                    ways |= Exit.FALL  # a context may handle the error
            case ast.For() | ast.While():
                body = _exits(stmt.body, function)
                ways = body & (Exit.RETURN | Exit.RAISE)
                if Exit.BREAK in body:
                    ways |= Exit.FALL
                if not _endless(stmt):
                    ways |= _exits(stmt.orelse, function)
            case _:
                continue
        function.exits[stmt] = ways
        found |= ways & ~Exit.FALL
        if Exit.FALL not in ways:
            return found
    return found | Exit.FALL


def _live(block: list[ast.stmt], function: _Function) -> list[ast.stmt]:
    """The block up to the first statement that control cannot fall out of."""
    for count, stmt in enumerate(block, 1):
        if Exit.FALL not in _exits([stmt], function):
            return block[:count]
    return list(block)


def _endless(loop: Loop) -> bool:
    """Whether only a jump can end the loop: `while True`."""
    return isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and bool(loop.test.value)


# --- building nodes, each at the place of the statement that caused it ---

Block = TypeVar("Block", bound=ast.FunctionDef | ast.If | ast.With | ast.For | ast.While)


def _with_body(stmt: Block, body: list[ast.stmt], orelse: list[ast.stmt] | None = None) -> Block:
    """A copy of a compound statement with other blocks in it."""
    new = copy.copy(stmt)
    new.body = body or [ast.copy_location(ast.Pass(), stmt)]
    if not isinstance(new, ast.FunctionDef | ast.With):
        new.orelse = orelse or []
    return new


def _set(flags: tuple[str, ...], value: bool, at: ast.stmt) -> list[ast.stmt]:
    return [_assign(f, _constant(value, at), at) for f in flags]


def _guarded(flags: tuple[str, ...], block: list[ast.stmt], at: ast.stmt) -> list[ast.stmt]:
    return [_unless(flags, block, at)] if block else []


def _unless(flags: tuple[str, ...], block: list[ast.stmt], at: ast.stmt) -> ast.If:
    """`if not flag:` or `if not (flag or flag):` around the block."""
    loads = [_load(f, at) for f in flags]
    any_of = loads[0] if len(loads) == 1 else ast.copy_location(ast.BoolOp(ast.Or(), loads), at)
    test = ast.copy_location(ast.UnaryOp(ast.Not(), any_of), at)
    return ast.copy_location(ast.If(test, block, []), at)


def _assign(name: str, value: ast.expr, at: ast.stmt) -> ast.stmt:
    target = ast.copy_location(ast.Name(name, ast.Store()), at)
    # `lineno` as an argument: the constructor of Assign is typed as if it were required.
    return ast.copy_location(ast.Assign([target], value, lineno=at.lineno), at)


def _load(name: str, at: ast.stmt) -> ast.expr:
    return ast.copy_location(ast.Name(name, ast.Load()), at)


def _constant(value: int | None, at: ast.stmt) -> ast.expr:
    return ast.copy_location(ast.Constant(value), at)


def _return(value: ast.expr | None, at: ast.stmt) -> ast.Return:
    return ast.copy_location(ast.Return(value or _constant(None, at)), at)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _named(tree: ast.Lambda) -> ast.FunctionDef:
    """The lambda as a function definition."""
    # Parsed, so that it has the fields that this version of Python wants.
    definition = ast.parse("def lambda_(): pass").body[0]
    assert isinstance(definition, ast.FunctionDef)
    names, count = _names_in(tree), 0
    while definition.name in names:
        count += 1
        definition.name = f"lambda_{count}"
    definition.args = tree.args
    definition.body = [ast.copy_location(ast.Return(tree.body), tree.body)]
    return ast.copy_location(definition, tree)


def _names_in(tree: ast.AST) -> set[str]:
    """All names that are bound or read in the function or in functions nested in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.pattern():
                names.update(captured(node))
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.split(".")[0])
            case ast.Global(names=several) | ast.Nonlocal(names=several):
                names.update(several)
    return names
