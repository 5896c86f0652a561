"""Running an emitted JAX function under jax.jit, with NumPy's dtypes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.emit.source import load_module, print_module
from adcompiler.pipeline import UNFUSED, Program, jax_module

FIRST_BOUND = 64


def xla(program: Program) -> Callable[..., object]:
    """The program as a function that XLA runs; 64-bit types are enabled for its calls only."""
    import jax

    emitted = jax_module(program)
    name = program.optimized.name
    module = load_module(print_module(emitted.module, "jnp"), name, program.lowered.errors)
    function: Any = module[name]
    required = _required(program.optimized.signature, emitted.requires)
    options = UNFUSED if emitted.by_element and jax.default_backend() == "cpu" else None
    jitted: dict[object, Callable[..., Any]] = {}
    bound = FIRST_BOUND

    def run(*args: object, **kwargs: object) -> object:
        nonlocal bound
        with jax.enable_x64(True):
            while True:
                result = call(args, kwargs, bound)
                if not emitted.counts:
                    return result
                value, needed = result
                if int(needed) <= bound:
                    return value
                bound = 1 << (int(needed) - 1).bit_length()

    def call(args: tuple[object, ...], kwargs: dict[str, object], slots: int) -> Any:
        leaves, tree = pytree.flatten((args, kwargs))
        names = _names(args, kwargs, function)
        dynamic = [k for k, leaf in enumerate(leaves) if _traced(leaf) and names[k] not in emitted.static]
        static = {k: leaf for k, leaf in enumerate(leaves) if k not in set(dynamic)}
        key = (tree, slots, tuple(dynamic), tuple(_hashable(leaf) for leaf in static.values()))
        if key not in jitted:

            def traced(*arrays: object) -> Any:
                filled = dict(zip(dynamic, arrays, strict=True)) | static
                inner_args, inner_kwargs = tree.unflatten([filled[k] for k in range(len(leaves))])
                required(*inner_args, **inner_kwargs)
                extra = {"max_trips": slots} if emitted.counts else {}
                return function(*inner_args, **inner_kwargs, **extra)

            jitted[key] = jax.jit(traced, compiler_options=options)
        return jitted[key](*(leaves[k] for k in dynamic))

    return run


def _required(signature: tuple[str, ...], conditions: tuple[str, ...]) -> Callable[..., None]:
    """A check, while tracing, of what XLA would pass over in silence: constant subscripts outside their arrays."""
    tests = [(text, eval(f"lambda {', '.join(signature)}: {text}")) for text in conditions]

    def check(*args: object, **kwargs: object) -> None:
        for text, holds in tests:
            if not holds(*args, **kwargs):
                raise IndexError(f"index out of bounds: {text} does not hold")

    return check


def _traced(leaf: object) -> bool:
    """Whether a leaf is data: an array or a number."""
    if isinstance(leaf, bool):
        return False
    if isinstance(leaf, (float, int, complex, np.ndarray, np.generic)):
        return True
    return isinstance(getattr(leaf, "shape", None), tuple) and hasattr(leaf, "dtype")


def _hashable(leaf: object) -> object:
    try:
        hash(leaf)
    except TypeError:
        return id(leaf)
    return (type(leaf), leaf)


def _names(args: tuple[object, ...], kwargs: dict[str, object], function: Callable[..., object]) -> list[str]:
    """How the emitted function reaches each leaf from its parameters."""
    code = function.__code__
    positional = list(code.co_varnames[: code.co_argcount])
    starred = (
        code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
        if code.co_flags & inspect.CO_VARARGS
        else ""
    )
    names: list[str] = []
    for k, arg in enumerate(args):
        name = positional[k] if k < len(positional) else f"{starred}[{k - len(positional)}]"
        names += [name + suffix for suffix, _ in pytree.leaves_with_paths(arg)]
    for key, value in kwargs.items():
        names += [key + suffix for suffix, _ in pytree.leaves_with_paths(value)]
    return names
