"""Reverse mode in two halves: `vjp`, and the object that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompiler import pytree
from adcompiler.api import Backend, Gradient, Untaken
from adcompiler.argnums import Argnums, placed
from adcompiler.given import as_numpy
from adcompiler.remembered import Compiled
from adcompiler.results import as_tuples, cotangent_of, rebuilt, varies

if TYPE_CHECKING:  # imported where it is needed: `import adcompiler` is to be fast
    from adcompiler.compiled import XlaHalves
    from adcompiler.pipeline import Program


IN_ONE_PIECE = ("numba", "jax+numba")


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """What the forward half hands to the backward half."""

    compiled: Compiled
    values: Any


class Pullback(Gradient):
    """A function's reverse mode: `forward` gives the value and what `backward` reads; `source` shows both halves."""

    def __init__(
        self,
        primal: Callable[..., Any],
        argnums: Argnums = 0,
        has_aux: bool = False,
        backend: Backend = "numpy",
        untaken: Untaken = "nan",
    ) -> None:
        if backend in IN_ONE_PIECE:
            raise ValueError(
                "the halves of a pullback run on NumPy or XLA; vjp runs with Numba, in one piece"
            )
        super().__init__(primal, argnums, has_aux, True, backend, True, untaken)
        self._halves: dict[int, tuple[Callable[..., Any], Callable[..., Any]]] = {}
        self._xla: dict[int, XlaHalves] = {}

    def __get__(self, owner: object, kind: type | None = None) -> Any:
        """As a method it is `vjp` that is called."""
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """(value, pullback) at these arguments."""
        value, residuals = self.forward(*args, **kwargs)
        return value, lambda g: self.backward(residuals, g)

    def forward(self, *args: Any, **kwargs: Any) -> tuple[Any, Residuals]:
        """The value (with has_aux the pair), and what the other half reads: copies of what may change."""
        args, kwargs = placed(self.primal, self._asked, args, kwargs)
        kwargs = self._with_defaults(args, kwargs)
        return self._settled(args, kwargs, lambda compiled: self._halfway(compiled, args, kwargs))

    def _halfway(
        self, compiled: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, Residuals]:
        lowered = compiled.program.lowered
        extra = {array.name: array.read() for array in lowered.arrays}
        if lowered.written:
            self._refuse_overlap(args, kwargs, list(extra.values()))
        if self.backend == "jax":
            value, values = self._on_xla(compiled).forward(*args, **kwargs, **extra)
        else:
            value, values = self._on_numpy(compiled)[0](
                *map(as_numpy, args), **{k: as_numpy(v) for k, v in {**kwargs, **extra}.items()}
            )
        structure = compiled.program.result.children[0]
        return rebuilt(structure, value), Residuals(compiled, values)

    def backward(self, residuals: Residuals, g: Any) -> Any:
        """The cotangents of what is differentiated, for the cotangent of the value; as often as one likes."""
        compiled = residuals.compiled
        seed = as_tuples(g)
        if self.backend == "jax":
            found = self._on_xla(compiled).backward(residuals.values, seed)
        else:
            found = self._on_numpy(compiled)[1](*residuals.values, as_numpy(seed))
        return rebuilt(compiled.program.result.children[1], found)

    # -------------------------------------------------------------------------------------------- backends

    def _on_numpy(self, compiled: Compiled) -> tuple[Callable[..., Any], Callable[..., Any]]:
        if id(compiled) not in self._halves:
            from adcompiler.emit.source import load_module
            from adcompiler.split import names_of

            forward, backward = names_of(compiled.program)
            module = load_module(self._source(compiled, "numpy"), forward, compiled.program.lowered.errors)
            self._halves[id(compiled)] = module[forward], module[backward]
        return self._halves[id(compiled)]

    def _on_xla(self, compiled: Compiled) -> XlaHalves:
        if id(compiled) not in self._xla:
            from adcompiler.compiled import XlaHalves

            self._xla[id(compiled)] = XlaHalves(compiled.program)
        return self._xla[id(compiled)]

    def _printed(self, program: Program, backend: str) -> str:
        from adcompiler.split import jax_halves_source, numpy_halves

        return jax_halves_source(program) if backend == "jax" else numpy_halves(program)


def pullback(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Pullback:
    """The two halves of a function's reverse mode, as an object to keep: one compilation a signature.

    value, residuals = pullback(f).forward(x); pullback(f).backward(residuals, g) is the cotangent of x for that of the
    value; with argnums=(0, 1) a tuple of two. `source` shows the emitted functions, `f_fwd` and `f_bwd`.
    """
    return Pullback(fun, argnums, has_aux, backend, untaken)


class Pulled:
    """The pullback of a function at a point. Call it with the cotangent of the value; `source` shows what runs."""

    def __init__(self, made: Pullback, args: tuple[Any, ...], argnums: tuple[int, ...]) -> None:
        self.made = made
        self.value, self._residuals = made.forward(*args)
        # of what has no derivative only the shape is asked for
        self._args = tuple(
            arg if k not in argnums else pytree.tree_map(_outline, arg) for k, arg in enumerate(args)
        )
        self._argnums = argnums

    def __call__(self, g: Any) -> tuple[Any, ...]:
        """A tuple with the cotangent of every primal."""
        parts = iter(self.made.backward(self._residuals, g))
        return tuple(
            cotangent_of(arg, next(parts) if k in self._argnums else None) for k, arg in enumerate(self._args)
        )

    def source(self, backend: Backend | None = None) -> str:
        """The emitted functions: the half that gave the value, and the half that is called here."""
        chosen = backend or self.made.backend
        return self.made._source(self._residuals.compiled, chosen)


def _outline(leaf: Any) -> Any:
    """An array of the dtype and shape of a leaf, in no memory of its own."""
    return np.broadcast_to(np.zeros((), leaf.dtype), leaf.shape) if isinstance(leaf, np.ndarray) else leaf


def vjp(
    fun: Callable[..., Any],
    *primals: Any,
    has_aux: bool = False,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Any:
    """The value and the pullback at the primals, as jax.vjp.

    Returns (value, pullback), or (value, pullback, aux): pullback(g) gives a tuple with the cotangent of every primal,
    for a cotangent g of the structure of the value. As in JAX, the cotangent of an integer is a zero of dtype float0,
    which takes no memory; what is no number has the cotangent None. The value is computed once, by the forward half of
    the emitted code; the pullback runs the backward half alone, and `pullback.source()` shows both.
    """
    argnums = tuple(k for k, primal in enumerate(primals) if any(map(varies, pytree.flatten(primal)[0])))
    if backend in IN_ONE_PIECE:
        return _in_one_piece(fun, primals, argnums, has_aux, backend, untaken)
    pulled = Pulled(Pullback(fun, argnums, has_aux, backend, untaken), primals, argnums)
    if not has_aux:
        return pulled.value, pulled
    value, aux = pulled.value
    return value, pulled, aux


def _in_one_piece(
    fun: Callable[..., Any],
    primals: tuple[Any, ...],
    argnums: tuple[int, ...],
    has_aux: bool,
    backend: Backend,
    untaken: Untaken,
) -> Any:
    """vjp by a function that computes the value again for each cotangent, for Numba, which knows no list of lists."""
    forward = Gradient(fun, argnums, has_aux, False, backend, True, untaken)
    args = tuple(pytree.tree_map(_copied, primal) for primal in primals)
    value = fun(*pytree.tree_map(_copied, args))

    def pulled(g: Any) -> tuple[Any, ...]:
        parts = forward._run(args, {}, {"g": g})
        given = iter(parts[0] if has_aux else parts)
        return tuple(cotangent_of(arg, next(given) if k in argnums else None) for k, arg in enumerate(args))

    return (value[0], pulled, value[1]) if has_aux else (value, pulled)


def _copied(leaf: object) -> object:
    return leaf.copy(order="K") if isinstance(leaf, np.ndarray) else leaf
