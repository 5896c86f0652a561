"""The intermediate representation: structured SSA, data only."""
