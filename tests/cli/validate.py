#!/usr/bin/env python3
"""Validates JSON against a schema of templates/schema: validate.py SCHEMA FILE [--lines].

Knows the keywords that our schemas use and refuses others, so that a schema cannot promise what is not looked
at. Prints what is wrong and where; status 1 then.
"""
import json
import re
import sys

KNOWN = {"$schema", "$id", "$defs", "$ref", "title", "description", "type", "additionalProperties", "required", "properties",
         "items", "const", "enum", "pattern", "minimum", "oneOf", "allOf"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def problems(schema, value, root, at):
    unknown = set(schema) - KNOWN
    if unknown:
        yield "%s: the schema uses %s, which this test does not know" % (at, ", ".join(sorted(unknown)))
    if "$ref" in schema:
        yield from problems(root["$defs"][schema["$ref"].split("/")[-1]], value, root, at)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(TYPES[t](value) for t in types):
        yield "%s: %r is not %s" % (at, value, " or ".join(types))
        return
    if "const" in schema and value != schema["const"]:
        yield "%s: %r is not %r" % (at, value, schema["const"])
    if "enum" in schema and value not in schema["enum"]:
        yield "%s: %r is not one of %r" % (at, value, schema["enum"])
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield "%s: %r does not match %s" % (at, value, schema["pattern"])
    if "minimum" in schema and isinstance(value, (int, float)) and value < schema["minimum"]:
        yield "%s: %r is less than %r" % (at, value, schema["minimum"])
    for one in schema.get("allOf", []):
        yield from problems(one, value, root, at)
    if "oneOf" in schema:
        each = [list(problems(s, value, root, at)) for s in schema["oneOf"]]
        if sum(not found for found in each) != 1:
            yield "%s: is not exactly one of the alternatives: %s" % (at, "; ".join(sum(each, [])))
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for key in schema.get("required", []):
            if key not in value:
                yield "%s: lacks %r" % (at, key)
        for key, member in value.items():
            if key in known:
                yield from problems(known[key], member, root, at + "/" + key)
            elif schema.get("additionalProperties") is False:
                yield "%s: %r is not in the schema" % (at, key)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from problems(schema["items"], item, root, "%s/%d" % (at, number))


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    with open(sys.argv[2], encoding="utf-8") as f:
        text = f.read()
    values = [json.loads(line) for line in text.splitlines()] if "--lines" in sys.argv else [json.loads(text)]
    if not values:
        sys.exit("nothing to validate")
    found = [p for number, value in enumerate(values) for p in problems(schema, value, schema, "#%d" % number)]
    for problem in found:
        print(problem)
    sys.exit(1 if found else 0)


main()
