"""Random programs around a maximum that is subtracted: of some nothing depends on it, of others something does."""

from __future__ import annotations

import random

PICKED = "({a} * np.ones_like(x))"
# of a and b, which broadcast to the shape of x; w is positive, t a number, e = exp(c * (x - m))
FORMS = (
    *("{a} + {b}", "{a} - {b}", "{a} - {b}", "{a} * {b}", "{a} / {b}", "{a} / {b}"),
    *("{a} * 0.5", "{a} * t", "{a} / t", "-{a}", "w * {a}", "{a} ** 2"),
    *("np.exp({a})", "np.log(np.abs({a}))", "np.sqrt(np.abs({a}))"),
    *("np.sum({a}, axis={over}, keepdims=True)", "np.sum({a}, axis={over}, keepdims=True)"),
    *("np.mean({a}, axis={over}, keepdims=True)", "np.max({a}, axis={over}, keepdims=True)"),
    *("np.maximum({a}, {b})", "np.where(w > 1, {a}, {b})", "np.where(w > 1, {a}, 0.0)"),
    *("{a}.T", f"{PICKED} @ w", f"w @ {PICKED}", f"np.cumsum({PICKED}, axis={{over}}).reshape(-1, 4)"),
    *("np.einsum('ij,ij->i', e, {a} * w)[:, None]", "np.einsum('ij,jk->ik', e, {a} * w)"),
    *(f"{PICKED}[np.arange(len(x)), [1, 0, 2, 1]][:, None]", f"{PICKED}[:, ::-1]", f"{PICKED}[1]"),
    f"np.reshape({PICKED}, (2, 8)).reshape(4, 4)",
)
MAXIMA = (
    "np.max(x, axis={axis}, keepdims=True)",
    "np.expand_dims(x.min({axis}), {axis})",
    "np.max(x, keepdims=True)",
)


def shift_program(seed: int) -> str:
    """The source of a function f of a matrix x of 4 times 4, of positive weights w of its shape, and of a number t."""
    rng = random.Random(seed)
    axis = rng.choice([0, 1])
    names = ["x", "m", "z", "e"]
    lines = [
        f"m = {rng.choice(MAXIMA).format(axis=axis)}",
        f"z = (x - m){rng.choice(['', ' * 2', ' / t', ' * 0.5', ' * t'])}",
        "e = np.exp(z)",
    ]
    for k in range(rng.randrange(2, 9)):
        over = rng.choice([axis, axis, 1 - axis, None])
        lines.append(
            f"v{k} = {rng.choice(FORMS).format(a=rng.choice(names), b=rng.choice(names), over=over)}"
        )
        names.append(f"v{k}")
    result = " + ".join(f"np.sum(np.sin({name}) * w)" for name in rng.sample(names[4:], 2))
    if rng.random() < 0.5:
        lines.append(f"s = np.sum(e, axis={rng.choice([axis, axis, axis, 1 - axis, None])}, keepdims=True)")
        if rng.random() < 0.3:
            lines.append(f"s = s * ({rng.choice(names[4:])})")
        result = rng.choice(["np.cos(e / s)", "np.sin(z - np.log(s))", "np.sin(np.log(s) + m)"])
        result = f"np.sum({result} * w)"
    body = "\n    ".join([*lines, f"return {result}"])
    return f"import numpy as np\n\n\ndef f(x, w, t):\n    {body}\n"
