def f(x):
    async def later(y):  # E: 5: async
        return y

    return x * x


args = (2.0,)
