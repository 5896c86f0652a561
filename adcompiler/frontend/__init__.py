"""The front end: from a Python callable to IR. `source`, `fence` and `normalise` work on `ast` alone."""
