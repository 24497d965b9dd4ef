# cython: language_level=3


def add(long a, long b):
    """The sum of both."""
    return a + b
