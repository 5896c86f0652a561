"""Derivatives: one line a primitive, in the order of the tables of primitives."""

from adcompiler.rules import elementwise, linear, reductions, structure

__all__ = ["elementwise", "linear", "reductions", "structure"]
