"""The two halves of a pullback as source: what comes behind the passes of the pipeline."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from adcompiler.emit.jax import JaxModule, emit_jax
from adcompiler.emit.jax_bounds import requirements
from adcompiler.emit.jax_halves import Halves, split
from adcompiler.emit.numpy import emit_numpy
from adcompiler.emit.source import print_module
from adcompiler.pipeline import (
    Program,
    asserting,
    held_parameters,
    jitted,
    static_parameters,
    traceable,
)
from adcompiler.sweeps import output_of, shifted
from adcompiler.transforms.halves import BACKWARD, FORWARD, halves, without


@dataclass(frozen=True, slots=True)
class JaxHalves:
    """Both halves for XLA: the module that defines them, and how the second one gets what it needs."""

    emitted: JaxModule
    pair: Halves


def names_of(program: Program) -> tuple[str, str]:
    """The names of both functions."""
    return f"{program.lowered.name}{FORWARD}", f"{program.lowered.name}{BACKWARD}"


def without_seed(program: Program) -> tuple[str, ...]:
    """The parameters of the first half."""
    return without(program.optimized.signature, program.request.seed)


def numpy_halves(program: Program) -> str:
    """The NumPy source of both halves, each a function."""
    value, slopes = program.result.children
    count = len(program.lowered.region.results)
    first = len(program.optimized.body.results) - count
    ends = output_of(shifted(value, -first)), output_of(slopes)
    forward, backward = halves(
        program.optimized, program.lowered.name, count, ends, program.seeds, program.request.seed
    )
    both = replace(backward, callees=(*backward.callees, replace(forward, callees=())))
    return print_module(asserting(emit_numpy(both), program, forward.name), "np")


def jax_halves(program: Program) -> JaxHalves:
    """The JAX source of both halves as a tree."""
    emitted = emit_jax(program.optimized)
    static = static_parameters(program, emitted)
    whole = program.optimized.name
    module = asserting(emitted.module, program, whole)
    k = next(
        k for k, node in enumerate(module.body) if isinstance(node, ast.FunctionDef) and node.name == whole
    )
    definition = module.body[k]
    assert isinstance(definition, ast.FunctionDef)
    name = program.lowered.name
    docs = (
        f"Value of {name}, and what {name}{BACKWARD} reads.",
        f"Cotangents of the arguments of {name}, for the cotangent {program.request.seed} of its value.",
    )
    known = (*static, *("max_trips",) * emitted.counts)
    pair = split(definition, name, known, program.request.seed, docs, emitted.counts)
    body = [*module.body[:k], pair.forward, pair.backward, *module.body[k + 1 :]]
    requires = requirements(program.primal, static)
    return JaxHalves(replace(emitted, module=ast.Module(body, []), static=static, requires=requires), pair)


def jax_halves_source(program: Program) -> str:
    """The JAX source of both halves, each a function under jax.jit."""
    made = jax_halves(program)
    module, emitted = made.emitted.module, made.emitted
    if traceable(program):
        names = (*held_parameters(program, emitted.static), *("max_trips",) * emitted.counts)
        module = jitted(module, f"{program.lowered.name}{FORWARD}", names, emitted.in_place)
        module = jitted(module, f"{program.lowered.name}{BACKWARD}", made.pair.static, False)
    return print_module(module, "jnp")
