"""Proves a PyYAML wheel: libyaml is inside and the C loader and dumper agree with the Python ones."""

import datetime
import sys

DOCUMENT = {
    "text": "a: b # c",
    "unicode": "\u00e9\u4e2d\U0001f600",
    "list": [1, -2.5, None, True, [[], {}]],
    "map": {"k": {"deep": ["x"] * 3}},
    "bytes": b"\x00\xff",
    "date": datetime.date(2024, 2, 29),
    "multi": "line 1\nline 2\n",
}


def check(ok, what):
    if not ok:
        sys.exit("test_yaml: " + what)


def main():
    import yaml
    from yaml import _yaml

    check(yaml.__version__ == "6.0.2", "PyYAML is %s" % yaml.__version__)
    check(yaml.__with_libyaml__, "libyaml is not inside")
    check(_yaml.get_version() == (0, 2, 5), "libyaml is %s" % (_yaml.get_version(),))
    check(getattr(_yaml, "__file__", "built-in").endswith((".so", "built-in")), "the extension came from %s" % _yaml.__file__)

    text = yaml.dump(DOCUMENT, Dumper=yaml.CSafeDumper, allow_unicode=True)
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        check(yaml.load(text, Loader=loader) == DOCUMENT, "%s reads something else" % loader.__name__)
    by_python = yaml.dump(DOCUMENT, Dumper=yaml.SafeDumper, allow_unicode=True)
    check(yaml.load(by_python, Loader=yaml.CSafeLoader) == DOCUMENT, "CSafeLoader reads something else")
    stream = "---\na: &x [1]\nb: *x\n---\nsecond\n"
    expected = [{"a": [1], "b": [1]}, "second"]
    check(list(yaml.load_all(stream, Loader=yaml.CLoader)) == expected, "anchors and documents")
    try:
        yaml.load("a: [1,\n  b: }", Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        check(error.problem_mark.line == 1, "the error is on line %d" % error.problem_mark.line)
    else:
        check(False, "bad YAML was accepted")
    print("PyYAML %s, libyaml %s" % (yaml.__version__, _yaml.get_version_string()))


main()
