"""Functions that an emitted JAX module defines for itself, where it calls them."""

from __future__ import annotations

# what each calls, and its definition
OWN: dict[str, tuple[tuple[str, ...], str]] = {
    "unbroadcast": (
        (),
        '''
def unbroadcast(v, shape):
    """The transpose of broadcasting an array of this shape to that of v."""
    v = v.sum(axis=tuple(range(v.ndim - len(shape))))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1 and v.shape[axis] != 1)
    return v.sum(axis=repeated, keepdims=True)
''',
    ),
    "read_at": (
        (),
        '''
def read_at(x, *index):
    """x[index] for an index that is not negative: XLA reads it in place."""
    rest = x.shape[len(index) :]
    start = (*index, *(0 for _ in rest))
    return lax.dynamic_slice(x, start, (1,) * len(index) + rest, allow_negative_indices=False).reshape(rest)
''',
    ),
    "write_at": (
        (),
        '''
def write_at(x, v, *index):
    """x with v at an index that is not negative: XLA writes it in place."""
    rest = x.shape[len(index) :]
    start = (*index, *(0 for _ in rest))
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), rest).reshape((1,) * len(index) + rest)
    return lax.dynamic_update_slice(x, v, start, allow_negative_indices=False)
''',
    ),
    "add_at": (
        ("read_at", "write_at"),
        '''
def add_at(x, v, *index):
    """x with v added at an index that is not negative: XLA adds it in place."""
    return write_at(x, read_at(x, *index) + v, *index)
''',
    ),
    "write_part": (
        (),
        '''
def write_part(x, v, part):
    """x with v written to slices of it. XLA's compiler dies of a scatter into all of x that is reversed."""
    v = jnp.broadcast_to(jnp.asarray(v, x.dtype), x[part].shape)
    return v.reshape(x.shape) if v.size == x.size else x.at[part].set(v)
''',
    ),
    "add_part": (
        ("write_part",),
        '''
def add_part(x, v, part):
    """x with v added to slices of it."""
    return write_part(x, x[part] + v, part)
''',
    ),
    "recorded": (
        ("read_at", "write_at"),
        '''
def recorded(x, tape, *index):
    """x, of which a tape has a copy: XLA would make another one if nothing here waited for the tape."""
    first = (0,) * x.ndim
    return write_at(x, read_at(tape, *index, *first), *first) if x.size else x
''',
    ),
    "from_start": (
        (),
        '''
def from_start(x, index):
    """A subscript of x whose integers may count from the end as one whose integers do not."""
    return [jnp.where(i < 0, i + n, i) for i, n in zip(index, x.shape)]
''',
    ),
    "write_to": (
        ("from_start", "write_at"),
        '''
def write_to(x, v, *index):
    """x with v at an index that may be negative: XLA writes it in place."""
    return write_at(x, v, *from_start(x, index))
''',
    ),
    "add_to": (
        ("from_start", "read_at", "write_at", "add_at"),
        '''
def add_to(x, v, *index):
    """x with v added at an index that may be negative: XLA adds it in place."""
    return add_at(x, v, *from_start(x, index))
''',
    ),
    "resized": (
        (),
        '''
def resized(x, size, axis):
    """x with another size along an axis: cut off, or filled up with zeros."""
    ends = [(0, max(size - n, 0) if k == axis else 0) for k, n in enumerate(x.shape)]
    return lax.slice_in_dim(jnp.pad(x, ends), 0, size, axis=axis)
''',
    ),
    "moved": (
        ("resized",),
        '''
def moved(x, by, size, axis):
    """x shifted along an axis that gets another size; what is shifted in may be anything."""
    return resized(jnp.roll(resized(x, max(size, x.shape[axis]), axis), by, axis), size, axis)
''',
    ),
    "with_item": (
        (),
        '''
def with_item(items, k, v):
    """A list with v in the place of item k."""
    items = list(items)
    items[k] = v
    return items
''',
    ),
    "larger": (
        (),
        '''
def larger(a, b):
    """max(a, b) as Python takes it: beside a NaN the first."""
    return jnp.where(b > a, b, a)
''',
    ),
    "smaller": (
        (),
        '''
def smaller(a, b):
    """min(a, b) as Python takes it: beside a NaN the first."""
    return jnp.where(b < a, b, a)
''',
    ),
    "largest": (
        (),
        '''
def largest(x):
    """max(x) as Python takes it: a NaN only if it comes first."""
    return jnp.where(jnp.isnan(x[0]), x[0], jnp.nanmax(x))
''',
    ),
    "smallest": (
        (),
        '''
def smallest(x):
    """min(x) as Python takes it: a NaN only if it comes first."""
    return jnp.where(jnp.isnan(x[0]), x[0], jnp.nanmin(x))
''',
    ),
    "real_or_nan": (
        (),
        '''
def real_or_nan(x):
    """Complex numbers as real ones; NaN for those that are not."""
    return jnp.where(x.imag == 0, x.real, jnp.nan)
''',
    ),
    "nearly_real": (
        (),
        '''
def nearly_real(x):
    """A complex matrix as a real one; NaN where more than rounding would be lost."""
    rounding = jnp.finfo(x.dtype).eps ** 0.5 * jnp.max(jnp.abs(x))
    return jnp.where(jnp.max(jnp.abs(x.imag)) <= rounding, x.real, jnp.nan)
''',
    ),
    "convolved": (
        (),
        '''
def convolved(a, b, mode, method):
    """scipy.signal.convolve, also of arrays that JAX does not take: neither has to be the larger one."""
    dtype = jnp.result_type(a, b)
    if mode != "valid":
        behind = [m - 1 if mode == "full" else (m - 1) // 2 for m in b.shape]
        a = jnp.pad(a, [(m - 1 if mode == "full" else m // 2, n) for m, n in zip(b.shape, behind)])
    return jax.scipy.signal.convolve(a, b, mode="valid", method=method).astype(dtype)
''',
    ),
    "correlated": (
        ("convolved",),
        '''
def correlated(a, b, mode, method):
    """scipy.signal.correlate."""
    return convolved(a, jnp.flip(b.conj()), mode, method)
''',
    ),
    "filtered": (
        (),
        '''
def filtered(b, a, x, axis):
    """x filtered along an axis: y[i] = b[0] x[i] + b[1] x[i - 1] + ... - a[1] y[i - 1] - ..., all over a[0]."""
    size, dtype = max(b.size, a.size), jnp.result_type(b, a, x)
    b, a = (jnp.pad(v / a[0], (0, size - v.size)).astype(dtype) for v in (b, a))
    x = jnp.moveaxis(x, axis, -1).astype(dtype)

    def step(z, x):
        z = z + x[..., None] * b
        y = z[..., 0]
        return jnp.roll((z - y[..., None] * a).at[..., 0].set(0), -1, axis=-1), y

    _, y = lax.scan(step, jnp.zeros((*x.shape[:-1], size), dtype), jnp.moveaxis(x, -1, 0))
    return jnp.moveaxis(y, 0, axis)
''',
    ),
    "square_root_slots": (
        (),
        '''
def square_root_slots(n):
    """With so many slots a checkpointed loop of n trips is run again twice at most, from trip to trip."""
    return int((2 * max(n, 1)) ** 0.5) + 1
''',
    ),
    "next_snapshot": (
        (),
        '''
def next_snapshot(at, end, free):
    """The trip before which the next snapshot is due, where trips `at` to `end` are reversed with the one of `at`.

    The schedule with the fewest trips (Griewank and Walther, Algorithm 799: revolve, ACM TOMS 26(1), 2000).
    """
    trips = end + 1 - at

    def more(reached):
        runs, _, reach = reached
        return runs + 1, reach, reach * (free + 2 + runs) // (runs + 1)

    start = jnp.zeros_like(trips), jnp.zeros_like(trips), jnp.ones_like(trips)
    runs, before, reach = lax.while_loop(lambda reached: (free > 0) & (reached[2] < trips), more, start)
    twice = before * (runs - 1) // jnp.maximum(free + runs, 1)
    due = at + jnp.maximum(jnp.maximum(twice, trips - (reach - before)), 1)
    return jnp.where((free == 0) | (trips <= 2), end, due)
''',
    ),
    "next_place": (
        (),
        '''
def next_place(levels, kept):
    """The place of the next snapshot of a loop whose trips nobody knows before, and its level; `kept` are there.

    With full places, that of the first of a lower level (Wang, Moin and Iaccarino, SIAM J. Sci. Comput. 31(4), 2009).
    """
    level = levels[-1] + 1
    lower = 1 + jnp.argmax(levels[1:] < level)
    free = kept < len(levels)
    return jnp.where(free, kept, lower), jnp.where(free, 0, level)
''',
    ),
    "fori_loop": (
        (),
        '''
def fori_loop(start, stop, body, init):
    """lax.fori_loop; a loop without trips is not traced, since there may be no elements to pick."""
    return lax.fori_loop(start, stop, body, init) if start < stop else jax.tree.map(jnp.asarray, init)
''',
    ),
    "while_loop": (
        (),
        '''
def while_loop(possible, condition, body, init):
    """lax.while_loop; one that cannot have a trip is not traced, since there may be no elements to pick."""
    return lax.while_loop(condition, body, init) if possible else jax.tree.map(jnp.asarray, init)
''',
    ),
}
