class Model:
    def __init__(self, scale):
        self.scale = scale
        self.calls = 0

    def __call__(self, x):
        self.calls += 1  # E: 9: calls
        return self.scale * x


f = Model(2.0)
args = (2.0,)
