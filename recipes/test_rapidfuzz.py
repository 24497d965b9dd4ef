"""Proves a RapidFuzz wheel: its C++ modules, with and without AVX2, give what the Python ones give; threads."""

import importlib
import random
import sys


def check(ok, what):
    if not ok:
        sys.exit("test_rapidfuzz: " + what)


def names_of(module):
    return [name for name in dir(module) if not name.startswith("_") and callable(getattr(module, name))]


def same(found, wanted):
    return abs(found - wanted) < 1e-6 if isinstance(wanted, float) else found == wanted


def pairs():
    numbers = random.Random(7)
    texts = ["", "a", "kitten", "sitting", "Straße", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 text", "new york mets", "new york mets vs atlanta braves"]
    texts += ["".join(numbers.choice("abcdeé ") for _ in range(n)) for n in (7, 63, 64, 65, 200)]
    return [(a, b) for a in texts for b in texts]


def compare(cpp, python, names):
    for name in names:
        for a, b in pairs():
            found, wanted = getattr(cpp, name)(a, b), getattr(python, name)(a, b)
            check(same(found, wanted), "%s.%s(%r, %r) is %r, not %r" % (cpp.__name__, name, a, b, found, wanted))


def main():
    import rapidfuzz
    from rapidfuzz import fuzz, fuzz_py, process, utils, utils_cpp
    from rapidfuzz._feature_detector import AVX2, supports
    from rapidfuzz.distance import Levenshtein, Levenshtein_py, metrics_cpp

    check(rapidfuzz.__version__ == "3.14.6", "rapidfuzz is %s" % rapidfuzz.__version__)
    endings = ["", "_avx2"] if supports(AVX2) else [""]
    check(fuzz.ratio.__module__ == "rapidfuzz.fuzz_cpp" + endings[-1], "fuzz.ratio is of %s" % fuzz.ratio.__module__)
    scores = [name for name in names_of(fuzz_py) if "ratio" in name.lower() and "alignment" not in name]
    check(len(scores) >= 8, "scores are %s" % scores)
    for ending in endings:
        compare(importlib.import_module("rapidfuzz.fuzz_cpp" + ending), fuzz_py, scores)
        metrics = importlib.import_module("rapidfuzz.distance.metrics_cpp" + ending)
        for a, b in pairs():
            check(metrics.levenshtein_distance(a, b) == Levenshtein_py.distance(a, b), "levenshtein%s" % ending)
    check(Levenshtein.editops("kitten", "sitting").apply("kitten", "sitting") == "sitting", "editops")
    check(utils.default_process is utils_cpp.default_process, "default_process is not the compiled one")
    check(utils.default_process(" Ärger, No. 5! ") == "ärger  no  5", "default_process")
    choices = ["%d bottles of beer" % i for i in range(2000)]
    best, score, at = process.extractOne("1234 bottles of beer", choices)
    check((best, score, at) == (choices[1234], 100.0, 1234), "extractOne")
    check(len(process.extract("12 bottles", choices, limit=5)) == 5, "extract")
    try:
        metrics_cpp.levenshtein_distance("a", 5)
        check(False, "a number was taken for a text")
    except TypeError:
        pass  # it was thrown in C++, across the shared runtime
    print("rapidfuzz %s, %s" % (rapidfuzz.__version__, "with AVX2" if len(endings) > 1 else "without AVX2"))


main()
