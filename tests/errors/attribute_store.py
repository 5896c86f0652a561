from types import SimpleNamespace

state = SimpleNamespace(last=0.0)


def f(x):
    state.last = x  # E: 5: last
    return x * x


args = (2.0,)
