"""A NumPy function among those of JAX: what the compiler emits for it, with its adjoint as JAX's rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.api import Gradient, Untaken
from adcompiler.derivatives import pushforward
from adcompiler.foreign import Foreign
from adcompiler.frontend.lower import name_of
from adcompiler.results import FLOAT0, varies


def to_jax(fun: Callable[..., Any], *, untaken: Untaken = "nan") -> Foreign:
    """The function as one that JAX compiles, maps, and differentiates backwards by the emitted adjoint (jax.custom_vjp).

    It is called as `fun` is, under jax.jit, jax.vmap and jax.grad too, and returns arrays of JAX. What JAX traces is given
    by position; integers that decide how often a loop runs are not traced (static_argnums). JAX does not take a
    custom_vjp in forward mode: differentiate `pushforward(fun)` there. untaken: as for `grad`.
    """
    import jax
    import jax.numpy as jnp

    evaluated = pushforward(fun, (), backend="jax")
    derivatives: dict[tuple[tuple[int, ...], bool], Gradient] = {}

    def derivative(numbers: tuple[int, ...], scalar: bool) -> Gradient:
        if (numbers, scalar) not in derivatives:
            made = Gradient(fun, numbers, False, scalar, "jax", pullback=not scalar, untaken=untaken)
            derivatives[numbers, scalar] = made
        return derivatives[numbers, scalar]

    def inside(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(leaf, jax.core.Tracer) for leaf in pytree.flatten(kwargs)[0]):
            raise TypeError(f"{name_of(fun)}: what JAX traces is given by position, not by keyword")
        flat, tree = pytree.flatten(args)
        leaves: list[Any] = flat
        traced = [k for k, leaf in enumerate(leaves) if isinstance(leaf, jax.core.Tracer)]
        varying = [k for k, leaf in enumerate(leaves) if varies(leaf)]
        parts = [pytree.flatten(arg)[0] for arg in args]
        numbers = tuple(k for k, part in enumerate(parts) if any(map(varies, part)))
        floats = all(varies(leaf) for k in numbers for leaf in parts[k])  # which `grad` asks for

        def filled(values: Sequence[Any]) -> Any:
            # jax.grad hands numbers of a class of its own to the rule
            given = dict(zip(traced, map(jnp.asarray, values), strict=True))
            return tree.unflatten([given.get(k, leaf) for k, leaf in enumerate(leaves)])

        def value(*values: Any) -> Any:
            return evaluated.along(filled(values), kwargs, ())[0]

        def forward(*values: Any) -> tuple[Any, Any]:
            if not floats or not _is_real_number(jax.eval_shape(value, *values)):
                return value(*values), (values, None)
            result, slopes = derivative(numbers, True)(*filled(values), **kwargs)
            return result, (values, pytree.flatten(slopes)[0])

        def backward(kept: Any, g: Any) -> tuple[Any, ...]:
            values, slopes = kept
            if slopes is None:
                given = {"g": jax.tree.map(_number, g)}
                found = pytree.flatten(derivative(numbers, False)._run(filled(values), kwargs, given))[0]
            else:
                found = [(g * slope).astype(slope.dtype) for slope in slopes]
            cotangents = dict(zip(varying, found, strict=True))
            zeros = (np.zeros(leaves[k].shape, FLOAT0) for k in traced)
            return tuple(cotangents.get(k, zero) for k, zero in zip(traced, zeros, strict=True))

        if not set(traced) & set(varying):
            return value(*(leaves[k] for k in traced))
        function = jax.custom_vjp(value)
        function.defvjp(forward, backward)
        return function(*(leaves[k] for k in traced))

    return Foreign(fun, inside)


def _is_real_number(result: Any) -> bool:
    """Whether a result, of which shapes and dtypes are known, is one real number."""
    return getattr(result, "shape", None) == () and result.dtype.kind == "f"


def _number(cotangent: Any) -> Any:
    """None for the cotangent of an integer."""
    return None if cotangent.dtype == FLOAT0 else cotangent
