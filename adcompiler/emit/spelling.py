"""The spelling of expressions and statements, through astor, and the check that a text means a given tree."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator

from adcompiler.emit.layout import Blank, Comment

with warnings.catch_warnings():
    # astor looks up ast.Num and its like, which Python 3.12 and later report as deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    from astor.code_gen import SourceGenerator, set_precedence
    from astor.op_util import Precedence, get_op_symbol


def _escaped(text: str, quote: str = "") -> str:
    """The text as it stands between quotes."""
    escapes = {"\\": "\\\\", quote: "\\" + quote}
    return "".join(escapes.get(c) or (c if c.isprintable() else repr(c)[1:-1]) for c in text)


def _docstring(text: str) -> str:
    lines = [_escaped(line).replace('"""', '\\"\\"\\"') for line in text.split("\n")]
    body = "\n".join(lines)
    return f'"""{body[:-1]}\\""""' if body.endswith('"') else f'"""{body}"""'


class Generator(SourceGenerator):  # type: ignore[misc]  # astor has no types
    """astor's generator, with the spelling of a careful person where astor adds or loses something.

    Every method writes one node; `_pp` (astor's name) is the precedence that the parent wants.
    """

    def __init__(self, quote: str = '"') -> None:
        super().__init__(" " * 4)
        self.quote = quote

    def spell(self, statement: ast.stmt) -> str:
        """The text of one statement; the generator can be used again."""
        self.result.clear()
        self.new_lines = self.indentation = 0
        self.visit(statement)
        return "".join(self.result).strip("\n")

    def spell_part(self, node: ast.expr) -> str:
        """The text of an expression within an f-string."""
        set_precedence(Precedence.Comma, node)
        self.visit(node)
        return "".join(self.result)

    # statements
    def visit_Comment(self, node: Comment) -> None:
        for line in node.text.splitlines() or [""]:
            self.statement(node, f"# {line}".rstrip())

    def visit_Blank(self, node: Blank) -> None:
        self.newline(extra=1)

    def visit_Expr(self, node: ast.Expr) -> None:
        match node.value:
            case ast.Constant(value=str(text)):
                self.statement(node, _docstring(text))
            case _:
                super().visit_Expr(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        set_precedence(node, *node.targets)
        # a tuple is bare only opposite a tuple: `a, b = b, a`, but `pair = (a, b)`
        bare = all(isinstance(target, ast.Tuple) for target in node.targets)
        set_precedence(node if bare else Precedence.Comma, node.value)
        self.newline(node)
        for target in node.targets:
            self.write(target, " = ")
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        set_precedence(node, node.target)
        set_precedence(Precedence.Comma, node.value)
        self.statement(node, node.target, get_op_symbol(node.op, " %s= "), node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, is_async: bool = False) -> None:
        self.decorators(node, 1 if self.indentation else 2)
        self.statement(node, "async " if is_async else "", "def ", node.name, "(")
        self.visit_arguments(node.args)
        self.write(")")
        self.conditional_write(" -> ", node.returns)
        self.write(":")
        self.body(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        set_precedence(Precedence.Comma, *node.bases, *(keyword.value for keyword in node.keywords))
        super().visit_ClassDef(node)

    def visit_If(self, node: ast.If) -> None:
        set_precedence(Precedence.Comma, node.test)
        self.statement(node, "if ", node.test, ":")
        self.body_or_else(node)

    def visit_While(self, node: ast.While) -> None:
        set_precedence(Precedence.Comma, node.test)
        self.statement(node, "while ", node.test, ":")
        self.body_or_else(node)

    def visit_For(self, node: ast.For | ast.AsyncFor, is_async: bool = False) -> None:
        set_precedence(Precedence.Comma, node.iter)
        super().visit_For(node, is_async)

    # expressions
    def visit_arguments(self, node: ast.arguments) -> None:
        positional = [*node.posonlyargs, *node.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.defaults))
        written: list[Callable[[], None]] = []

        def argument(arg: ast.arg, default: ast.expr | None = None, star: str = "") -> Callable[[], None]:
            def write() -> None:
                self.write(star, arg)
                set_precedence(Precedence.Comma, default)
                self.conditional_write(" = " if arg.annotation else "=", default)

            return write

        written += map(argument, positional, [*defaults, *node.defaults])
        if node.posonlyargs:
            written.insert(len(node.posonlyargs), lambda: self.write("/"))
        if node.vararg:
            written.append(argument(node.vararg, star="*"))
        elif node.kwonlyargs:
            written.append(lambda: self.write("*"))
        written += map(argument, node.kwonlyargs, node.kw_defaults)
        if node.kwarg:
            written.append(argument(node.kwarg, star="**"))
        for index, write in enumerate(written):
            self.write(", " if index else "", write)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        with self.delimit(node) as delimiters:
            set_precedence(delimiters.p, node.body)
            arguments = node.args
            some = arguments.posonlyargs or arguments.args or arguments.kwonlyargs
            self.write("lambda " if some or arguments.vararg or arguments.kwarg else "lambda")
            self.visit_arguments(arguments)
            self.write(": ", node.body)

    def visit_Constant(self, node: ast.Constant) -> None:
        match node.value:
            case str(text):
                self.write(self._quoted(text))
            case bytes(data):
                self.write("b" + self._quoted(data.decode("latin-1")) if data.isascii() else repr(data))
            case bool() | None:
                self.write(repr(node.value))
            case int() | float() | complex():
                with self.delimit(node):
                    # 1e-6 for 1e-06, 1e16 for 1e+16
                    self.write(re.sub(r"e(-?)\+?0*", r"e\1", repr(node.value)))
            case _:
                super().visit_Constant(node)

    def _quoted(self, text: str) -> str:
        other = "'" if self.quote == '"' else '"'
        quote = other if text.count(self.quote) > text.count(other) else self.quote
        return quote + _escaped(text, quote) + quote

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Not by astor, which reads ast.Str: in the first quotes that parse back, else as ast.unparse."""
        for quote, inner in (('"', "'"), ("'", '"')):
            text = f"f{quote}{''.join(_parts(node, quote, inner))}{quote}"
            if parses_to(text, ast.Expr(value=node)):
                self.write(text)
                return
        self.write(ast.unparse(node))

    def visit_Tuple(self, node: ast.Tuple) -> None:
        with self.delimit(node) as delimiters:
            delimiters.discard = delimiters.discard and len(node.elts) > 1
            self.comma_list(node.elts, len(node.elts) == 1)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        set_precedence(Precedence.Comma, node.slice)
        self.write(node.value, "[")
        match node.slice:
            case ast.Tuple(elts=[ast.Starred() as only]):
                self.write(only)
            case ast.Tuple(elts=[ast.Slice() as only]):
                self.write(only, ",")
            case ast.Tuple(elts=[_, _, *_] as several):
                self.comma_list(several)
            case index:
                self.write(index)
        self.write("]")

    def visit_Slice(self, node: ast.Slice) -> None:
        set_precedence(Precedence.Comma, node.lower, node.upper, node.step)
        self.conditional_write(node.lower)
        self.write(":")
        self.conditional_write(node.upper)
        self.conditional_write(":", node.step)

    def visit_Starred(self, node: ast.Starred) -> None:
        set_precedence(Precedence.BitOr, node.value)
        self.write("*", node.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        with self.delimit("{}"):
            for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
                set_precedence(Precedence.Comma, key)
                set_precedence(Precedence.Comma if key else Precedence.BitOr, value)
                self.write(", " if index else "", key or "", ": " if key else "**", value)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        with self.delimit(node, node.op) as delimiters:
            is_word = isinstance(node.op, ast.Not)
            twice = isinstance(node.operand, ast.UnaryOp) and not is_word  # -(-x), never --x
            set_precedence(delimiters.p + twice, node.operand)
            self.write(get_op_symbol(node.op), " " if is_word else "", node.operand)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        set_precedence(Precedence.Comma, node.elt)
        super().visit_ListComp(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        set_precedence(Precedence.Comma, node.elt)
        super().visit_SetComp(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        set_precedence(Precedence.Comma, node.key, node.value)
        super().visit_DictComp(node)


def _parts(node: ast.JoinedStr, quote: str, inner: str) -> Iterator[str]:
    """The parts of an f-string between its quotes; strings in its expressions are quoted by `inner`."""
    for value in node.values:
        match value:
            case ast.Constant(value=str(text)):
                yield _escaped(text, quote).replace("{", "{{").replace("}", "}}")
            case ast.FormattedValue(value=expression, conversion=conversion, format_spec=spec):
                text = Generator(inner).spell_part(expression)
                yield "{ " if text.startswith("{") else "{"
                yield text
                yield f"!{chr(conversion)}" if conversion != -1 else ""
                if isinstance(spec, ast.JoinedStr):
                    yield ":"
                    yield from _parts(spec, quote, inner)
                yield "}"


# ---------------------------------------------------------------- checking
_IRRELEVANT = ("ctx", "kind", "type_comment", "type_ignores")


def parses_to(text: str, tree: ast.Module | ast.stmt) -> bool:
    """Whether the text, parsed, is the module or the one statement."""
    try:
        parsed = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError):  # MemoryError: the parser's own stack is too small
        return False
    return _same(parsed, tree if isinstance(tree, ast.Module) else ast.Module(body=[tree], type_ignores=[]))


def _is_empty(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value == ""


def _same(left: object, right: object) -> bool:
    """Whether two trees mean the same program; comments, positions and contexts do not count."""
    pairs = [(left, right)]
    while pairs:
        a, b = pairs.pop()
        match a, b:
            case (ast.JoinedStr(), ast.JoinedStr()):
                # Python 3.12 ends a format that holds a field with an empty text
                texts = [[part for part in node.values if not _is_empty(part)] for node in (a, b)]
                pairs.append((texts[0], texts[1]))
            case (ast.AST(), ast.AST()) if type(a) is type(b):
                fields = (name for name in a._fields if name not in _IRRELEVANT)
                pairs += ((getattr(a, name, None), getattr(b, name, None)) for name in fields)
            case (list(), list()):
                first, second = ([x for x in items if not isinstance(x, Comment | Blank)] for items in (a, b))
                if len(first) != len(second):
                    return False
                pairs += zip(first, second, strict=True)
            case _ if type(a) is not type(b) or repr(a) != repr(b):
                return False
    return True
