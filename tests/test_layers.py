"""The layers of the package: imports go strictly downwards, and a layer's packages do not know each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import adcompiler

ROOT = Path(adcompiler.__file__).parent
PACKAGE = adcompiler.__name__

# from the bottom; the names on one line do not import each other
LAYERS: tuple[tuple[str, ...], ...] = (
    ("custom", "errors", "marks", "overloads", "pytree", "runtime", "stack", "whole_loops"),
    ("ir",),
    ("primitives",),
    ("rules", "frontend"),
    ("analysis",),
    ("transforms",),
    ("emit",),
    ("sweeps",),
    ("pipeline",),
    ("signature", "split"),
    (
        "argnums",
        "assumptions",
        "compiled",
        "foreign",
        "given",
        "kernel",
        "native",
        "outcomes",
        "results",
        "sparse",
        "verify",
        "viewer",
    ),
    ("remembered",),
    ("api",),
    ("pullbacks",),
    ("derivatives", "implicit"),
    ("inside_jax", "inside_torch"),
    ("",),  # the package itself: what `import adcompiler` offers
    ("bench", "commands"),
    ("cli",),
    ("__main__",),
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
# (the module, what it imports): why it may
UPWARDS = {
    ("verify.check", "api"): "check_grads checks what the API gives",
    ("verify.check", "derivatives"): "check_grads checks what the API gives",
    ("verify.check", "pullbacks"): "check_grads checks what the API gives",
    ("verify.fuzz.compare", "api"): "the fuzzer compares what the API gives",
    ("verify.fuzz.compare", "derivatives"): "the fuzzer compares what the API gives",
    ("verify.fuzz.tangents", "api"): "the fuzzer compares what the API gives",
    ("verify.fuzz.tangents", "pullbacks"): "the fuzzer compares what the API gives",
    ("verify.fuzz.tangents", "derivatives"): "the fuzzer compares what the API gives",
    ("verify.fuzz.curvature", "api"): "the fuzzer compares what the API gives",
    ("verify.fuzz.curvature", "derivatives"): "the fuzzer compares what the API gives",
    ("verify.fuzz.metamorphic", "api"): "the fuzzer compares what the API gives",
    ("verify.fuzz.noise", "api"): "the fuzzer compares what the API gives",
    ("verify.unoptimised", "api"): "a grad object of another kind, to compare with",
}

Module = str  # dotted, without the name of the package: "ir.core"


def modules() -> dict[Module, Path]:
    """All modules by their dotted names; a package has the name of its folder."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def group(module: Module) -> str:
    """The layer's member that a module belongs to: "ir.core" to "ir"."""
    return module.partition(".")[0]


def imports(path: Path) -> Iterator[tuple[Module, int]]:
    """The modules of the package that a file imports anywhere, inside functions too, with the lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.partition(".")[0] == PACKAGE:
                        yield alias.name.removeprefix(PACKAGE).lstrip("."), node.lineno
            case ast.ImportFrom(module=str(module), names=names, level=0) if (
                module.partition(".")[0] == PACKAGE
            ):
                base = module.removeprefix(PACKAGE).lstrip(".")
                for alias in names:
                    inner = f"{base}.{alias.name}".lstrip(".")
                    yield (inner if inner in MODULES else base), node.lineno


def climbs(module: Module, imported: Module) -> bool:
    """Whether an import goes up, or sideways to another member of the layer."""
    here, there = group(module), group(imported)
    return here != there and HEIGHT[there] >= HEIGHT[here]


def test_every_module_has_a_layer() -> None:
    """A new file or folder has to be given a place."""
    assert {group(module) for module in MODULES} <= set(HEIGHT)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_down(module: Module) -> None:
    """No module imports one of its own layer outside its package, or of a layer above."""
    found = list(imports(MODULES[module]))
    assert all(imported in MODULES for imported, _ in found)
    wrong = [
        f"{MODULES[module].relative_to(ROOT.parent)}:{line} imports {PACKAGE}.{imported}"
        for imported, line in found
        if climbs(module, imported) and (module, imported) not in UPWARDS
    ]
    assert not wrong, "\n".join(wrong)


def test_exceptions_are_needed() -> None:
    """What is allowed to look upwards still does."""
    assert all(imported in {name for name, _ in imports(MODULES[module])} for module, imported in UPWARDS)


def test_imports_are_absolute() -> None:
    """A relative import hides from a reader, and from this test, what it imports."""
    for path in MODULES.values():
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_front_end_has_no_cycles() -> None:
    """An import inside a function would hide a cycle: what is below reaches what is above through the lowering."""
    for module, path in MODULES.items():
        if group(module) != "frontend":
            continue
        tree = ast.parse(path.read_text())
        inner = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import)]
        assert all(node in tree.body for node in inner), path


def test_emitted_code_needs_no_package() -> None:
    """What may be pasted into emitted code imports numpy alone."""
    for node in ast.walk(ast.parse(MODULES["runtime"].read_text())):
        match node:
            case ast.Import(names=names):
                assert {alias.name for alias in names} <= {"ast", "inspect", "numpy"}
            case ast.ImportFrom(module=module):
                assert module in ("__future__", "functools", "typing")
