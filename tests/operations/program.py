"""Samples as Python functions with source, and their cotangents by the public `vjp`."""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import linecache
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any

import numpy as np

from adcompiler import grad, pytree, vjp
from operations.record import Sample

# what the texts call, and what JAX calls it
MODULES = {"np": "numpy", "math": "math", "cmath": "cmath", "scipy": "scipy"}
PARTS = tuple(f"scipy.{part}" for part in ("special", "linalg", "stats", "integrate"))
ALONE = ("scipy.signal", "scipy.ndimage", "scipy.spatial.distance")  # what JAX has of these is not asked
JAX_MODULES = {"np": "jax.numpy", "scipy": "jax.scipy"}


def function(text: str, name: str, title: str, **names: Any) -> Callable[..., Any]:
    """The function `name` that a text defines; tracebacks and the compiler find its source."""
    file = f"<{title}>"
    # a modification time of None keeps linecache.checkcache from looking for the file
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), names)
    made: Callable[..., Any] = names[name]
    return made


def namespace(text: str, modules: dict[str, str] = MODULES) -> dict[str, Any]:
    """The modules that a text names."""
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    if "scipy" in used:
        for part in PARTS:
            importlib.import_module(part.replace("scipy", modules["scipy"], 1))
        for part in ALONE:
            importlib.import_module(part)
    return {name: importlib.import_module(path) for name, path in modules.items() if name in used}


def definition(sample: Sample, name: str = "f") -> str:
    """The source of a sample."""
    body = indent(lines_of(sample, "return {}"), "    ")
    return f"def {name}({', '.join(sample.operands)}):\n{body}\n"


def lines_of(sample: Sample, result: str, number: int | None = None) -> str:
    """The statements of a sample, with its result in a last one; with a number behind its own names."""
    tree = ast.parse(sample.text)
    if number is not None:
        known = set(namespace(sample.text)) | set(dir(builtins))
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in known:
                node.id = f"{node.id}_{number}"
            elif isinstance(node, ast.arg):
                node.arg = f"{node.arg}_{number}"
    *before, last = tree.body
    assert isinstance(last, ast.Expr), f"{sample.text} does not end with an expression"
    return "\n".join([*map(ast.unparse, before), result.format(ast.unparse(last))])


@functools.cache
def primal(sample: Sample) -> Callable[..., Any]:
    """A sample as a function."""
    text = definition(sample)
    return function(text, "f", f"{sample.operation} {sample.number}", **namespace(text))


@functools.cache
def jax_primal(sample: Sample) -> Callable[..., Any]:
    """The same text as a function of jax.numpy and jax.scipy."""
    text = definition(sample)
    names = namespace(text, MODULES | JAX_MODULES)
    return function(text, "f", f"{sample.operation} {sample.number} of JAX", **names)


def joined(samples: Sequence[Sample], summed: Sequence[int] = ()) -> Callable[..., Any]:
    """All samples as one function of all operands, which gives a tuple of the results.

    With `summed`, the numbers of samples: a pair of the sum of their results and the tuple of all results.
    """
    parameters = [f"{operand}_{k}" for k, sample in enumerate(samples) for operand in sample.operands]
    lines = [lines_of(sample, f"r_{k} = {{}}", k) for k, sample in enumerate(samples)]
    results = f"({', '.join(f'r_{k}' for k in range(len(samples)))},)"
    total = " + ".join(f"np.sum(np.real(r_{k}))" for k in summed)
    lines.append(f"return {total}, {results}" if summed else f"return {results}")
    text = f"def f({', '.join(parameters)}):\n{indent(chr(10).join(lines), '    ')}\n"
    title = f"{samples[0].operation}, {len(samples)} samples"
    return function(text, "f", title, **{"np": np, **namespace(text)})


def second(samples: Sequence[Sample]) -> tuple[Callable[..., Any], tuple[int, ...]]:
    """The derivative of all samples' gradients along directions, as one scalar function that calls `grad`.

    Its arguments are the operands, then a cotangent `cotangent_k` for each sample and a direction `direction_x_k` for each
    operand that is differentiated. The second result is the positions of these operands.
    """
    operands: list[str] = []
    active: list[str] = []
    for k, sample in enumerate(samples):
        operands += [f"{operand}_{k}" for operand in sample.operands]
        active += [f"{n}_{k}" for n, value in sample.arguments().items() if is_active(value)]
    lines = [lines_of(sample, f"r_{k} = {{}}", k) for k, sample in enumerate(samples)]
    lines.append("return " + " + ".join(f"np.sum(cotangent_{k} * r_{k})" for k in range(len(samples))))
    given = ", ".join([*operands, *(f"cotangent_{k}" for k in range(len(samples)))])
    numbers = tuple(operands.index(name) for name in active)
    text = f"""
def s({given}):
{indent(chr(10).join(lines), "    ")}


ds = grad(s, {numbers})


def f({given}, {", ".join(f"direction_{name}" for name in active)}):
    {", ".join(f"slope_{name}" for name in active)}, = ds({given})
    return {" + ".join(f"np.sum(direction_{name} * slope_{name})" for name in active)}
"""
    title = f"second derivatives of {samples[0].operation}, {len(samples)} samples"
    return function(text, "f", title, **{"np": np, "grad": grad, **namespace(text)}), numbers


# ------------------------------------------------------------------------------------------------ running


def leaves(tree: Any) -> list[Any]:
    """The arrays and numbers of a container."""
    found, _ = pytree.flatten(tree)
    return list(found)


def is_active(leaf: Any) -> bool:
    """Whether an argument is differentiated."""
    return (
        isinstance(leaf, (float, complex))
        or getattr(getattr(leaf, "dtype", None), "kind", "") in "fc"
        and hasattr(leaf, "dtype")
    )


def copied(tree: Any) -> Any:
    """The same values in arrays of their own."""
    return pytree.tree_map(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, tree)


def image(tree: Any) -> list[object]:
    """What a container holds, bit by bit."""
    parts = leaves(tree)
    return [
        (leaf.dtype.str, leaf.shape, leaf.tobytes())
        if isinstance(leaf, (np.ndarray, np.generic))
        else (type(leaf), repr(leaf))
        for leaf in parts
    ]


def weights(result: Any) -> Any:
    """A cotangent for a result: numbers of both signs, complex for complex results."""
    rng = np.random.default_rng(7)

    def weight(leaf: Any) -> Any:
        like = np.asarray(leaf)
        if like.dtype.kind not in "fc":
            return np.zeros(like.shape)
        values = rng.uniform(0.5, 1.5, like.shape) * rng.choice([-1.0, 1.0], like.shape)
        if like.dtype.kind == "c":
            values = values + 1j * rng.uniform(-1.0, 1.0, like.shape)
        return np.asarray(values).astype(like.dtype)[()]

    return pytree.tree_map(weight, result)


@dataclass(frozen=True)
class Pulled:
    """The value of a sample at its arguments, a cotangent of it, and the cotangents of the arguments."""

    arguments: tuple[Any, ...]
    value: Any
    weight: Any
    cotangents: tuple[Any, ...]


def pulled(sample: Sample, arguments: tuple[Any, ...], backend: str = "numpy") -> Pulled:
    """The sample's cotangents at these arguments."""
    value, pullback = vjp(primal(sample), *arguments, backend=backend)
    weight = weights(value)
    return Pulled(arguments, value, weight, pullback(weight))
