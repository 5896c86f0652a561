"""Random indices that are inside their axes, and the basic subscripts of an array."""

from __future__ import annotations

from adcompiler.verify.fuzz.scope import Integer, Number, Place, Shape, Writer


def element(w: Writer, place: Place) -> str:
    """One element of an array."""
    assert isinstance(place.type, Number)
    indices = [index(w, size) for size in place.type.shape]
    if len(indices) > 1 and w.chance(0.2):
        return place.text + "".join(f"[{i}]" for i in indices)
    return f"{place.text}[{', '.join(indices)}]"


def index(w: Writer, size: int) -> str:
    """An index that is inside an axis of that size."""
    found = [str(w.random.randrange(-size, size))]
    found += [f"{name} - 1" for name in w.sizes.get(size, ())][:1]
    for text, type in w.places(lambda type: isinstance(type, Integer)):
        assert isinstance(type, Integer)
        for offset in (0, 0, 1, -1):
            if -size <= type.low + offset and type.high + offset < size:
                found.append(text if not offset else f"{text} {'+' if offset > 0 else '-'} 1")
        if type.low >= 0 and w.chance(0.1):
            found.append(f"{text} % {size}")
    return w.pick(found if len(found) == 1 else found[1:] + found[:1])


def views_of(w: Writer, place: Place) -> list[tuple[str, Shape]]:
    """Basic subscripts of an array, transposes and reshapes, with their shapes; NumPy gives views for all."""
    assert isinstance(place.type, Number)
    text, shape = place
    match place.type.shape:
        case (n,):
            found: list[tuple[str, Shape]] = [(f"{text}[::-1]", (n,)), (f"{text}[:]", (n,))]
            if n > 1:
                found += [(f"{text}[1:]", (n - 1,)), (f"{text}[:-1]", (n - 1,)), (f"{text}[:2]", (2,))]
                found += [(f"{text}[::2]", ((n + 1) // 2,)), (f"{text}[-2:]", (2,))]
            if n > 2:
                found += [(f"{text}[1:3]", (2,))]
            found += [(f"{text}[None, :]", (1, n)), (f"{text}[:, None]", (n, 1))]
            found += [(f"{text}.reshape(1, -1)", (1, n))]
            return found
        case (m, n):
            row, column = index(w, m), index(w, n)
            found = [(f"{text}[{row}]", (n,)), (f"{text}[:, {column}]", (m,)), (f"{text}.T", (n, m))]
            found += [(f"{text}[{row}, :]", (n,)), (f"{text}.reshape(-1)", (m * n,))]
            found += [(f"{text}.ravel()", (m * n,)), (f"{text}[::-1]", (m, n)), (f"{text}[..., 0]", (m,))]
            found += [(f"{text}.T[{column}]", (m,)), (f"np.transpose({text})", (n, m))]
            if m > 1:
                found += [(f"{text}[1:]", (m - 1, n)), (f"{text}[:, ::-1]", (m, n))]
            if n > 1:
                found += [(f"{text}[:, 1:]", (m, n - 1)), (f"{text}[{row}, 1:]", (n - 1,))]
            return found
    return []
