"""The breaking of one long line: brackets are opened up from the outside in, operators lead their lines.

It works on text alone, and a line is broken only if what results still parses to the same tree.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 110
STEP = 4
SHORT = 24  # items no longer than this are set several to a line


@dataclass(frozen=True, slots=True)
class _Bracket:
    opener: str
    pieces: tuple[_Piece, ...]
    closer: str


_Piece = str | _Bracket
_Pieces = Sequence[_Piece]

_TOKEN = re.compile(
    r"""(?P<lambda>\blambda\b)
      | (?P<string>[A-Za-z]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])
      | (?P<comma>,[ ]?)
      | (?P<operator>[ ](?:not[ ]in|is[ ]not|async[ ]for|for|in|is|if|else|and|or|[-+*/%@&|^<>=!:]+)[ ])
      | (?P<other>[\w.]+|.)""",
    re.VERBOSE,
)
_LOOSEST_FIRST = (
    (" if ", " else "),
    (" or ",),
    (" and ",),
    (" == ", " != ", " < ", " <= ", " > ", " >= ", " is ", " is not ", " in ", " not in "),
    (" | ",),
    (" ^ ",),
    (" & ",),
    (" << ", " >> "),
    (" + ", " - "),
    (" * ", " / ", " // ", " % ", " @ "),
)
_AUGMENTED = ("+", "-", "*", "/", "//", "%", "@", "&", "|", "^", ">>", "<<", "**")
_ASSIGNMENTS = (" = ", *(f" {operator}= " for operator in _AUGMENTED))
# the first words of lines that hold one expression, which may get parentheses; and of those that hold none
_ONE_EXPRESSION = ("return", "yield", "if", "elif", "while")
_NONE = ("def", "async", "class", "with", "assert", "raise", "import", "global", "nonlocal", "del", "@")


def broken(text: str, indent: int) -> str:
    """A statement or header on as many lines as the width asks for; unbroken if no break is known."""
    if indent + len(text) <= WIDTH or text.startswith('"""'):
        return text
    try:
        lines = "\n".join(_break(_scan(text), indent)).strip()
        return lines if _meaning(lines) == _meaning(text) else text
    except (SyntaxError, ValueError, IndexError):  # not a statement, or a quote within its own f-string
        return text


def _meaning(text: str) -> str:
    """The tree of a statement or of a header."""
    if text.startswith("@"):
        return ast.dump(ast.parse(f"{text}\ndef f(): pass"))
    if text.startswith("elif "):
        text = text.removeprefix("el")
    return ast.dump(ast.parse(f"{text} pass" if text.endswith(":") else text))


def _scan(text: str) -> list[_Piece]:
    """The text as a tree of brackets; what binds names, `lambda x, y:` or ` for i, x in `, is one piece."""
    open_brackets: list[tuple[str, list[_Piece]]] = [("", [])]
    tokens = _TOKEN.finditer(text)
    for token in tokens:
        pieces = open_brackets[-1][1]
        match token.lastgroup:
            case "open":
                open_brackets.append((token[0], []))
            case "close":
                opener, inner = open_brackets.pop()
                open_brackets[-1][1].append(_Bracket(opener, tuple(inner), token[0]))
            case "lambda":
                pieces.append(text[token.start() : _end_of_targets(tokens, "lambda", ":")])
            case "operator" if token[0] in (" for ", " async for "):
                pieces.append(text[token.start() : _end_of_targets(tokens, "for", " in ")])
            case _:
                pieces.append(token[0])
    return open_brackets[0][1]


def _end_of_targets(tokens: Iterator[re.Match[str]], opener: str, closer: str) -> int:
    """Where the names bound by a lambda or by the `for` of a comprehension end."""
    depth, pending = 0, 1
    for token in tokens:
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        pending += token.lastgroup == opener
        pending -= token[0] == closer and depth == 0
        if not pending:
            return token.end()
    raise SyntaxError(f"a {opener} without its {closer}")


def _text(pieces: _Pieces) -> str:
    return "".join(p if isinstance(p, str) else p.opener + _text(p.pieces) + p.closer for p in pieces)


def _has_comma(pieces: _Pieces) -> bool:
    return any(piece in (",", ", ") for piece in pieces if isinstance(piece, str))


def _divided(pieces: _Pieces) -> list[list[_Piece]]:
    """The pieces cut at their loosest separators; an operator begins the term that it applies to."""
    if _has_comma(pieces):
        return [term for term in _cut_at(pieces, (",", ", "), len(pieces)) if term]
    body = next((i + 1 for i, p in enumerate(pieces) if isinstance(p, str) and p.startswith("lambda ")), None)
    loops = tuple(p for p in pieces if isinstance(p, str) and p.startswith((" for ", " async for ")))
    for level in (loops, *_LOOSEST_FIRST):
        terms = _cut_at(pieces, level, len(pieces) if body is None else body)
        if len(terms) > 1:
            return terms
    if body is None:
        return [list(pieces)]
    first, *rest = _divided(pieces[body:])
    return [[*pieces[:body], *first], *rest]


def _cut_at(pieces: _Pieces, separators: tuple[str, ...], stop: int) -> list[list[_Piece]]:
    terms: list[list[_Piece]] = [[]]
    for index, piece in enumerate(pieces):
        if index >= stop or not isinstance(piece, str) or piece not in separators:
            terms[-1].append(piece)
        elif piece.startswith(","):
            terms.append([])
        else:
            terms.append([piece.lstrip()])
    return terms


def _break(pieces: list[_Piece], indent: int) -> list[str]:
    """The lines of a statement that is too long for one."""
    tail = ""
    if pieces[-1] == ":":
        pieces, tail = pieces[:-1], ":"
    start = " " * indent
    assignment = max((i for i, piece in enumerate(pieces) if piece in _ASSIGNMENTS), default=None)
    match pieces[0]:
        case "assert" if ", " in pieces:
            into = pieces.index(", ") + 1
            return _set(pieces[into:], indent, start + _text(pieces[:into]), tail)
        case str(word) if word in _NONE:
            return _hugged(pieces, _longest(pieces), indent, start, tail)
        case str(word) if word in _ONE_EXPRESSION:
            return _set(pieces[2:], indent, f"{start}{word} ", tail)
        case "for":
            into = pieces.index(" in ")
            return _bound(pieces[2:into], pieces[into:], indent, f"{start}for ", tail)
        case "from":
            into = pieces.index("import") + 2
            return _set(pieces[into:], indent, start + _text(pieces[:into]), tail)
        case _ if assignment is None:
            return _set(pieces, indent, start, tail)
    return _bound(pieces[:assignment], pieces[assignment:], indent, start, tail)


def _bound(targets: _Pieces, value: _Pieces, indent: int, lead: str, tail: str) -> list[str]:
    """Names and, after ` = ` or ` in `, what is bound to them."""
    first: list[str] = []
    if len(lead) + len(_text(targets)) > 2 * WIDTH // 3 and _has_comma(targets):
        *first, lead = _set([_Bracket("(", tuple(targets), ")")], indent, lead, "", force=True)
    else:
        lead += _text(targets)
    return first + _set(value[1:], indent, lead + _text(value[:1]), tail)


def _set(pieces: _Pieces, indent: int, lead: str, tail: str, force: bool = False) -> list[str]:
    """An expression after `lead` and before `tail`, bracketed where it must be to stand on several lines."""
    if not pieces or (len(lead) + len(_text(pieces)) + len(tail) <= WIDTH and not force):
        return [lead + _text(pieces) + tail]
    if (len(_divided(pieces)) > 1 or _longest(pieces) is None) and not _worth_hugging(pieces):
        pieces = [_Bracket("(", tuple(pieces), ")")]
    return _hugged(pieces, _longest(pieces), indent, lead, tail)


def _longest(pieces: _Pieces) -> int | None:
    """The index of the longest bracket that holds something."""
    sizes = [(len(_text([p])), i) for i, p in enumerate(pieces) if isinstance(p, _Bracket) and p.pieces]
    return max(sizes)[1] if sizes else None


def _worth_hugging(pieces: _Pieces) -> bool:
    """Whether one bracket is most of the expression, as in `0.5 * np.sum(...)`."""
    index = _longest(pieces)
    if index is None or _has_comma(pieces):
        return False
    inner = len(_text([pieces[index]]))
    return 2 * (len(_text(pieces)) - inner) <= min(inner, 2 * SHORT)


def _hugged(pieces: _Pieces, index: int | None, indent: int, lead: str, tail: str) -> list[str]:
    """The lines of an expression, one bracket of which is opened up."""
    bracket = None if index is None else pieces[index]
    if index is None or not isinstance(bracket, _Bracket):
        return [lead + _text(pieces) + tail]
    before, after = pieces[:index], pieces[index + 1 :]
    first: list[str] = []
    if len(lead) + len(_text(before)) + 1 > WIDTH:
        *first, lead = _hugged(before, _longest(before), indent, lead, "")
    else:
        lead += _text(before)
    lead += bracket.opener
    match bracket.pieces:
        case [*head, _Bracket(pieces=[_, *_])] if len(_divided(bracket.pieces)) == 1:
            if len(lead) + len(_text(head)) < WIDTH // 2:
                end = bracket.closer + _text(after) + tail
                return first + _hugged(bracket.pieces, _longest(bracket.pieces), indent, lead, end)
    last = " " * indent + bracket.closer
    if len(last) + len(_text(after)) + len(tail) > WIDTH:
        ending = _hugged(after, _longest(after), indent, last, tail)
    else:
        ending = [last + _text(after) + tail]
    return [*first, lead, *_inside(bracket.pieces, indent + STEP), *ending]


def _inside(pieces: _Pieces, indent: int) -> list[str]:
    """The lines between two brackets: one if possible, else one a term."""
    start = " " * indent
    if indent + len(_text(pieces)) <= WIDTH:
        return [start + _text(pieces).rstrip(" ")]
    terms = _divided(pieces)
    if not _has_comma(pieces):
        return _stacked(terms, indent)
    if len(terms) > 1 and all(len(_text(term)) <= SHORT for term in terms):
        return _filled([_text(term) for term in terms], ",", indent)
    return [line for term in terms for line in _item(term, indent)]


def _filled(items: Sequence[str], joint: str, indent: int) -> list[str]:
    """Short items, as many to a line as fit."""
    lines = [" " * indent + items[0]]
    for item in items[1:]:
        if len(lines[-1]) + len(joint) + len(item) + 2 > WIDTH:
            lines[-1] += joint
            lines.append(" " * indent + item)
        else:
            lines[-1] += f"{joint} {item}"
    return lines


def _item(term: list[_Piece], indent: int) -> list[str]:
    """The lines of one of several items of a bracket, with the comma that ends it."""
    start = " " * indent
    colon = max((i for i, piece in enumerate(term) if piece == ":"), default=None)
    if colon is not None and len(_text(term[:colon])) > WIDTH // 2:
        return _stacked([term], indent, ",")
    label = 0 if colon is None else colon + 1
    if len(term) > 1 and term[1] == "=":
        label = 2
    while label < len(term) and term[label] in (" ", "*"):
        label += 1
    return _set(term[label:], indent, start + _text(term[:label]), ",")


def _stacked(terms: list[list[_Piece]], indent: int, tail: str = "") -> list[str]:
    """Terms below each other; of a term that is itself too long, all but the first part stand further in."""
    texts = [_text(term) for term in terms]
    factors = all(text[:2] in ("* ", "/ ", "@ ") for text in texts[1:])
    if not tail and max(map(len, texts)) <= (WIDTH - indent if factors else SHORT):
        return _filled(texts, "", indent)
    start = " " * indent
    lines: list[str] = []
    for index, term in enumerate(terms):
        end = tail if index == len(terms) - 1 else ""
        parts = _divided(term)
        if indent + len(_text(term)) + len(end) <= WIDTH:
            lines.append(start + _text(term) + end)
        elif len(parts) > 1 and not _worth_hugging(term):
            lines += _stacked(parts[:1], indent) + _stacked(parts[1:], indent + STEP, end)
        elif len(term) == 1 and isinstance(term[0], str):
            lines += [start + part for part in _string(term[0], WIDTH - indent)]
            lines[-1] += end
        else:
            lines += _hugged(term, _longest(term), indent, start, end)
    return lines


def _string(literal: str, room: int) -> list[str]:
    """A long string literal as several, which Python joins; cut after spaces and line ends."""
    quote, prefix = literal[-1], literal[: literal.index(literal[-1])]
    chunks = [""]
    for word in re.findall(r"(?:\\[^n]|[^\\ ])*(?: |\\n|$)", literal[len(prefix) + 1 : -1]):
        in_braces = prefix == "f" and chunks[-1].count("{") != chunks[-1].count("}")
        if chunks[-1] and not in_braces and len(chunks[-1]) + len(word) + len(prefix) + 2 > room:
            chunks.append("")
        chunks[-1] += word
    return [prefix + quote + chunk + quote for chunk in chunks]
