"""Random small programs in the IR: arrays, views, writes, lists, tapes, loops, branches and swaps.

They are written to be hard to print, not to mean anything: few names for many values, values carried
crosswise, arrays kept in lists while they are written to, inits shared by several carried values.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from adcompiler import primitives
from adcompiler.errors import UNKNOWN
from adcompiler.ir.builder import Builder
from adcompiler.ir.core import Const, For, Function, If, Operand, Param, Value, While
from adcompiler.ir.dims import Atom, dim
from adcompiler.ir.index import At, Slice
from adcompiler.ir.types import FLOAT, INT, Array, Seq, Type
from adcompiler.primitives.build import apply

assert primitives
F8 = np.dtype(np.float64)
SIZE = 3
N = dim(Atom("x.shape[0]", SIZE))
VECTOR, MATRIX = Array(F8, (N,)), Array(F8, (N, N))
VECTORS = Seq(VECTOR)
NAMES = ("a", "b", "y", "y", "")
PARAMS = {"x": VECTOR, "z": VECTOR, "A": MATRIX, "s": FLOAT, "xs": VECTORS}


class Generator:
    """One random function."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.fuel = 40

    def function(self) -> Function:
        """A function of x, z, A, s and a list xs."""
        params = [Value(type, name) for name, type in PARAMS.items()]
        builder = Builder()
        scope = list(params)
        self.statements(builder, scope, self.random.randint(4, 12), 0)
        results = self.random.sample(scope, min(len(scope), self.random.randint(1, 5)))
        texts = tuple(
            Param("xs[*][0]" if name == "xs" and self.random.random() < 0.5 else name) for name in PARAMS
        )
        paired = texts[-1].text != "xs"
        signature = (*PARAMS,)
        output = ("tuple", list(range(len(results))))
        body = builder.region(params, results)
        return Function(f"f{int(paired)}", signature, texts, body, output, callees=())

    # ---------------------------------------------------------------- statements
    def statements(self, builder: Builder, scope: list[Value], count: int, depth: int) -> None:
        """Append some ops; new values join the scope."""
        for _ in range(count):
            if self.fuel <= 0:
                return
            self.fuel -= 1
            builder.location = replace(UNKNOWN, line=self.fuel, text="", adjoint=self.random.random() < 0.5)
            kinds = [
                self.scalar,
                self.vector,
                self.write,
                self.write,
                self.view,
                self.fresh,
                self.listed,
                self.listed,
            ]
            if depth < 3:
                kinds += [self.branch, self.loop, self.loop, self.recorded]
            made = self.random.choice(kinds)(builder, scope, depth)
            scope.extend(value for value in made if isinstance(value, Value))

    def pick(self, scope: list[Value], type: Type) -> Value:
        """A value of a type, the latest ones being the likeliest."""
        found = [value for value in scope if self.like(value.type, type)]
        return self.random.choice(found[-3:] if self.random.random() < 0.6 else found)

    @staticmethod
    def like(a: Type, b: Type) -> bool:
        """Whether a value may stand for another one."""
        match a, b:
            case Array(), Array():
                return a.rank == b.rank and a.dtype == b.dtype
        return isinstance(a, Seq) and isinstance(b, Seq)

    def hint(self) -> str:
        """A name, or none."""
        return self.random.choice(NAMES)

    def at(self) -> Const:
        """A position in an axis."""
        return Const(self.random.randrange(-1, SIZE))

    def scalar(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """A number from numbers or an element."""
        s = self.pick(scope, FLOAT)
        match self.random.randrange(3):
            case 0:
                other = self.pick(scope, FLOAT)
                return [apply(b, "multiply", apply(b, "add", s, other), Const(0.5), hint=self.hint())]
            case 1:
                return [
                    apply(b, "getitem", self.pick(scope, VECTOR), self.at(), index=(At(0),), hint=self.hint())
                ]
        return [apply(b, "sin", s, hint=self.hint())]

    def vector(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """An array computed from others."""
        v, w = self.pick(scope, VECTOR), self.pick(scope, VECTOR)
        match self.random.randrange(4):
            case 0:
                return [apply(b, "add", v, w, hint=self.hint())]
            case 1:
                return [apply(b, "multiply", apply(b, "sin", v), self.pick(scope, FLOAT), hint=self.hint())]
            case 2:
                return [apply(b, "sin", self.pick(scope, MATRIX), hint=self.hint())]
        return [apply(b, "subtract", apply(b, "multiply", v, Const(0.5)), w, hint=self.hint())]

    def view(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """An array that shares memory with another."""
        A = self.pick(scope, MATRIX)
        match self.random.randrange(5):
            case 0:
                return [apply(b, "getitem", A, self.at(), index=(At(0),), hint=self.hint())]
            case 1:
                return [apply(b, "getitem", A, self.at(), index=(Slice(), At(0)), hint=self.hint())]
            case 2:
                return [apply(b, "transpose", A, hint=self.hint())]
            case 3:
                turned = (Const(-1),)
                return [
                    apply(
                        b,
                        "getitem",
                        self.pick(scope, VECTOR),
                        *turned,
                        index=(Slice(None, None, 0),),
                        hint=self.hint(),
                    )
                ]
        shape = apply(b, "shape", A)
        return [
            apply(
                b,
                "expand",
                self.pick(scope, VECTOR),
                shape,
                axis=self.random.choice([0, 1]),
                hint=self.hint(),
            )
        ]

    def fresh(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """New memory."""
        v = self.pick(scope, self.random.choice([VECTOR, MATRIX]))
        match self.random.randrange(3):
            case 0:
                return [apply(b, "zeros_of", apply(b, "shape", v), dtype=F8, hint=self.hint())]
            case 1:
                return [apply(b, "copy", v, hint=self.hint())]
        return [apply(b, "expand", self.pick(scope, FLOAT), apply(b, "shape", v), hint=self.hint())]

    def write(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """A write to an array; usually its versions have one name."""
        name = self.random.choice(["setitem", "add_at"])
        if self.random.random() < 0.3:
            A = self.pick(scope, MATRIX)
            row = self.pick(scope, VECTOR)
            return [apply(b, name, A, row, self.at(), index=(At(0),), hint=self.keep(A))]
        if self.random.random() < 0.25:
            return self.write_part(b, scope)
        v = self.pick(scope, VECTOR)
        match self.random.randrange(4):
            case 0:
                k = self.at()
                old = apply(b, "getitem", v, k, index=(At(0),))
                new = apply(b, "add", old, self.pick(scope, FLOAT))
                return [apply(b, "setitem", v, new, k, index=(At(0),), hint=self.keep(v))]
            case 1:
                part = apply(b, "getitem", self.pick(scope, VECTOR), Const(1), index=(Slice(0, None, None),))
                return [
                    apply(b, name, v, part, Const(SIZE - 1), index=(Slice(None, 0, None),), hint=self.keep(v))
                ]
            case 2:
                return [apply(b, name, v, self.pick(scope, VECTOR), index=(Slice(),), hint=self.keep(v))]
        return [apply(b, name, v, self.pick(scope, FLOAT), self.at(), index=(At(0),), hint=self.keep(v))]

    def write_part(self, b: Builder, scope: list[Value]) -> list[Operand]:
        """A row is taken out, written to, and put back, mostly where it was."""
        A, k = self.pick(scope, MATRIX), self.at()
        made: list[Operand] = []
        row = apply(b, "getitem", A, k, index=(At(0),), hint="row")
        for _ in range(self.random.randint(1, 2)):
            row = apply(b, "setitem", row, self.pick(scope, FLOAT), self.at(), index=(At(0),), hint="row")
            made += [row] if self.random.random() < 0.3 else []
        if self.random.random() < 0.3:
            made.append(apply(b, "getitem", A, self.at(), index=(At(0),), hint=self.hint()))
        place = k if self.random.random() < 0.8 else self.at()
        return [*made, apply(b, "setitem", A, row, place, index=(At(0),), hint=self.keep(A))]

    def keep(self, value: Value) -> str:
        """The name of the old version, mostly."""
        return value.name if self.random.random() < 0.7 else self.hint()

    def listed(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """Something with lists of vectors. Every list has at least two items."""
        seq, v, k = self.pick(scope, VECTORS), self.pick(scope, VECTOR), Const(self.random.randrange(-2, 2))
        match self.random.randrange(7):
            case 0:
                items = [self.pick(scope, VECTOR) for _ in range(2)]
                return [apply(b, "seq_make", *items, item=VECTOR, hint=self.hint())]
            case 1:
                return [apply(b, "seq_append", seq, v, hint=self.keep(seq))]
            case 2:
                return [apply(b, "seq_set", seq, k, v, hint=self.keep(seq))]
            case 3:
                return [apply(b, "seq_add", seq, k, v, hint=self.keep(seq))]
            case 4:
                return [apply(b, "seq_zeros", seq, hint=self.hint())]
            case 5:
                longer = apply(b, "seq_append", seq, v)
                return [apply(b, "seq_drop", longer, hint=self.keep(seq))]
        return [apply(b, "seq_get", seq, k, hint=self.hint())]

    # ---------------------------------------------------------------- control
    def condition(self, b: Builder, scope: list[Value]) -> Operand:
        """A truth value."""
        return apply(b, "less", self.pick(scope, FLOAT), Const(self.random.uniform(-1, 1)))

    def branch(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """An If with one to three results."""
        condition = self.condition(b, scope)
        types = [
            self.random.choice([FLOAT, VECTOR, VECTOR, MATRIX, VECTORS])
            for _ in range(self.random.randint(1, 3))
        ]
        arms = []
        for _ in range(2):
            builder, inner = Builder(b.location), list(scope)
            self.statements(builder, inner, self.random.randint(0, 3), depth + 1)
            arms.append(builder.region((), self.results(inner, types)))
        results = tuple(Value(type, self.hint()) for type in types)
        b.ops.append(If(condition, arms[0], arms[1], results, location=b.location))
        return list(results)

    def results(self, scope: list[Value], types: list[Type]) -> list[Operand]:
        """Values of the given types, now and then a constant."""
        made: list[Operand] = []
        for type in types:
            number = isinstance(type, Array) and not type.rank
            made.append(
                Const(self.random.random())
                if number and self.random.random() < 0.2
                else self.pick(scope, type)
            )
        return made

    def carried(self, scope: list[Value]) -> tuple[list[Operand], list[Type]]:
        """Inits, some of one type so that they can be swapped."""
        types: list[Type] = [
            self.random.choice([FLOAT, VECTOR, VECTOR, VECTORS]) for _ in range(self.random.randint(1, 4))
        ]
        return self.results(scope, types), types

    def loop(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """A For or a While over carried values, whose next values may be old ones, swapped."""
        inits, types = self.carried(scope)
        names = [self.keep(init) if isinstance(init, Value) else self.hint() for init in inits]
        make = self.counted if self.random.random() < 0.7 else self.conditional
        return make(b, scope, depth, inits, types, names)

    def counted(
        self,
        b: Builder,
        scope: list[Value],
        depth: int,
        inits: list[Operand],
        types: list[Type],
        names: list[str],
    ) -> list[Operand]:
        """A For of zero to three trips."""
        index = Value(INT, self.random.choice(["i", "i", "y", ""]))
        params = [Value(type, name) for type, name in zip(types, names, strict=True)]
        builder, inner = Builder(b.location), [*scope, *params]
        if self.random.random() < 0.6:
            v = self.pick(inner, VECTOR)
            inner.append(self.value(apply(builder, "getitem", v, index, index=(At(0),), hint=self.hint())))
        self.statements(builder, inner, self.random.randint(1, 4), depth + 1)
        results = self.nexts(inner, params, types)
        after = tuple(Value(type, name) for type, name in zip(types, names, strict=True))
        stop = Const(self.random.randint(0, SIZE))
        body = builder.region((index, *params), results)
        b.ops.append(
            For(
                Const(0),
                stop,
                Const(1),
                tuple(inits),
                body,
                after,
                self.random.random() < 0.4,
                location=b.location,
            )
        )
        return list(after)

    def conditional(
        self,
        b: Builder,
        scope: list[Value],
        depth: int,
        inits: list[Operand],
        types: list[Type],
        names: list[str],
    ) -> list[Operand]:
        """A While that counts to at most three."""
        types, inits, names = [INT, *types], [Const(0), *inits], ["k", *names]
        tests = [Value(type, name) for type, name in zip(types, names, strict=True)]
        builder = Builder(b.location)
        if self.random.random() < 0.3:
            self.statements(builder, [*scope, *tests[1:]], 2, depth + 1)
        more = apply(builder, "less", tests[0], Const(self.random.randint(0, 3)))
        condition = builder.region(tests, [more])
        params = [Value(type, name) for type, name in zip(types, names, strict=True)]
        builder, inner = Builder(b.location), [*scope, *params[1:]]
        self.statements(builder, inner, self.random.randint(1, 4), depth + 1)
        count = apply(builder, "add", params[0], Const(1), hint="k")
        results = [count, *self.nexts(inner, params[1:], types[1:])]
        after = tuple(Value(type, name) for type, name in zip(types, names, strict=True))
        body = builder.region(params, results)
        b.ops.append(While(tuple(inits), condition, body, after, location=b.location))
        return list(after[1:])

    def nexts(self, scope: list[Value], params: list[Value], types: list[Type]) -> list[Operand]:
        """The next carried values: new ones, or those of other params (swaps)."""
        if self.random.random() < 0.25:
            return [self.random.choice([p for p in params if self.like(p.type, type)]) for type in types]
        return self.results(scope, types)

    def recorded(self, b: Builder, scope: list[Value], depth: int) -> list[Operand]:
        """A loop that records a value that it may change, and a loop backwards that recalls it."""
        trips = Const(self.random.randint(0, SIZE))
        h0, s0 = self.pick(scope, VECTOR), self.pick(scope, FLOAT)
        tape0 = self.value(apply(b, "tape", trips, item=VECTOR, hint="h_tape"))
        index, tape, h = Value(INT, "i"), Value(tape0.type, "h_tape"), Value(VECTOR, h0.name)
        builder, inner = Builder(b.location), [*scope, h]
        early = self.random.random() < 0.5
        kept = h
        if early:
            tape1 = apply(builder, "record", tape, index, h, hint="h_tape")
        self.statements(builder, inner, self.random.randint(1, 3), depth + 1)
        if not early:
            kept = self.pick(inner, VECTOR)
            tape1 = apply(builder, "record", tape, index, kept, hint="h_tape")
        last = self.pick(inner, VECTOR)
        after = (Value(tape0.type, "h_tape"), Value(VECTOR, h0.name))
        body = builder.region((index, tape, h), [tape1, last])
        b.ops.append(For(Const(0), trips, Const(1), (tape0, h0), body, after, location=b.location))
        index, d, s = Value(INT, "i"), Value(VECTOR, "dh"), Value(FLOAT, "ds")
        builder = Builder(replace(b.location, adjoint=True))
        old = apply(builder, "recall", after[0], index, hint=self.random.choice(["h", "", h0.name]))
        d1 = apply(builder, "add", d, apply(builder, "multiply", old, s), hint="dh")
        element = apply(builder, "getitem", d1, Const(0), index=(At(0),))
        s1 = apply(builder, "sin", apply(builder, "add", s, element), hint="ds")
        results = (Value(VECTOR, "dh"), Value(FLOAT, "ds"))
        start = self.pick([*scope, after[1]], VECTOR)
        body = builder.region((index, d, s), [d1, s1])
        b.ops.append(For(Const(0), trips, Const(1), (start, s0), body, results, True, location=b.location))
        return [after[1], *results]

    @staticmethod
    def value(operand: Operand) -> Value:
        """An operand that is known to be a value."""
        assert isinstance(operand, Value)
        return operand


def arguments(seed: int) -> list[object]:
    """Values for the parameters, `xs` as a list of vectors."""
    rng = np.random.default_rng(seed)
    xs = [rng.normal(size=SIZE) for _ in range(2)]
    return [
        rng.normal(size=SIZE),
        rng.normal(size=SIZE),
        rng.normal(size=(SIZE, SIZE)),
        float(rng.normal()),
        xs,
    ]


class Juggler(Generator):
    """Loops that carry several arrays, write to some, read others, and hand them on crosswise."""

    def function(self) -> Function:
        """A function of x, z, A, s and a list xs, of which it uses the arrays."""
        params = [Value(type, name) for type, name in zip(PARAMS.values(), PARAMS, strict=True)]
        builder = Builder()
        scope: list[Value] = [params[0], params[1]]
        for _ in range(self.random.randint(1, 3)):
            scope.append(self.value(apply(builder, "sin", self.random.choice(scope), hint=self.hint())))
        total: Operand = params[3]
        for _ in range(self.random.randint(1, 2)):
            *vectors, total = self.juggle(builder, scope, total, 0)
            scope.extend(self.value(vector) for vector in vectors)
        results = [total, *self.random.sample(scope, min(3, len(scope)))]
        texts = tuple(Param(name) for name in PARAMS)
        output = ("tuple", list(range(len(results))))
        return Function("f", (*PARAMS,), texts, builder.region(params, results), output)

    def juggle(self, b: Builder, scope: list[Value], total: Operand, depth: int) -> list[Operand]:
        """A For over two to four arrays and a sum of what was read."""
        count = self.random.randint(2, 4)
        inits: list[Operand] = [self.random.choice(scope[-4:]) for _ in range(count)]
        index = Value(INT, "i")
        params = [Value(VECTOR, self.random.choice("abc")) for _ in inits]
        sum_ = Value(FLOAT, "t")
        inner = Builder(replace(b.location, adjoint=self.random.random() < 0.3))
        values, t = list(params), self.value(sum_)
        seen = [*scope[-2:], *params]
        for _ in range(self.random.randint(1, 5)):
            k = self.random.randrange(count)
            match self.random.randrange(6 if depth < 2 else 5):
                case 0 | 1 | 2:
                    element = apply(inner, "getitem", self.random.choice(seen), self.at(), index=(At(0),))
                    name = self.random.choice(["setitem", "add_at"])
                    value = apply(inner, "multiply", element, Const(0.5))
                    written = self.random.choice([values[k], values[k], self.random.choice(seen)])
                    made = apply(inner, name, written, value, self.at(), index=(At(0),), hint=values[k].name)
                    values[k] = self.value(made)
                    seen.append(values[k])
                case 3:
                    element = apply(inner, "getitem", self.random.choice(seen), self.at(), index=(At(0),))
                    t = self.value(apply(inner, "sin", apply(inner, "add", t, element), hint="t"))
                case 4:
                    part = apply(inner, "getitem", values[k], index=(Slice(),), hint="v")
                    seen.append(self.value(part))
                case _:
                    *vectors, last = self.juggle(inner, seen, t, depth + 1)
                    values = [self.value(self.random.choice([*vectors, v])) for v in values]
                    seen.extend(self.value(vector) for vector in vectors)
                    t = self.value(last)
        pool = values if self.random.random() < 0.6 else seen
        nexts: list[Operand] = [self.random.choice(pool) for _ in params]
        after = [Value(VECTOR, param.name) for param in params] + [Value(FLOAT, "t")]
        body = inner.region((index, *params, sum_), [*nexts, t])
        trips = Const(self.random.randint(0, 3))
        b.ops.append(For(Const(0), trips, Const(1), (*inits, total), body, tuple(after), location=b.location))
        return list(after)
