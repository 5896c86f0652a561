def regime(reynolds):
    if reynolds > 4000:
        return 0.3 / reynolds**0.25, "turbulent"
    return 64 / reynolds, "laminar"


def f(reynolds):
    friction, name = regime(reynolds)
    if name == "laminar":  # E: 8: is a str 'turbulent' on one path
        return 2 * friction
    return friction


args = (2300.0,)
