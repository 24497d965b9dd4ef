"""Small wrong changes to a C file, found in its text: what a tired programmer could have written.

`mutants_of(text)` gives them in the order of the file. An operator looks at the text with comments, literals and
preprocessor lines blanked, so that what it finds is code; it changes the text itself at the same place. The layout
that clang-format gives is relied upon: a blank on both sides of a binary operator.
"""
import re
from collections import namedtuple

# text[begin:end] becomes new.
Mutant = namedtuple("Mutant", "operator begin end new")

RELATIONAL = {"<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "==": ("!=",), "!=": ("==",)}
SYMMETRIC = {"strcmp", "strncmp", "memcmp", "strcasecmp"}  # when the result is held against 0
KEYWORDS = {"if", "while", "for", "switch", "return", "sizeof", "do", "else", "case", "goto"}
CONTROL = re.compile(r"\s*(?:else\b(?!\s*if\b)|(?:else\s+)?(?:if|for|while|switch|vec_each|toml_each)\s*\(|"
                     r"case\s[^:]*:|default\s*:|\w+:(?!:))")
ASSIGNMENT = re.compile(r"(?:\+\+|--)|[^=!<>]=(?!=)|(?:\+\+|--)$")
DECLARATION = re.compile(r"^(?:const |static |struct |enum |unsigned |long |AUTO|VEC\b)|^\w[\w ]*[\s*]\**\w+\s*(?:=|\[|$|,)")
BOOL_FUNCTION = re.compile(r"^(?:static )?bool \w+\(", re.M)
FUNCTION = re.compile(r"^\w[\w \*]*?\b\w+\([^;]*?\)\n\{", re.M | re.S)


def blank(text):
    """The same length, with everything that is not code as blanks."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M)

    def fill(match):
        mark = "x" if match.group()[0] in "\"'" else " "
        return re.sub(r"[^\n]", mark, match.group())
    return pattern.sub(fill, text)


def closing(code, at):
    """The index of the bracket that closes the one at `at`, or -1."""
    depth = 0
    for i in range(at, len(code)):
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i
    return -1


def relational(code, text):
    for m in re.finditer(r"(?<=\s)(<=|>=|==|!=|<|>)(?=\s)", code):
        for new in RELATIONAL[m.group()]:
            yield Mutant("relation", m.start(), m.end(), new)


def logical(code, text):
    for m in re.finditer(r"&&|\|\|", code):
        yield Mutant("and-or", m.start(), m.end(), "||" if m.group() == "&&" else "&&")


def negated(code, text):
    for m in re.finditer(r"\b(?:if|while) \(", code):
        end = closing(code, m.end() - 1)
        if end > 0:
            yield Mutant("negated", m.end(), end, "!(" + text[m.end():end] + ")")


def constants(code, text):
    for m in re.finditer(r"(?<![\w.])(?:0|[1-9]\d*)(?![\w.])", code):
        if code[m.start() - 1:m.end() + 1] == "{0}" or code[m.start() - 1] == "-":
            continue  # all of a struct; a failure, of which `returns` makes a success
        value = int(m.group())
        for new in (value + 1, value - 1):
            if new >= 0:
                yield Mutant("constant", m.start(), m.end(), str(new))


def returns(code, text):
    swapped = {"0": "-1", "-1": "0", "true": "false", "false": "true", "1": "0"}
    spans = []
    for f in BOOL_FUNCTION.finditer(code):
        brace = code.find("{", f.end())
        if brace > 0 and ";" not in code[f.end():brace]:
            spans.append((brace, closing(code, brace)))
    for m in re.finditer(r"\breturn ([^;]*);", code):
        value = text[m.start(1):m.end(1)]
        if value in swapped:
            yield Mutant("return", m.start(1), m.end(1), swapped[value])
        elif any(begin < m.start() < end for begin, end in spans):
            yield Mutant("return", m.start(1), m.end(1), "!(" + value + ")")


def arguments(code, text):
    for m in re.finditer(r"\b(\w+)\(", code):
        end = closing(code, m.end() - 1)
        if m.group(1) in KEYWORDS or end < 0:
            continue
        if m.group(1) in SYMMETRIC and re.match(r"\s*[=!]= 0", code[end + 1:end + 8]):
            continue
        parts, depth, begin = [], 0, m.end()
        for i in range(m.end(), end + 1):
            if i == end or (code[i] == "," and depth == 0):
                parts.append((begin, i))
                begin = i + 1
            elif code[i] in "([{":
                depth += 1
            elif code[i] in ")]}":
                depth -= 1
        for (a, b), (c, d) in zip(parts, parts[1:]):
            first, second = text[a:b], text[c:d]
            if first.strip() != second.strip() and first.strip() and second.strip():
                blanks = [re.match(r"\s*", one).group() for one in (first, second)]
                yield Mutant("arguments", a, d, blanks[0] + second.strip() + "," + blanks[1] + first.strip())


def statement_begin(code, begin, end):
    """Behind labels and conditions: where the statement itself begins."""
    while True:
        m = CONTROL.match(code, begin, end)
        if not m:
            break
        begin = m.end()
        if code[begin - 1] == "(":
            begin = closing(code, begin - 1) + 1
            if begin <= 0 or begin > end:
                return -1
    while begin < end and code[begin].isspace():
        begin += 1
    return begin


def deleted(code, text):
    begin, depth = 0, 0
    for i, c in enumerate(code):
        if c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c in "{}" or (c == ";" and depth == 0):
            at = statement_begin(code, begin, i) if c == ";" else -1
            begin = i + 1
            if at < 0:
                continue
            what = " ".join(code[at:i].split())
            call = re.match(r"^\w+\(.*\)$", what)
            jump = what in ("break", "continue")
            changes = ASSIGNMENT.search(what) and not DECLARATION.match(what)
            if not what.startswith(("return", "goto")) and (call or jump or changes):
                yield Mutant("deleted", at, i, re.sub(r"[^\n]", " ", text[at:i]))


def in_function(spans, m):
    return any(begin <= m.begin and m.end <= end for begin, end in spans)


def mutants_of(text):
    """All of them. Assertions are left alone: one that holds cannot be told from a weaker one."""
    code = blank(text)
    asserted = []
    for m in re.finditer(r"\bassert\(", code):
        asserted.append((m.start(), closing(code, m.end() - 1) + 1))
    bodies = [(m.end() - 1, closing(code, m.end() - 1)) for m in FUNCTION.finditer(code)]
    found = []
    for operator in (relational, logical, negated, deleted, constants, returns, arguments):
        for mutant in operator(code, text):
            if any(a <= mutant.begin and mutant.end <= b for a, b in asserted):
                continue
            if operator in (deleted, arguments) and not in_function(bodies, mutant):
                continue
            found.append(mutant)
    return sorted(found, key=lambda m: (m.begin, m.operator, m.new))
