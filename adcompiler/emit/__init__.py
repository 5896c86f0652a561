"""From the IR to source text: one printer for NumPy, one for JAX, and the spelling and layout they share."""
