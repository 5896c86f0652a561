"""Variables of NumPy code: which value lives in which, so that no two live values meet in one.

A value takes the name that it has in the source; versions of an array, what a loop carries and what a branch
gives share one variable wherever their lifetimes allow, as in SSA destruction by coalescing along the
dominance order (Boissinot and others, Revisiting out-of-SSA translation, CGO 2009). Where they do not, a move
remains: `a, b = b, a`. Carried values and results are moved in parallel, before a loop, at the end of its
body, at the end of an arm.
"""

from __future__ import annotations

import ast
import itertools
import keyword
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from adcompiler.analysis.alias import Buffers
from adcompiler.analysis.described import descriptions
from adcompiler.analysis.liveness import Liveness, is_write, reads
from adcompiler.analysis.partial import partial, unmade
from adcompiler.emit.effects import error_names
from adcompiler.emit.folding import Folding
from adcompiler.emit.hidden import HIDING
from adcompiler.emit.template import scipy_modules
from adcompiler.emit.variables import Names, needed, same_sizes
from adcompiler.ir.core import Apply, Call, For, Function, If, Op, Operand, Region, Value, While, walk
from adcompiler.ir.types import Token
from adcompiler.runtime import HELPERS

# what printed code may call; a variable of that name would hide it
BUILTINS = (
    "abs bool complex enumerate float int len list max min pow print range reversed round slice sum tuple zip"
)
GLOBALS = frozenset({"np", "math", "cmath", "warnings", *BUILTINS.split(), *HELPERS})
RESERVED = GLOBALS.union(keyword.kwlist)
# what is read late, each with whether only its sizes are
Late: TypeAlias = "dict[Value, bool]"
TRIED = 16  # names of one family, before the first that was never used is taken
PATH_READERS = ("seq_get", "seq_length", "seq_zeros", "seq_blank")


def name_values(function: Function, folding: Folding, buffers: Buffers) -> Names:
    """Give every value that is not printed inside an expression a variable."""
    live = Liveness(function.body, folding.inline, folding.dead)
    names = Names(function, folding, buffers, live)
    names.unbound = unmade(function.body)
    names.partial = partial(function.body, names.unbound)
    _Namer(names).run()
    names.bound = needed(names)
    return names


def signature_names(signature: Iterable[str]) -> list[str]:
    """The names that a parameter list binds."""
    tree = ast.parse(f"def f({', '.join(signature)}): ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    arguments = tree.args
    starred = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred)]


# ---------------------------------------------------------------- the scan
class _Namer:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.live = names.live
        self.of = names.of
        self.members: dict[str, list[Value]] = {}
        self.base: dict[str, str] = {}
        self.hints: dict[Value, str] = {}
        # the first number of a family of names that may never have been used
        self.unused: dict[tuple[str, bool], int] = {}
        self.wanted: dict[Value, str] = {}
        self.used = _used(names)
        self.source = _source_names(names.function.body)
        self.descriptions = descriptions(names.function.body)
        given = signature_names(names.function.signature)
        self.pinned = {
            *RESERVED,
            *scipy_modules(names.function),
            *error_names(names.function, "numpy"),
            names.function.name,
            *(callee.name for callee in names.function.callees),
            *(f"{name.removeprefix(HIDING)}_" for name in given if name.startswith(HIDING)),
            "_",
        }

    def run(self) -> None:
        body = self.names.function.body
        self._want(body)
        self._arguments(body)
        self._region(body)

    def _arguments(self, body: Region) -> None:
        function = self.names.function
        given = signature_names(function.signature)
        texts = [param.text for param in function.params]
        self.pinned.update(name for name in given if name not in texts)
        for value, text in zip(body.params, texts, strict=True):
            if text in given:
                self._give(value, text, text)
            elif "[*]" in text and value in self.used and self._by_path(value):
                self.names.paths[value] = text
        for value, text in zip(body.params, texts, strict=True):
            if value not in self.used or value in self.of or value in self.names.paths:
                continue
            variable = self._fresh(_plain(value.name or _last_key(text)), value, body, -1, {})
            self._give(value, variable, variable)
            self.names.loads.append((text, value))

    def _by_path(self, value: Value) -> bool:
        region = self.names.function.body
        if value in region.results:
            return False
        for op in walk(region):
            operands = op.operands if isinstance(op, Apply) and op.primitive in PATH_READERS else ()
            if value in operands[1:] or (value in op.operands and not operands):
                return False
            if not isinstance(op, Apply) and any(value in inner.results for inner in op.regions):
                return False
        return True

    # ---------------------------------------------------------------- wishes
    def _want(self, region: Region) -> None:
        """Names for values without one: that of what they become."""
        for operand_of in reversed(region.ops):
            match operand_of:
                case Apply() if is_write(operand_of):
                    self._wish(operand_of.operands[0], operand_of.result)
                case If() as op:
                    for arm in op.regions:
                        for operand, result in zip(arm.results, op.results, strict=True):
                            self._wish(operand, result)
                        self._want(arm)
                case For() | While() as op:
                    for inner in op.regions:
                        params = inner.params[1:] if isinstance(op, For) else inner.params
                        for param, init, last, result in zip(
                            params, op.inits, op.body.results, op.results, strict=True
                        ):
                            for name in (result, init, last):
                                if isinstance(name, Value):
                                    self._wish(param, name)
                            self._wish(init, param)
                            self._wish(last, param)
                        self._want(inner)

    def _wish(self, operand: Operand, like: Value) -> None:
        if isinstance(operand, Value) and not operand.name and operand not in self.wanted:
            name = like.name or self.wanted.get(like, "")
            if name:
                self.wanted[operand] = name

    def _name(self, value: Value) -> str:
        return _plain(value.name or self.wanted.get(value, ""))

    # ---------------------------------------------------------------- regions
    def _region(self, region: Region) -> None:
        for index, op in enumerate(region.ops):
            if op in self.names.folding.dead or (op.results and op.results[0] in self.names.folding.inline):
                continue
            match op:
                case Apply(primitive="undefined"):
                    continue
                case Apply() | Call():
                    late = self._late(op)
                    for result in op.results:
                        self._define(result, op, region, index, late)
                case If():
                    self._branch(op, region, index)
                case For() | While():
                    self._loop(op, region, index)

    def _define(self, value: Value, op: Apply | Call, region: Region, index: int, late: Late) -> None:
        if isinstance(value.type, Token) or (
            value not in self.used and not (isinstance(op, Apply) and is_write(op))
        ):
            return
        hint, name = self.hints.get(value), self._name(value)
        target = self._target(op)
        in_place = op in self.names.buffers.in_place
        if target and self._free(target, value, region, index, {} if in_place else late):
            self._give(value, target, self.base.get(target, target))
            return
        wishes: list[str | None] = []
        if hint is not None and (not value.name or self.base[hint] == name):
            wishes.append(hint)
        wishes += [name if name and self.base.get(name, name) == name else None, hint]
        for variable in wishes:
            if variable and self._free(variable, value, region, index, late):
                self._give(value, variable, self.base.get(variable, variable))
                return
        variable = self._fresh(name or self._describe(op), value, region, index, late, temporary=not name)
        self._give(value, variable, name or variable)

    def _target(self, op: Apply | Call) -> str | None:
        """The variable that a write, or a sum that is added to, changes."""
        if isinstance(op, Apply) and (is_write(op) or op in self.names.buffers.in_place):
            target = op.operands[self.names.buffers.accumulations.get(op, 0)]
            return self.of.get(target) if isinstance(target, Value) else None
        return None

    def _late(self, op: Op) -> Late:
        """What is read after the variable of the result has been assigned.

        That variable is first bound to what is to be changed, or to a copy, which may go by the old name.
        """
        buffers = self.names.buffers
        target: Operand | None = None
        match op:
            case Apply(primitive="scatter" | "seq_scatter"):
                operands = op.operands
            case Apply() if is_write(op) or op in buffers.in_place or buffers.copies(op):
                number = buffers.accumulations.get(op, 0)
                target, operands = op.operands[number], op.operands[:number] + op.operands[number + 1 :]
            case For():
                operands = (op.start, op.stop, op.step)
            case _:
                return {}
        late: Late = {}
        for operand in operands:
            for value, sized in self.live.leaves(operand):
                if value is not target:
                    late[value] = late.get(value, True) and sized
        return late

    def _branch(self, op: If, region: Region, index: int) -> None:
        chosen: list[tuple[Value, str]] = []
        for number, result in enumerate(op.results):
            if result not in self.used:
                continue
            arms = [arm.results[number] for arm in op.regions]
            name = self._name(result)
            held = [self.of[arm] for arm in arms if isinstance(arm, Value) and arm in self.of]
            wishes = [v for v in held if not name or self.base[v] == name]
            wishes += [self.hints.get(result) or "", name, *held]
            taken = [variable for _, variable in chosen]
            for variable in wishes:
                if variable and variable not in taken and self._free(variable, result, region, index, {}):
                    break
            else:
                variable = self._fresh(
                    name or "t", result, region, index, {}, temporary=not name, taken=taken
                )
            self.base.setdefault(variable, name or variable)
            chosen.append((result, variable))
            self.hints.update({arm: variable for arm in arms if isinstance(arm, Value)})
        for arm_region in op.regions:
            if op not in self.names.folding.conditional:
                self._region(arm_region)
        for result, variable in chosen:
            self._give(result, variable, self.base[variable])

    def _loop(self, loop: For | While, region: Region, index: int) -> None:
        params = loop.body.params[1:] if isinstance(loop, For) else loop.body.params
        late = self._late(loop)
        taken: list[str] = []
        for number, param in enumerate(params):
            init = loop.inits[number]
            name = self._name(param)
            held = self.of.get(init) if isinstance(init, Value) else None
            wishes = [
                held if held and (not name or self.base[held] == name) else "",
                self.hints.get(loop.results[number]),
            ]
            wishes += [name, held]
            for variable in wishes:
                if variable and variable not in taken and self._free_in(variable, param, loop, late):
                    break
            else:
                variable = self._fresh_in(name or "t", param, loop, late, taken)
            self.base.setdefault(variable, name or variable)
            taken.append(variable)
        for inner in loop.regions:
            carried = inner.params[1:] if isinstance(loop, For) else inner.params
            for param, variable in zip(carried, taken, strict=True):
                self._give(param, variable, self.base[variable])
            if inner is loop.body:
                self.hints.update(
                    {v: w for v, w in zip(inner.results, taken, strict=True) if isinstance(v, Value)}
                )
            if isinstance(loop, For) and loop.index in self.used:
                self._index(loop)
            self._region(inner)
        for result, variable in zip(loop.results, taken, strict=True):
            self._give(result, variable, self.base[variable])

    def _index(self, loop: For) -> None:
        name = _plain(loop.index.name.lstrip("_")) or "k"
        if self._free(name, loop.index, loop.body, -1, {}):
            self._give(loop.index, name, name)
            return
        variable = self._fresh(name, loop.index, loop.body, -1, {})
        self._give(loop.index, variable, name)

    # ---------------------------------------------------------------- variables
    def _give(self, value: Value, variable: str, base: str) -> None:
        self.of[value] = variable
        self.base.setdefault(variable, base)
        self.members.setdefault(variable, []).append(value)

    def _free(self, variable: str, value: Value, region: Region, index: int, late: Late) -> bool:
        """Whether a variable can take a value over after an op: nothing in it is read from there on."""
        if variable in self.pinned:
            return False
        live = self.live
        if 0 <= index < len(region.ops):
            held = [m for m in self.members.get(variable, ()) if not live.finished(m, region.ops[index])]
            self.members[variable] = held
        for member in self.members.get(variable, ()):
            if not late.get(member, True) or live.after(member, region, index):
                return False
            sized = member in late or live.sized_after(member, region, index)
            if sized and not self._sized_like(member, value):
                return False
        return True

    def _sized_like(self, member: Value, value: Value) -> bool:
        """Whether the sizes of an array can be read off the value that takes over its variable."""
        return value not in self.names.partial and same_sizes(member, value, self.names.buffers)

    def _free_in(self, variable: str, value: Value, loop: For | While, late: Late) -> bool:
        """Whether a variable can be carried by a loop: nothing else in it is read in the loop or after it."""
        if variable in self.pinned:
            return False
        for member in self.members.get(variable, ()):
            if not late.get(member, True) or self.live.in_loop(member, loop):
                return False
            sized = member in late or self.live.sized_in_loop(member, loop)
            if sized and not self._sized_like(member, value):
                return False
        return True

    def _fresh(
        self,
        name: str,
        value: Value,
        region: Region,
        index: int,
        late: Late,
        temporary: bool = False,
        taken: Sequence[str] = (),
    ) -> str:
        for variable in self._candidates(name, temporary):
            if (
                variable in taken
                or (temporary and variable in self.source)
                or not self._free(variable, value, region, index, late)
            ):
                continue
            if temporary and any(
                self._around(self.live.home[m], region) for m in self.members.get(variable, ())
            ):
                continue
            return variable
        raise AssertionError

    def _candidates(self, name: str, temporary: bool) -> Iterator[str]:
        """The names to try: where a source name has very many versions alive, not each of them again."""
        yield from (_numbered(name, number, temporary) for number in range(TRIED))
        family = name, temporary
        while self.members.get(_numbered(name, self.unused.setdefault(family, TRIED), temporary)):
            self.unused[family] += 1
        yield from (_numbered(name, number, temporary) for number in itertools.count(self.unused[family]))

    def _fresh_in(self, name: str, value: Value, loop: For | While, late: Late, taken: Sequence[str]) -> str:
        for variable in self._candidates(name, temporary=False):
            if variable not in taken and self._free_in(variable, value, loop, late):
                return variable
        raise AssertionError

    def _around(self, home: Region, region: Region) -> bool:
        """Whether a region is, or is around, another one."""
        while region is not home:
            above = self.live.inside.get(region)
            if above is None:
                return False
            region = above.region
        return True

    def _describe(self, op: Apply | Call) -> str:
        """A short name for a value that has none in the source."""
        match op:
            case Apply(primitive="size" | "count" | "seq_length"):
                return "n"
            case Apply(results=[result]):
                return self.descriptions.of(result) or "t"
        return "t"


def _numbered(name: str, number: int, temporary: bool) -> str:
    if not number:
        return name
    return f"{name}{number}" if temporary and name == "t" else f"{name}_{number}"


def _plain(name: str) -> str:
    return name if name.isidentifier() and name not in RESERVED else f"{name}_" if name.isidentifier() else ""


def _last_key(text: str) -> str:
    """'W' for params['layers'][0].W or params['W']."""
    words = "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
    named = [word for word in words if word.isidentifier()]
    return named[-1] if named else "p"


def _source_names(body: Region) -> set[str]:
    """The names of the source, which no temporary takes."""
    found = {value.name for value in body.params}
    for op in walk(body):
        found.update(value.name for value in op.results)
        if not isinstance(op, Apply):
            found.update(value.name for inner in op.regions for value in inner.params)
    return found


def _used(names: Names) -> set[Value]:
    """The values that something printed reads."""
    used: set[Value] = set()
    folding = names.folding

    def visit(region: Region) -> None:
        for op in region.ops:
            if op in folding.dead:
                continue
            used.update(operand for operand in reads(op) if isinstance(operand, Value))
            if not isinstance(op, Apply):
                for inner in op.regions:
                    visit(inner)
        used.update(operand for operand in region.results if isinstance(operand, Value))

    visit(names.function.body)
    return used
