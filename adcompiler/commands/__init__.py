"""What the commands do: `target` finds what a command line is about, `show` and `check` compute and print.

The options and the exit codes are in `cli`; finding files and laying out text is the viewer's.
"""
