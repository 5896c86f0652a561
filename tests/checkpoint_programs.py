"""Programs with loops for tests of checkpoint: `LOOP` stands for checkpoint, or for nothing."""

from __future__ import annotations

PROGRAMS: dict[str, str] = {
    "elements_in_place": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        for j in range(1, len(y)):
            y[j] = np.sin(y[j] * y[j - 1]) + x[j]
    return np.sum(y)
""",
    "several_states": """
def f(x, n):
    y = x.copy()
    v = np.zeros_like(x)
    s = 1.0
    k = 0
    for i in LOOP(range(n)):
        v = 0.9 * v - 0.1 * np.cos(y)
        y = y + v * s
        s = s * 0.99 + 0.01 * y[0]
        k = k + 1
    return np.sum(y * v) * s + k
""",
    "branch": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        if y[0] > 0.3:
            y = y * np.cos(y)
        else:
            t = np.exp(-y)
            y = y + t * t
    return np.sum(y ** 2)
""",
    "steps": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(2, 2 + 3 * n, 3)):
        y = np.sin(y * i) + x
    return np.sum(y)
""",
    "downwards": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n, 0, -1)):
        y = np.sin(y * i) + x
    return np.sum(y)
""",
    "reversed": """
def f(x, n):
    y = x.copy()
    for i in LOOP(reversed(range(1, n + 1))):
        y = np.sin(y * i) + x
    return np.sum(y)
""",
    "rows_of_an_array": """
def f(x, n):
    A = np.outer(np.arange(1.0, n + 1), x)
    y = x.copy()
    for a in LOOP(A):
        y = np.sin(y * a) + x
    return np.sum(y)
""",
    "enumerate_zip": """
def f(x, n):
    A = np.outer(np.arange(1.0, n + 1), x)
    B = np.cos(A)
    y = x.copy()
    for k, (a, b) in LOOP(enumerate(zip(A, B))):
        y = np.sin(y * a) * b + x * k
    return np.sum(y)
""",
    "break": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        y = y * 0.8 + 0.01 * x * i
        if np.sum(y) < 0.9:
            break
    return np.sum(y * y)
""",
    "continue": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        if i % 3 == 1:
            continue
        y = y * 0.8 + np.sin(x * i)
    return np.sum(y * y)
""",
    "early_return": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        y = y * 0.8 + 0.01 * x * i
        if np.sum(y) < 0.9:
            return np.sum(y) * 3
    return np.sum(y * y)
""",
    "elements_of_an_array": """
def f(x, n):
    s = 0.0
    y = np.zeros(n + 1)
    y[0] = x[0]
    for i in LOOP(range(n)):
        y[i + 1] = math.sin(y[i]) * x[i % 3]
        s += y[i] * y[i + 1]
    return s
""",
    "nested_checkpoints": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        z = y.copy()
        for j in LOOP(range(4)):
            z = np.sin(z) * x
        y = y + z * z
    return np.sum(y)
""",
    "inside_a_loop": """
def f(x, n):
    y = x.copy()
    for k in range(3):
        w = np.cos(y) * k
        for i in LOOP(range(n)):
            w = np.sin(w) * y + x
        y = y * w
    return np.sum(y)
""",
    "names_swap": """
def f(x, n):
    y = x.copy()
    z = y * 2
    for i in LOOP(range(n)):
        y, z = z, y * np.sin(z)
        y[0] = y[0] * x[1]
    return np.sum(y * z)
""",
    "through_a_view": """
def f(x, n):
    A = np.outer(x, x)
    for i in LOOP(range(n)):
        r = A[1]
        r *= np.cos(A[0])
        A[0, :] = r + x
    return np.sum(A)
""",
    "writes_its_argument": """
def f(x, n):
    for i in LOOP(range(n)):
        x[1:] = np.sin(x[1:]) * x[:-1]
    return np.sum(x)
""",
    "length_from_data": """
def f(x, n):
    m = int(np.sum(x)) + n
    y = x.copy()
    for i in LOOP(range(m)):
        y = np.sin(y) + x
    return np.sum(y)
""",
    "captured_is_overwritten_later": """
def f(x, n):
    A = np.cos(x)
    y = x.copy()
    for i in LOOP(range(n)):
        y = np.sin(y) * A
    A[:] = 0.0
    y[0] = 7.0
    return np.sum(y * x) + np.sum(A)
""",
    "captured_changes_around": """
def f(x, n):
    A = np.cos(x)
    y = x.copy()
    for k in range(3):
        for i in LOOP(range(n)):
            y = np.sin(y) * A
            y[1] = A[0] * y[2]
        A[k] = y[0] * A[k]
        y[k] *= 0.5
    return np.sum(y * A)
""",
    "bound_in_the_first_trip": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        if i == 0:
            t = x * 2.0
        y = np.sin(y) + t
        u = y * t
    return np.sum(y)
""",
    "index_after_the_loop": """
def f(x, n):
    y = x.copy()
    u = 0.0
    for i in LOOP(range(n + 1)):
        u = np.sum(y) * np.cos(u)
        y = np.sin(y) + x
    return np.sum(y) + u + i
""",
    "single_precision": """
def f(x, n):
    y = x.astype(np.float32)
    s = 0.0
    k = np.float32(0.3)
    for i in LOOP(range(n)):
        y = np.sin(y) * k * s + y
        s = s * 0.5 + 1.0
    return np.sum(y)
""",
    "two_precisions": """
def f(x, n):
    y = x.astype(np.float32)
    w = x * 1.0
    for i in LOOP(range(n)):
        w = np.sin(y) * w
        y = np.cos(w).astype(np.float32) * y
    return np.sum(y * w)
""",
    "integers_and_complex": """
def f(x, n):
    y = x.copy()
    idx = np.arange(3)
    b = x > 0
    k = 1
    c = 1 + 2j
    for i in LOOP(range(n)):
        idx = (idx + 1) % 3
        y = np.where(b, np.sin(y[idx]) * k, y * np.cos(y))
        b = ~b
        c = c * (0.5 + 0.5j) + y[0]
        k = -k
    return np.sum(y) + np.abs(c)
""",
    "containers": """
def f(x, n):
    st = {'a': x.copy(), 'b': (x * 2, 1.0)}
    for i in LOOP(range(n)):
        a, (b, c) = st['a'], st['b']
        st = {'a': a * np.sin(b), 'b': (b + a, c * 0.9)}
    return np.sum(st['a'] * st['b'][0]) * st['b'][1]
""",
    "loop_else": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        y = np.sin(y) * 0.9 + 0.1 * x
        if y[0] > 0.5:
            break
    else:
        y = y * 3
    return np.sum(y)
""",
    "jumps_inside": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(n)):
        k = 0
        while np.sum(y * y) > 0.3 and k < 5:
            y = y * 0.7 * np.cos(y)
            k += 1
        for j in range(3):
            if y[j] < 0:
                continue
            y[j] = np.sin(y[j]) + x[j]
            if y[j] > 1:
                break
    return np.sum(y * y)
""",
    "numbers": """
def f(x, n):
    s = x[0]
    for i in LOOP(range(n)):
        s = math.sin(s) * math.exp(-s) + x[1] ** 2 / (1 + i)
    return s
""",
    "newton_iteration": """
def f(x, n):
    s = 1.0 + n
    for i in LOOP(range(100)):
        step = (s * s * s - x[0]) / (3 * s * s)
        s = s - step
        if abs(step) < 1e-12:
            break
    return s * x[1]
""",
    "result_not_read": """
def f(x, n):
    y = x.copy()
    z = x.copy()
    for i in LOOP(range(n)):
        y = np.sin(y)
        z = z * y
    return np.sum(x * x) + np.sum(y)
""",
    "shape_changes": """
def f(x, n):
    y = x.copy()
    for i in LOOP(range(min(n, 2))):
        y = np.sin(y[1:])
    return np.sum(y * y)
""",
    "cholesky": """
def f(x, n):
    A = np.outer(x, x) + np.eye(3) * 3
    for k in LOOP(range(3)):
        A[k, k] = np.sqrt(A[k, k])
        A[k + 1:, k] = A[k + 1:, k] / A[k, k]
        for j in range(k + 1, 3):
            A[j:, j] = A[j:, j] - A[j:, k] * A[j, k]
    return A[2, 2] + A[1, 0] * n
""",
    "captured_list": """
def f(x, n):
    ws = [x * 1.0, x * 2.0, np.cos(x)]
    y = x.copy()
    for i in LOOP(range(n)):
        for w in ws:
            y = np.sin(y * w)
    return np.sum(y)
""",
    "two_buffers": """
def f(x, n):
    a = x.copy()
    b = np.zeros_like(x)
    for i in LOOP(range(n)):
        b[:] = np.sin(a) + x
        a, b = b, a
    return np.sum(a * b)
""",
    "rows_in_place": """
def f(x, n):
    A = np.zeros((n + 1, 3))
    A[0] = x
    for i in LOOP(range(n)):
        A[i + 1] = np.sin(A[i]) * A[0]
        A[i] *= 0.5
    return np.sum(A * A)
""",
    "wraps_around": """
def f(x, n):
    m = len(x)
    y = x.copy()
    for i in LOOP(range(m, 0, -1)):
        y = np.sin(y) * x[m - i - 1] + n * x[i - 1]
    return np.sum(y)
""",
}
