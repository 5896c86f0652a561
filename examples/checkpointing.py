"""Time and memory of a gradient through many time steps: all of them recorded, or computed again.

    python examples/checkpointing.py
    python examples/checkpointing.py --backend numpy --plot checkpointing.svg

A wave runs along a string of 4,000 points. Memory is the highest that Python's allocations reach during a call
(tracemalloc) on NumPy, and what XLA's compiler says that the program needs besides its arguments and results.
"""

import argparse
import time
import tracemalloc

import numpy as np

from adcompiler import checkpoint, grad

POINTS = 4_000
STEPS = (10, 30, 100, 300, 1000)


def step(u, v):
    """The string after a time step."""
    bend = np.zeros_like(u)
    bend[1:-1] = u[2:] - 2.0 * u[1:-1] + u[:-2]
    v = v + 0.1 * bend - 0.01 * np.sin(u)
    return u + 0.1 * v, v


def recorded(u, n):
    """The reverse sweep reads what every step recorded."""
    v = np.zeros_like(u)
    for _ in range(n):
        u, v = step(u, v)
    return np.sum(u * u)


def square_root(u, n):
    """About sqrt(2 n) snapshots."""
    v = np.zeros_like(u)
    for _ in checkpoint(range(n)):
        u, v = step(u, v)
    return np.sum(u * u)


def ten_slots(u, n):
    """Ten snapshots."""
    v = np.zeros_like(u)
    for _ in checkpoint(range(n), slots=10):
        u, v = step(u, v)
    return np.sum(u * u)


def three_slots(u, n):
    """Three snapshots."""
    v = np.zeros_like(u)
    for _ in checkpoint(range(n), slots=3):
        u, v = step(u, v)
    return np.sum(u * u)


def ten_slots_online(u, n):
    """Ten snapshots, of a loop that does not know how often it will run."""
    v = np.zeros_like(u)
    k = 0
    while checkpoint(k < n, slots=10):
        u, v = step(u, v)
        k += 1
    return np.sum(u * u)


VARIANTS = {
    "recorded": recorded,
    "square root": square_root,
    "10 slots": ten_slots,
    "10 slots, while": ten_slots_online,
    "3 slots": three_slots,
}


def seconds(call):
    """The least time of three calls."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def on_numpy(gradient, u, n):
    """The gradient, the seconds of a call, and the megabytes that it reaches."""
    found = gradient(u, n)
    taken = seconds(lambda: gradient(u, n))
    tracemalloc.start()
    gradient(u, n)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return found, taken, peak / 1e6


def on_jax(gradient, u, n):
    """The gradient, the seconds of a call, and the megabytes that XLA says it needs."""
    import jax

    found = np.asarray(gradient(u, n))
    taken = seconds(lambda: jax.block_until_ready(gradient(u, n)))
    names = {}
    exec(gradient.source(), names)
    with jax.enable_x64(True):
        compiled = names[f"{gradient.primal.__name__}_grad"].lower(u, n).compile()
    return found, taken, compiled.memory_analysis().temp_size_in_bytes / 1e6


def plot(figures, steps, path):
    """Memory and time against the number of steps."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "checkpointing"
    backends = sorted({backend for backend, _, _ in figures}, reverse=True)
    figure, panels = pyplot.subplots(
        len(backends), 2, figsize=(8.0, 3.2 * len(backends)), layout="constrained", squeeze=False, sharex=True
    )
    for backend, (memory, duration) in zip(backends, panels, strict=True):
        for name in VARIANTS:
            lines = [(n, *figures[backend, name, n]) for n in steps]
            memory.loglog([n for n, _, _ in lines], [peak for _, _, peak in lines], "o-", label=name)
            duration.loglog([n for n, _, _ in lines], [taken for _, taken, _ in lines], "o-", label=name)
        memory.set_title(f"memory in MB, {backend}")
        duration.set_title(f"seconds, {backend}")
        memory.legend()
    for axes in panels[-1]:
        axes.set_xlabel("time steps")
    figure.savefig(path, metadata={"Date": None})


def main():
    """Measure, print, and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backend", choices=["numpy", "jax", "both"], default="both")
    parser.add_argument(
        "--most", type=int, default=STEPS[-1], metavar="N", help="leave out more steps than N"
    )
    parser.add_argument("--plot", metavar="FILE", help="draw the figures into a file")
    options = parser.parse_args()
    backends = ["numpy", "jax"] if options.backend == "both" else [options.backend]
    u = np.sin(np.linspace(0.0, 3.0, POINTS))
    steps = [n for n in STEPS if n <= options.most]
    figures = {}
    for backend in backends:
        print(f"{backend}: megabytes and seconds")
        print(f"{'steps':>8}", *(f"{name:>18}" for name in VARIANTS))
        for n in steps:
            cells, first = [], None
            for name, function in VARIANTS.items():
                measure = on_numpy if backend == "numpy" else on_jax
                found, taken, peak = measure(grad(function, backend=backend), u, n)
                first = found if first is None else first
                same = np.array_equal if backend == "numpy" else np.allclose
                assert same(found, first), f"{name} with {n} steps gives another gradient"
                figures[backend, name, n] = taken, peak
                cells.append(f"{peak:8.2f} {taken:9.4f}")
            print(f"{n:8,}", *cells)
    print("the gradients agree" + (" bit for bit" if options.backend == "numpy" else ""))
    if options.plot:
        plot(figures, steps, options.plot)


if __name__ == "__main__":
    main()
