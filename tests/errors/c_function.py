import zlib


def f(x):
    key = zlib.crc32(b"key")  # E: 11: crc32
    return x * key


args = (2.0,)
