"""Small rewrites of printed statements into what a person writes.

W = layers[k][0]; b = layers[k][1]                  W, b = layers[k]
for k in range(len(layers)): W, b = layers[k] ...   for W, b in layers: ...
for i in range(len(x)): t = x[i] ...                for t in x: ...
h_tape = []; h_tape.append(h)                       h_tape = [h]
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from adcompiler.emit.layout import Comment, remark, remark_of
from adcompiler.emit.operations import call

# the attribute of a statement that takes one size of an array: how many it has
RANK = "rank"
# for a list of tuples among the arguments ("layers"), how many fields its items have
Fields: TypeAlias = Mapping[str, int]


def fields_of(texts: Iterable[str]) -> Fields:
    """The lists whose items are tuples, by the texts of all leaves: "layers[*][0]", "layers[*][1]"."""
    found: dict[str, list[str]] = {}
    for text in texts:
        head, star, field = text.partition("[*]")
        if star:
            found.setdefault(ast.unparse(ast.parse(head, mode="eval")), []).append(field)
    return {
        head: len(fields)
        for head, fields in found.items()
        if sorted(fields) == [f"[{k}]" for k in range(len(fields))]
    }


def tidied(statements: Sequence[ast.stmt], fields: Fields) -> list[ast.stmt]:
    """Neighbouring statements joined where that reads better."""
    result: list[ast.stmt] = []
    for statement in statements:
        result.append(statement)
        _join_append(result)
        _join_pop(result)
        _join_sizes(result)
        _join_fields(result, fields)
    return result


def _join_append(statements: list[ast.stmt]) -> None:
    match statements[-2:]:
        case [
            ast.Assign(targets=[ast.Name(id=tape)], value=ast.List(elts=[])) as made,
            ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=appended), attr="append"), args=[item])
            ),
        ] if tape == appended and not _mentions(item, tape):
            made.value = ast.List([item], ast.Load())
            statements.pop()


def _join_pop(statements: list[ast.stmt]) -> None:
    match statements[-2:]:
        case [
            ast.Assign(
                targets=[ast.Name()],
                value=ast.Subscript(value=ast.Name(id=read), slice=ast.Constant(value=-1)),
            ) as last,
            ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=popped), attr="pop"), args=[]) as pop
            ),
        ] if read == popped:
            last.value = pop
            statements.pop()


def _join_sizes(statements: list[ast.stmt]) -> None:
    """n = A.shape[0]; m = A.shape[1] where A has two axes, as the statement itself tells."""
    rank = getattr(statements[-1], RANK, 0)
    run = statements[-rank:] if rank > 1 else []
    sizes = [_size(statement) for statement in run]
    if len(run) != rank or not run or any(size is None for size in sizes):
        return
    found = [size for size in sizes if size is not None]
    arrays = {array for array, _, _ in found}
    targets = [target for _, _, target in found]
    if (
        len(arrays) != 1
        or [k for _, k, _ in found] != list(range(rank))
        or len({*targets, *arrays}) != rank + 1
    ):
        return
    names: list[ast.expr] = [ast.Name(target, ast.Store()) for target in targets]
    shape = ast.Attribute(ast.Name(found[0][0], ast.Load()), "shape", ast.Load())
    statements[-rank:] = [ast.Assign([ast.Tuple(names, ast.Store())], shape)]


def _size(statement: ast.stmt) -> tuple[str, int, str] | None:
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=target)],
            value=ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=array), attr="shape"), slice=ast.Constant(value=int(k))
            ),
        ):
            return array, k, target
    return None


def _join_fields(statements: list[ast.stmt], fields: Fields) -> None:
    last = _field(statements[-1])
    if last is None or last[0] not in fields:
        return
    count = fields[last[0]]
    run = [_field(statement) for statement in statements[-count:]]
    reads = [read for read in run if read is not None and read[:2] == last[:2]]
    targets = {field: target for _, _, field, target, _ in reads}
    if count < 2 or sorted(targets) != list(range(count)) or len(set(targets.values())) != count:
        return
    if any(_mentions(last[4], target) for target in targets.values()):
        return
    names: list[ast.expr] = [ast.Name(targets[k], ast.Store()) for k in range(count)]
    joined = ast.Assign([ast.Tuple(names, ast.Store())], last[4])
    comment = remark_of(statements[-count])
    if comment:
        remark(joined, comment)
    statements[-count:] = [joined]


def _field(statement: ast.stmt) -> tuple[str, str, int, str, ast.expr] | None:
    """(list, index, field, variable, item) for `variable = list[index][field]`."""
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=target)],
            value=ast.Subscript(
                value=ast.Subscript(value=items, slice=k) as item, slice=ast.Constant(value=int(field))
            ),
        ):
            return ast.unparse(items), ast.dump(k), field, target, item
    return None


def over_rows(loop: ast.For, source: str, tapes: Collection[str] = ()) -> ast.For:
    """A loop over an index that only picks an item, as a loop over the items.

    `tapes` names lists that have an item for each trip; of others the range says so itself. The index stays
    where it is used otherwise, unless the source enumerates.
    """
    backwards, counted = False, loop.iter
    match counted:
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            backwards, counted = True, inner
    match loop.target, counted, loop.body[0]:
        case (
            ast.Name(id=index),
            ast.Call(func=ast.Name(id="range"), args=[stop]),
            ast.Assign(targets=[target], value=ast.Subscript(value=items, slice=ast.Name(id=used))),
        ) if index == used and len(loop.body) > 1 and _binds(target) and _steady(items, loop.body):
            taped = isinstance(items, ast.Name) and items.id in tapes
            if not taped and ast.dump(stop) != ast.dump(call("len", items)):
                return loop
            elsewhere = any(_mentions(statement, index) for statement in loop.body[1:])
        case _:
            return loop
    if not elsewhere:
        loop.target, loop.iter = target, call("reversed", items) if backwards else items
    elif "enumerate(" in source and not backwards and "start" not in source:
        loop.target = ast.Tuple([ast.Name(index, ast.Store()), target], ast.Store())
        loop.iter = call("enumerate", items)
    else:
        return loop
    loop.body = loop.body[1:]
    return loop


def _binds(target: ast.expr) -> bool:
    """Whether an assignment binds names alone: one that writes into an array reads the index."""
    return isinstance(target, ast.Name) or (isinstance(target, ast.Tuple) and all(map(_binds, target.elts)))


def without_counters(statements: list[ast.stmt], result: ast.expr) -> None:
    """Drop numbers that are only counted up: `k = 0` and `k += 1` where nothing reads k."""
    nodes = [node for tree in (*statements, result) for node in ast.walk(tree)]
    bound = Counter(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    counted = Counter(name for node in nodes if (name := _counted(node)))
    # an array that `+=` changes may be part of another: its name is bound to more than constants
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    unread = {name for name, times in counted.items() if times == bound[name] and name not in read}
    blocks = [statements]
    for tree in statements:
        for node in ast.walk(tree):
            found = [getattr(node, field, None) for field in ("body", "orelse")]
            blocks += [block for block in found if isinstance(block, list)]
    for block in blocks:
        kept = [statement for statement in block if _counted(statement) not in unread]
        if any(not isinstance(statement, Comment) for statement in kept):
            block[:] = kept


def _counted(node: ast.AST) -> str:
    """The name in `k = 0` or `k += 1`; nothing for other statements."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
            return name
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant()):
            return name
    return ""


def _steady(items: ast.expr, body: Sequence[ast.stmt]) -> bool:
    """Whether the name of a list or array means the same, of the same length, throughout a loop."""
    base = items
    while isinstance(base, ast.Subscript | ast.Attribute):
        base = base.value
    if not isinstance(base, ast.Name):
        return False
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) if name == base.id:
                    return False
                case ast.Attribute(value=ast.Name(id=name), attr="append" | "pop") if name == base.id:
                    return False
    return True


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))
