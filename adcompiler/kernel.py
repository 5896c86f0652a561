"""Functions that Numba compiles and XLA calls: loops over elements in the JAX source, on a CPU.

XLA calls a C function with one pointer, to a call frame (xla/ffi/api/c_api.h of jaxlib, the interface that jax.ffi
documents as stable). Numba compiles such a function; what it reads of the frame is `_Frame`.
"""

from __future__ import annotations

import ast
import ctypes
import functools
import hashlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from adcompiler.emit.kernels import IMPORT, MODULES, kernel_definition, kernel_of
from adcompiler.emit.native import refuse_what_differs
from adcompiler.emit.source import load_module, print_module
from adcompiler.errors import CompileError
from adcompiler.ir.core import Apply
from adcompiler.ir.types import Array
from adcompiler.overloads import teach

MESSAGE: Final = ctypes.create_string_buffer(
    b"IndexError in a loop that Numba compiled: a subscript lies outside of its array"
)
OUT_OF_RANGE: Final = 11  # XLA_FFI_Error_Code_OUT_OF_RANGE

# in bytes from the start of each struct of c_api.h
EXTENSION: Final = 8  # XLA_FFI_CallFrame.extension_start: set where XLA only asks which version this is
API: Final = 16  # XLA_FFI_CallFrame.api
ARGUMENTS: Final = 72  # XLA_FFI_CallFrame.args.args
RESULTS: Final = 112  # XLA_FFI_CallFrame.rets.rets
METADATA: Final = 24  # XLA_FFI_Metadata_Extension.metadata
VERSION: Final = 24  # XLA_FFI_Metadata.api_version, major and minor
API_VERSION: Final = 32  # XLA_FFI_Api.api_version, major and minor
CREATE_ERROR: Final = 48  # XLA_FFI_Api.XLA_FFI_Error_Create
DATA: Final = 24  # XLA_FFI_Buffer.data
SIZES: Final = 40  # XLA_FFI_Buffer.dims


def kernel(*like: str) -> Callable[[Callable[..., object]], Kernel]:
    """Make of a NumPy function one that XLA calls, inside jax.jit, on a CPU.

    like: for each result the parameter that has its shape and dtype, or the dtype of a number.
    """
    return functools.partial(Kernel, like)


class Kernel:
    """A function of arrays of float64, int64 and bool that Numba compiles, once for each layout of its arguments."""

    def __init__(self, like: tuple[str, ...], function: Callable[..., object]) -> None:
        self.like = like
        self.function = function
        self.parameters = list(inspect.signature(function).parameters)

    def __call__(self, *args: object) -> Any:
        """The results, as JAX arrays."""
        import jax

        arrays = [jax.numpy.asarray(value) for value in args]
        types = tuple((str(array.dtype), array.ndim) for array in arrays)
        shapes = [
            arrays[self.parameters.index(name)]
            if name in self.parameters
            else jax.ShapeDtypeStruct((), np.dtype(name))
            for name in self.like
        ]
        kinds = [jax.ShapeDtypeStruct(shape.shape, shape.dtype) for shape in shapes]
        results = jax.ffi.ffi_call(self.target(types), kinds, vmap_method="sequential")(*arrays)
        return results[0] if len(results) == 1 else tuple(results)

    def target(self, types: Sequence[tuple[str, int]]) -> str:
        """The name under which XLA finds it for arguments of these dtypes and ranks; NumbaError where Numba fails."""
        text = f"{inspect.getsource(self.function)}\n{types}"
        name = f"adcompiler.{hashlib.sha256(text.encode()).hexdigest()}"
        if name not in _registered:
            _registered[name] = _register(name, self, types)
        return name


def takes(call: Apply) -> bool:
    """Whether Numba takes the function of an op `native`, and computes what NumPy does."""
    from numba.core.errors import NumbaError

    function = kernel_of(call)
    try:
        refuse_what_differs(function)
        text = print_module(ast.Module([*ast.parse(MODULES + IMPORT).body, *kernel_definition(call)], []))
        made = load_module(text, function.name)[function.name]
        assert isinstance(made, Kernel)
        made.target(
            [
                (value.type.dtype.name, value.type.rank)
                for value in call.operands
                if isinstance(value.type, Array)
            ]
        )
    except (CompileError, NumbaError):
        return False
    return True


# the machine code lives as long as the process: XLA has its address
_registered: dict[str, object] = {}


def _register(name: str, kernel: Kernel, types: Sequence[tuple[str, int]]) -> object:
    import jax
    import numba

    teach()
    arguments = [
        numba.types.Array(numba.from_dtype(np.dtype(dtype)), rank, "C")
        if rank
        else numba.from_dtype(np.dtype(dtype))
        for dtype, rank in types
    ]
    # numbers that are divided by zero are infinite, as XLA has it; subscripts are checked
    compiled = numba.njit(tuple(arguments), boundscheck=True, error_model="numpy")(kernel.function)
    made = [
        types[kernel.parameters.index(like)] if like in kernel.parameters else (like, 0)
        for like in kernel.like
    ]
    results = [f"r{k}" for k in range(len(made))]
    lines = [
        "def handler(frame):",
        f"    if word(frame + {EXTENSION}):",
        "        return tell_version(frame)",
        f"    given, made = word(frame + {ARGUMENTS}), word(frame + {RESULTS})",
        "    try:",
        f"        {', '.join(results)} = compiled({', '.join(_buffer('given', k, *t) for k, t in enumerate(types))})",
        "    except Exception:",
        "        return error(frame)",
        *(f"    {_buffer('made', k, dtype, rank, True)} = r{k}" for k, (dtype, rank) in enumerate(made)),
        "    return 0",
    ]
    scope = {**_words(), "compiled": compiled, "carray": numba.carray, "np": np}
    exec("\n".join(lines), scope)
    handler = numba.cfunc(numba.types.intp(numba.types.intp))(scope["handler"])
    jax.ffi.register_ffi_target(name, _capsule(handler.address), platform="cpu")
    return handler


def _buffer(frame: str, number: int, dtype: str, rank: int, target: bool = False) -> str:
    """A buffer of a frame as Numba writes it: an array, or a number."""
    buffer = f"word({frame} + {8 * number})"
    kind = f"np.{'bool_' if dtype == 'bool' else dtype}"
    sizes = "".join(f"word(word({buffer} + {SIZES}) + {8 * axis}), " for axis in range(rank))
    array = f"carray(pointer(word({buffer} + {DATA})), ({sizes or '1,'}), {kind})"
    return f"{array}[...]" if rank and target else array if rank else f"{array}[0]"


@functools.cache
def _words() -> dict[str, object]:
    """What handlers call: reading memory, and the answers to XLA."""
    import numba
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    @intrinsic  # type: ignore[untyped-decorator]
    def pointer(context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], context.get_value_type(types.voidptr))

        return types.voidptr(types.intp), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def call(context: Any, function: Any, argument: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            word = ir.IntType(64)
            return builder.call(
                builder.inttoptr(args[0], ir.FunctionType(word, [word]).as_pointer()), [args[1]]
            )

        return types.intp(types.intp, types.intp), generate

    message = ctypes.addressof(MESSAGE)
    carray = numba.carray

    @numba.njit  # type: ignore[untyped-decorator]
    def word(address: int) -> Any:
        return carray(pointer(address), 1, np.int64)[0]

    @numba.njit  # type: ignore[untyped-decorator]
    def tell_version(frame: int) -> int:
        answer = word(word(frame + EXTENSION) + METADATA) + VERSION
        carray(pointer(answer), 1, np.int64)[0] = word(word(frame + API) + API_VERSION)
        return 0

    @numba.njit  # type: ignore[untyped-decorator]
    def error(frame: int) -> Any:
        asked = np.array([32, 0, message, OUT_OF_RANGE])
        return call(word(word(frame + API) + CREATE_ERROR), asked.ctypes.data)

    return {"pointer": pointer, "word": word, "tell_version": tell_version, "error": error}


def _capsule(address: int) -> object:
    make = ctypes.pythonapi.PyCapsule_New
    make.restype = ctypes.py_object
    make.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return make(address, None, None)
