"""Programs of several statements: loops, branches, lists, overwritten values, several uses of one value."""

from __future__ import annotations

from operations.record import NUMPY, distinct, family, integers, normal, number, operation, positive, sample

family("programs", "Programs")

operation(
    "loops",
    sample(
        "y = x.copy()\nfor i in range(1, len(y)):\n    y[i] = np.sin(y[i - 1]) * y[i]\ny",
        x=[normal(1), normal(5)],
    ),
    sample("s = 0.0\nfor i in range(len(x)):\n    s += x[i] * x[i] * v\ns", x=normal(4), v=normal()),
    sample("y = x.copy()\nfor i in range(1, len(y)):\n    y[i] = y[i - 1] * v\ny", x=normal(4), v=normal()),
    sample("y = x.copy()\nfor i in range(1, len(y)):\n    y[i] = y[i - 1] * (v @ y)\ny", x=normal(4), v=normal(4)),
    sample("y = x.copy()\nfor i in range(len(y)):\n    y[i] = v * v\ny * x", x=normal(4), v=normal()),
    sample(
        "y = x.copy()\nfor i in range(1, 3):\n    y[i + 1] = y[i - 1] * v\n    y[i] = v\ny",
        x=normal(5),
        v=normal(),
    ),
    sample("s = 1.0\nfor row in x:\n    s = s * np.sum(row) + row[0]\ns", x=normal(3, 2)),
    sample(
        "y = np.zeros(len(x), x.dtype)\nfor i in range(len(x)):\n    for j in range(i + 1):\n        y[i] += x[j] * x[i]\ny",
        x=normal(4),
    ),
    sample(
        "s = v\nfor i in range(len(x)):\n    s = s * s * x[i] + s\ns * v", x=normal(3), v=number(0.5, 0.6)
    ),
    sample(
        "s = x[0]\nfor i in range({a}, {b}, {c}):\n    s = s * x[i] + x[i]\ns",
        x=normal(7),
        a=[6, 5],
        b=[0, 1],
        c=[-1, -2],
    ),
    sample("s = x[0]\nfor i in range(1, 7, 2):\n    s = np.sin(s) * x[i]\ns", x=normal(7)),
    sample("a, b = x[0], x[1]\nfor i in range(4):\n    a, b = b * v, a + b\na * b", x=normal(2), v=normal()),
    sample(
        "s = x\nfor k in range({n}):\n    s = np.tanh(s @ w)\ns", x=normal(3), w=normal(3, 3), n=[0, 1, 3]
    ),
    sample("s = x\nfor k in range(3):\n    s = s * w[k] + s * s\ns", x=normal(2), w=normal(3)),
    sample(
        "y = x.copy()\nfor i in range(len(y) - 1):\n    y[i + 1] = y[i] * y[i + 1]\n    y[i] = y[i] + y[i + 1] * y[i + 1]\ny",
        x=normal(5),
    ),
    sample("y = x.copy()\nfor k in range(3):\n    y[1:-1] = y[1:-1] * 0.5 + y[2:] * y[:-2]\ny", x=normal(5)),
    sample(
        "y = x.copy()\nfor i in range(1, 3):\n    for j in range(1, 3):\n        y[i, j] = y[i - 1, j] * y[i, j - 1] + y[i, j]\ny",
        x=normal(3, 3),
    ),
    sample("y = x.copy()\nfor i in range(len(y)):\n    y[0] = y[0] * y[i]\ny", x=normal(4)),
    sample("s = 0.0\nfor i, v in enumerate(x):\n    s = s * v + i * v * v\ns", x=normal(4)),
    sample("s = 0.0\nfor a, b in zip(x, y):\n    s = s * a + np.sum(a * b)\ns", x=normal(3), y=normal(3, 2)),
    jax=False,
    order=2,
)
operation(
    "while loops",
    sample("y = x.copy()\nwhile np.abs(y[0]) < 10.0:\n    y = y * 1.5 + y[0]\ny", x=normal(3)),
    sample("s = x\nwhile s < 20.0:\n    s = s * s + v\ns * v", x=number(1.5, 1.6), v=number(0.5, 0.6)),
    sample("s, k = x, 0\nwhile k < 3:\n    s = np.sin(s) * x\n    k += 1\ns", x=normal(2), order=2),
    sample(
        "s = x\nfor i in range(10):\n    s = s * v\n    if s > 4.0:\n        break\ns",
        x=number(1.1, 1.2),
        v=number(1.3, 1.4),
    ),
    sample(
        "s = 0.0\nfor i in range(len(x)):\n    if x[i] < 0:\n        continue\n    s = s * v + x[i] * x[i]\ns",
        x=distinct(5),
        v=normal(),
    ),
    analytic=False,
    jax=False,
)
operation(
    "branches",
    sample(
        "if x > 0:\n    y = x * v\nelse:\n    y = np.sin(v)\ny",
        x=[number(0.5, 1), number(-1, -0.5)],
        v=normal(),
    ),
    sample("y = v\nif x > 0:\n    y = y * x\ny * v", x=[number(0.5, 1), number(-1, -0.5)], v=normal(3)),
    sample(
        "s = 0.0\nfor v in x:\n    if v > 0:\n        s = s * v + v\n    else:\n        s = s - v * v * s + 1.0\ns",
        x=distinct(5),
    ),
    sample(
        "y = x.copy()\nfor i in range(1, len(y)):\n    if y[i] > 0:\n        y[i] = y[i] * y[i - 1]\n    else:\n        y[i - 1] = y[i] * 2.0\ny",
        x=distinct(5),
    ),
    sample("y = x * 2.0 if np.sum(x) > 0 else x * x\ny", x=[positive(2), normal(2)]),
    analytic=False,
    jax=False,
    order=2,
)
operation(
    "lists",
    sample(
        "y = [w] * len(x)\nfor i in range(len(x)):\n    y[i] = y[i] * x[i] + w\nsum(y)",
        x=normal(3),
        w=normal(),
        backends=NUMPY,
    ),
    sample(
        "y = []\nfor v in x:\n    y.append(v * v)\nnp.stack(y) * np.stack(y)[::-1] * x",
        x=normal(3),
        backends=NUMPY,
    ),
    sample(
        "y = [x[0] * x[1], x[1]]\nfor i in range(len(x)):\n    y.append(y[-1] * x[i] + y[0])\nnp.sum(np.stack(y) * w)",
        x=normal(3),
        w=normal(),
        backends=NUMPY,
    ),
    sample(
        "y = []\nfor v in x:\n    y.append(v * v)\ns = 0.0\nfor v in y:\n    s = s + v * w\nnp.stack(y) * s",
        x=normal(3),
        w=normal(),
        backends=NUMPY,
    ),
    sample(
        "y = [w * x[0], w]\nfor i in range(n):\n    y.append(y[-1] * w)\ny[0] * y[-1]",
        x=normal(3),
        w=normal(),
        n=2,
        backends=NUMPY,
    ),
    sample("y = []\nfor v in x:\n    y.append(v * v)\ny[0] * y[1] + y[-1]", x=normal(3)),
    sample(
        "y = [x]\nfor k in range(3):\n    y.append(y[-1] * y[k] + w)\ny[2] * y[3]", x=normal(2), w=normal(2)
    ),
    sample("y = [x[0], x[1], x[2]]\ny[1] = y[0] * y[1]\ny[0] = y[1] * y[1]\ny[0] + y[1] * y[2]", x=normal(3)),
    sample(
        "y = [v * v for v in x]\nfor i in range(1, len(x)):\n    y[i] = y[i] * y[i - 1]\ny[-1] + y[1]",
        x=normal(4),
    ),
    sample(
        "y = [v * v for v in x]\nfor i in range(1, len(x)):\n    y[i] += y[i - 1] * x[i]\nsum(y)", x=normal(4)
    ),
    sample(
        "y = []\nfor v in x:\n    y.append(v * w)\nnp.stack(y) * x", x=normal(3), w=normal(), backends=NUMPY
    ),
    sample("y = []\nfor v in x:\n    y.append(v * v)\nz = y.pop()\nz * y[0]", x=normal(3), backends=NUMPY),
    sample(
        "y = []\nfor v in x:\n    y.append(v * v)\ns = 0.0\nfor v in y[1:]:\n    s = s * v + v\ns",
        x=normal(4),
        backends=NUMPY,
    ),
    sample(
        "y = []\nfor v in x:\n    y.append(v * v)\nnp.concatenate(y, axis={axis}) ** 2",
        x=normal(2, 2, 3),
        axis=[0, 1],
        order=2,
    ),
    sample(
        "y = [w] * 3\nfor i in range(3):\n    y[i] = y[i] * x[i] + w\ny[0] * y[1] * y[2]",
        x=normal(3),
        w=normal(),
    ),
    sample(
        "s = w\nfor a, b in p:\n    s = np.tanh(a * s + b)\ns",
        p=((normal(), normal(2)), (normal(), normal(2))),
        w=normal(2),
        order=1,
    ),
    jax=False,
    order=2,
)
operation(
    "one value in many places",
    sample("y = x * x; y * np.sin(y) + x * y", x=normal(3)),
    sample("y = np.sum(x); z = x / y; z * y + z * z", x=positive(3)),
    sample("y = x + v; z = y * y; np.sum(z, axis=0) * y", x=normal(2, 3), v=normal(3)),
    sample("a = x @ x.T; a * np.sum(a) + a @ a", x=normal(2, 3)),
    sample("y = x.copy(); y[0] = y[1] * y[1]; z = y * y; y[1] = z[0] * v; y * z", x=normal(3), v=normal()),
    sample("y = x.copy(); z = y; z[0] = v * v; y * z", x=normal(3), v=normal()),
    sample("y = x.copy(); z = y[1:]; z *= y[:-1] * 1.0; y", x=normal(4)),
    sample("y = x.copy(); y.fill(1.5); y * x", x=normal(3)),
    sample("y = x.T * v; y[0] += y[1]; y + y.T", x=normal(3, 3), v=normal(3)),
    sample("y = x[i] * x; y[i] = y[0] * y[i]; y", x=normal(4), i=2),
    sample("y = -(x - v) / -(v * x); -y * (2.0 * (3.0 * x)) - (-y)", x=positive(3), v=positive(3)),
    sample("y = np.zeros_like(x); y[:] = v * v; y[1:] += x[:-1] * y[:-1]; y", x=normal(3), v=normal(3)),
    sample("y = x[i]; z = x[j]; y * z * y", x=normal(4), i=integers(0, 4, 3), j=integers(0, 4, 3)),
    sample("np.sum(x * v, axis=0) * np.sum(x * v, axis=1) + np.sum(v)", x=normal(3, 3), v=normal(3)),
    sample("(x - v) * np.sin(v - x) + (v - x) * (x - v)", x=normal(3), v=normal(3)),
    jax=False,
    order=2,
)
