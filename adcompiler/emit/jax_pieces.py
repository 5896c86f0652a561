"""Small pieces of JAX code: loop bounds, moves between variables, what a function returns."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from adcompiler.emit.jax_names import names_in
from adcompiler.emit.layout import remark, remark_of
from adcompiler.emit.template import fill
from adcompiler.ir.types import Array


def weight(expression: ast.expr) -> int:
    return sum(1 for node in ast.walk(expression) if isinstance(node, ast.expr))


def packed(items: Sequence[ast.expr]) -> ast.expr:
    if not items:
        return ast.Constant(None)
    return items[0] if len(items) == 1 else ast.Tuple(list(items), ast.Load())


def returning(body: list[ast.stmt], result: ast.expr) -> list[ast.stmt]:
    """The body of a function that returns the result; what was just computed is not named first."""
    if not body:
        return [ast.Return(result)]
    match body[-1]:
        case ast.Assign(targets=[target], value=value) as last if _same_names(target, result):
            returned = ast.Return(value)
            comment = remark_of(last)
            return [*body[:-1], remark(returned, comment) if comment else returned]
    return [*body, ast.Return(result)]


def _same_names(target: ast.expr, result: ast.expr) -> bool:
    match target, result:
        case ast.Name(id=one), ast.Name(id=other):
            return one == other
        case ast.Tuple(elts=ones), ast.Tuple(elts=others):
            return len(ones) == len(others) and all(map(_same_names, ones, others))
    return False


def unpacking(unpacked: Sequence[str], carry: Sequence[str]) -> list[ast.stmt]:
    if not unpacked or all(name == "_" for name in unpacked):
        return []
    targets: list[ast.expr] = [ast.Name(name, ast.Store()) for name in unpacked]
    return [ast.Assign([ast.Tuple(targets, ast.Store())], ast.Name(carry[0], ast.Load()))]


def moves(targets: Sequence[str], values: Sequence[ast.expr]) -> list[ast.stmt]:
    """Assign all at once what is not there already."""
    pairs = [
        (target, value)
        for target, value in zip(targets, values, strict=True)
        if target != "_" and not (isinstance(value, ast.Name) and value.id == target)
    ]
    if not pairs:
        return []
    later = {target for target, _ in pairs[:-1]}
    tangled = any(later & names_in(value) for _, value in pairs[1:])
    if tangled:
        left: list[ast.expr] = [ast.Name(target, ast.Store()) for target, _ in pairs]
        return [
            ast.Assign([ast.Tuple(left, ast.Store())], ast.Tuple([value for _, value in pairs], ast.Load()))
        ]
    return [ast.Assign([ast.Name(target, ast.Store())], value) for target, value in pairs]


def range_call(start: ast.expr, stop: ast.expr, step: ast.expr) -> ast.expr:
    match start, step:
        case ast.Constant(value=0), ast.Constant(value=1):
            arguments = [stop]
        case _, ast.Constant(value=1):
            arguments = [start, stop]
        case _:
            arguments = [start, stop, step]
    return ast.Call(ast.Name("range", ast.Load()), arguments, [])


def shifted(node: ast.expr, offset: int) -> ast.expr:
    """node + offset, with constants added up."""
    match node:
        case ast.Constant(value=int(value)):
            return ast.Constant(value + offset)
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=int(value))):
            return shifted(left, offset + value)
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=int(value))):
            return shifted(left, offset - value)
    if not offset:
        return node
    return ast.BinOp(node, ast.Add() if offset > 0 else ast.Sub(), ast.Constant(abs(offset)))


def plus(start: ast.expr, rest: ast.expr) -> ast.expr:
    return rest if isinstance(start, ast.Constant) and start.value == 0 else ast.BinOp(start, ast.Add(), rest)


def renamed(node: ast.expr, old: str, new: str) -> ast.expr:
    match node:
        case ast.Name(id=name) if name == old:
            return ast.Name(new, ast.Load())
        case ast.BinOp(left=left, op=operator, right=right):
            return ast.BinOp(renamed(left, old, new), operator, renamed(right, old, new))
    return node


def where(condition: ast.expr, a: ast.expr, b: ast.expr, type: object) -> ast.expr:
    truth = isinstance(type, Array) and type.dtype.kind == "b"
    match a, b:
        case _, ast.Constant(value=False) if truth:
            return fill("jnp.logical_and(condition, a)", condition=condition, a=a)
        case ast.Constant(value=True), _ if truth:
            return fill("jnp.logical_or(condition, b)", condition=condition, b=b)
    return fill("jnp.where(condition, a, b)", condition=condition, a=a, b=b)
