async def f(x):  # E: 1: async
    return x * x


args = (2.0,)
