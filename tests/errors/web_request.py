import urllib.request


def f(x):
    page = urllib.request.urlopen("http://localhost/")  # E: 12: urlopen
    return x * len(page.read())


args = (2.0,)
