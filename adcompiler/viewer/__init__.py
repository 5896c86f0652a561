"""What a person looks at: a function beside its adjoint, with values and verdicts, in the terminal.

Nothing here compiles or checks anything. `locate` finds the function that a command line names, `example`
reads or draws the arguments to evaluate it at, `show` lays out texts and numbers computed elsewhere.
"""
