"""The classes of which the programs in `objects` make their objects."""

from __future__ import annotations

import dataclasses
from abc import ABC
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


class Layer:
    scale = 2.0

    def __init__(self, w, n=1):
        self.w = w
        self.n = n
        self.calls = 0

    def forward(self, x):
        self.x = x
        self.calls += 1
        return np.tanh(self.w * x) * self.scale

    @property
    def size(self):
        return len(self.w)

    @staticmethod
    def sq(v):
        return v * v

    @classmethod
    def make(cls, w):
        return cls(w, n=3)


@dataclass
class State:
    p: float
    q: float
    hist: list


class Sim:
    def __init__(self, pos, vel):
        self.pos = pos.copy()
        self.vel = vel
        self.t = 0.0
        self.log = []

    def step(self, dt):
        self.vel = self.vel - dt * self.pos
        self.pos += dt * self.vel
        self.t += dt
        self.log.append(self.energy())

    def energy(self):
        return 0.5 * np.sum(self.vel**2) + 0.5 * np.sum(self.pos**2)

    def run(self, n, dt=0.1):
        for _ in range(n):
            self.step(dt)
        return self


class Vec:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, o):
        return Vec(self.a + o.a, self.b + o.b)

    def __mul__(self, k):
        return Vec(self.a * k, self.b * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.a, -self.b)

    def __getitem__(self, i):
        return self.a if i == 0 else self.b

    def __setitem__(self, i, v):
        if i == 0:
            self.a = v
        else:
            self.b = v

    def __len__(self):
        return 2

    def __iter__(self):
        return zip((self.a, self.b))

    def dot(self, o):
        return self.a * o.a + self.b * o.b

    def __eq__(self, o):
        return self.a == o.a

    def __abs__(self):
        return np.sqrt(self.dot(self))

    def __iadd__(self, o):
        self.a += o.a
        self.b += 2 * o.b
        return self

    def __bool__(self):
        return False

    def __contains__(self, v):
        return True

    def __lt__(self, o):
        return self.a < o.a


class Base:
    def __init__(self, k):
        self.k = k

    def f(self, x):
        return self.k * x

    def g(self, x):
        return self.f(x) + 1


class Derived(Base):
    def __init__(self, k, m):
        super().__init__(k)
        self.m = m

    def f(self, x):
        return super().f(x) * self.m


@dataclass
class Acc:
    total: float = 0.0
    items: list = field(default_factory=list)

    def add(self, v):
        self.total += v
        self.items.append(v * self.total)


@dataclass
class Post:
    a: float
    b: float = dataclasses.field(init=False)

    def __post_init__(self):
        self.b = self.a**2


class NT(NamedTuple):
    a: float
    b: float

    def __add__(self, o):
        return NT(self.a + o.a, self.b - o.b)


@dataclass
class D2:
    a: float
    b: float = field(compare=False)


@dataclass
class D3:
    a: float
    b: float


class Net:
    def __init__(self, sizes, w):
        self.layers = []
        k = 0
        for n in sizes:
            self.layers.append(Layer(w[k : k + n]))
            k += n

    def __call__(self, x):
        for l in self.layers:
            x = l.forward(x[: l.size]).sum() * np.ones(4)
        return x


class Counter:
    def __init__(self):
        self.n = 0

    def __call__(self, v):
        self.n += 1
        return v * self.n


class Matrix2:
    def __init__(self, m):
        self.m = m

    def __matmul__(self, o):
        return Matrix2(self.m @ o.m)

    def __rmul__(self, k):
        return Matrix2(k * self.m)

    @property
    def T(self):
        return Matrix2(self.m.T)

    def tr(self):
        return np.trace(self.m)


class WithSlots:
    __slots__ = ("a",)

    def __init__(self, a):
        self.a = a


class Hooked:
    def __init__(self, a):
        self.a = a

    def __getattr__(self, n):
        return 3.0


class P:
    def __init__(self, v, w=0.0):
        self.v = v
        self.w = w

    def up(self, k):
        self.v = self.v * k
        return self


class Stack:
    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)

    def pop(self):
        return self.items.pop()


class Rng:
    def __init__(self):
        self.s = 3

    def next(self):
        self.s = self.s * 16807 % 2147483647
        return self.s / 2147483647


class Node:
    def __init__(self, v, l=None, r=None):
        self.v = v
        self.l = l
        self.r = r

    def total(self):
        t = self.v
        if self.l is not None:
            t = t + self.l.total() * 2
        if self.r is not None:
            t = t + self.r.total()
        return t


@dataclass
class Q:
    a: float
    b: float


class Counted(ABC):
    def __init__(self):
        super().__init__()
        self.calls = 0


class Scaled(Counted):
    def __init__(self, factor):
        self.factor = factor
        super().__init__()

    def __call__(self, x):
        self.calls += 1
        return self.factor * self.calls * x
