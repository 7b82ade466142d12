"""docs/compare.md and its pictures are what tools/compare/page.py makes of docs/compare/results.jsonl, which
has no run of a variant twice and none that is no longer one."""
import filecmp
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TOP = os.environ.get("AUGD_SOURCE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TOOLS = os.path.join(TOP, "tools", "compare")
RESULTS = os.path.join(TOP, "docs", "compare", "results.jsonl")
sys.path.insert(0, TOOLS)
import variants  # noqa: E402


def stale():
    """Names of generated files that are not what page.py makes."""
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        subprocess.run([sys.executable, "-B", os.path.join(TOOLS, "page.py"), RESULTS, folder], check=True)
        names = ["compare.md", *(f"compare/{name}" for name in sorted(os.listdir(f"{folder}/compare")))]
        return [name for name in names
                if not os.path.exists(f"{TOP}/docs/{name}") or
                not filecmp.cmp(f"{folder}/{name}", f"{TOP}/docs/{name}", shallow=False)]


def main():
    with open(RESULTS, encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    keys = [(e["group"], e["name"], e["seed"], e.get("rate")) for e in entries]
    known = {(v["group"], v["name"]) for v in variants.variants({})} | {("rates", name) for name in variants.RATES}
    wrong = [f"{key} stands there twice" for key in set(keys) if keys.count(key) > 1]
    wrong += [f"{key} is no variant" for key in keys if key[:2] not in known]
    wrong += [f"docs/{name} is stale; tools/compare/page.py docs/compare/results.jsonl writes it anew" for name in stale()]
    print("\n".join(wrong) or f"{len(entries)} runs, and the page is theirs")
    sys.exit(1 if wrong else 0)


main()
