"""Figures as pictures, by matplotlib, which is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adcompiler.bench.contenders import EXTRAS, OURS, Name
from adcompiler.bench.growth import Growth
from adcompiler.bench.measure import Row
from adcompiler.bench.report import TITLES, by_group

MARKS = {
    "numpy": ("o", "#4c72b0"),
    "xla": ("D", "#c44e52"),
    "jax": ("s", "#55a868"),
    "same": ("^", "#8172b2"),
    "numba": ("*", "#937860"),
    "both": ("P", "#da8bc3"),
}
OTHER = ("v", "#8c8c8c")


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("agg")  # draws into files, on any machine
    from matplotlib import pyplot

    return pyplot


def plot_ratios(rows: Sequence[Row], path: Path) -> None:
    """How many times faster than JAX each kernel is, on a logarithmic axis, group by group."""
    pyplot = _pyplot()
    lines: list[tuple[str, Row | None]] = []
    for group, members in by_group(rows):
        lines += [(group.replace("_", " "), None), *((row.name, row) for row in members)]
    figure, axes = pyplot.subplots(figsize=(8.0, 1.2 + 0.24 * len(lines)), layout="constrained")
    for name in _drawn(rows):
        marker, colour = MARKS[name]
        points = [(row.speedup(name), k) for k, (_, row) in enumerate(lines) if row is not None]
        known = [(ratio, k) for ratio, k in points if ratio is not None]
        axes.plot([x for x, _ in known], [y for _, y in known], marker, color=colour, label=TITLES[name])
    for k, (_, row) in enumerate(lines):
        if row is not None and row.speedup("xla") is None:
            said = "; ".join(
                f"{TITLES[n]} {row.figures[n].status}" for n in ("xla", "jax") if _is_out(row, n)
            )
            axes.annotate(
                said,
                (0.0, k),
                xycoords=axes.get_yaxis_transform(),
                xytext=(4.0, 0.0),
                textcoords="offset points",
                fontsize=7,
                color="#8c8c8c",
                va="center",
            )
    axes.axvline(1.0, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(lines)), [text for text, _ in lines])
    for label, (_, row) in zip(axes.get_yticklabels(), lines, strict=True):
        label.set_fontweight("normal" if row is not None else "bold")
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlabel("times faster than jax.jit(jax.grad(...))")
    axes.legend(loc="lower right")
    figure.savefig(path)
    pyplot.close(figure)


def _drawn(rows: Sequence[Row]) -> list[Name]:
    """Ours, and those with Numba where they were measured."""
    return [*OURS, *(name for name in EXTRAS if any(name in row.figures for row in rows))]


def _is_out(row: Row, name: Name) -> bool:
    return name in row.figures and row.figures[name].status != "ok"


def plot_growth(growth: Sequence[Growth], path: Path) -> None:
    """Time against size, on logarithmic axes, one panel for each kernel."""
    pyplot = _pyplot()
    figure, panels = pyplot.subplots(
        1, len(growth), figsize=(4.0 * len(growth), 3.6), layout="constrained", squeeze=False
    )
    for axes, one in zip(panels[0], growth, strict=True):
        for name in one.rows[0].figures:
            points = [(row.numbers[0], row.figures[name].seconds) for row in one.rows]
            known = [(size, seconds) for size, seconds in points if seconds is not None]
            if known:
                marker, colour = MARKS.get(name, OTHER)
                label = TITLES.get(name, name)
                axes.loglog(
                    [x for x, _ in known], [y for _, y in known], f"{marker}-", color=colour, label=label
                )
        axes.set_title(one.kernel)
        axes.set_xlabel(one.axis)
        axes.set_ylabel("seconds of a gradient")
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path)
    pyplot.close(figure)
