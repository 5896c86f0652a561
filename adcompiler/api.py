"""What users call: grad, value_and_grad. One object per function, one compilation per signature."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy as np

from adcompiler import pytree
from adcompiler.argnums import Argnums, numbers_of, parameters_at, placed
from adcompiler.assumptions import guard, unchanged
from adcompiler.errors import CompileError
from adcompiler.frontend.arguments import parameters_of
from adcompiler.frontend.lower import location_of, name_of
from adcompiler.given import as_numpy, is_integer, is_traced, share_memory
from adcompiler.ir.types import generator_of
from adcompiler.outcomes import refuse_traced, settled
from adcompiler.remembered import Compiled, Direct, loops_called
from adcompiler.results import as_tuples, has_record, rebuilt
from adcompiler.signature import direct_key, examples, leaf_key, valued
from adcompiler.whole_loops import ask_for_whole_loops

if TYPE_CHECKING:  # imported where it is needed: `import adcompiler` is to be fast
    from adcompiler.pipeline import Program, Stage
    from adcompiler.sweeps import Request

Backend = Literal["numpy", "jax", "numba", "jax+numba"]
Untaken = Literal["nan", "zero"]
BACKENDS = ("numpy", "jax", "numba", "jax+numba")
ON_XLA = ("jax", "jax+numba")
MOST_REMEMBERED = 4096  # calls of other shapes and integers
F = TypeVar("F", bound=Callable[..., Any])
Result = TypeVar("Result")


class Gradient:
    """A function's derivative. Call it; `source` and `ir` show what runs; `primal` is the function itself."""

    def __init__(
        self,
        primal: Callable[..., Any],
        argnums: Argnums = 0,
        has_aux: bool = False,
        value: bool = False,
        backend: Backend = "numpy",
        pullback: bool = False,
        untaken: Untaken = "nan",
        pushforward: bool = False,
    ) -> None:
        if backend not in BACKENDS:
            raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, not {backend!r}")
        if backend.endswith("numba"):
            from adcompiler.overloads import require_numba

            require_numba(backend)
        if backend in ON_XLA:
            ask_for_whole_loops()
        if untaken not in ("nan", "zero"):
            raise ValueError(f"untaken must be 'nan' or 'zero', not {untaken!r}")
        if not callable(primal):
            raise TypeError(f"grad takes a function, not {type(primal).__name__}")
        self.primal = primal
        self.argnums = numbers_of(primal, argnums)
        self._asked = argnums  # by name, a position is another in a bound method
        self.has_aux = has_aux
        self.value = value
        self.backend = backend
        self.pullback = pullback
        self.untaken = untaken
        self.pushforward = pushforward
        self._parameters = parameters_of(primal)
        self._data_defaults = any(_is_data_default(p) for p in self._parameters.parameters.values())
        self._cache: dict[object, list[Compiled]] = {}
        self._direct: dict[object, Direct] = {}
        self._integers_count = False  # whether the values of integers are part of the keys of these
        self._last: Compiled | None = None
        functools.update_wrapper(self, primal, updated=())

    def __repr__(self) -> str:
        return f"<{self.suffix} of {name_of(self.primal)} with respect to {self.argnums}>"

    def __get__(self, owner: object, kind: type | None = None) -> Any:
        """As a method: the object is the first argument, and argnums count from the next."""
        if owner is None:
            return self
        bound = (
            functools.partial(self.primal, owner)
            if not hasattr(self.primal, "__get__")
            else self.primal.__get__(owner, kind)
        )
        settings = self._asked, self.has_aux, self.value, self.backend, self.pullback, self.untaken
        return type(self)(bound, *settings, self.pushforward)

    @property
    def suffix(self) -> str:
        """What stands behind the name of the function in emitted code."""
        if self.pushforward:
            return "jvp"
        return "vjp" if self.pullback else "value_and_grad" if self.value else "grad"

    @property
    def compilations(self) -> int:
        """How many signatures have been compiled."""
        return sum(len(many) for many in self._cache.values())

    # -------------------------------------------------------------------------------------------- calling

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The derivative at these arguments."""
        if kwargs:
            return self._run(args, kwargs, {})
        plain = direct_key(args, self._integers_count)
        if plain is None:
            return self._run(args, kwargs, {})
        key, leaves = plain
        direct = self._direct.get(key)
        if direct is not None and (not direct.captures or unchanged(direct.captures)):
            self._last = direct.compiled
            return direct.function(leaves) if direct.by_leaf else direct.function(*args)
        result = self._run(args, kwargs, {})
        self._remember(key, args, leaves)
        return result

    def _remember(self, key: tuple[object, ...], args: tuple[Any, ...], leaves: Sequence[object]) -> None:
        """Call the code for plain arguments like these without asking again what has been asked for them once."""
        compiled = self._last
        assert compiled is not None
        lowered = compiled.program.lowered
        # a guard may ask for the value, and XLA's program may depend on it
        static = compiled.jax_function is not None and compiled.jax_function.emitted.static
        by_value = (lowered.guards or static) and any(type(leaf) is int for leaf in leaves)
        if by_value and not self._integers_count:
            self._integers_count = True
            return
        sized = lowered.guards and any(is_integer(leaf) and not valued(leaf) for leaf in leaves)
        last = self.argnums if isinstance(self.argnums, int) else max(self.argnums, default=-1)
        by_default = len(args) <= last  # what is differentiated by name
        asked = lowered.arrays or lowered.written or self._data_defaults or sized or by_default
        if asked or lowered.outcomes or any(c.argument for c in lowered.captures):
            return
        by_leaf = self.backend in ON_XLA
        if by_leaf:
            function = (
                compiled.jax_function.direct(args, leaves) if compiled.jax_function is not None else None
            )
        elif not all(isinstance(value, (np.ndarray, np.generic, float, int, str)) for value in leaves):
            function = None
        elif self.backend == "numpy":
            function = compiled.numpy_function
        elif compiled.numba_function is None or len(leaves) != len(args):
            function = None
        else:
            function = compiled.numba_function.direct(args)
        if function is not None:
            structure = compiled.program.result
            if has_record(structure):
                run = function
                function = lambda *given: rebuilt(structure, run(*given))
            if len(self._direct) == MOST_REMEMBERED:
                self._direct.clear()
            self._direct[key] = Direct(compiled, function, lowered.captures, by_leaf)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any], given: Mapping[str, object]) -> Any:
        """The result at these arguments; `given`: the cotangent of a pullback, the tangents of a pushforward."""
        args, kwargs = placed(self.primal, self._asked, args, kwargs)
        kwargs = self._with_defaults(args, kwargs)
        if self.pullback:
            given = {self._beside("g"): as_tuples(given["g"])}
        return self._settled(args, kwargs, lambda compiled: self._result(compiled, args, kwargs, given))

    def _settled(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], run: Callable[[Compiled], Result]
    ) -> Result:
        """What `run` gives with the code for these arguments, and for the dtypes that are met in running it."""

        def made(complex_at: frozenset[str] | None) -> Compiled:
            self._last = self._compiled(args, kwargs, complex_at)
            return self._last

        return settled(made, run, pytree.flatten((tuple(args), dict(kwargs)))[0])

    def _result(
        self, compiled: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any], given: Mapping[str, object]
    ) -> Any:
        lowered = compiled.program.lowered
        outside = {array.name: array.read() for array in lowered.arrays}
        if lowered.written:
            self._refuse_overlap(args, kwargs, list(outside.values()))
        result = self._runner(compiled)(*args, **kwargs, **given, **outside)
        return rebuilt(compiled.program.result, result)

    def _bound(self, args: Sequence[object], kwargs: Mapping[str, object]) -> inspect.BoundArguments:
        try:
            return self._parameters.bind(*args, **kwargs)
        except TypeError as problem:
            raise TypeError(f"{name_of(self.primal)}(): {problem}") from None

    def _with_defaults(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments and the defaults that are data: these are parameters of the emitted function too."""
        if not self._data_defaults:
            return kwargs
        given = self._bound(args, kwargs).arguments
        parameters = parameters_of(
            self.primal
        ).parameters  # asked again: a default can be replaced at any time
        defaults = {n: p.default for n, p in parameters.items() if n not in given and _is_data_default(p)}
        return {**kwargs, **defaults}

    def _compiled(
        self,
        args: Sequence[object],
        kwargs: Mapping[str, object],
        complex_at: frozenset[str] | None = None,
    ) -> Compiled:
        """The code for these arguments; for these calls with complex results, or else the code that was asked for last."""
        leaves, tree = pytree.flatten((tuple(args), dict(kwargs)))
        key = (tree, tuple(map(leaf_key, leaves)))
        bound = self._bound(args, kwargs)
        known = self._cache.setdefault(key, [])
        for compiled in known:
            as_asked = complex_at in (None, compiled.program.request.complex_at)
            if as_asked and compiled.holds(bound.arguments):
                break
        else:
            compiled = self._compile(args, kwargs, list(bound.arguments), complex_at or frozenset())
            known.append(compiled)
        if complex_at is not None:
            known.remove(compiled)
            known.insert(0, compiled)
        return compiled

    def _compile(
        self,
        args: Sequence[object],
        kwargs: Mapping[str, object],
        names: list[str],
        complex_at: frozenset[str],
    ) -> Compiled:
        from adcompiler.sweeps import Request

        active = self._active(len(args))
        request = Request(
            active,
            value=self.value,
            has_aux=self.has_aux,
            single=isinstance(self.argnums, int),
            pullback=self.pullback,
            seed=self._beside("g"),
            pushforward=self.pushforward,
            tangents=self._tangents(active) if self.pushforward else (),
            suffix=self.suffix,
            untaken=self.untaken,
            complex_at=complex_at,
            recursion=self.backend == "numpy",
        )
        traced = any(map(is_traced, pytree.flatten((list(args), dict(kwargs)))[0]))
        if traced:
            args, kwargs = (pytree.tree_map(self._example, given) for given in (list(args), dict(kwargs)))
        plain = [as_numpy(a) for a in args], {k: as_numpy(v) for k, v in kwargs.items()}
        program = self._program(*plain, request)
        if traced:
            refuse_traced(program.lowered)
        return Compiled(
            program, guard(program.lowered.guards, [*names, *(a.name for a in program.lowered.arrays)])
        )

    def _example(self, leaf: Any) -> Any:
        """A leaf to compile for: of what JAX traces, an array of its shape and dtype."""
        if not is_traced(leaf):
            return leaf
        if self.backend not in ON_XLA:
            raise TypeError(f"{self!r} runs NumPy: inside a function that JAX traces, use backend='jax'")
        if not leaf.shape and leaf.dtype.kind in "iu":
            raise TypeError(
                f"{self!r} was given an integer that JAX traces: what depends on its value cannot be compiled; "
                "make it static (static_argnums, functools.partial)"
            )
        return np.ones(leaf.shape, leaf.dtype)

    def _program(self, args: Sequence[object], kwargs: Mapping[str, object], request: Request) -> Program:
        from adcompiler.pipeline import build

        return build(self.primal, args, kwargs, request)

    def _active(self, count: int) -> tuple[str, ...]:
        """The names of the differentiated parameters; `rest[0]` for the first of starred arguments."""
        return parameters_at(self.argnums, self._parameters, count, name_of(self.primal))

    def _tangents(self, active: Sequence[str]) -> tuple[str, ...]:
        """What the tangents of parameters are called: `x_dot`, and `x_dot_` where the function has an `x_dot`.

        That of `rest[0]` is `rest_0_dot`.
        """
        names: list[str] = []
        for name in active:
            stem = name.replace("[", "_").removesuffix("]")
            names.append(self._beside(f"{stem}_dot", names))
        return tuple(names)

    def _beside(self, name: str, others: Sequence[str] = ()) -> str:
        """The name of a parameter that is added to those of the function, which may have one of that name."""
        while name in self._parameters.parameters or name in others:
            name += "_"
        return name

    def _refuse_overlap(self, args: tuple[Any, ...], kwargs: dict[str, Any], outside: list[object]) -> None:
        """A function that writes into one of two arguments that share memory cannot be followed."""
        if share_memory(args, kwargs, outside):
            raise CompileError.at(
                location_of(self.primal),
                "two arguments, or one and a global array, share memory, and the function writes into one of them",
                "pass a copy of one",
            )

    # -------------------------------------------------------------------------------------------- backends

    def _runner(self, compiled: Compiled) -> Callable[..., object]:
        if self.backend in ON_XLA:
            return self._jax(compiled)
        function = self._numpy(compiled) if self.backend == "numpy" else self._numba(compiled)

        def run(*args: object, **kwargs: object) -> object:
            return function(*map(as_numpy, args), **{k: as_numpy(v) for k, v in kwargs.items()})

        return run

    def _numpy(self, compiled: Compiled) -> Callable[..., object]:
        if compiled.numpy_function is None:
            from adcompiler.emit.source import load_module

            name = compiled.program.optimized.name
            errors = compiled.program.lowered.errors
            compiled.numpy_function = load_module(self._source(compiled, "numpy"), name, errors)[name]
        return compiled.numpy_function

    def _numba(self, compiled: Compiled) -> Callable[..., object]:
        if compiled.numba_function is None:
            from adcompiler.native import Native

            compiled.numba_function = Native(compiled.program, self._numpy(compiled))
        return compiled.numba_function

    def _jax(self, compiled: Compiled) -> Callable[..., object]:
        if compiled.jax_function is None:
            from adcompiler.compiled import Xla

            compiled.jax_function = Xla(compiled.program, loops_called(self.backend))
        return compiled.jax_function

    def _source(self, compiled: Compiled, backend: str) -> str:
        if backend not in compiled.sources:
            compiled.sources[backend] = self._printed(compiled.program, backend)
        return compiled.sources[backend]

    def _printed(self, program: Program, backend: str) -> str:
        from adcompiler.pipeline import jax_source, numpy_source

        return jax_source(program, loops_called(backend)) if backend in ON_XLA else numpy_source(program)

    # -------------------------------------------------------------------------------------------- looking

    def _selected(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
        if not args and not kwargs and self._last is not None:
            return self._last
        if not args and not kwargs and self._parameters.parameters:
            raise TypeError(
                f"no signature of {name_of(self.primal)} has been used yet: give arguments, or signatures such as 'f64[n,m]'"
            )
        args, kwargs = placed(self.primal, self._asked, *examples(args, kwargs))
        compiled = self._compiled(args, self._with_defaults(args, kwargs))
        self._last = compiled
        return compiled

    def source(self, *args: Any, backend: Backend | None = None, **kwargs: Any) -> str:
        """The emitted source for a signature; without arguments, for the last one used.

        Arguments may be signatures: "f64[n,m]", "i64", "f32[3,n]".
        """
        chosen = backend or self.backend
        if chosen not in BACKENDS:
            raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, not {backend!r}")
        return self._source(self._selected(args, kwargs), chosen)

    def ir(self, *args: Any, stage: Stage = "optimized", **kwargs: Any) -> str:
        """The SSA IR: stage "primal", "adjoint" (before what is read of the primal is recorded) or "optimized"."""
        if stage not in ("primal", "adjoint", "optimized"):
            raise ValueError(f"stage must be primal, adjoint or optimized, not {stage!r}")
        return self._selected(args, kwargs).program.ir(stage)

    # -------------------------------------------------------------------------------------------- inside other functions

    def inline_call(self, low: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """Lower a call of this object inside a function that is being compiled."""
        from adcompiler.transforms.nested import inline_gradient

        return inline_gradient(low, self, arguments, keywords)


def _is_data_default(parameter: inspect.Parameter) -> bool:
    by_name = parameter.kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return by_name and (
        isinstance(parameter.default, np.ndarray) or generator_of(parameter.default) is not None
    )


@overload
def grad(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Gradient: ...
@overload
def grad(
    fun: None = None,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Callable[[Callable[..., Any]], Gradient]: ...
def grad(
    fun: Callable[..., Any] | None = None,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Gradient | Callable[[Callable[..., Any]], Gradient]:
    """The gradient of a function that returns a real scalar, as jax.grad.

    fun:     a NumPy function; with decorator arguments alone, grad(argnums=...) is a decorator.
    argnums: which positional arguments to differentiate, by position or by the name of the parameter; one of them gives
             one gradient, a sequence a tuple. What is asked for by name may be given by keyword.
    has_aux: fun returns (value, aux), and the result is (gradient, aux).
    backend: "numpy" runs the emitted NumPy source, "jax" the emitted JAX source under jax.jit, "numba" the NumPy source
             as Numba compiles it (docs/backends.md).
    untaken: what the side of a `where` that is not taken passes on. "nan": 0 times the slope of that side, which is not
             a number where the slope is infinite (as JAX); "zero": nothing (docs/rules.md).

    Gradients have the structure, shapes and dtypes of the arguments. Raises CompileError, with the place in the
    source, for what cannot be differentiated.
    """
    if fun is None:
        return lambda f: Gradient(f, argnums, has_aux, False, backend, untaken=untaken)
    return Gradient(fun, argnums, has_aux, False, backend, untaken=untaken)


@overload
def value_and_grad(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Gradient: ...
@overload
def value_and_grad(
    fun: None = None,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Callable[[Callable[..., Any]], Gradient]: ...
def value_and_grad(
    fun: Callable[..., Any] | None = None,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    backend: Backend = "numpy",
    untaken: Untaken = "nan",
) -> Gradient | Callable[[Callable[..., Any]], Gradient]:
    """The value and the gradient, as jax.value_and_grad; parameters as for `grad`.

    With the NumPy backend the value is that of the function itself, bit for bit.
    """
    if fun is None:
        return lambda f: Gradient(f, argnums, has_aux, True, backend, untaken=untaken)
    return Gradient(fun, argnums, has_aux, True, backend, untaken=untaken)
