"""Private names: inside of a class, Python puts the name of the class before names such as `__x`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from traps import V, trap

X = np.array([0.3, 0.7, 1.2, 2.0])


class Spline:
    """After the cubic spline of PythonRobotics."""

    __EPS = 0.25

    def __init__(self, x, y):
        self.__x = x
        self.y = y
        self.w = self.__calc_w(np.diff(x))

    def __calc_w(self, __h):
        w = np.zeros(len(self.__x))
        w[0] = self.__EPS
        for i in range(len(__h) - 1):
            w[i + 1] = 2.0 * (__h[i] + __h[i + 1]) + Spline.__EPS * w[i]
        return w

    def __search_index(self, t):
        k = 0
        while k < len(self.__x) - 2 and self.__x[k + 1] < t:
            k += 1
        return k

    def calc(self, t):
        i = self.__search_index(t)
        d = t - self.__x[i]
        return self.y[i] + self.w[i] * d + self.__cube(d)

    @staticmethod
    def __cube(v):
        return v * v * v

    @classmethod
    def __of(cls, v):
        return cls(v, v * v)

    def squared(self):
        return self.__of(self.__x).calc(1.0) + Spline.__cube(self.__x[0])


@trap((X,))
def a_private_spline(x):
    s = Spline(np.cumsum(np.exp(x)), np.sin(x))
    return s.calc(2.5) * s.calc(4.0)


@trap((X,))
def private_static_and_class_methods(x):
    return Spline(x, x).squared() + Spline._Spline__cube(x[1]) * Spline._Spline__EPS


class Base:
    __k = 2.0

    def __init__(self, v):
        self.__x = v

    def __get(self):
        return self.__x * self.__k

    def base(self):
        return self.__get()

    def double(self):
        self.__x = self.__x * 2.0
        return self


class Derived(Base):
    __k = 3.0

    def __init__(self, v, w):
        super().__init__(v)
        self.__x = w

    def __get(self):
        return np.sin(self.__x) * self.__k

    def derived(self):
        return self.__get() * self.base()


@trap((V,))
def one_private_name_in_two_classes(x):
    d = Derived(x[0], x[1])
    before = d.derived()
    d.double()
    return before * d.derived() + d._Base__x * d._Derived__x


class __Quiet:
    """A class whose name starts with underscores, which Python leaves out."""

    def __init__(self, v):
        self.__x = v

    def get(self):
        return self.__x**2


class __:
    """A class whose name is underscores alone: nothing is renamed."""

    def __init__(self, v):
        self.__x = v

    def get(self):
        return self.__x**3


Quiet, Nameless = __Quiet, __


@trap((V,))
def classes_with_leading_underscores(x):
    q, n = Quiet(x[0]), Nameless(x[1])
    return q.get() * q._Quiet__x + n.get() * n.__x


class Scopes:
    def __init__(self, v):
        self.__v = v

    def nested(self, t):
        def __scaled(__a, __b=2.0):
            return __a * self.__v * __b

        __total = 0.0
        for __k in range(3):
            __total += __scaled(t + __k)
        assert __scaled.__name__ == "__scaled"
        return __total

    def counted(self, t):
        __n = 1.0

        def __up():
            nonlocal __n
            __n = __n * t + self.__v
            return __n

        return __up() * __up() + __n

    def arrow(self, t):
        return (lambda __q: np.sin(__q * self.__v))(t)

    def comprehended(self, xs):
        return sum([__x * self.__v for __x in xs]) + sum(__x * __x for __x in xs)

    def keywords(self, __v, **__rest):
        return __v * __rest["__w"]

    def called(self, t):
        return self.keywords(t, __w=self.__v)

    def tried(self, d):
        try:
            __found = d["missing"]
        except KeyError as __error:
            __found = self.__v
        return __found * self.__v


@trap((X,))
def private_names_in_a_nested_function(x):
    return Scopes(x[0]).nested(x[1])


@trap((X,))
def private_nonlocals(x):
    return Scopes(x[0]).counted(x[1])


@trap((X,))
def private_names_in_a_lambda(x):
    return Scopes(x[0]).arrow(x[1])


@trap((X,))
def private_names_in_comprehensions(x):
    return Scopes(x[0]).comprehended(x)


@trap((X,))
def private_parameters_and_keywords_as_written(x):
    return Scopes(x[0]).called(x[1])


@trap((X,))
def private_names_around_a_try(x):
    return Scopes(x[0]).tried({"there": x[1]})


class Celsius:
    def __init__(self, v):
        self.__v = v

    @property
    def __kelvin(self):
        return self.__v + 273.15

    @__kelvin.setter
    def __kelvin(self, k):
        self.__v = k - 273.15

    def warmed(self, d):
        self.__kelvin += d
        self.__kelvin = self.__kelvin * 1.01
        del d
        return self.__kelvin * self.__v


@trap((X,))
def a_private_property(x):
    return Celsius(x[0]).warmed(x[1])


@dataclass
class Body:
    __mass: float
    speed: float
    __log: list = field(default_factory=list)

    def energy(self):
        return 0.5 * self.__mass * self.speed**2

    def push(self, force):
        self.speed = self.speed + force / self.__mass
        self.__log.append(self.energy())
        return sum(self.__log)


@trap((X,))
def private_fields_of_a_dataclass(x):
    b = Body(x[0], speed=x[1])
    return b.energy() + b.push(x[2]) * b.push(x[3]) + b._Body__mass


@dataclass(frozen=True)
class Fixed:
    __a: float

    def get(self):
        return self.__a * 3.0


@trap((X,))
def a_private_field_of_a_frozen_dataclass(x):
    return Fixed(x[0]).get() * Fixed(_Fixed__a=x[1]).get()


class Outer:
    class Inner:
        def __init__(self, v):
            self.__v = v

        def get(self):
            return self.__v

    def __init__(self, v):
        self.__v = self.Inner(v * 2.0)

    def get(self):
        return self.__v.get() * self.__v._Inner__v


@trap((X,))
def a_class_in_a_class(x):
    return Outer(x[0]).get()


def made_in_a_function():
    class Local:
        def __init__(self, v):
            self.__v = v

        def get(self):
            return self.__v**2

    return Local


Local = made_in_a_function()


@trap((X,))
def a_class_made_in_a_function(x):
    return Local(x[0]).get()


class Held:
    """An object from outside: numbers, an array, an object, and private methods."""

    def __init__(self):
        self.__gain = 1.5
        self.__table = np.array([1.0, 2.0, -1.0, 0.5])
        self.__spline = Spline(np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 3.0]))

    def __weighted(self, x):
        return np.sum(self.__table * x) * self.__gain

    def run(self, x):
        return self.__weighted(x) ** 2 + self.__spline.calc(x[0])

    def change(self, gain, table):
        self.__gain = gain
        self.__table = table


HELD = Held()


@trap((X,))
def a_private_attribute_of_an_object_from_outside(x):
    return HELD.run(x) + HELD._Held__gain * x[0]


def a_bound_method():
    run = Held().run

    @trap((X,))
    def a_bound_method_with_private_attributes(x):
        return run(x)


a_bound_method()
