"""Private names: inside of a class, Python puts the name of the class before names such as `__x`.

They are renamed in the tree of a file as it is read, so that the rest of the front end meets the names that run.
"""

from __future__ import annotations

import ast
import re

# what may be a private name in the text of a file
PRIVATE = re.compile(r"\b__\w*(?<!__)\b")

# The identifiers that Python mangles. The names of keyword arguments and of imported members stay as they are
# written, and so does the name of a class: a function with a class in it is refused.
_FIELDS: dict[type[ast.AST], str] = {
    ast.Name: "id",
    ast.Attribute: "attr",
    ast.arg: "arg",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ExceptHandler: "name",
    ast.alias: "asname",
    ast.Global: "names",
    ast.Nonlocal: "names",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}
_WRITTEN = "written"  # where a function that was renamed keeps the name that it was given


def mangle(node: ast.AST, class_name: str) -> None:
    """Rename the private names in one node, without its children, as Python does inside of this class."""
    field = _FIELDS.get(type(node))
    prefix = class_name.lstrip("_")
    if field is None or not prefix:
        return
    match getattr(node, field):
        case str(name) if is_private(name):
            setattr(node, field, f"_{prefix}{name}")
            setattr(node, _WRITTEN, name)
        case list(names):
            setattr(node, field, [f"_{prefix}{name}" if is_private(name) else name for name in names])


def is_private(name: str) -> bool:
    """Whether Python mangles this name inside of a class."""
    return name.startswith("__") and not name.endswith("__")


def written_name(tree: ast.FunctionDef | ast.Lambda) -> str:
    """The `__name__` of a function: as it is written, private or not."""
    return str(getattr(tree, _WRITTEN, getattr(tree, "name", "<lambda>")))
