"""Random expressions of a given type. Values stay small: what could grow is damped, and denominators are safe."""

from __future__ import annotations

import re
from collections.abc import Callable

from adcompiler.verify.fuzz.scope import Function, Integer, Items, Number, Place, Shape, Term, Type, Writer
from adcompiler.verify.fuzz.subscripts import element, views_of

_WORDS = re.compile(r"(?<![.\w])[A-Za-z]\w*(?!\w*\()")
LARGE = 2.5  # about how large a value in a name may be
DEEPEST = 3
SMOOTH = ("np.sin({})", "np.cos({})", "np.tanh({})", "np.arctan({})")
SCALARS = ("math.sin({})", "math.cos({})", "math.tanh({})", "math.atan({})")


def damped(w: Writer, term: Term, limit: float = LARGE) -> str:
    """The term, made smaller where it may be large."""
    if term.bound <= limit:
        return term.text
    if term.bound > 4 * limit or w.chance(0.3):
        return w.pick(SMOOTH).format(term.text)
    return f"{0.7 * limit / term.bound:.2f} * ({term.text})"


# ---------------------------------------------------------------- numbers
def scalar(w: Writer, depth: int = 0) -> Term:
    """A float."""
    if depth >= DEEPEST or w.chance(0.25):
        return _atom(w)
    make = w.weighted(_SCALARS)
    return make(w, depth + 1) or _atom(w)


def small(w: Writer, depth: int = 0) -> str:
    """A float that is not large, as text."""
    return damped(w, scalar(w, depth))


def _atom(w: Writer) -> Term:
    names = w.numbers(())
    elements = [place for place in w.arrays() if isinstance(place.type, Number)]
    choice = w.random.random()
    if names and choice < 0.45:
        return Term(w.pick(names), LARGE)
    if elements and choice < 0.85:
        return Term(element(w, w.pick(elements)), LARGE)
    return Term(w.constant(), 1.5)


def _binary(w: Writer, depth: int) -> Term:
    return _joined(w, scalar(w, depth), scalar(w, depth))


def _joined(w: Writer, a: Term, b: Term) -> Term:
    operator = w.weighted([(3, "*"), (3, "+"), (2, "-"), (1, "/")])
    match operator:
        case "*":
            return Term(f"({a.text} * {b.text})", a.bound * b.bound)
        case "/":
            return Term(f"({a.text} / (1.5 + {b.text} ** 2))", a.bound)
    return Term(f"({a.text} {operator} {b.text})", a.bound + b.bound)


def _smooth(w: Writer, depth: int) -> Term:
    return Term(w.pick(SMOOTH + SCALARS).format(scalar(w, depth).text), 1.5)


def _safe(w: Writer, depth: int) -> Term:
    """Functions that are smooth on the safe side of their domain."""
    inner = small(w, depth)
    text = w.pick(
        [
            f"np.exp(-({inner}) ** 2)",
            f"np.sqrt(1.0 + ({inner}) ** 2)",
            f"np.log(1.5 + ({inner}) ** 2)",
            f"(1.2 + ({inner}) ** 2) ** 0.5",
            f"np.tanh({inner}) ** 3",
            f"abs({inner})",
            f"-({inner})",
            f"math.exp(np.sin({inner}))",
            f"np.square({inner}) * 0.3",
        ]
    )
    return Term(f"({text})", LARGE)


def _extremum(w: Writer, depth: int) -> Term:
    name = w.pick(["max", "min", "np.maximum", "np.minimum"])
    return Term(f"{name}({small(w, depth)}, {small(w, depth)})", LARGE)


def _conditional(w: Writer, depth: int) -> Term:
    return Term(f"({small(w, depth)} if {condition(w, depth)} else {small(w, depth)})", LARGE)


def _reduction(w: Writer, depth: int) -> Term | None:
    array_text = damped(w, _any_array(w, depth))
    text = w.pick(
        [
            f"0.2 * np.sum({array_text})",
            f"0.3 * ({array_text}).sum()",
            f"np.mean({array_text})",
            f"np.max({array_text})",
            f"np.min({array_text})",
            f"({array_text}).max()",
            f"0.1 * np.prod(np.cos({array_text}))",
            f"np.sqrt(1.0 + np.sum(({array_text}) ** 2))",
            f"np.linalg.norm(2.0 + np.tanh({array_text}))",
        ]
    )
    return Term(f"({text})", LARGE)


def _product(w: Writer, depth: int) -> Term | None:
    vectors = w.arrays(rank=1)
    if not vectors:
        return None
    place = w.pick(vectors)
    assert isinstance(place.type, Number)
    other = damped(w, array(w, place.type.shape, depth))
    return Term(f"(0.2 * {w.pick(['np.dot({}, {})', '(({}) @ ({}))']).format(place.text, other)})", LARGE)


def _cast(w: Writer, depth: int) -> Term:
    integers = w.places(lambda type: isinstance(type, Integer))
    if integers and w.chance(0.7):
        return Term(f"({w.constant(0.1, 0.4)} * {w.pick(integers).text})", 1.0)
    return Term(f"float({small(w, depth)})", LARGE)


def _summed(w: Writer, depth: int) -> Term:
    """A sum over a list, over a comprehension, or over a generator."""
    lists = w.places(lambda type: isinstance(type, Items) and type.item == Number())
    if lists and w.chance(0.6):
        text = w.pick(lists).text
        return Term(f"(0.2 * {w.pick([f'sum({text})', f'len({text})', f'sum({text}[1:])'])})", LARGE)
    return Term(f"(0.2 * sum({_comprehended(w, depth)}))", LARGE)


def _comprehended(w: Writer, depth: int) -> str:
    """The inside of a comprehension over a range or over an array."""
    name = w.fresh("i")
    vectors = w.arrays(rank=1)
    before = dict(w.names)
    if vectors and w.chance(0.5):
        source = w.pick(vectors).text
        w.names[name] = Number()
    else:
        length, start = w.pick([2, 3]), w.pick([0, 0, 1])
        source = f"range({length})" if not start else f"range({start}, {length})"
        w.names[name] = Integer(start, length - 1)
    body = small(w, depth + 1)
    test = f" if {condition(w, DEEPEST)}" if w.chance(0.2) else ""
    w.names = before
    return f"{body} for {name} in {source}{test}"


def _called(w: Writer, depth: int) -> Term | None:
    found = w.places(lambda type: isinstance(type, Function) and type.result == Number() and not type.writes)
    if not found:
        return None
    text = call(w, w.pick(found), depth)
    return None if text is None else Term(text, LARGE)


def call(w: Writer, place: Place, depth: int) -> str | None:
    """A call of a function of the program, with arguments that fit; None where there are none."""
    assert isinstance(place.type, Function)
    arguments: list[str] = []
    for parameter in place.type.parameters:
        argument = _argument(w, parameter, depth, place.type.writes)
        if argument is None:
            return None
        arguments.append(argument)
    if place.type.recursive:
        arguments.append(w.pick(["2", "3"]))
    return f"{place.text}({', '.join(arguments)})"


def _argument(w: Writer, parameter: Type, depth: int, written: bool) -> str | None:
    match parameter:
        case Number(shape=()):
            return small(w, depth)
        case Number(shape=shape) if not written and w.chance(0.3):
            return damped(w, array(w, shape, depth))
    found = [place.text for place in w.places(lambda type: type == parameter)]
    return w.pick(found) if found else None


_SCALARS: list[tuple[float, Callable[[Writer, int], Term | None]]] = [
    (6, _binary),
    (4, _smooth),
    (2, _safe),
    (0.8, _extremum),
    (1.2, _conditional),
    (2.5, _reduction),
    (1.5, _product),
    (1, _cast),
    (0.8, _summed),
    (2.5, _called),
]


def _varies(text: str) -> bool:
    """Whether a name stands in an expression, beside those of functions."""
    return any(word[0].isalpha() and word not in ("np", "math") for word in _WORDS.findall(text))


def condition(w: Writer, depth: int = 1) -> str:
    """A truth value that depends on data, nearly always."""
    left = next((text for text in (small(w, depth) for _ in range(6)) if _varies(text)), "1.0")
    compared = f"{left} {w.pick(['>', '<', '>=', '<='])} {w.constant(-0.5, 1.2)}"
    integers = [place.text for place in w.places(lambda type: isinstance(type, Integer))]
    choice = w.random.random()
    if choice < 0.08 and integers:
        return f"{w.pick(integers)} % 2 == {w.pick('01')}"
    if choice < 0.14:
        return f"{compared} {w.pick(['and', 'or'])} {small(w, DEEPEST)} > {w.constant(-0.5, 1.2)}"
    if choice < 0.18:
        return f"not {compared}"
    if choice < 0.22:
        return f"{w.constant(-1.5, -0.2)} < {small(w, DEEPEST)} < {w.constant(0.2, 1.5)}"
    vectors = w.arrays()
    if choice < 0.28 and vectors:
        return f"np.{w.pick(['any', 'all'])}({w.pick(vectors).text} > {w.constant(-0.5, 1.2)})"
    return compared


# ---------------------------------------------------------------- arrays
def _any_array(w: Writer, depth: int) -> Term:
    found = w.arrays()
    shape: Shape = (2,)
    if found:
        type = w.pick(found).type
        assert isinstance(type, Number)
        shape = type.shape
    return array(w, shape, depth)


def array(w: Writer, shape: Shape, depth: int = 0) -> Term:
    """An array of floats of that shape."""
    if depth >= DEEPEST or w.chance(0.25):
        return _array_atom(w, shape)
    options = _ARRAYS + (_VECTORS if len(shape) == 1 else _MATRICES if len(shape) == 2 else [])
    return w.weighted(options)(w, shape, depth + 1) or _array_atom(w, shape)


def _array_atom(w: Writer, shape: Shape) -> Term:
    views = [text for place in w.arrays() for text, found in views_of(w, place) if found == shape]
    names = w.numbers(shape)
    if names and w.chance(0.65):
        return Term(w.pick(names), LARGE)
    if views:
        return Term(w.pick(views), LARGE)
    return _made(w, shape, DEEPEST)


def _elementwise(w: Writer, shape: Shape, depth: int) -> Term:
    return Term(w.pick(SMOOTH).format(array(w, shape, depth).text), 1.5)


def _array_safe(w: Writer, shape: Shape, depth: int) -> Term:
    inner = damped(w, array(w, shape, depth))
    forms = ["np.exp(-({}) ** 2)", "np.sqrt(1.0 + ({}) ** 2)", "np.log(1.5 + ({}) ** 2)", "np.abs({})"]
    forms += ["-({})", "({}).copy()", "np.clip({}, -0.9, 1.1)", "np.square({}) * 0.3"]
    return Term(f"({w.pick(forms).format(inner)})", LARGE)


def _array_binary(w: Writer, shape: Shape, depth: int) -> Term:
    left, right = array(w, shape, depth), operand(w, shape, depth)
    return _joined(w, right, left) if w.chance(0.3) else _joined(w, left, right)


def operand(w: Writer, shape: Shape, depth: int) -> Term:
    """Something that broadcasts to the shape: of it, with axes of size 1, of lower rank, or a number."""
    choice = w.random.random()
    if choice < 0.4:
        return array(w, shape, depth)
    if choice < 0.6 and len(shape) == 2:
        return array(w, w.pick([(shape[0], 1), (1, shape[1]), shape[1:]]), depth)
    if choice < 0.68 and len(shape) == 1:
        return array(w, (1,), depth)
    return scalar(w, depth)


def _where(w: Writer, shape: Shape, depth: int) -> Term:
    test = f"{damped(w, array(w, shape, DEEPEST))} > {w.constant(-0.5, 1.0)}"
    masks = w.numbers(shape, "bool")
    if masks and w.chance(0.5):
        test = w.pick(masks)
    return Term(
        f"np.where({test}, {damped(w, array(w, shape, depth))}, {damped(w, operand(w, shape, depth))})", LARGE
    )


def _masked(w: Writer, shape: Shape, depth: int) -> Term:
    """A mask as a number."""
    masks = w.numbers(shape, "bool")
    inner = damped(w, array(w, shape, depth))
    test = w.pick(masks) if masks else f"({inner} > {w.constant()})"
    return Term(f"({test} * {inner})", LARGE)


def _array_extremum(w: Writer, shape: Shape, depth: int) -> Term:
    name = w.pick(["np.maximum", "np.minimum"])
    return Term(f"{name}({damped(w, array(w, shape, depth))}, {damped(w, operand(w, shape, depth))})", LARGE)


def _made(w: Writer, shape: Shape, depth: int) -> Term:
    """A new array of constants."""
    extents = w.extents(shape)
    made = [f"np.zeros({extents})", f"np.ones({extents})", f"np.full({extents}, {w.constant()})"]
    made += [f"{w.constant()} * np.ones({extents})", f"np.full({extents}, {small(w, DEEPEST)})"]
    made += [f"np.{w.pick(['zeros', 'ones'])}_like({text})" for text in w.numbers(shape)[:1]]
    if len(shape) == 1:
        made += [f"0.3 * np.arange({extents})", f"np.linspace(0.1, 1.0, {extents})"]
    return Term(w.pick(made), LARGE)


def _array_called(w: Writer, shape: Shape, depth: int) -> Term | None:
    found = w.places(
        lambda type: isinstance(type, Function) and type.result == Number(shape) and not type.writes
    )
    text = call(w, w.pick(found), depth) if found else None
    return None if text is None else Term(text, LARGE)


def _listed(w: Writer, shape: Shape, depth: int) -> Term:
    """A vector from numbers."""
    (n,) = shape
    if w.chance(0.4):
        lists = w.places(
            lambda type: isinstance(type, Items) and type.item == Number() and type.least == n == 2
        )
        if lists:
            return Term(f"np.array({w.pick(lists).text}[:2])", LARGE)
        name = w.fresh("i")
        before = dict(w.names)
        w.names[name] = Integer(0, n - 1)
        body = small(w, depth)
        w.names = before
        return Term(f"np.array([{body} for {name} in range({w.size(n)})])", LARGE)
    return Term(f"np.array([{', '.join(small(w, DEEPEST) for _ in range(n))}])", LARGE)


def _axis(w: Writer, shape: Shape, depth: int) -> Term | None:
    """A matrix summed over one axis."""
    wanted = [
        (place.text, axis, place.type.shape[axis])
        for place in w.arrays(rank=2)
        for axis in (0, 1)
        if isinstance(place.type, Number) and place.type.shape[1 - axis] == shape[0]
    ]
    if not wanted:
        return None
    text, axis, count = w.pick(wanted)
    inner = w.pick([text, f"({text} ** 2)", f"np.sin({text})"])
    forms = ["{a}.sum(axis={k})", "np.sum({a}, axis={k})", "np.mean({a}, axis={k})", "np.max({a}, axis={k})"]
    return Term(w.pick(forms).format(a=inner, k=w.pick([axis, axis - 2])), LARGE * count)


def _matrix_vector(w: Writer, shape: Shape, depth: int) -> Term | None:
    """A matrix times a vector."""
    found: list[tuple[str, int]] = []
    for text, type in w.arrays(rank=2):
        assert isinstance(type, Number)
        m, n = type.shape
        found += [(f"{text} @ {{}}", n)] * (m == shape[0])
        found += [(f"{text}.T @ {{}}", m), (f"{{}} @ {text}", m)] * (n == shape[0])
    if not found:
        return None
    form, inner = w.pick(found)
    return Term(f"({form.format(f'({damped(w, array(w, (inner,), depth))})')})", 6 * inner)


def _concatenated(w: Writer, shape: Shape, depth: int) -> Term | None:
    (n,) = shape
    if n < 2:
        return None
    parts = [damped(w, array(w, (k,), depth)) for k in (1, n - 1)]
    return Term(f"np.{w.pick(['concatenate', 'hstack'])}([{', '.join(parts)}])", LARGE)


def _cumulative(w: Writer, shape: Shape, depth: int) -> Term:
    return Term(f"(0.4 * np.cumsum({damped(w, array(w, shape, depth))}))", LARGE)


def _gathered(w: Writer, shape: Shape, depth: int) -> Term | None:
    """A vector read through an array of integers."""
    numbers = [
        (place.text, place.type) for place in w.arrays("int", rank=1) if isinstance(place.type, Number)
    ]
    vectors = [(place.text, place.type) for place in w.arrays(rank=1) if isinstance(place.type, Number)]
    pairs = [
        f"{v}[{k}]" for k, kt in numbers for v, vt in vectors if kt.shape == shape and vt.shape == kt.shape
    ]
    if pairs and w.chance(0.8):
        return Term(w.pick(pairs), LARGE)
    wide = [text for text, type in vectors if type.shape[0] >= 2]
    if not wide:
        return None
    return Term(f"{w.pick(wide)}[[{', '.join(w.pick('01') for _ in range(shape[0]))}]]", LARGE)


def _outer(w: Writer, shape: Shape, depth: int) -> Term:
    m, n = shape
    left, right = (damped(w, array(w, (k,), depth), 1.6) for k in (m, n))
    return Term(w.pick([f"np.outer({left}, {right})", f"(({left})[:, None] * ({right}))"]), LARGE)


def _stacked(w: Writer, shape: Shape, depth: int) -> Term:
    m, n = shape
    rows = [damped(w, array(w, (n,), depth)) for _ in range(m)]
    return Term(f"np.{w.pick(['stack', 'array', 'vstack'])}([{', '.join(rows)}])", LARGE)


def _matrix_matrix(w: Writer, shape: Shape, depth: int) -> Term:
    m, n = shape
    inner = w.pick([2, m, n])
    left, right = (array(w, pair, depth) for pair in ((m, inner), (inner, n)))
    return Term(f"(({damped(w, left)}) @ ({damped(w, right)}))", 6 * inner)


def _kept(w: Writer, shape: Shape, depth: int) -> Term | None:
    """A matrix summed over an axis that stays, with size 1."""
    if 1 not in shape:
        return None
    axis = shape.index(1)
    wanted = [
        place.text
        for place in w.arrays(rank=2)
        if isinstance(place.type, Number) and place.type.shape[1 - axis] == shape[1 - axis]
    ]
    form = w.pick(["np.mean({a}, axis={k}, keepdims=True)", "(0.3 * {a}.sum(axis={k}, keepdims=True))"])
    return Term(form.format(a=w.pick(wanted), k=axis), LARGE) if wanted else None


_Maker = Callable[[Writer, Shape, int], Term | None]
_ARRAYS: list[tuple[float, _Maker]] = [
    (6, _array_binary),
    (3, _elementwise),
    (1.5, _array_safe),
    (1, _where),
    (0.5, _masked),
    (0.6, _array_extremum),
    (1, _made),
    (1.5, _array_called),
]
_VECTORS: list[tuple[float, _Maker]] = [
    (0.8, _listed),
    (1.2, _axis),
    (1.2, _matrix_vector),
    (0.6, _concatenated),
    (0.5, _cumulative),
    (1.2, _gathered),
]
_MATRICES: list[tuple[float, _Maker]] = [(1.5, _outer), (0.6, _stacked), (1, _matrix_matrix), (2, _kept)]
