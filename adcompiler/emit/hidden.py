"""Parameters with the name of a module, builtin or helper that the printed code needs: these get other names.

    import numpy as np                import numpy as np_

    def f(np):                        def f(np):
        return np.sum(hiding_np)          return np_.sum(np)

Until the module is complete, such a parameter stands in it with a mark in front.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

HIDING = "hiding_"


def apart(text: str, hidden: Collection[str]) -> str:
    """Text over the parameters, those of these names marked; the len of len(x) is none."""
    if not set(hidden).intersection(re.findall(r"\w+", text)):
        return text
    return re.sub(rf"(?<![\w.'\"])({'|'.join(sorted(hidden))})\b(?!\()", rf"{HIDING}\1", text)


def beside(module: ast.Module, hidden: Collection[str], builtins: Collection[str]) -> ast.Module:
    """The module with other names for the modules, functions and builtins that a parameter hides."""
    used: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name) if name in hidden:
                used.add(name)
                node.id = f"{name}_"
            case ast.Name(id=name) if name.removeprefix(HIDING) in hidden:
                node.id = name.removeprefix(HIDING)
            case ast.arg(arg=name) if name.startswith(HIDING):
                node.arg = name.removeprefix(HIDING)
            case ast.FunctionDef(name=name) if name in hidden:
                node.name = f"{name}_"
            case ast.alias(name=name, asname=asname) if (asname or name) in hidden:
                node.asname = f"{asname or name}_"
    imports = [statement for statement in module.body if isinstance(statement, (ast.Import, ast.ImportFrom))]
    kept = ast.parse("\n".join(f"{name}_ = {name}" for name in sorted(used.intersection(builtins)))).body
    return ast.Module([*imports, *kept, *module.body[len(imports) :]], [])
