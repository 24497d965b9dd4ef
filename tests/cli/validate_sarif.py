#!/usr/bin/env python3
"""Checks a log against SARIF 2.1.0 (OASIS), and against what code-scanning pages ask for: validate_sarif.py FILE.

The properties of each object, their types and which are required are those of the standard, written down here as
far as the audit uses them; a property that the standard does not have is wrong wherever it stands. Pages that show
results ask for more: descriptions and levels of rules, one place in a file for each result, a fingerprint that
lasts, and no more of anything than they take.
"""
import gzip
import json
import re
import sys

LEVEL = {"none", "note", "warning", "error"}
COLUMNS = {"utf16CodeUnits", "unicodeCodePoints"}
KINDS = {"function", "member", "module", "namespace", "parameter", "resource", "returnType", "type", "variable"}
MOST = {"runs": 20, "rules": 25000, "results": 25000, "locations": 1000, "tags": 20, "bytes": 10 << 20}
LONGEST_DESCRIPTION = 1024

# Type of each property: a Python type, a set of words, the name of an object, [of a list of them], or a function.
# "!" behind a name: required. What an object may have besides (chapter 3 of the standard) stands under "+".
OBJECTS = {
    "log": {"$schema": str, "version!": {"2.1.0"}, "runs!": ["run"], "+": "inlineExternalProperties"},
    "run": {"tool!": "tool", "invocations": ["invocation"], "columnKind": COLUMNS, "results": ["result"],
            "+": "conversion language versionControlProvenance originalUriBaseIds artifacts logicalLocations graphs "
                 "automationDetails runAggregates baselineGuid redactionTokens defaultEncoding defaultSourceLanguage "
                 "newlineSequences externalPropertyFileReferences threadFlowLocations taxonomies addresses "
                 "translations policies webRequests webResponses specialLocations"},
    "tool": {"driver!": "component", "extensions": ["component"]},
    "component": {"name!": str, "version": str, "semanticVersion": str, "informationUri": str, "rules": ["rule"],
                  "+": "guid organization product productSuite shortDescription fullDescription fullName "
                       "dottedQuadFileVersion releaseDateUtc downloadUri globalMessageStrings notifications taxa "
                       "locations language contents isComprehensive localizedDataSemanticVersion "
                       "minimumRequiredLocalizedDataSemanticVersion associatedComponent translationMetadata "
                       "supportedTaxonomies"},
    "rule": {"id!": str, "name": str, "shortDescription": "text", "fullDescription": "text", "help": "text",
             "defaultConfiguration": "configuration",
             "+": "deprecatedIds guid deprecatedGuids deprecatedNames messageStrings helpUri relationships"},
    "text": {"text!": str, "markdown": str},
    "configuration": {"level": LEVEL, "enabled": bool, "+": "rank parameters"},
    "result": {"ruleId": str, "ruleIndex": int, "level": LEVEL, "message!": "message", "locations": ["location"],
               "partialFingerprints": dict,
               "+": "rule kind analysisTarget guid correlationGuid occurrenceCount fingerprints stacks codeFlows graphs "
                    "graphTraversals relatedLocations suppressions baselineState rank attachments hostedViewerUri "
                    "workItemUris provenance fixes taxa webRequest webResponse"},
    "message": {"text": str, "markdown": str, "id": str, "arguments": list},
    "location": {"physicalLocation": "physical", "logicalLocations": ["logical"],
                 "+": "id message annotations relationships"},
    "physical": {"artifactLocation": "artifact", "region": "region", "+": "address contextRegion"},
    "artifact": {"uri": str, "+": "uriBaseId index description"},
    "region": {"startLine": int, "startColumn": int, "endLine": int, "endColumn": int,
               "+": "charOffset charLength byteOffset byteLength snippet message sourceLanguage"},
    "logical": {"fullyQualifiedName": str, "name": str, "kind": KINDS, "+": "index decoratedName parentIndex"},
    "invocation": {"executionSuccessful!": bool, "toolExecutionNotifications": ["notification"], "exitCode": int,
                   "+": "commandLine arguments responseFiles startTimeUtc endTimeUtc ruleConfigurationOverrides "
                        "notificationConfigurationOverrides toolConfigurationNotifications exitCodeDescription "
                        "exitSignalName exitSignalNumber processStartFailureMessage machine account processId "
                        "executableLocation workingDirectory environmentVariables stdin stdout stderr stdoutStderr"},
    "notification": {"message!": "message", "level": LEVEL,
                     "+": "locations threadId timeUtc exception descriptor associatedRule"},
}

wrong = []


def complain(at, what):
    wrong.append("%s: %s" % (at, what))


def check(value, kind, at):
    """value is of the kind that OBJECTS says."""
    if isinstance(kind, set):
        if value not in kind:
            complain(at, "%r is none of %s" % (value, ", ".join(sorted(kind))))
    elif isinstance(kind, list):
        if not isinstance(value, list):
            complain(at, "%r is no list" % (value,))
            return
        for number, item in enumerate(value):
            check(item, kind[0], "%s/%d" % (at, number))
    elif isinstance(kind, str):
        check_object(value, OBJECTS[kind], at)
    elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        complain(at, "%r is no %s" % (value, kind.__name__))


def check_object(value, fields, at):
    if not isinstance(value, dict):
        complain(at, "%r is no object" % (value,))
        return
    known = {name.rstrip("!"): kind for name, kind in fields.items() if name != "+"}
    for name in fields:
        if name.endswith("!") and name[:-1] not in value:
            complain(at, "lacks %s" % name[:-1])
    for name, member in value.items():
        if name in known:
            check(member, known[name], "%s/%s" % (at, name))
        elif name == "properties":
            if not isinstance(member, dict):
                complain(at, "properties are no object")
            elif len(member.get("tags", [])) > MOST["tags"]:
                complain(at, "too many tags")
        elif name not in fields.get("+", "").split():
            complain(at, "%s is not in the standard" % name)


def check_rule(rule, at):
    for part in ("shortDescription", "fullDescription", "help"):
        text = rule.get(part, {}).get("text", "")
        if not text or (part != "help" and len(text) > LONGEST_DESCRIPTION):
            complain(at, "%s has %d characters" % (part, len(text)))
    if rule.get("defaultConfiguration", {}).get("level") not in LEVEL:
        complain(at, "has no level")
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", rule.get("name", "")):
        complain(at, "the name %r is not in Pascal case" % rule.get("name"))


def check_uri(uri, at):
    """RFC 3986: file: with a path from the root, or a relative reference whose first segment has no colon."""
    if not uri or re.search(r"[^A-Za-z0-9/._~!$&'()*+,;=@%:-]", uri) or re.search(r"%(?![0-9A-F]{2})", uri):
        complain(at, "%r is not escaped" % uri)
    elif ":" in uri.split("/")[0] and not re.match(r"file:///[^/]", uri):
        complain(at, "%r is no file" % uri)
    elif uri.startswith("//"):
        complain(at, "%r names a host" % uri)


def check_result(result, rules, at):
    index = result.get("ruleIndex", -1)
    if not 0 <= index < len(rules) or rules[index].get("id") != result.get("ruleId"):
        complain(at, "ruleIndex %r is not that of %r" % (index, result.get("ruleId")))
    if result.get("level") not in LEVEL:
        complain(at, "has no level")
    if not result.get("message", {}).get("text"):
        complain(at, "has no text")
    locations = result.get("locations", [])
    if not 1 <= len(locations) <= MOST["locations"]:
        complain(at, "has %d locations" % len(locations))
    for location in locations:
        physical = location.get("physicalLocation", {})
        check_uri(physical.get("artifactLocation", {}).get("uri", ""), at)
        if physical.get("region", {}).get("startLine", 0) < 1:
            complain(at, "has no line")
    prints = result.get("partialFingerprints", {})
    if not all(isinstance(v, str) and v for v in prints.values()):
        complain(at, "has an empty fingerprint")
    if not re.fullmatch(r"[0-9a-f]{16}:[1-9][0-9]*", prints.get("primaryLocationLineHash", "")):
        complain(at, "primaryLocationLineHash is %r" % prints.get("primaryLocationLineHash"))


def check_run(run, at):
    driver = run.get("tool", {}).get("driver", {})
    if not driver.get("name"):
        complain(at, "the tool has no name")
    if not re.fullmatch(r"\d+\.\d+\.\d+", driver.get("semanticVersion", "")):
        complain(at, "semanticVersion is %r" % driver.get("semanticVersion"))
    rules, results = driver.get("rules", []), run.get("results")
    ids = [rule.get("id") for rule in rules]
    if len(set(ids)) != len(ids) or len(ids) > MOST["rules"]:
        complain(at, "rules stand twice, or are too many")
    for number, rule in enumerate(rules):
        check_rule(rule, "%s/rules/%d" % (at, number))
    if not isinstance(results, list) or len(results) > MOST["results"]:
        complain(at, "results are absent or too many")
        return
    seen = {}
    for number, result in enumerate(results):
        check_result(result, rules, "%s/results/%d" % (at, number))
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] if result.get("locations") else ""
        key = (uri, result.get("partialFingerprints", {}).get("primaryLocationLineHash"))
        if seen.setdefault(key, number) != number:
            complain("%s/results/%d" % (at, number), "is taken for result %d: same fingerprint" % seen[key])


def main():
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    log = json.loads(data.decode("utf-8"))
    check(log, "log", "#")
    if "sarif-2.1.0" not in log.get("$schema", "") or not 1 <= len(log.get("runs", [])) <= MOST["runs"]:
        complain("#", "$schema or the number of runs")
    if len(gzip.compress(data)) > MOST["bytes"]:
        complain("#", "is too large")
    if not wrong:
        for number, run in enumerate(log["runs"]):
            check_run(run, "#/runs/%d" % number)
    for line in wrong[:30]:
        print(line)
    if not wrong:
        print("%d results" % sum(len(run["results"]) for run in log["runs"]))
    sys.exit(1 if wrong else 0)


main()
