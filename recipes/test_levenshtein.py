"""Proves a Levenshtein wheel: what it compiles itself, and what it takes from RapidFuzz."""

import sys


def check(ok, what):
    if not ok:
        sys.exit("test_levenshtein: " + what)


def main():
    import Levenshtein
    import rapidfuzz
    from Levenshtein import levenshtein_cpp

    check(Levenshtein.__version__ == "0.27.5", "Levenshtein is %s" % Levenshtein.__version__)
    check(getattr(levenshtein_cpp, "__file__", "built-in").endswith((".so", "built-in")), "levenshtein_cpp came from %s" % levenshtein_cpp.__file__)
    check(Levenshtein.distance("kitten", "sitting") == 3, "distance")
    check(abs(Levenshtein.ratio("Straße", "Strasse") - 10 / 13) < 1e-9, "ratio")
    edits = Levenshtein.editops("spam", "park")
    check(Levenshtein.apply_edit(edits, "spam", "park") == "park", "apply_edit")
    check(Levenshtein.median(["SpSm", "mpamm", "Spam", "Spa", "Sua", "hSam"]) == "Spam", "median")
    words = ["Levnhtein", "Leveshein", "Leenshten", "Leveshtei", "Lenshtein", "Lvenstein", "Levenhtin", "evenshtei"]
    check(Levenshtein.quickmedian(words) == "Levnshein", "quickmedian is %s" % Levenshtein.quickmedian(words))
    check(Levenshtein.setmedian(["ehee", "cceaes", "chees", "chreesc", "chees", "cheesee"]) == "chees", "setmedian")
    check(abs(Levenshtein.setratio(["a", "bc"], ["bc", "a"]) - 1.0) < 1e-9, "setratio")
    try:
        Levenshtein.median([1, 2])
        check(False, "numbers were taken for texts")
    except TypeError:
        pass
    print("Levenshtein %s with rapidfuzz %s" % (Levenshtein.__version__, rapidfuzz.__version__))


main()
