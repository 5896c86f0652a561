"""What this package asks of XLA for a process, before XLA starts in it: short loops as one kernel each.

On a CPU, XLA starts each operation in the body of a loop on its own, at about a microsecond. A loop whose trips touch
less than 1 kB is compiled as one kernel instead, tens of times faster. The limit is an option of XLA's CPU backend
(`kSmallWhileLoopByteThreshold` in xla/service/cpu/cpu_options.h) that cannot be given with one program: XLA reads the
variable XLA_FLAGS, once.
"""

from __future__ import annotations

import os

LIMIT = 65_536  # bytes
_OPTIONS = "--xla_backend_extra_options"


def ask_for_whole_loops() -> None:
    """Raise the limit to 64 kB for this process, unless XLA has started in it.

    It stays as it is where XLA_FLAGS names a file or says anything about such options. JAX's own loops are compiled in
    the same way then; what they compute is the same up to rounding.
    """
    flags = os.environ.get("XLA_FLAGS", "").strip()
    if _OPTIONS in flags or (flags and not flags.startswith("--")):
        return
    wanted = f"{_OPTIONS}=xla_cpu_small_while_loop_byte_threshold={LIMIT}"
    os.environ["XLA_FLAGS"] = f"{flags} {wanted}".strip()
