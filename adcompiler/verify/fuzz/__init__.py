"""A fuzzer of programs: random well-typed NumPy functions, and every route through the compiler against the others.

`python -m adcompiler.verify.fuzz --seed S --count N` runs it. One seed is one program, on every machine and
whatever the other seeds are. Owned here: what a random program looks like (`generate`, `statements`,
`structured`, `naming`, `expressions`, `scope`), its arguments (`values`), what is compared (`compare`; of tangents
`tangents`, at order 2 `curvature`), how a failure is made small (`shrink`), the other modes (`noise`,
`metamorphic`), and what has been covered (`histogram`).
"""
