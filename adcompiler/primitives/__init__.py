"""The primitives: one table row each. What a primitive is called, how it is printed, which type it gives."""

from adcompiler.primitives import elementwise, linear, reductions, structure

__all__ = ["elementwise", "linear", "reductions", "structure"]
