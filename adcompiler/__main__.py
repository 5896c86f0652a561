"""python -m adcompiler: the same as the command `adcompiler`."""

from adcompiler.cli import main

if __name__ == "__main__":
    main(prog_name="python -m adcompiler")
