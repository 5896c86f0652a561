"""Calls of functions that are rows of the table of primitives."""

from __future__ import annotations

import string

import numpy as np

from adcompiler.frontend import creation, matrices, pads, rearrange, transforms
from adcompiler.frontend.bindings import Binding, Ref, Static, Tup
from adcompiler.frontend.context import PYTHON_KINDS, Lowering, Statics
from adcompiler.frontend.definitions import parts
from adcompiler.frontend.inlining import call_function
from adcompiler.frontend.operands import (
    Adapted,
    Given,
    adapted,
    array_operand,
    bind,
    refuse_keyword,
    static_value,
    statics,
)
from adcompiler.frontend.static import all_static, named_static, static_call
from adcompiler.frontend.subscripts import overwrite
from adcompiler.frontend.views import apply_row
from adcompiler.ir.core import Const
from adcompiler.ir.types import Array
from adcompiler.primitives.linear import parse_subscripts
from adcompiler.primitives.registry import PRIMITIVES, Primitive, by_path, find

# reductions for which a start of None is none, as by default
_WITHOUT_IDENTITY = frozenset(f"numpy.{name}" for name in ("max", "min", "amax", "amin", "nanmax", "nanmin"))


def call_primitive(low: Lowering, path: str, arguments: list[Binding], keywords: Given) -> Binding:
    """Call the primitive of a path."""
    if path in _WITHOUT_IDENTITY and keywords.get("initial") == Static(None):
        keywords = {key: value for key, value in keywords.items() if key != "initial"}
    if path in ("numpy.sum", "numpy.prod") and keywords.get("initial") == Static(None):
        low.stop_keyword("initial", "initial=None adds up in an order of its own", "leave it out")
    row = by_path(path, keywords)
    assert row is not None, path
    name = path.rpartition(".")[2]
    if path.startswith(("math.", "cmath.", "operator.")) and all_static(arguments) and named_static(keywords):
        function = find(path)
        assert function is not None
        return static_call(low, function, *arguments, **keywords)
    own = ADAPTED.get(path) or ADAPTED.get(row.name)
    if own is not None:
        return own.call(low, path, arguments, keywords)
    if row.variadic:
        for keyword in keywords:
            if keyword not in row.defaults:
                refuse_keyword(low, keyword, name)
        operands = [array_operand(low, a, path) for a in arguments]
        return low.wrap(low.apply(row.name, *operands, path=path, **statics(low, row, keywords)))
    given = bind(low, name, row.signature, arguments, _renamed(row, keywords))
    first = given[row.operands[0]] if row.operands else Static(None)
    operands = [
        Const(None)
        if row.optional.get(n, n) is None and given[n] == Static(None)
        else array_operand(low, given[n], path)
        for n in row.operands
    ]
    return apply_row(low, row.name, path, first, operands, statics(low, row, given))


def _renamed(row: Primitive, keywords: Given) -> Given:
    """NumPy's names of the operands (a, x1, ...) are not the rows' names."""
    if not keywords or all(k in row.defaults for k in keywords):
        return keywords
    names = iter(row.operands)
    aliases = {"a", "x", "x1", "x2", "arr", "array", "object", "b", "v", "m", "condition", "y"}
    taken: Given = {}
    for key, value in keywords.items():
        taken[
            next(names) if key in aliases and key not in row.operands and key not in row.defaults else key
        ] = value
    return taken


# ---------------------------------------------------------------------------------------------------- functions whose arguments are adapted


def _where(low: Lowering, path: str, given: Given) -> Binding:
    if given["x"] == given["y"] == Static(None):
        return low.call(Static(np.nonzero, "np.nonzero"), [given["condition"]])
    if given["y"] == Static(None):
        low.stop("np.where is given two arguments", "give it three: what to take where the mask is false")
    operands = [array_operand(low, given[n], path) for n in ("condition", "x", "y")]
    return low.wrap(low.apply("where", *operands, path=path))


def _of_complex(low: Lowering, path: str, given: Given) -> Binding:
    """A function of cmath, which is one of a complex number, so that its derivative is that."""
    row, x = by_path(path), low.operand(given["x"])
    assert row is not None, path
    if isinstance(x.type, Array) and not x.type.rank and x.type.dtype.kind != "c":
        x = low.apply("python", x, kind=PYTHON_KINDS[complex])
    return low.wrap(low.apply(row.name, x, path=path))


def _log_to_base(low: Lowering, path: str, given: Given) -> Binding:
    logarithm = low.apply("log", low.operand(given["x"]), path=path)
    if given["base"] == Static(None):
        return low.wrap(logarithm)
    base = low.apply("log", low.operand(given["base"]), path=path)
    return low.wrap(low.apply("divide", logarithm, base, path="operator.truediv"))


def _nan_to_num(low: Lowering, path: str, given: Given) -> Binding:
    """np.nan_to_num; copy=False writes into the array and gives it back."""
    x = array_operand(low, given["x"], path)
    fixed: Statics = {name: static_value(low, given[name], name) for name in ("nan", "posinf", "neginf")}
    made = low.wrap(low.apply("nan_to_num", x, path=path, **fixed))
    if static_value(low, given["copy"], "copy"):
        return made
    if not isinstance(given["x"], Ref):
        message = "Unable to avoid copy while creating an array as requested."
        low.fail(ValueError(message), message, "leave copy=False out: this is no array yet")
    overwrite(low, given["x"], made)
    return given["x"]


def _interp(low: Lowering, path: str, given: Given) -> Binding:
    """np.interp, of points that come again after a period or not."""
    if given["period"] != Static(None):
        points = [given[n] for n in ("x", "xp", "fp", "period")]
        return call_function(low, parts.interpolated_in_turns, points, {}, "np.interp")
    operands = (array_operand(low, given[n], path) for n in ("x", "xp", "fp", "left", "right"))
    return low.wrap(low.apply("interp", *operands, path=path))


def _clip(low: Lowering, path: str, given: Given) -> Binding:
    least = given["a_min"] if given["a_min"] != Static(None) else given["min"]
    most = given["a_max"] if given["a_max"] != Static(None) else given["max"]
    x = array_operand(low, given["a"], path)
    match least, most:
        case Static(None), Static(None):
            made = low.apply("positive", x, path="numpy.positive")
        case Static(None), _:
            made = low.apply("minimum", x, array_operand(low, most, path), path="numpy.minimum")
        case _, Static(None):
            made = low.apply("maximum", x, array_operand(low, least, path), path="numpy.maximum")
        case _:
            made = low.apply(
                "clip", x, array_operand(low, least, path), array_operand(low, most, path), path=path
            )
    return low.wrap(made)


def _einsum(low: Lowering, path: str, given: Given) -> Binding:
    given_operands = given["operands"]
    assert isinstance(given_operands, Tup)
    if isinstance(given["subscripts"], Static):
        text = static_value(low, given["subscripts"], "subscripts")
    else:
        text, given_operands = _letters(low, (given["subscripts"], *given_operands.items))
    operands = [array_operand(low, a, path) for a in given_operands.items]
    fixed: Statics = {"subscripts": text}
    if optimize := static_value(low, given["optimize"], "optimize"):
        fixed["optimize"] = optimize
    if len(operands) == 1 and isinstance(text, str):
        (operand,), (array,) = operands, given_operands.items
        subscripts = parse_subscripts(text, [operand.type.rank if isinstance(operand.type, Array) else 0])
        (letters,) = subscripts.inputs
        if sorted(letters) == sorted(subscripts.output):
            axes = tuple(map(letters.index, subscripts.output))
            return apply_row(low, "transpose", "numpy.transpose", array, [operand], {"axes": axes})
        if set(letters) == set(subscripts.output):
            return apply_row(low, "einsum", path, array, operands, fixed)
    return low.wrap(low.apply("einsum", *operands, path=path, **fixed))


# in the order of their codes, in which np.einsum puts the axes of a result that is not given
_LETTERS = string.ascii_uppercase + string.ascii_lowercase


def _letters(low: Lowering, items: tuple[Binding, ...]) -> tuple[str, Tup]:
    """The subscripts that follow each array as lists of integers, as letters, and the arrays."""

    def word(binding: Binding) -> str:
        axes = static_value(low, binding, "a list of subscripts")
        if not isinstance(axes, tuple) or not all(axis is ... or isinstance(axis, int) for axis in axes):
            low.stop(
                "np.einsum takes a text, or a list of integers behind each array", "write a text: 'ij,jk'"
            )
        return "".join("..." if axis is ... else _LETTERS[axis] for axis in axes)

    pairs = len(items) // 2
    text = ",".join(word(items[2 * k + 1]) for k in range(pairs))
    if len(items) % 2:
        text += "->" + word(items[-1])
    return text, Tup(items[: 2 * pairs : 2])


def _power_of_matrix(low: Lowering, path: str, given: Given) -> Binding:
    power = static_value(low, given["n"], "n")
    if power == 1:  # no copy
        return apply_row(
            low, "asarray", "numpy.asarray", given["a"], [array_operand(low, given["a"], path)], {}
        )
    return low.wrap(low.apply("matrix_power", array_operand(low, given["a"], path), path=path, n=power))


def _differences(low: Lowering, path: str, given: Given) -> Binding:
    order, axis = static_value(low, given["n"], "n"), static_value(low, given["axis"], "axis")
    if order == 0:  # no copy
        return apply_row(
            low, "asarray", "numpy.asarray", given["a"], [array_operand(low, given["a"], path)], {}
        )
    return low.wrap(low.apply("diff", array_operand(low, given["a"], path), path=path, n=order, axis=axis))


_CMATH = [path for row in PRIMITIVES.values() for path in row.paths if path.startswith("cmath.")]


def _spread(low: Lowering, path: str, given: Given) -> Binding:
    """np.var and np.std by a mask, or about a mean, which gets the axes of the array, since XLA broadcasts none."""
    row = PRIMITIVES[f"{path.rpartition('.')[2]}_from"]
    x, where, mean = (
        Const(None) if given[n] == Static(None) else array_operand(low, given[n], path)
        for n in ("a", "where", "mean")
    )
    axes = x.type.rank if isinstance(x.type, Array) else 0
    while isinstance(mean.type, Array) and 0 < mean.type.rank < axes:
        mean = low.apply("expand_dims", mean, axis=0)
    return apply_row(low, row.name, path, given["a"], [x, where, mean], statics(low, row, given))


def _logsumexp(low: Lowering, path: str, given: Given) -> Binding:
    """scipy.special.logsumexp, whose weights stand behind the axis."""
    row = PRIMITIVES["logsumexp"]
    operands = [array_operand(low, given[name], path) for name in row.operands]
    return apply_row(low, row.name, path, given["a"], operands, statics(low, row, given))


# by the name of the row or, where only one of its functions is meant, by its path
ADAPTED: dict[str, Adapted] = {
    **dict.fromkeys(_CMATH, adapted("x, /", _of_complex)),
    "zeros": adapted("shape, dtype=None", creation.sized),
    "ones": adapted("shape, dtype=None", creation.sized),
    "empty": adapted("shape, dtype=None", creation.sized),
    "full": adapted("shape, fill_value, dtype=None", creation.sized),
    "eye": adapted("N, M=None, k=0, dtype=None", creation.eye),
    "identity": adapted("n, dtype=None", creation.identity),
    "linspace": adapted("start, stop, num=50, endpoint=True, dtype=None", creation.linspace),
    "arange": adapted("start=None, stop=None, step=None, dtype=None", creation.arange),
    "asarray": adapted("a, dtype=None, order=None, *, copy=None", creation.as_array),
    "reshape": adapted("a, shape, order='C'", rearrange.reshape),
    "ravel": adapted("a, order='C'", rearrange.ravel),
    "broadcast_to": adapted("array, shape", rearrange.broadcast_to),
    "tile": adapted("A, reps", rearrange.tile),
    "concatenate": adapted("arrays, axis=0", rearrange.joined),
    "stack": adapted("arrays, axis=0", rearrange.joined),
    "hstack": adapted("tup", rearrange.joined),
    "vstack": adapted("tup", rearrange.joined),
    "column_stack": adapted("tup", rearrange.joined),
    "dstack": adapted("tup", rearrange.joined),
    "repeat": adapted("a, repeats, axis=None", rearrange.repeat),
    "pad": adapted(
        "array, pad_width, mode='constant', *, constant_values=None, end_values=None, stat_length=None, "
        "reflect_type=None",
        pads.pad,
    ),
    "where": adapted("condition, x=None, y=None", _where),
    **dict.fromkeys(
        ("var_from", "std_from"),
        adapted("a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=None, mean=None", _spread),
    ),
    "nan_to_num": adapted("x, copy=True, nan=0.0, posinf=None, neginf=None", _nan_to_num),
    "interp": adapted("x, xp, fp, left=None, right=None, period=None", _interp),
    "logsumexp": adapted("a, axis=None, b=None, keepdims=False, return_sign=False", _logsumexp),
    "clip": adapted("a, a_min=None, a_max=None, *, min=None, max=None", _clip),
    "einsum": adapted("subscripts, /, *operands, optimize=False", _einsum),
    "matrix_power": adapted("a, n", _power_of_matrix),
    "diff": adapted("a, n=1, axis=-1", _differences),
    "svd": adapted("a, full_matrices=True, compute_uv=True, hermitian=False", matrices.svd),
    "pinv": adapted("a, rcond=None, hermitian=False, *, rtol=...", matrices.pinv),
    "eig": adapted("a", matrices.eig),
    "eigvals": adapted("a", matrices.eig),
    "roots": adapted("p", matrices.roots),
    "sqrtm": adapted("A", matrices.sqrtm),
    "lstsq": adapted("a, b, rcond=None", matrices.least_squares),
    "multi_dot": adapted("arrays", matrices.multi_dot),
    **dict.fromkeys(
        ("fftn", "ifftn", "rfftn", "irfftn"), adapted("a, s=None, axes=None, norm=None", transforms.of_axes)
    ),
    **dict.fromkeys(
        ("fft2", "ifft2", "rfft2", "irfft2"),
        adapted("a, s=None, axes=(-2, -1), norm=None", transforms.of_axes),
    ),
    **matrices.SCIPY,
    "math.log": adapted("x, base=None, /", _log_to_base),
}
