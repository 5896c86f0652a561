"""JAX as an oracle: its derivatives of a function, found by one program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def compiled_once(f: Callable[..., Any], args: Sequence[Any]) -> Any:
    """What a function of JAX's arrays gives in double precision.

    Called as it is, it would have XLA compile each op by itself. A function in which data decide an `if` is.
    """
    import jax

    # an oracle runs once: it need not be fast, and LLVM takes less time to compile it
    compiled = jax.jit(f, compiler_options={"xla_backend_optimization_level": 0})
    with jax.enable_x64(True):
        try:
            return compiled(*args)
        except jax.errors.TracerBoolConversionError:
            return f(*map(jax.numpy.asarray, args))
