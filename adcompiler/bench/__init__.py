"""The benchmark: kernels written from their mathematics, and how long their gradients take, beside those of others."""
