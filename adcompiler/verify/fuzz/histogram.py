"""Which constructs a program uses, read off its syntax tree, and how many programs use each."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.table import Table

# at least so many of a hundred programs use each construct
RARE = 0.01

CONSTRUCTS = (
    "for over range",
    "range with start",
    "range with step",
    "range bounded by an index",
    "range bounded by data",
    "range without trips",
    "for over elements",
    "for over rows",
    "for over enumerate",
    "for over zip",
    "for over reversed",
    "for over a tuple",
    "for over a list",
    "loop in loop",
    "while",
    "while True",
    "loop else",
    "break",
    "continue",
    "return in a loop",
    "early return",
    "if",
    "elif",
    "else",
    "branch in a loop",
    "conditional expression",
    "boolean operator",
    "chained comparison",
    "store to an element",
    "store to a slice",
    "store to all",
    "store through a mask",
    "store through indices",
    "store through a container",
    "store in a loop",
    "augmented name",
    "augmented array name",
    "augmented element",
    "augmented slice",
    "write into an argument",
    "np.add.at",
    "second name",
    "name of a view",
    "name of a transpose or reshape",
    "name chosen by a conditional expression",
    "name joined by a branch",
    "swap",
    "chained assignment",
    "unpacking",
    "array held in a container",
    "list",
    "append",
    "append in a loop",
    "pop",
    "tuple",
    "dict",
    "named tuple",
    "dataclass",
    "helper call",
    "helper that writes",
    "helper that returns a view",
    "nested function",
    "lambda",
    "recursion",
    "comprehension",
    "generator",
    "reduction",
    "reduction over an axis",
    "keepdims",
    "broadcast by a new axis",
    "matmul",
    "outer",
    "where",
    "maximum",
    "mask",
    "index array",
    "reversed view",
    "strided view",
    "concatenate or stack",
    "math function",
    "float32",
    "integer argument",
    "container argument",
    "out=",
    "filled in place",
    "written through flat",
    "list changed by a method",
    "item deleted",
    "dict in a loop",
    "class with methods",
    "method call",
    "attribute bound anew",
    "nonlocal",
    "name bound in a test",
    "starred target",
    "match",
    "np.errstate",
    "try with finally",
)


def constructs(source: str) -> set[str]:
    """The constructs in a source."""
    tree = ast.parse(source)
    found: set[str] = set()
    for parent, node, loops, function in _walk(tree, None, 0, None):
        found.update(_of(parent, node, loops, function))
    arguments = next(n.args for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "program")
    names = {argument.arg for argument in arguments.args}
    found |= {"float32"} if "w" in names else set()
    found |= {"integer argument"} if names & {"j", "k"} else set()
    found |= {"container argument"} if names & {"t", "q", "d", "r"} else set()
    return found


def _walk(
    node: ast.AST, parent: ast.AST | None, loops: int, function: str | None
) -> Iterator[tuple[ast.AST | None, ast.AST, int, str | None]]:
    yield parent, node, loops, function
    if isinstance(node, ast.FunctionDef):
        loops, function = 0, node.name
    inside = loops + isinstance(node, ast.For | ast.While)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, node, inside, function)


def _of(parent: ast.AST | None, node: ast.AST, loops: int, function: str | None) -> Iterator[str]:
    """What one node is an example of."""
    match node:
        case ast.For() | ast.While():
            yield from _loop(node)
            if loops:
                yield "loop in loop"
        case ast.Break():
            yield "break"
        case ast.Continue():
            yield "continue"
        case ast.Return() if loops:
            yield "return in a loop"
        case ast.Return(value=value):
            if isinstance(parent, ast.If):
                yield "early return"
            if function and function[0] in "fh" and isinstance(value, ast.Name | ast.Subscript):
                yield from ["helper that returns a view"] * _arrays(value)
        case ast.If(orelse=orelse):
            yield "if"
            if orelse:
                yield "elif" if isinstance(orelse[0], ast.If) and len(orelse) == 1 else "else"
            if loops:
                yield "branch in a loop"
            yield from _joined(node)
        case ast.Assign(targets=targets, value=value):
            yield from _assigned(targets, value, loops, function)
        case ast.AugAssign(target=target):
            yield from _augmented(target, function)
        case ast.FunctionDef(name=name):
            if name.startswith("h"):
                yield "nested function"
        case ast.ClassDef(bases=bases):
            methods = any(isinstance(part, ast.FunctionDef) for part in node.body)
            yield "named tuple" if bases else "class with methods" if methods else "dataclass"
        case ast.Delete():
            yield "item deleted"
        case ast.Nonlocal():
            yield "nonlocal"
        case ast.Match():
            yield "match"
        case ast.With():
            yield "np.errstate"
        case ast.Try():
            yield "try with finally"
        case ast.expr():
            yield from _expression(node, loops, function)


def _loop(node: ast.For | ast.While) -> Iterator[str]:
    if node.orelse:
        yield "loop else"
    if isinstance(node, ast.While):
        yield "while True" if isinstance(node.test, ast.Constant) else "while"
        return
    match node.iter:
        case ast.Call(func=ast.Name(id="range"), args=args):
            yield "for over range"
            texts = [ast.unparse(arg) for arg in args]
            if len(args) > 1:
                yield "range with start"
            if len(args) > 2:
                yield "range with step"
            if any(text.startswith("i") and text[1:].isdigit() for text in texts):
                yield "range bounded by an index"
            if any("int(" in text for text in texts):
                yield "range bounded by data"
            if "range(3 - 3)" in f"range({texts[0]})" or _empty(args):
                yield "range without trips"
        case ast.Call(func=ast.Name(id=("enumerate" | "zip" | "reversed") as name)):
            yield f"for over {name}"
        case ast.Call(func=ast.Attribute(attr="items" | "values")):
            yield "dict in a loop"
        case ast.Name(id=name) if name.startswith("d"):
            yield "dict in a loop"
        case ast.Tuple():
            yield "for over a tuple"
        case other:
            first = ast.unparse(node.target)[0]
            yield (
                "for over a list"
                if ast.unparse(other).startswith("q")
                else ("for over elements" if first == "s" else "for over rows")
            )


def _empty(args: list[ast.expr]) -> bool:
    """Whether a range is written to have no trips: `range(n - 4)`, `range(n, 4)`."""
    match args:
        case [ast.BinOp(op=ast.Sub(), right=ast.Constant())]:
            return True
        case [ast.Constant(value=start), ast.Constant(value=stop)]:
            return start == stop
        case [ast.Name(id="n") | ast.Attribute() | ast.Subscript(), ast.Constant()]:
            return True
    return False


def _joined(node: ast.If) -> Iterator[str]:
    def bound(block: list[ast.stmt]) -> set[str]:
        return {
            target.id
            for statement in block
            if isinstance(statement, ast.Assign) and _arrays(statement.value)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }

    if bound(node.body) & bound(node.orelse):
        yield "name joined by a branch"


def _arrays(node: ast.expr) -> bool:
    """Whether an expression is a name of an array, or a view of one, by how it is spelled."""
    match node:
        case ast.Name(id=name):
            return name[0] in "vMxyAeBwq" and name != "e1"
        case ast.Subscript(value=value, slice=index):
            plain = isinstance(index, ast.Constant | ast.Name | ast.UnaryOp | ast.BinOp)
            vector = isinstance(value, ast.Name) and value.id[0] not in "MABq"
            return _arrays(value) and not (plain and vector)
        case ast.Attribute(value=value, attr="T"):
            return _arrays(value)
        case ast.Call(func=ast.Attribute(value=value, attr="reshape" | "ravel")):
            return _arrays(value)
    return False


def _assigned(targets: list[ast.expr], value: ast.expr, loops: int, function: str | None) -> Iterator[str]:
    if len(targets) > 1:
        yield "chained assignment"
    for target in targets:
        match target:
            case ast.Subscript():
                yield from _stored(target, "store to ")
                if loops:
                    yield "store in a loop"
                yield from _written(target, function)
            case ast.Tuple(elts=elts):
                names = [ast.unparse(item) for item in elts]
                other = [ast.unparse(item) for item in value.elts] if isinstance(value, ast.Tuple) else []
                yield "swap" if names == other[::-1] else "unpacking"
            case ast.Name() if _arrays(value):
                yield "second name" if isinstance(value, ast.Name) else "name of a view"
                if isinstance(value, ast.Attribute | ast.Call):
                    yield "name of a transpose or reshape"
            case ast.Name() if isinstance(value, ast.IfExp) and (
                _arrays(value.body) or _arrays(value.orelse)
            ):
                yield "name chosen by a conditional expression"


def _stored(target: ast.Subscript, what: str) -> Iterator[str]:
    index = ast.unparse(target.slice)
    if isinstance(target.value, ast.Subscript | ast.Attribute) and ast.unparse(target)[0] in "tqdr":
        yield "store through a container"
    if isinstance(target.slice, ast.Compare) or index.startswith("b"):
        yield "store through a mask"
    elif index.startswith("k") and index != "k":
        yield "store through indices"
    elif index in (":", "..."):
        yield f"{what}all"
    elif ":" in index or "..." in index:
        yield f"{what}a slice"
    else:
        yield f"{what}an element"


def _written(target: ast.expr, function: str | None) -> Iterator[str]:
    text = ast.unparse(target)
    name = text.partition("[")[0].partition(".")[0]
    if function == "program" and name in ("x", "y", "A", "e", "B", "w", "t", "q", "d", "r"):
        yield "write into an argument"
    if function and function != "program":
        yield "helper that writes"


def _augmented(target: ast.expr, function: str | None) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield "augmented array name" if name[0] in "vMxyAeBw" else "augmented name"
            if name[0] in "vMxyAeBw":
                yield from _written(target, function)
        case ast.Subscript():
            yield from (
                text.replace("augmented all", "augmented slice")
                .replace("augmented a slice", "augmented slice")
                .replace("augmented an element", "augmented element")
                for text in _stored(target, "augmented ")
            )
            yield from _written(target, function)


_CALLS = {
    "where": "where",
    "outer": "outer",
    "concatenate": "concatenate or stack",
    "stack": "concatenate or stack",
    "hstack": "concatenate or stack",
    "vstack": "concatenate or stack",
    "maximum": "maximum",
    "minimum": "maximum",
    "argsort": "index array",
    "at": "np.add.at",
    "append": "append",
    "pop": "pop",
    **dict.fromkeys(("fill", "copyto", "fill_diagonal"), "filled in place"),
    **dict.fromkeys(("insert", "extend", "reverse"), "list changed by a method"),
    **dict.fromkeys(("push", "back"), "method call"),
}
_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "any", "all")


def _expression(node: ast.expr, loops: int, function: str | None) -> Iterator[str]:
    match node:
        case ast.IfExp():
            yield "conditional expression"
        case ast.BoolOp():
            yield "boolean operator"
        case ast.Compare(ops=ops, left=left, comparators=[*_, last]):
            if len(ops) > 1:
                yield "chained comparison"
            if _arrays(left) or isinstance(last, ast.Constant) and _arrays(left):
                yield "mask"
        case ast.List(elts=elts) | ast.Tuple(elts=elts, ctx=ast.Load()):
            yield "list" if isinstance(node, ast.List) else "tuple"
            if any(map(_arrays, elts)):
                yield "array held in a container"
        case ast.Dict(values=values):
            yield "dict"
            if any(map(_arrays, values)):
                yield "array held in a container"
        case ast.Lambda():
            yield "lambda"
        case ast.NamedExpr():
            yield "name bound in a test"
        case ast.Starred(ctx=ast.Store()):
            yield "starred target"
        case ast.Attribute(attr="flat"):
            yield "written through flat"
        case ast.Attribute(ctx=ast.Store()):
            yield "attribute bound anew"
        case ast.ListComp():
            yield "comprehension"
        case ast.GeneratorExp():
            yield "generator"
        case ast.BinOp(op=ast.MatMult()):
            yield "matmul"
        case ast.Subscript(slice=index):
            text = ast.unparse(index)
            if "None" in text:
                yield "broadcast by a new axis"
            if "::-1" in text:
                yield "reversed view"
            if "::2" in text:
                yield "strided view"
            if isinstance(index, ast.List) or text[0] == "k" and isinstance(node.ctx, ast.Load):
                yield "index array"
        case ast.Call(func=ast.Name(id=name)):
            if name[0] in "fh" and name[1:].isdigit():
                yield "helper call"
                if name == function:
                    yield "recursion"
        case ast.Call(func=ast.Attribute(attr=name) as func, keywords=keywords):
            if name in _CALLS:
                yield _CALLS[name]
            if name == "append" and loops:
                yield "append in a loop"
            if any(keyword.arg == "out" for keyword in keywords):
                yield "out="
            if name == "put":
                yield "filled in place" if ast.unparse(func) == "np.put" else "method call"
            if name in _REDUCTIONS:
                words = {keyword.arg for keyword in keywords}
                yield "reduction over an axis" if "axis" in words else "reduction"
                if "keepdims" in words:
                    yield "keepdims"
            if ast.unparse(func).startswith("math."):
                yield "math function"


def histogram(sources: Iterable[str]) -> Counter[str]:
    """How many of the sources have each construct; also those that none has."""
    counts = Counter(dict.fromkeys(CONSTRUCTS, 0))
    for source in sources:
        counts.update(constructs(source))
    return counts


def rare(counts: Counter[str], programs: int) -> list[str]:
    """The constructs that too few programs have."""
    return [name for name in CONSTRUCTS if counts[name] < RARE * programs]


def as_table(counts: Counter[str], programs: int) -> Table:
    """The counts for a person, in three columns."""
    table = Table(
        title=f"constructs in {programs} programs", title_justify="left", box=None, padding=(0, 2, 0, 0)
    )
    rows = [(name, f"{100 * counts[name] / max(programs, 1):.0f}%") for name in CONSTRUCTS]
    height = -(-len(rows) // 3)
    for _ in range(3):
        table.add_column()
        table.add_column(justify="right")
    for k in range(height):
        table.add_row(*(cell for row in rows[k::height] for cell in row))
    return table
