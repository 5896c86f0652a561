"""The functions of ops `native` as source: NumPy under a decorator that makes XLA call them."""

from __future__ import annotations

import ast

from adcompiler.emit.numpy import emit_numpy
from adcompiler.ir.core import Apply, Function, walk

DECORATOR = "kernel"
IMPORT = "from adcompiler.kernel import kernel"
MODULES = "import cmath\nimport math\nimport numpy as np\n"


def kernels(function: Function) -> list[ast.stmt]:
    """The definitions of what a function calls by `native`, in the order of the calls."""
    return [
        statement
        for op in walk(function.body)
        if isinstance(op, Apply) and op.primitive == "native"
        for statement in kernel_definition(op)
    ]


def kernel_of(op: Apply) -> Function:
    """The function that an op `native` calls."""
    function = op.attr("function")
    assert isinstance(function, Function)
    return function


def kernel_definition(op: Apply) -> list[ast.stmt]:
    """The definition of what an op `native` calls; more than one statement where it needs helpers."""
    like = op.attr("like")
    assert isinstance(like, tuple)
    statements = [node for node in emit_numpy(kernel_of(op)).body if not isinstance(node, ast.Import)]
    definition = statements[-1]
    assert isinstance(definition, ast.FunctionDef)
    shapes: list[ast.expr] = [ast.Constant(name) for name in like]
    definition.decorator_list = [ast.Call(ast.Name(DECORATOR, ast.Load()), shapes, [])]
    return statements
