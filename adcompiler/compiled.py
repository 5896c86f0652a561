"""Running an emitted JAX function under jax.jit, with NumPy's dtypes."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcompiler import pytree
from adcompiler.emit.jax import JaxModule
from adcompiler.emit.jax_bounds import Requirement
from adcompiler.emit.source import load_module, print_module
from adcompiler.errors import OtherDtype
from adcompiler.ir.core import Apply
from adcompiler.pipeline import UNFUSED, Program, jax_module
from adcompiler.signature import valued
from adcompiler.split import jax_halves, names_of, without_seed

FIRST_BOUND = 64
_HERE = (int, np.integer, np.ndarray)


class Xla:
    """A program as a function that XLA runs; 64-bit types are enabled for its calls only.

    taken: see `jax_module`.
    """

    def __init__(self, program: Program, taken: Callable[[Apply], bool] | None = None) -> None:
        emitted, name = jax_module(program, taken), program.optimized.name
        module = load_module(print_module(emitted.module, "jnp"), name, program.lowered.errors)
        self._prepare(module[name], emitted, name, program.optimized.signature)
        self._wait_for(program.lowered.outcomes)

    def _wait_for(self, outcomes: Mapping[str, object]) -> None:
        """Give a result only when the program has run, whose checks may say that other code is needed."""
        self.waits = bool(outcomes)
        if self.waits:
            logging.getLogger("jax._src.debugging").addFilter(_is_news)

    def _prepare(
        self, function: Callable[..., object], emitted: JaxModule, name: str, signature: Sequence[str]
    ) -> None:
        import jax

        self.function: Any = function
        self.run: Callable[..., Any] = function
        self.emitted = emitted
        self.name = name
        self.required = _required(tuple(signature), [one for one in emitted.requires if not one.data])
        of_data = [one for one in emitted.requires if one.data]
        self.inside = _required(tuple(signature), of_data) if of_data else None
        self.options = UNFUSED if emitted.in_place and jax.default_backend() == "cpu" else None
        self.jitted: dict[object, Callable[..., Any]] = {}
        self.bound = FIRST_BOUND
        self.waits = False

    def __call__(self, *args: object, **kwargs: object) -> object:
        """The result, in 64-bit types."""
        import jax

        if self.inside is not None:
            self.inside(*args, **kwargs)
        with jax.enable_x64(True):
            while True:
                function, arrays = self._compiled(args, kwargs)
                result = function(*map(_owned, arrays))
                if self.waits:
                    jax.block_until_ready(result)
                if not self.emitted.counts:
                    return result
                value, needed = result
                if isinstance(needed, jax.core.Tracer):
                    raise TypeError(
                        f"the length of a loop of {self.name} depends on data: while JAX traces, nothing can be recorded "
                        "of it; call the derivative outside of jax.jit and jax.vmap, or give the loop a bound"
                    )
                if int(needed) <= self.bound:
                    return value
                self.bound = _power_of_two(needed)

    def direct(self, args: tuple[object, ...], leaves: Sequence[object]) -> Callable[..., object] | None:
        """What runs for the list of the leaves of arguments like these, as `direct_key` sees them; None if that depends on more."""
        import jax

        if any(isinstance(value, jax.core.Tracer) for value in leaves):
            return None
        inner, tree = pytree.flatten((args, {}))
        if len(inner) != len(leaves) or any(a is not b for a, b in zip(inner, leaves, strict=True)):
            return None
        dynamic = self._dynamic(args, {}, leaves)
        static = set(range(len(leaves))).difference(dynamic)
        if not all(valued(leaves[k]) for k in static):
            return None
        (jitted, _), bound = self._compiled(args, {}), self.bound
        as_given = not static and not any(isinstance(value, np.ndarray) for value in leaves)

        def run(leaves: Sequence[object]) -> Any:
            arrays = leaves if as_given else map(_owned, [leaves[k] for k in dynamic] if static else leaves)
            if jax.config.jax_enable_x64:
                return jitted(*arrays)
            with jax.enable_x64(True):
                return jitted(*arrays)

        def run_within_bound(leaves: Sequence[object]) -> object:
            nonlocal jitted, bound
            while True:
                if bound != self.bound:
                    given, _ = tree.unflatten(leaves)
                    jitted, bound = self._compiled(given, {})[0], self.bound
                result, needed = run(leaves)
                if int(needed) <= bound:
                    return result
                self.bound = _power_of_two(needed)

        function = run_within_bound if self.emitted.counts else run
        inside = self.inside
        if inside is None:
            return function

        def run_inside(leaves: Sequence[object]) -> object:
            given, _ = tree.unflatten(leaves)
            inside(*given)
            return function(leaves)

        return run_inside

    def executable(self, *args: object) -> Any:
        """What XLA made of the program for arguments like these, which it has been called with: for its analyses."""
        import jax

        with jax.enable_x64(True):
            function: Any
            function, arrays = self._compiled(args, {})
            return function.lower(*arrays).compile()

    def _compiled(
        self, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> tuple[Callable[..., Any], list[object]]:
        """The function that is jitted for arguments like these, and what of them is given to it."""
        import jax

        leaves, tree = pytree.flatten((args, kwargs))
        dynamic = self._dynamic(args, kwargs, leaves)
        static = {k: leaf for k, leaf in enumerate(leaves) if k not in set(dynamic)}
        slots = self.bound
        # options are for the whole of an executable: inside another jit there are none
        options = None if any(isinstance(leaf, jax.core.Tracer) for leaf in leaves) else self.options
        key = (
            tree,
            slots,
            options is None,
            tuple(dynamic),
            tuple(_hashable(leaf) for leaf in static.values()),
        )
        if key not in self.jitted:

            def traced(*arrays: object) -> Any:
                filled = dict(zip(dynamic, arrays, strict=True)) | static
                inner_args, inner_kwargs = tree.unflatten([filled[k] for k in range(len(leaves))])
                self.required(*inner_args, **inner_kwargs)
                extra = {"max_trips": slots} if self.emitted.counts else {}
                return self.run(*inner_args, **inner_kwargs, **extra)

            self.jitted[key] = jax.jit(traced, compiler_options=options)
        return self.jitted[key], [leaves[k] for k in dynamic]

    def _dynamic(
        self, args: tuple[object, ...], kwargs: dict[str, object], leaves: Sequence[object]
    ) -> list[int]:
        """Which leaves of the arguments XLA is given; the others are part of the program."""
        names = _names(args, kwargs, self.function) if self.emitted.static else [""] * len(leaves)
        return [k for k, leaf in enumerate(leaves) if _traced(leaf) and names[k] not in self.emitted.static]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What of a tree is known while tracing: its structure, the leaves that are no data, static parameters."""

    tree: pytree.TreeDef
    leaves: tuple[object, ...]  # DATA where data are
    known: Mapping[str, object]

    def __call__(self, *data: object) -> tuple[object, ...]:
        """The tree with its data."""
        given = iter(data)
        filled: Any = self.tree.unflatten([next(given) if leaf is DATA else leaf for leaf in self.leaves])
        return tuple(filled)


DATA = object()


def _power_of_two(slots: Any) -> int:
    """The least power of two that is not less."""
    return 1 << (int(slots) - 1).bit_length()


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a failed callback is worth a line in the log of JAX, and not answered by other code."""
    return not record.exc_info or not isinstance(record.exc_info[1], OtherDtype)


class XlaHalves(Xla):
    """The two halves of a pullback as functions that XLA runs."""

    def __init__(self, program: Program) -> None:
        made, (first, second) = jax_halves(program), names_of(program)
        module = load_module(print_module(made.emitted.module, "jnp"), first, program.lowered.errors)
        self._prepare(module[first], made.emitted, first, without_seed(program))
        self._wait_for(program.lowered.outcomes)
        self.run = self._outlined
        self.second: Callable[..., object] = module[second]
        self.given = made.pair.static
        self.backwards: dict[object, Callable[..., Any]] = {}

    def _outlined(self, *args: object, **kwargs: object) -> Any:
        """The result of the first half, with what is known of it while it is traced."""
        result: Any = self.function(*args, **kwargs)
        (value, residuals), *trips = result if self.emitted.counts else (result,)
        bound = inspect.signature(self.function).bind(*args, **kwargs)
        bound.apply_defaults()
        known = {name: bound.arguments[name] for name in self.given}
        both = _held((value,), {}), _held(tuple(residuals), known)
        return (both, *trips) if trips else both

    def forward(self, *args: object, **kwargs: object) -> tuple[object, object]:
        """The value, and what `backward` takes."""
        both: Any = self(*args, **kwargs)
        value, residuals = both
        return value.func(*value.args)[0], residuals

    def backward(self, residuals: Any, g: Any) -> object:
        """The cotangents, for what the first half gave and the cotangent of the value."""
        import jax

        outline: Outline = residuals.func
        given, tree = pytree.flatten(g)
        leaves = [_owned(leaf) if _traced(leaf) else None for leaf in given]  # None: what is no number
        # options are for the whole of an executable: inside another jit there are none
        traced_outside = any(isinstance(leaf, jax.core.Tracer) for leaf in (*residuals.args, *leaves))
        options = None if traced_outside else self.options
        key = outline, tree, options is None
        if key not in self.backwards:

            def traced(data: Sequence[object], seeds: Sequence[object]) -> object:
                return self.second(*outline(*data), tree.unflatten(seeds), **outline.known)

            self.backwards[key] = jax.jit(traced, compiler_options=options)
        with jax.enable_x64(True):
            return self.backwards[key](residuals.args, leaves)


def _held(tree: tuple[object, ...], known: Mapping[str, object]) -> object:
    """A tree as JAX can hold it, while tracing."""
    import jax

    leaves, structure = pytree.flatten(tree)
    data = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    kept = tuple(DATA if isinstance(leaf, jax.Array) else leaf for leaf in leaves)
    return jax.tree_util.Partial(Outline(structure, kept, known), *data)


def _required(signature: Sequence[str], conditions: Sequence[Requirement]) -> Callable[..., None]:
    """A check of what XLA would pass over in silence: subscripts outside their arrays.

    Data are looked at where they are Python's or NumPy's: an array of JAX may not be there yet, or not in this process.
    """
    of: dict[tuple[str, ...], list[Requirement]] = {}
    for one in conditions:
        of.setdefault(one.data, []).append(one)
    tests = [
        (
            _over(signature, f"[{', '.join(data)}]"),
            _over(signature, " and ".join(f"({one.text})" for one in some)),
            [(one, _over(signature, one.text)) for one in some],
        )
        for data, some in of.items()
    ]

    def check(*args: object, **kwargs: object) -> None:
        for data, hold, some in tests:
            for value in data(*args, **kwargs):
                if not isinstance(value, _HERE):
                    break
            else:
                if not hold(*args, **kwargs):
                    one = next(one for one, holds in some if not holds(*args, **kwargs))
                    raise IndexError(f"{one.location}: index out of bounds: {one.text} does not hold")

    return check


def _over(signature: Sequence[str], text: str) -> Callable[..., Any]:
    """An expression as a function of the arguments."""
    function: Callable[..., Any] = eval(f"lambda {', '.join(signature)}: {text}")
    return function


def _traced(leaf: object) -> bool:
    """Whether a leaf is data: an array or a number."""
    if isinstance(leaf, bool):
        return False
    if isinstance(leaf, (float, int, complex, np.ndarray, np.generic)):
        return True
    return isinstance(getattr(leaf, "shape", None), tuple) and hasattr(leaf, "dtype")


def _owned(leaf: object) -> object:
    """What may be read after the call, by XLA or through a result: a copy of what the caller may write to."""
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


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
