"""A NumPy function among those of PyTorch: evaluated as it is, with the emitted adjoint as PyTorch's backward."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.api import Backend, Gradient, Untaken
from adcompiler.foreign import Foreign
from adcompiler.frontend.lower import name_of
from adcompiler.results import varies


def to_torch(fun: Callable[..., Any], *, backend: Backend = "numpy", untaken: Untaken = "nan") -> Foreign:
    """The function as one of tensors, with the emitted adjoint as its backward (torch.autograd.Function).

    `fun` gets the tensors as arrays, copies on the host; the arrays and numbers of its result come back as tensors on the
    device of the first. Tensors are given by position, alone or in containers. It is differentiated once: PyTorch refuses
    create_graph=True. backend: what runs the adjoint. untaken: as for `grad`.
    """
    import torch

    pullbacks: dict[tuple[int, ...], Gradient] = {}

    def pullback(numbers: tuple[int, ...]) -> Gradient:
        if numbers not in pullbacks:
            made = Gradient(fun, numbers, backend=backend, pullback=True, untaken=untaken)
            pullbacks[numbers] = made
        return pullbacks[numbers]

    def inside(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(leaf, torch.Tensor) for leaf in pytree.flatten(kwargs)[0]):
            raise TypeError(f"{name_of(fun)}: tensors are given by position, not by keyword")
        leaves, tree = pytree.flatten(args)
        places = [k for k, leaf in enumerate(leaves) if isinstance(leaf, torch.Tensor)]
        held = tree.unflatten([_array(leaf) if k in places else leaf for k, leaf in enumerate(leaves)])
        call = _Call(fun, pullback, pytree.tree_map(_copied, held), pytree.tree_map(_copied, kwargs), places)
        found = _emitted().apply(call, *(leaves[k] for k in places))
        assert call.structure is not None
        return call.structure.unflatten(found)

    return Foreign(fun, inside)


@dataclass
class _Call:
    """One call: the function, its pullback by the numbers of arguments, and arguments that nobody else writes to."""

    fun: Callable[..., Any]
    pullback: Callable[[tuple[int, ...]], Gradient]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    places: list[int]  # of the tensors among the leaves of args
    result: list[Any] = field(default_factory=list)
    structure: pytree.TreeDef | None = None

    def evaluate(self) -> list[Any]:
        """The leaves of the value."""
        args, kwargs = pytree.tree_map(_copied, self.args), pytree.tree_map(_copied, self.kwargs)
        self.result, self.structure = pytree.flatten(self.fun(*args, **kwargs))
        return self.result

    def cotangents(self, given: Sequence[Any]) -> list[Any]:
        """The cotangent of each tensor, for those of the leaves of the value; None for what does not vary."""
        assert self.structure is not None
        seeds = [
            np.asarray(g)[() if np.ndim(leaf) == 0 else ...] if varies(leaf) else None
            for g, leaf in zip(given, self.result, strict=True)
        ]
        numbers = tuple(k for k, arg in enumerate(self.args) if any(map(varies, pytree.flatten(arg)[0])))
        parts = self.pullback(numbers)._run(self.args, self.kwargs, {"g": self.structure.unflatten(seeds)})
        varying = [k for k, leaf in enumerate(pytree.flatten(self.args)[0]) if varies(leaf)]
        found = dict(zip(varying, pytree.flatten(parts)[0], strict=True))
        return [found.get(k) for k in self.places]


@functools.cache
def _emitted() -> Any:
    """PyTorch's view of a call; the class is made when PyTorch is first needed."""
    import torch

    class Emitted(torch.autograd.Function):  # type: ignore[misc]
        """Tensors in, tensors out."""

        @staticmethod
        def forward(ctx: Any, call: _Call, *tensors: Any) -> Any:
            ctx.call, ctx.device = call, tensors[0].device if tensors else None
            leaves = call.evaluate()
            found = tuple(torch.tensor(np.asarray(leaf), device=ctx.device) for leaf in leaves)
            pairs = zip(found, leaves, strict=True)
            ctx.mark_non_differentiable(*(tensor for tensor, leaf in pairs if not varies(leaf)))
            return found

        @staticmethod
        def backward(ctx: Any, *given: Any) -> Any:
            if torch.is_grad_enabled():  # with create_graph=True
                raise RuntimeError(
                    f"to_torch({name_of(ctx.call.fun)}) can be differentiated once: no create_graph"
                )
            parts = ctx.call.cotangents([g.cpu().numpy() for g in given])
            return None, *(
                None if part is None else torch.tensor(np.asarray(part), device=ctx.device) for part in parts
            )

    return Emitted


def _array(tensor: Any) -> Any:
    return tensor.detach().cpu().numpy()


def _copied(leaf: Any) -> Any:
    return leaf.copy(order="K") if isinstance(leaf, np.ndarray) else leaf
