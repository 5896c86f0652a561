class Node:
    def __init__(self, value):
        self.value = value
        self.root = self


def f(x):
    node = Node(x)
    for _ in range(3):  # E: 5: holds itself
        node.value = node.root.value * x
    return node.value


args = (2.0,)
