"""Functions with derivatives of the user's own. The names and meanings are JAX's where it has them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class custom_vjp:  # noqa: N801
    """A function with a rule for its reverse mode, as jax.custom_vjp; called, it is the function itself.

    f = custom_vjp(fun); f.defvjp(fwd, bwd). fwd takes the arguments of fun and returns (result, residuals); bwd takes the
    residuals and the cotangent of the result, and returns a tuple with the cotangent of each argument, None for one that
    has none. Both are functions in the language that is compiled.

    nondiff_argnums: arguments that are not differentiated; fwd takes them in their places, bwd before all others.
    """

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: int | Sequence[int] = ()) -> None:
        functools.update_wrapper(self, fun)
        self.fun = fun
        self.nondiff_argnums = (
            (nondiff_argnums,) if isinstance(nondiff_argnums, int) else tuple(nondiff_argnums)
        )
        self.fwd: Callable[..., Any] | None = None
        self.bwd: Callable[..., Any] | None = None

    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        """Give the function its rule."""
        self.fwd, self.bwd = fwd, bwd

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself."""
        return self.fun(*args, **kwargs)


class custom_jvp:  # noqa: N801
    """A function with a rule for its tangent, as jax.custom_jvp; called, it is the function itself.

    f = custom_jvp(fun); f.defjvp(jvp), where jvp(primals, tangents) returns (result, tangent of the result), which is
    linear in the tangents. Reverse mode transposes it. The rule is a function in the language that is compiled.

    nondiff_argnums: arguments that are not differentiated; jvp takes them before all others.
    """

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: int | Sequence[int] = ()) -> None:
        functools.update_wrapper(self, fun)
        self.fun = fun
        self.nondiff_argnums = (
            (nondiff_argnums,) if isinstance(nondiff_argnums, int) else tuple(nondiff_argnums)
        )
        self.jvp: Callable[..., Any] | None = None

    def defjvp(self, jvp: F) -> F:
        """Give the function its rule; a decorator of the rule."""
        self.jvp = jvp
        return jvp

    def defjvps(self, *jvps: Callable[..., Any] | None) -> None:
        """Give the function a rule for each argument: jvp(tangent, result, *primals), or None for the tangent 0."""
        if self.nondiff_argnums:
            raise TypeError("defjvps takes no nondiff_argnums; use defjvp")
        rules = tuple((k, rule) for k, rule in enumerate(jvps) if rule is not None)
        if not rules:
            raise TypeError("defjvps needs a rule for some argument; stop_gradient stands for none")

        def jvp(primals: Any, tangents: Any) -> Any:
            y = self(*primals)
            parts = [rule(tangents[k], y, *primals) for k, rule in rules]
            total = parts[0]
            for part in parts[1:]:
                total = total + part
            return y, total

        self.jvp = jvp

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself."""
        return self.fun(*args, **kwargs)


class opaque:  # noqa: N801
    """A function that the compiler does not read: JAX traces it, and jax.vjp differentiates it. On XLA alone.

    f = opaque(fun), or a decorator. fun takes arrays, numbers, constants and tuples of these, and returns an array or a
    tuple of arrays. It stands at the top level of a module, from which the emitted code imports it.
    """

    def __init__(self, fun: Callable[..., Any]) -> None:
        functools.update_wrapper(self, fun)
        self.fun = fun

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself."""
        return self.fun(*args, **kwargs)


def from_sympy(expression: Any, *symbols: Any, name: str = "expression") -> custom_jvp:
    """A function of numbers and arrays, element by element, from a SymPy expression, whose derivative SymPy finds.

    f = from_sympy(sp.log(1 + sp.exp(x)), x). symbols: the arguments of the function, in order, which are all that the
    expression may hold free. SymPy's lambdify writes it and its derivatives as NumPy code, which is what is compiled.
    """
    import sympy

    missing = sorted(str(symbol) for symbol in expression.free_symbols - set(symbols))
    if missing:
        raise ValueError(
            f"{', '.join(missing)} of the expression is no argument: from_sympy(expression, *symbols)"
        )
    # of complex numbers, |x| and its kin have no derivative
    reals = [sympy.Symbol(symbol.name, real=True) for symbol in symbols]
    expression = expression.subs(dict(zip(symbols, reals, strict=True)))
    slopes = [sympy.diff(expression, symbol) for symbol in reals]
    if any(slope.has(sympy.Derivative, sympy.Subs, sympy.DiracDelta) for slope in slopes):
        raise ValueError(f"SymPy finds no derivative of {expression} in closed form")
    fun, *parts = (sympy.lambdify(reals, each, "scipy") for each in (expression, *slopes))
    fun.__name__ = fun.__qualname__ = name

    def times(slope: Callable[..., Any]) -> Callable[..., Any]:
        return lambda tangent, y, *primals: tangent * slope(*primals)

    made = custom_jvp(fun)
    made.defjvps(*map(times, parts))
    return made


def on_backward(x: T, hook: Callable[[Any], Any]) -> T:
    """x itself; in the reverse sweep its cotangent passes through the hook, as by register_hook in PyTorch.

    x = on_backward(x, lambda dx: np.clip(dx, -1, 1)). What the hook returns takes the place of the cotangent, and has its
    structure and shapes; a hook that returns None looks at it only. A hook is a function in the language that is
    compiled, and reads names as they are where on_backward is called. Arrays, numbers and containers.
    """
    return x
