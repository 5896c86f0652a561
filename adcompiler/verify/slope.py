"""The slope of a function along a direction as a function of its own, which the compiler can differentiate again."""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from adcompiler.pytree import leaves_with_paths
from adcompiler.verify.finite import argument_names, is_inexact


def slope_along(
    gradient: Callable[..., Any],
    primal: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    directions: tuple[Any, ...],
    single: bool = False,
    has_aux: bool = False,
) -> Callable[..., Any]:
    """The inner product of `gradient(*args, **kwargs)` with directions, as a function with a source.

    It has the parameters of `primal`, whose gradient this is, so that components are quoted by these. single: the
    gradient is by one argument, and no tuple; has_aux: it comes with something else behind it.
    """
    names = argument_names(primal, args)
    if not all(name.isidentifier() for name in names):
        names = [f"x{k}" for k in range(len(args))]
    given: dict[str, Any] = {}

    def called(name: str, value: object) -> str:
        while name in names or name in given:
            name += "_"
        given[name] = value
        return name

    library, function = called("np", np), called("gradient", gradient)
    keywords = [f"{key}={called(key, item)}" for key, item in kwargs.items()]
    call = f"{function}({', '.join([*names, *keywords])})" + ("[0]" if has_aux else "")
    slopes = called("slopes", None)
    terms = []
    for path, leaf in leaves_with_paths(directions[0] if single else directions):
        if is_inexact(leaf):
            product = f"{called('v', np.asarray(leaf)[()])} * {slopes}{path}"
            term = f"{library}.sum({product})" if np.asarray(leaf).shape else product
            terms.append(f"{library}.real({term})" if np.asarray(leaf).dtype.kind == "c" else term)
    lines = [f"def slope({', '.join(names)}):", f"    {slopes} = {call}", f"    return {' + '.join(terms)}"]
    source = "\n".join(lines) + "\n"
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    file = f"<adcompiler slope {digest}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), given)
    made: Callable[..., Any] = given["slope"]
    return made
