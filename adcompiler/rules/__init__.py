"""Derivatives: one line a primitive, in the order of the tables of primitives."""

from adcompiler.rules import creation, elementwise, linalg, linear, rearrange, reductions, structure

__all__ = ["creation", "elementwise", "linalg", "linear", "rearrange", "reductions", "structure"]
