"""`adcompiler show`: a function beside its adjoint, their values at a point, and what two oracles say."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence
from typing import cast

from rich.console import Console

from adcompiler.api import Gradient
from adcompiler.commands.target import (
    FLAVOURS,
    Point,
    computed,
    emitted_name,
    positions,
    proof_of,
    python_function,
    subject_of,
    text_of,
)
from adcompiler.frontend.source import get_source
from adcompiler.pipeline import Stage
from adcompiler.pytree import leaves_with_paths, tree_map
from adcompiler.verify.finite import argument_leaves, is_number, named_leaves
from adcompiler.verify.judge import by_differences
from adcompiler.verify.judgement import Judgement
from adcompiler.viewer.locate import Located
from adcompiler.viewer.show import Listing, Verdict, show_listings, show_point, show_verdicts

# by what the command line calls it: the stage, and the title of its listing
STAGES: dict[str, tuple[Stage, str]] = {
    "ir": ("optimized", "IR of function and adjoint, after all passes"),
    "primal": ("primal", "IR of the function"),
    "adjoint": ("adjoint", "IR of function and adjoint, as derived"),
    "optimized": ("optimized", "IR of function and adjoint, after all passes"),
}


def show(
    console: Console, located: Located, gradient: Gradient, point: Point, stage: str, plain: bool
) -> bool:
    """Print everything, the sources before the checks, which take longer; whether no oracle objects."""
    if stage != "source":
        of, title = STAGES[stage]
        text = text_of(gradient, point, of)
        show_listings(console, [Listing(f"{located.name}: {title}", text, None, "ir")], plain)
        return True
    source = text_of(gradient, point)
    adjoint = Listing(f"{emitted_name(source)} ({FLAVOURS[gradient.backend]})", source)
    show_listings(console, [_primal(located, gradient), adjoint], plain)
    value, found = computed(located.name, gradient, point)
    arguments, gradients = _rows(gradient, point, found)
    show_point(console, arguments, gradients, value, point.note, plain)
    subject = subject_of(gradient, point, found)
    verdicts = [_by_differences(by_differences(subject))]
    if plain:
        verdicts.append(_by_sympy(proof_of(gradient, point, subject)))
    else:
        with console.status("asking SymPy"):
            verdicts.append(_by_sympy(proof_of(gradient, point, subject)))
    show_verdicts(console, verdicts, plain)
    return all(verdict.tone != "bad" for verdict in verdicts)


def _primal(located: Located, gradient: Gradient) -> Listing:
    """The user's function with the line numbers of its file."""
    function = python_function(gradient.primal)
    if function is None:
        return Listing(located.name, f"{located.name} is built in")
    source = get_source(function)
    tree = source.tree
    decorators = tree.decorator_list if isinstance(tree, ast.FunctionDef) else []
    first, last = min([tree.lineno, *(d.lineno for d in decorators)]), tree.end_lineno or tree.lineno
    text = textwrap.dedent("\n".join(source.lines[first - 1 : last]))
    return Listing(str(located.path), text, first)


def _rows(gradient: Gradient, point: Point, found: object) -> tuple[list[tuple[str, object]], list[object]]:
    """The leaves of the arguments with their paths, and the gradient for each, None where there is none."""
    leaves = named_leaves(gradient.primal, point.args)
    chosen = argument_leaves(point.args, gradient.argnums)
    wanted = tuple(point.args[k] for k in positions(gradient))
    parts = (found,) if isinstance(gradient.argnums, int) else tuple(cast(Sequence[object], found))
    slopes: list[object] = []
    tree_map(lambda _, part: slopes.append(part), wanted, parts)
    by_position = dict(zip(chosen, slopes, strict=True))
    extra = [
        (name + path, leaf) for name, arg in point.kwargs.items() for path, leaf in leaves_with_paths(arg)
    ]
    gradients = [by_position.get(k) for k in range(len(leaves))] + [None] * len(extra)
    return [*leaves, *extra], [g if is_number(g) or hasattr(g, "shape") else None for g in gradients]


def _by_differences(judgement: Judgement) -> Verdict:
    oracle, worst = judgement.oracle.name, judgement.worst
    if worst is None or judgement.agreement == "cannot see":
        return Verdict(oracle, f"do not apply: {judgement.note}", "neutral")
    if judgement.agreement == "disagrees":
        both = f"{worst.computed:.10g}, by differences {worst.expected:.10g} ± {worst.doubt:.1g}"
        return Verdict(oracle, f"DISAGREES, most at {worst.place}: {both}", "bad")
    of = f" of {judgement.components}" if judgement.checked < judgement.components else ""
    noun = "component" if judgement.components == 1 else "components"
    said = f"agrees in {judgement.checked}{of} {noun}, to {judgement.error:.1e} of its size"
    return Verdict(oracle, "; ".join(filter(None, [said, judgement.note])), "good")


def _by_sympy(judgement: Judgement) -> Verdict:
    match judgement.agreement:
        case "cannot see":
            return Verdict("SymPy", f"not applicable: {judgement.note}", "neutral")
        case "disagrees":
            return Verdict("SymPy", judgement.note, "bad")
    return Verdict("SymPy", judgement.note, "good")
