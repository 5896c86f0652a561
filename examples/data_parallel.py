"""A gradient over rows of data that several devices share: each computes that of its rows, and the means are exchanged.

The loss is a loop over rows, written for NumPy. JAX's own engine does the rest: `shard_map` gives each device its rows,
`pmean` is the only communication. `--processes` starts as many of them on this machine, with jax.distributed; on several
machines the same program runs, started there with a coordinator that all of them reach.

    python examples/data_parallel.py --devices 8
    python examples/data_parallel.py --devices 2 --processes 2
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import time
from typing import Any

import numpy as np

ROWS, STEPS, RATE = 64, 40, 0.2


def loss(params: Any, x: Any, y: Any) -> Any:
    """The mean squared error of a network with one hidden layer, row by row."""
    total = 0.0
    for i in range(len(x)):
        hidden = np.tanh(x[i] @ params["w1"] + params["b1"])
        total += (hidden @ params["w2"] - y[i]) ** 2
    return total / len(x)


def data() -> tuple[Any, Any, Any]:
    """Parameters, rows and what is to be learnt of each; the same in all processes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 3))
    params = {"w1": rng.normal(size=(3, 8)) / 2, "b1": np.zeros(8), "w2": rng.normal(size=8) / 2}
    return params, x, np.sin(x[:, 0]) * x[:, 1]


def train(devices: int, processes: int, rank: int, address: str) -> None:
    """Run the steps; the first process prints."""
    os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={devices}"
    import jax
    from jax.sharding import AxisType, NamedSharding
    from jax.sharding import PartitionSpec as P

    from adcompiler import value_and_grad

    jax.config.update("jax_enable_x64", True)
    if processes > 1:
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(address, processes, rank)
    both = value_and_grad(loss, backend="jax")
    mesh = jax.make_mesh((devices * processes,), ("rows",), axis_types=(AxisType.Auto,))
    everywhere, split = NamedSharding(mesh, P()), NamedSharding(mesh, P("rows"))

    def mean(params: Any, x: Any, y: Any) -> Any:
        return jax.lax.pmean(both(params, x, y), "rows")

    # check_vma: the loops of the emitted source start from plain zeros, which do not vary among devices
    shared = jax.shard_map(
        mean, mesh=mesh, in_specs=(P(), P("rows"), P("rows")), out_specs=P(), check_vma=False
    )

    @jax.jit
    def step(params: Any, x: Any, y: Any) -> Any:
        value, slope = shared(params, x, y)
        return value, jax.tree.map(lambda p, d: p - RATE * d, params, slope)

    params, x, y = data()
    mine = slice(rank * ROWS // processes, (rank + 1) * ROWS // processes)
    rows = [jax.make_array_from_process_local_data(split, part[mine]) for part in (x, y)]
    params = jax.tree.map(lambda p: jax.make_array_from_process_local_data(everywhere, p), params)
    exchanged = re.findall(
        r"(all-\w+|reduce-scatter|collective-\w+)\(", step.lower(params, *rows).compile().as_text()
    )
    losses = []
    for _ in range(STEPS):
        value, params = step(params, *rows)
        losses.append(float(value))
    if rank == 0:
        print(f"{len(jax.devices())} devices in {processes} processes")
        print(f"communication in a step: {', '.join(exchanged) or 'none'}")
        print(f"loss {losses[0]!r} {losses[-1]!r}")
        print(f"parameters {sum(float(abs(p).sum()) for p in params.values())!r}")


def start(devices: int, processes: int) -> int:
    """This program once for each process, on this machine; 1 if one of them failed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, __file__, f"--devices={devices}", f"--processes={processes}"]
    running = [
        subprocess.Popen([*command, f"--rank={rank}", f"--address={address}"]) for rank in range(processes)
    ]
    while (codes := [process.poll() for process in running]).count(None) and not any(codes):
        time.sleep(0.1)
    for process in running:  # the others would wait for one that failed
        process.terminate()
    return int(any(codes))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--devices", type=int, default=8, help="of each process; those of a CPU are pretended"
    )
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--rank", type=int, help="which of the processes this is; without it they are started"
    )
    parser.add_argument("--address", default="", help="host:port of the process of rank 0")
    given = parser.parse_args()
    if given.processes > 1 and given.rank is None:
        sys.exit(start(given.devices, given.processes))
    train(given.devices, given.processes, given.rank or 0, given.address)
