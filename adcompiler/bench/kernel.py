"""What a kernel of the benchmark is: one function in NumPy, the same in JAX, and arguments for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Group = Literal["loops", "control_flow", "sequences", "vectorised", "scalars"]
Grain = Literal["element", "row", "array", "scalar"]
Size = Literal["small", "medium", "large"]
GROUPS: tuple[Group, ...] = get_args(Group)
SIZES: tuple[Size, ...] = get_args(Size)

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Scalar = Any  # a number: by NumPy's annotations a sum or a product of arrays may be many things
SEED = 20240229


@dataclass(frozen=True)
class Kernel:
    """A function to differentiate. The first line of its docstring says what it computes, and after whom.

    numpy:     the function as a scientist writes it.
    jax:       the same computation as an expert of JAX writes it; it imports jax when it is called.
    arguments: makes the arguments, from a generator and the numbers of a size.
    argnums:   what is differentiated.
    sizes:     the numbers of each size.
    grain:     what one trip of the innermost loop handles.
    library:   in JAX, by one routine of a library that computes all of it, where there is one.
    tolerance: by how much two gradients may differ, relative to the largest component.
    """

    numpy: Callable[..., Any]
    jax: Callable[..., Any]
    group: Group
    grain: Grain
    arguments: Callable[..., tuple[Any, ...]]
    argnums: tuple[int, ...]
    sizes: Mapping[Size, tuple[int, ...]]
    library: Callable[..., Any] | None = None
    tolerance: float = 1e-8

    @property
    def name(self) -> str:
        """The name of the function, by which the command line knows the kernel."""
        return self.numpy.__name__

    @property
    def title(self) -> str:
        """What it computes, and after whom."""
        return (self.numpy.__doc__ or "").strip().partition("\n")[0]

    def make(self, size: tuple[int, ...]) -> tuple[Any, ...]:
        """The arguments for the numbers of a size: the same at each call."""
        return self.arguments(np.random.default_rng(SEED), *size)


def sizes(
    small: tuple[int, ...], medium: tuple[int, ...], large: tuple[int, ...]
) -> Mapping[Size, tuple[int, ...]]:
    """The numbers of the three sizes by name."""
    return {"small": small, "medium": medium, "large": large}
