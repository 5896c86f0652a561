"""Owns the way from a Python function to its syntax tree and to places in its file.

The whole file is parsed once and the node is found in it, so that lines and columns are those of the file and
nothing is ever dedented. A node is accepted only when compiling it gives the code that the function runs: so
two lambdas on one line are told apart, a function that moved since its file was edited is found, and one
whose text is no longer what runs is refused.
"""

from __future__ import annotations
import __future__

import ast
import copy
import inspect
import linecache
import re
import tokenize
import warnings
import weakref
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType

from adcompiler.errors import CompileError, Location
from adcompiler.frontend.mangling import PRIVATE, mangle

Definable = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

IN_A_FILE = "put the function in a file and import it from there"
RELOAD = "reload the module or restart Python, so that the code that runs is the code in the file"


@dataclass(frozen=True)
class Source:
    """A function, its tree (shared between calls: never modify it), and the lines of its file.

    In the tree, private names are those that run: `_A__x` for `__x` in a class `A`.
    """

    function: FunctionType
    tree: ast.FunctionDef | ast.Lambda
    file: str
    lines: tuple[str, ...]

    def locate(self, node: ast.AST) -> Location:
        """The place of `node` in the file; a node without a position stands where its first child does."""
        return _place(node, self.tree, self.file, self.lines, self.function.__code__.co_name)


def get_source(function: Callable[..., object]) -> Source:
    """The source of a function or lambda; CompileError when it has none or when it is no longer what runs."""
    if not isinstance(function, FunctionType):
        raise _sourceless(function)
    if checker := _checker(function):
        raise _checked(function, checker)
    code = function.__code__
    definition, lines = _definition(code, function.__globals__)
    if isinstance(definition, ast.AsyncFunctionDef):
        where = _place(definition, definition, code.co_filename, lines, code.co_name)
        message = f"`{code.co_name}` is an `async def`: when its parts run is decided by an event loop"
        raise CompileError.at(where, message, "write `def`, and await outside of what is differentiated")
    return Source(function, definition, code.co_filename, lines)


def _sourceless(thing: object) -> CompileError:
    """The refusal of a callable that is not a Python function."""
    name = str(getattr(thing, "__name__", None) or type(thing).__name__)
    kind = "a class" if isinstance(thing, type) else "built in or compiled"
    message = f"`{name}` has no Python source to differentiate: it is {kind}, not a `def` or a `lambda`"
    return CompileError.at(
        Location(f"<{name}>", 1, 1, function=name), message, f"wrap it: `def f(x): return {name}(x)`"
    )


def _checker(function: FunctionType) -> str:
    """The package that made a function as a wrapper that checks types at each call; empty for all others."""
    if function.__code__.co_filename.startswith("<@beartype("):
        return "beartype"
    package = str(function.__globals__.get("__name__")).partition(".")[0]
    return package if package == "jaxtyping" and hasattr(function, "__wrapped__") else ""


def _checked(function: FunctionType, checker: str) -> CompileError:
    """The refusal of a function whose types are checked as it runs: the checks are no part of what is differentiated."""
    name = function.__name__
    source = get_source(inspect.unwrap(function))
    return CompileError.at(
        source.locate(source.tree),
        f"`{name}` is wrapped by {checker}, which checks types while it runs",
        f"differentiate what is wrapped, `inspect.unwrap({name})`; annotations alone do no harm",
    )


def _place(node: ast.AST, default: ast.AST, file: str, lines: tuple[str, ...], function: str) -> Location:
    if not hasattr(node, "lineno"):
        node = next((n for n in ast.walk(node) if hasattr(n, "lineno")), default)
    line, start = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    last, end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    text = lines[line - 1] if line <= len(lines) else ""
    column = _characters(text, start)
    # What goes on over several lines is underlined to the end of its first one.
    stop = _characters(text, end) if last == line and end is not None else len(_without_comment(text))
    return Location(file, line, column + 1, text, max(1, stop - column), function)


def _without_comment(text: str) -> str:
    """A line without what stands behind `#`."""
    try:
        for token in tokenize.generate_tokens(iter([text]).__next__):
            if token.type == tokenize.COMMENT:
                return text[: token.start[1]].rstrip()
    except (tokenize.TokenError, SyntaxError):
        pass  # the line alone is no whole statement, and a comment would have come first
    return text.rstrip()


def _characters(text: str, offset: int) -> int:
    """How many characters the first `offset` bytes of UTF-8 are: the columns of `ast` count bytes."""
    return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))


# --- finding the definition of a code object ---

LAMBDA = "<lambda>"  # the name that Python gives to all of them

# By identity, not by equality: equal code objects may come from different files.
_found: dict[int, tuple[Definable, tuple[str, ...]]] = {}


def _definition(code: CodeType, names: dict[str, object]) -> tuple[Definable, tuple[str, ...]]:
    """The node that `code` was compiled from and the lines of its file, kept while the code object lives."""
    if id(code) not in _found:
        found = _search(code, names)
        _found[id(code)] = found
        weakref.finalize(code, _found.pop, id(code), None).atexit = False
    return _found[id(code)]


def _search(code: CodeType, names: dict[str, object]) -> tuple[Definable, tuple[str, ...]]:
    file, name = code.co_filename, code.co_name
    where = Location(file, code.co_firstlineno, 1, function=name)
    linecache.checkcache(file)
    text = "".join(linecache.getlines(file, names))
    nameless = file.startswith("<") and file.endswith(">")
    origin = "it was typed at a prompt or built by `exec`" if nameless else "its file cannot be read"
    no_source = CompileError.at(where, f"`{name}` has no source to read: {origin}", IN_A_FILE)
    changed = CompileError.at(where, f"the source of `{name}` changed since it was imported", RELOAD)
    if not text:
        raise no_source
    try:
        file_text = _read(text, lambdas=name == LAMBDA)
    except (SyntaxError, ValueError) as error:
        raise changed from error
    lines = file_text.lines
    named = sorted(file_text.definitions.get(name, ()), key=lambda d: abs(d.line - code.co_firstlineno))
    if not named and nameless:
        raise no_source
    on_line = [d for d in named if d.line == code.co_firstlineno]
    if _rewritten(code) and on_line:
        return on_line[0].node, lines
    # Prompts and notebooks compile each statement alone: the compiler then knew nothing of the other imports.
    for nearby in (on_line, named):
        for imports in (file_text.imports & _names_of(code), frozenset[str]()):
            if found := _matching(nearby, imports, code):
                return found.node, lines
    raise changed


@dataclass(frozen=True)
class _Definition:
    """A function in a file, the line of its first decorator or of itself, and the class around it, if any."""

    node: Definable
    line: int
    class_name: str | None


@dataclass(frozen=True)
class _File:
    """The functions or the lambdas of a file by name, the names that its top level imports, and its lines."""

    definitions: dict[str, list[_Definition]]
    imports: frozenset[str]
    lines: tuple[str, ...]


@lru_cache(maxsize=64)
def _read(text: str, lambdas: bool) -> _File:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.parse(text)
    found: dict[str, list[_Definition]] = {}
    for node, class_name in _walk(module, expressions=lambdas or PRIVATE.search(text) is not None):
        match node:
            case ast.Lambda():
                found.setdefault(LAMBDA, []).append(_Definition(node, node.lineno, class_name))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
                found.setdefault(node.name, []).append(_Definition(node, line, class_name))
        if class_name is not None:
            mangle(node, class_name)
    return _File(found, frozenset(_imports(module)), tuple(re.split(r"\r\n|\r|\n", text)))


def _imports(module: ast.Module) -> Iterator[str]:
    stack: list[ast.AST] = [module]
    while stack:
        match stack.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.expr():
                continue  # another scope, or no place for an import
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (n.asname or n.name.split(".")[0] for n in names)
            case node:
                stack.extend(ast.iter_child_nodes(node))


def _walk(module: ast.Module, expressions: bool) -> Iterator[tuple[ast.AST, str | None]]:
    """Every node, or all but expressions, in which there are no definitions, with the innermost class around it.

    A stack, since expressions may be deep.
    """
    stack: list[tuple[ast.AST, str | None]] = [(module, None)]
    while stack:
        node, class_name = stack.pop()
        yield node, class_name
        members, owner = (set(node.body), node.name) if isinstance(node, ast.ClassDef) else (set(), None)
        for child in reversed(list(ast.iter_child_nodes(node))):
            if expressions or not isinstance(child, ast.expr):
                stack.append((child, owner if child in members else class_name))


# --- comparing code objects ---


def _rewritten(code: CodeType) -> bool:
    """Whether pytest rewrote asserts in here, so that the text compiles to other code; its names have `@`."""
    inner = (c for c in code.co_consts if isinstance(c, CodeType))
    return any(n.startswith("@") for n in code.co_names + code.co_varnames) or any(map(_rewritten, inner))


def _names_of(code: CodeType) -> set[str]:
    inner = (_names_of(c) for c in code.co_consts if isinstance(c, CodeType))
    return set(code.co_names + code.co_varnames + code.co_cellvars + code.co_freevars).union(*inner)


def _matching(candidates: list[_Definition], imports: Set[str], code: CodeType) -> _Definition | None:
    """The candidate that compiles to `code`; of several the one with the same columns, else any of them."""
    compiled = ((d, _compile(d, imports, code)) for d in candidates)
    same = [(d, c) for d, c in compiled if c is not None and _same(c, code)]
    if len(same) < 2:
        return same[0][0] if same else None
    positions = list(code.co_positions())
    exact = (d for d, c in same if list(c.co_positions()) == positions)
    return next(exact, same[0][0])


def _compile(definition: _Definition, imports: Set[str], like: CodeType) -> CodeType | None:
    """The code object of one definition, with the free names of `like` bound around it as they really are.

    imports: names that the top level imports; the call of an attribute of one compiles to other instructions.
    """
    free = [n for n in like.co_freevars if n != "__class__"]
    name = definition.class_name or getattr(definition.node, "name", "lambda_")
    text = [*(f"import {n}" for n in sorted(imports)), f"def around({', '.join(free)}):"]
    if name not in free:
        text.append(f" global {name}")
    # `super` asks for the class around. Its name is that of the class in the file, so private names fit too.
    text += [f" class {name}:" if definition.class_name else " if True:", "  here"]
    module = ast.parse("\n".join(text))
    match module.body[-1]:
        case ast.FunctionDef(body=[*_, ast.ClassDef() | ast.If() as scope]):
            scope.body = [_bare(definition.node)]
    flags = like.co_flags & __future__.annotations.compiler_flag
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code: CodeType = compile(module, like.co_filename, "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None  # it cannot stand here, so it is not the one
    for _ in range(3 if definition.class_name else 2):
        code = next(c for c in code.co_consts if isinstance(c, CodeType))
    return code


def _bare(node: Definable) -> ast.stmt:
    """The definition without decorators, defaults and annotations, which are code of what is around it."""
    alone = copy.copy(node)
    alone.args = _bare_arguments(node.args)
    if isinstance(alone, ast.Lambda):
        return ast.copy_location(ast.Expr(alone), alone)
    vars(alone).update(decorator_list=[], returns=None, type_params=[])
    return alone


def _bare_arguments(args: ast.arguments) -> ast.arguments:
    def bare(arg: ast.arg) -> ast.arg:
        return ast.copy_location(ast.arg(arg.arg), arg)

    return ast.arguments(
        posonlyargs=[bare(a) for a in args.posonlyargs],
        args=[bare(a) for a in args.args],
        vararg=args.vararg and bare(args.vararg),
        kwonlyargs=[bare(a) for a in args.kwonlyargs],
        kw_defaults=[None for _ in args.kwonlyargs],
        kwarg=args.kwarg and bare(args.kwarg),
        defaults=[],
    )


# Varargs, keywords, generator, coroutine, asynchronous generator; the other flags depend on what is around.
_FLAGS = 0x04 | 0x08 | 0x20 | 0x80 | 0x200


def _same(a: CodeType, b: CodeType) -> bool:
    """Whether two code objects do the same, wherever they stand."""
    return (
        a.co_code == b.co_code
        and (a.co_names, a.co_varnames, a.co_freevars) == (b.co_names, b.co_varnames, b.co_freevars)
        and (a.co_argcount, a.co_posonlyargcount) == (b.co_argcount, b.co_posonlyargcount)
        and (a.co_kwonlyargcount, a.co_flags & _FLAGS) == (b.co_kwonlyargcount, b.co_flags & _FLAGS)
        and len(a.co_consts) == len(b.co_consts)
        # The body of a class holds its own qualified name, which tells where it stands.
        and all(
            _same_constant(x, y) or (x, y) == (a.co_qualname, b.co_qualname)
            for x, y in zip(a.co_consts, b.co_consts, strict=True)
        )
    )


def _same_constant(a: object, b: object) -> bool:
    if type(a) is not type(b):
        return False
    match a, b:
        case CodeType(), CodeType():
            return _same(a, b)
        case tuple(), tuple():
            return len(a) == len(b) and all(map(_same_constant, a, b))
        case frozenset(), frozenset():
            return a == b
    return repr(a) == repr(b)  # tells 0.0 from -0.0, and takes nan for nan
