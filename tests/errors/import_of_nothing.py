def f(x):
    import no_such_module_anywhere as nowhere  # E: 5: ModuleNotFoundError

    return nowhere.sin(x)


args = (2.0,)
