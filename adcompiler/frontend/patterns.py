"""Owns `match`: its cases as branches, before jumps are removed.

    match shape:                         if isinstance(shape, Sequence) and len(shape) == 2:
        case (a, b):                         a = shape[0]
            y = a * b                        b = shape[1]
        case r if r > 0:                     y = a * b
            y = r * r                    else:
        case _:                              r = shape
            y = 0                            if r > 0:
                                                 y = r * r
                                             else:
                                                 y = 0

What Python looks up behind the program's back has names that the source cannot use (`NAMES`). Names are bound where
the whole pattern has matched, and before the guard is asked, as in CPython.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TypeVar

NAMES: dict[str, object] = {
    "isinstance?": isinstance,
    "hasattr?": hasattr,
    "len?": len,
    "list?": list,
    "Sequence?": Sequence,
    "Mapping?": Mapping,
    "texts?": (str, bytes, bytearray),
}

Node = TypeVar("Node", ast.expr, ast.stmt)
Bound = list[tuple[str, ast.expr]]  # names that a pattern binds, each with what it is then


def as_branches(stmt: ast.Match) -> list[ast.stmt]:
    """The statements that do what a `match` does."""
    first: list[ast.stmt] = []
    subject = stmt.subject
    if not isinstance(subject, ast.Name) or any(case.guard or captured(case.pattern) for case in stmt.cases):
        name = f"subject of line {stmt.lineno}, {stmt.col_offset}?"
        first = [_bind(name, subject, subject)]
        subject = _name(name, subject)
    rest: list[ast.stmt] = []
    for case in reversed(stmt.cases):
        rest = _branch(case, subject, rest)
    return first + rest


def captured(pattern: ast.pattern) -> list[str]:
    """The names that a pattern binds."""
    found = []
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.append(name)
            case ast.MatchMapping(rest=str(name)):
                found.append(name)
    return found


def choice_inside(pattern: ast.pattern) -> ast.pattern | None:
    """Alternatives that bind names and are themselves a part of a pattern."""
    nodes = (n for n in ast.walk(pattern) if isinstance(n, ast.MatchOr) and n is not pattern)
    return next((node for node in nodes if captured(node)), None)


def _branch(case: ast.match_case, subject: ast.expr, rest: list[ast.stmt]) -> list[ast.stmt]:
    """One case, and those behind it."""
    pattern, guard = case.pattern, [] if case.guard is None else [case.guard]
    choices = pattern.patterns if isinstance(pattern, ast.MatchOr) and captured(pattern) else [pattern]
    tests = [_tests(one, subject) for one in choices]
    bound = [[_bind(name, part, one) for name, part in _parts(one, subject)] for one in choices]
    if len(choices) == 1 and not tests[0]:
        return [*bound[0], *_if(guard, case.body, rest, pattern)]
    if not any(bound):
        return _if([*tests[0], *guard], case.body, rest, pattern)
    if len(choices) == 1 and not guard:
        return _if(tests[0], [*bound[0], *case.body], rest, pattern)
    hit = f"case of line {pattern.lineno}, {pattern.col_offset}?"
    yes, no = (_bind(hit, _constant(value, pattern), pattern) for value in (True, False))
    chosen: list[ast.stmt] = []
    for test, names in zip(reversed(tests), reversed(bound), strict=True):
        chosen = _if(test, [*names, *_if(guard, [yes], [], pattern)], chosen, pattern)
    return [no, *chosen, *_if([_name(hit, pattern)], case.body, rest, pattern)]


def _if(tests: list[ast.expr], body: list[ast.stmt], rest: list[ast.stmt], at: ast.pattern) -> list[ast.stmt]:
    """`if` all tests hold; the body alone where there is nothing to test."""
    if not tests:
        return body
    return [_at(ast.If(_all(tests, at), body, rest), at)]


# ------------------------------------------------------------------------ whether a pattern matches


def _tests(pattern: ast.pattern, subject: ast.expr) -> list[ast.expr]:
    """Conditions that all hold where the pattern matches, each asked only where those before it hold."""
    tests: list[ast.expr] = []
    match pattern:
        case ast.MatchValue(value=value):
            tests = [_at(ast.Compare(subject, [ast.Eq()], [value]), pattern)]
        case ast.MatchSingleton(value=value):
            tests = [_at(ast.Compare(subject, [ast.Is()], [_constant(value, pattern)]), pattern)]
        case ast.MatchOr(patterns=patterns):
            either = [_tests(one, subject) for one in patterns]
            if all(either):
                tests = [_at(ast.BoolOp(ast.Or(), [_all(some, pattern) for some in either]), pattern)]
        case ast.MatchSequence(patterns=patterns):
            starred = any(isinstance(one, ast.MatchStar) for one in patterns)
            enough, sign = _constant(len(patterns) - starred, pattern), ast.GtE() if starred else ast.Eq()
            tests = [
                _call("isinstance?", pattern, subject, _name("Sequence?", pattern)),
                _at(
                    ast.UnaryOp(ast.Not(), _call("isinstance?", pattern, subject, _name("texts?", pattern))),
                    pattern,
                ),
                _at(ast.Compare(_call("len?", pattern, subject), [sign], [enough]), pattern),
            ]
        case ast.MatchMapping(keys=keys):
            tests = [
                _call("isinstance?", pattern, subject, _name("Mapping?", pattern)),
                *(_at(ast.Compare(key, [ast.In()], [subject]), pattern) for key in keys),
            ]
        case ast.MatchClass(cls=kind, kwd_attrs=names):
            tests = [
                _call("isinstance?", pattern, subject, kind),
                *(_call("hasattr?", pattern, subject, _constant(name, pattern)) for name in names),
            ]
    return tests + [test for one, part in _items(pattern, subject) for test in _tests(one, part)]


# ------------------------------------------------------------------------ the parts of what has matched


def _items(pattern: ast.pattern, subject: ast.expr) -> list[tuple[ast.pattern, ast.expr]]:
    """The patterns inside of a pattern, each with the part of the subject that it is about."""
    match pattern:
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return [(inner, subject)]
        case ast.MatchMapping(keys=keys, patterns=patterns):
            return [
                (one, _at(ast.Subscript(subject, key, ast.Load()), one))
                for key, one in zip(keys, patterns, strict=True)
            ]
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=patterns):
            return [
                (one, _at(ast.Attribute(subject, name, ast.Load()), one))
                for name, one in zip(names, patterns, strict=True)
            ]
        case ast.MatchSequence(patterns=patterns):
            star = next(
                (k for k, one in enumerate(patterns) if isinstance(one, ast.MatchStar)), len(patterns)
            )
            return [
                (one, _item(one, subject, k if k <= star else k - len(patterns), len(patterns) - 1 - k))
                for k, one in enumerate(patterns)
            ]
    return []


def _item(pattern: ast.pattern, subject: ast.expr, k: int, after: int) -> ast.expr:
    """subject[k]; of a star, the list of the items from k on, up to the last `after` items."""
    if not isinstance(pattern, ast.MatchStar):
        return _at(ast.Subscript(subject, _constant(k, pattern), ast.Load()), pattern)
    stop = None
    if after:
        stop = _at(ast.BinOp(_call("len?", pattern, subject), ast.Sub(), _constant(after, pattern)), pattern)
    some = _at(ast.Slice(_constant(k, pattern), stop, None), pattern)
    return _call("list?", pattern, _at(ast.Subscript(subject, some, ast.Load()), pattern))


def _parts(pattern: ast.pattern, subject: ast.expr) -> Bound:
    """The names that a pattern binds, and what they are."""
    found = [bound for one, part in _items(pattern, subject) for bound in _parts(one, part)]
    match pattern:
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            found.append((name, subject))
    return found


# ------------------------------------------------------------------------ nodes, at the place of what they stand for


def _all(tests: list[ast.expr], at: ast.AST) -> ast.expr:
    return tests[0] if len(tests) == 1 else _at(ast.BoolOp(ast.And(), tests), at)


def _name(name: str, at: ast.AST) -> ast.expr:
    return _at(ast.Name(name, ast.Load()), at)


def _constant(value: int | str | None, at: ast.AST) -> ast.expr:
    return _at(ast.Constant(value), at)


def _call(name: str, at: ast.AST, *arguments: ast.expr) -> ast.expr:
    return _at(ast.Call(_name(name, at), list(arguments), []), at)


def _bind(name: str, value: ast.expr, at: ast.AST) -> ast.stmt:
    target = _at(ast.Name(name, ast.Store()), at)
    return _at(ast.Assign([target], value, lineno=value.lineno), at)


def _at(node: Node, place: ast.AST) -> Node:
    return ast.copy_location(node, place)
