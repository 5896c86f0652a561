"""Which values of a loop never share memory, although they take turns in the same memory.

    for k in range(n):
        b[i] = f(a)
        a, b = b, a             a and b are two arrays in every trip, if they are before the first

What a loop carries is known by its place, a Token, inside the loop. Two places are apart if what they hold
before the loop is apart, and what they hold after a trip is apart if they were before it. This is assumed
until a pass over the program shows otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from adcompiler.analysis.carried import Loop
from adcompiler.ir.core import Value


@dataclass(frozen=True, slots=True)
class Root:
    """Memory by the place that made it; `old` if in an earlier trip of a loop around that place."""

    site: object
    old: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """Whatever memory a carried value has at the start of a trip, or after the loop."""

    loop: Loop
    number: int
    result: bool = False


Near: TypeAlias = "frozenset[Root | Token]"


@dataclass(slots=True)
class Apart:
    """The memory of values by roots and tokens. `joined`: pairs of carried values that may share memory."""

    near: dict[Value, Near] = field(default_factory=dict)
    inits: dict[tuple[Loop, int], Near] = field(default_factory=dict)
    nexts: dict[tuple[Loop, int], Near] = field(default_factory=dict)
    joined: set[tuple[Loop, int, int]] = field(default_factory=set)
    around: dict[Loop, tuple[Loop, ...]] = field(default_factory=dict)
    loops_of: dict[object, tuple[Loop, ...]] = field(default_factory=dict)
    _expanded: dict[Token, Near] = field(default_factory=dict)

    def begin(self) -> None:
        """Start a pass over the program."""
        self.near.clear()
        self._expanded.clear()

    def reset(self) -> None:
        """Forget what was learnt under decisions that have changed."""
        self.nexts.clear()
        self.joined.clear()

    def older(self, root: Root, loop: Loop) -> Root:
        """The root as seen in the next trip of a loop."""
        return Root(root.site, root.old or loop in self.loops_of.get(root.site, ()))

    def may_share(self, a: Value, b: Value) -> bool:
        """Whether two values may share memory."""
        return self.share(self.near.get(a, frozenset()), self.near.get(b, frozenset()))

    def close(self, loop: Loop, nexts: Iterable[Near]) -> bool:
        """Note what a loop carries on; whether that is news."""
        carried = list(nexts)
        news = False
        for number, near in enumerate(carried):
            news = news or not near <= self.nexts.get((loop, number), frozenset())
            self.nexts[loop, number] = self.nexts.get((loop, number), frozenset()) | near
        if news:
            self._expanded.clear()
        for k in range(len(carried)):
            for j in range(k):
                if (loop, j, k) in self.joined:
                    continue
                started = self.share(self.inits[loop, j], self.inits[loop, k])
                if started or self.share(carried[j], carried[k]):
                    self.joined.add((loop, j, k))
                    news = True
        return news

    def share(self, a: Near, b: Near) -> bool:
        """Whether two sets of roots and tokens may stand for one memory."""
        return self._meet(a, b, set())

    def _meet(self, a: Near, b: Near, seen: set[tuple[Root | Token, Root | Token]]) -> bool:
        """Whether two sets may stand for one memory; `seen`: the pairs that have been looked at and do not."""
        return any(self._pair(one, other, seen) for one in a for other in b)

    def _pair(self, a: Root | Token, b: Root | Token, seen: set[tuple[Root | Token, Root | Token]]) -> bool:
        if a == b:
            return True
        match a, b:
            case Root(), Root():
                return False
            case Token(), Token() if a.loop is b.loop and a.result == b.result:
                return (a.loop, min(a.number, b.number), max(a.number, b.number)) in self.joined
        if self._depth(a) < self._depth(b):
            a, b = b, a
        assert isinstance(a, Token)
        if (a, b) in seen:
            return False  # had they been found to share memory, the search would have ended
        seen.add((a, b))
        return self._meet(self._expand(a), frozenset({b}), seen)

    def _depth(self, near: Root | Token) -> int:
        # a result belongs to the region around the loop
        return -1 if isinstance(near, Root) else 2 * len(self.around[near.loop]) + (not near.result)

    def _expand(self, token: Token) -> Near:
        if token not in self._expanded:
            self._expanded[token] = self._outside(token, set())
        return self._expanded[token]

    def _outside(self, token: Token, seen: set[Token]) -> Near:
        """A token by what is known outside the loop."""
        if token in seen:
            return frozenset()
        seen.add(token)
        found: set[Root | Token] = set(self.inits[token.loop, token.number])
        for near in self.nexts.get((token.loop, token.number), ()):
            found |= self._crossed(near, token, seen)
        return frozenset(found)

    def _crossed(self, near: Root | Token, token: Token, seen: set[Token]) -> set[Root | Token]:
        """What a trip leaves behind, as seen from outside the loop of the token or from its next trip."""
        loop = token.loop
        if isinstance(near, Root):
            return {near if token.result else self.older(near, loop)}
        if near.loop is not loop and loop not in self.around[near.loop]:
            return {near}
        return {found for inner in self._outside(near, seen) for found in self._crossed(inner, token, seen)}
