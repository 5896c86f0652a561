"""What is linear in its operands: its tangent is the same function of their tangents, without a rule of its own."""

from __future__ import annotations

# ops that are linear in these operands together; the others are indices, sizes and conditions
LINEAR: dict[str, tuple[int, ...]] = {
    "setitem": (0, 1),
    "add_at": (0, 1),
    "scatter": (0,),
    "getitem": (0,),
    "take": (0,),
    "take_along_axis": (0,),
    "where": (1, 2),
    # sequences and tapes
    "seq_append": (0, 1),
    "seq_drop": (0,),
    "seq_get": (0,),
    "seq_set": (0, 2),
    "seq_add": (0, 2),
    "seq_repeat": (0,),
    "seq_plus": (0, 1),
    "seq_slice": (0,),
    "seq_scatter": (0,),
    "seq_stack": (0,),
    "seq_unstack": (0,),
    "seq_layers": (0,),
    "seq_concatenate": (0,),
    "seq_split": (0,),
    "record": (0, 2),
    "recall": (0,),
    # sums
    "sum": (0,),
    "mean": (0,),
    "fsum": (0,),
    "total": (0,),
    "cumsum": (0,),
    "diff": (0,),
    "trace": (0,),
    "unbroadcast": (0,),
    # the same elements in another order or shape
    "transpose": (0,),
    "matrix_transpose": (0,),
    "swapaxes": (0,),
    "moveaxis": (0,),
    "reshape": (0,),
    "reshape_to": (0,),
    "ravel": (0,),
    "flatten": (0,),
    "squeeze": (0,),
    "expand_dims": (0,),
    "atleast_1d": (0,),
    "atleast_2d": (0,),
    "atleast_3d": (0,),
    "flip": (0,),
    "roll": (0,),
    "diag": (0,),
    "diagonal": (0,),
    "tril": (0,),
    "triu": (0,),
    "copy": (0,),
    "astype": (0,),
    "asarray": (0,),
    "python": (0,),
    "joined": (0,),
    "exactly": (0,),
    # complex numbers, as pairs of real ones
    "complex": (0, 1),
    "real": (0,),
    "imag": (0,),
    "conj": (0,),
    # Fourier transforms
    **dict.fromkeys(("fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fftshift", "ifftshift"), (0,)),
    **dict.fromkeys(("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"), (0,)),
    # repeated
    "repeat": (0,),
    "repeat_each": (0,),
    "tile": (0,),
    "broadcast_to": (0,),
    "broadcast_like": (0,),
    "expand": (0,),
    "full": (0,),
    "full_of": (1,),
    "full_like": (1,),
}

# those that put all their operands side by side
ARRANGING = frozenset(
    {"seq_make", "array", "concatenate", "stack", "hstack", "vstack", "column_stack", "dstack"}
)
# products: linear in each operand while the others stay
PRODUCTS = frozenset(
    {
        "multiply",
        "dot",
        "matmul",
        "outer",
        "inner",
        "vdot",
        "tensordot",
        "einsum",
        "multi_dot",
        "kron",
        "cross",
    }
    | {"vecdot", "matvec", "vecmat", "convolve", "correlate"}
)
# functions of a matrix: the transpose of the derivative is the derivative at the transposed matrix
OF_TRANSPOSES = frozenset({"expm", "matrix_power"})
