#!/usr/bin/env python3
"""Sums up a JUnit file of ctest: test_results.py FILE prints "PASSED FAILED SKIPPED" on standard
output, and on standard error what was skipped, whole tests and parts of passing ones, and why."""
import re
import sys
import xml.etree.ElementTree as ElementTree


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
            # Tests may print control characters, which XML does not allow and ctest does not escape.
            text = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", file.read())
        suite = ElementTree.fromstring(text)
    except (OSError, ElementTree.ParseError) as error:
        sys.exit(f"test_results.py: {sys.argv[1]}: {error}")
    counts = {"run": 0, "fail": 0, "notrun": 0}
    reasons = {}
    for case in suite.iter("testcase"):
        status = case.get("status")
        # A test that could not be started is "notrun" like a skipped one, but says so otherwise.
        skipped = case.find("skipped")
        if status == "notrun" and (skipped is None or "SKIP_RETURN_CODE" not in skipped.get("message", "")):
            status = "fail"
        counts[status if status in counts else "fail"] += 1
        lines = re.findall(r"^\s*skipped: (.*)$", case.findtext("system-out", ""), re.M)
        for reason in lines or (["no reason given"] if status == "notrun" else []):
            reasons.setdefault(reason, set()).add(case.get("name"))
    for reason, names in sorted(reasons.items()):
        print(f"skipped in {', '.join(sorted(names))}: {reason}", file=sys.stderr)
    print(counts["run"], counts["fail"], counts["notrun"])


main()
