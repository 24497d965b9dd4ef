#!/usr/bin/env python3
"""Checks the structure that SARIF 2.1.0 asks for, as far as the audit writes it: validate_sarif.py FILE."""
import json
import re
import sys

LEVELS = {"none", "note", "warning", "error"}


def fail(what):
    print(what)
    sys.exit(1)


def need(value, kind, what):
    if not isinstance(value, kind) or (kind is str and not value):
        fail("%s: %r is not a %s" % (what, value, kind.__name__))
    return value


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        log = json.load(f)
    if log.get("version") != "2.1.0" or "sarif-2.1.0" not in log.get("$schema", ""):
        fail("version or $schema")
    unknown = set(log) - {"version", "$schema", "runs"}
    if unknown or len(need(log.get("runs"), list, "runs")) != 1:
        fail("runs, or %r" % unknown)
    run = log["runs"][0]
    if set(run) - {"tool", "invocations", "columnKind", "results"}:
        fail("a run has %r" % sorted(run))
    driver = run["tool"]["driver"]
    need(driver.get("name"), str, "driver.name")
    if not re.fullmatch(r"\d+\.\d+\.\d+", driver.get("semanticVersion", "")):
        fail("semanticVersion")
    rules = need(driver.get("rules"), list, "rules")
    ids = [need(r.get("id"), str, "rule.id") for r in rules]
    if len(set(ids)) != len(ids):
        fail("a rule stands twice")
    for rule in rules:
        for key in ("shortDescription", "fullDescription", "help"):
            need(rule[key]["text"], str, key)
        if rule["defaultConfiguration"]["level"] not in LEVELS or not re.fullmatch(r"[A-Z][A-Za-z0-9]+", rule["name"]):
            fail("rule %r" % rule)
    fingerprints = []
    for result in need(run.get("results"), list, "results"):
        if ids[result["ruleIndex"]] != result["ruleId"] or result["level"] not in LEVELS:
            fail("ruleIndex or level of %r" % result)
        need(result["message"]["text"], str, "message")
        for location in need(result["locations"], list, "locations"):
            uri = need(location["physicalLocation"]["artifactLocation"]["uri"], str, "uri")
            if re.search(r"[^A-Za-z0-9/._~!$&'()*+,;=@%:-]", uri):
                fail("uri %r is not escaped" % uri)
            if location["physicalLocation"]["region"]["startLine"] < 1:
                fail("startLine")
            for logical in location.get("logicalLocations", []):
                need(logical["fullyQualifiedName"], str, "fullyQualifiedName")
        fingerprints.append(need(result["partialFingerprints"]["staticbuildFinding/v1"], str, "fingerprint"))
    if any(not re.fullmatch("[0-9a-f]{64}", f) for f in fingerprints):
        fail("a fingerprint is malformed")
    for invocation in need(run["invocations"], list, "invocations"):
        need(invocation["executionSuccessful"], bool, "executionSuccessful")
    print("%d results" % len(fingerprints))


main()
