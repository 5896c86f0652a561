costs = {
    "file": lambda x: x * float(input()),  # E: 33: input
}
f = costs["file"]
args = (2.0,)
