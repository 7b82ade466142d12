#!/usr/bin/env python3
"""Prints what the examples of operations on texts make of some sentences: text_examples.py AUG OPS.

AUG is the program, OPS what `aug ops --json` prints. The result is JSON: by the operation's name a
list of pairs [before, after], one for each example that can be run here; operations of which none can,
since a lexicon is missing, are left out.
"""
import json
import os
import subprocess
import sys
import tempfile

# An example shows the first of these that it changes: words, sentences, contractions, Korean.
SENTENCES = ("The acting is brilliant, but the story moves slowly.",
             "The hotel was clean. The staff helped us quickly. We will come back.",
             "They're sure that it's fine, and we've seen it twice.",
             "이 영화는 배우들이 정말 훌륭하다.")
# Draws to find one that changes something.
COPIES = 8


def run(aug, op, params, folder):
    """The pair of one example, or None: it cannot be run, or changes nothing."""
    paths = {name: os.path.join(folder, name) for name in ("spec.yaml", "in.txt", "out.txt", "edits.jsonl")}
    with open(paths["spec.yaml"], "w", encoding="utf-8") as file:
        file.write(f"{{augd: 1, seed: 1, pipeline: [{{{op}: {params or '{}'}}}], "
                   "output: {allow_label_change: true}}\n")
    with open(paths["in.txt"], "w", encoding="utf-8") as file:
        file.write("\n".join(SENTENCES) + "\n")
    done = subprocess.run([aug, "apply", paths["spec.yaml"], "--input", paths["in.txt"], "--output", paths["out.txt"],
                           "--copies", str(COPIES), "--edits", paths["edits.jsonl"]],
                          cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    with open(paths["edits.jsonl"], encoding="utf-8") as file:
        edits = [json.loads(line) for line in file]
    with open(paths["out.txt"], encoding="utf-8") as file:
        made = file.read().splitlines()
    for wanted in ("applied", "fewer"):
        for line, after in zip(edits, made):
            if line["outcome"] == wanted and line["edits"]:
                return [SENTENCES[line["source"]], after]
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    aug = os.path.abspath(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        ops = [op for op in json.load(file) if op.get("domain") == "text"]
    result = {}
    for op in ops:
        pairs = []
        for example in op["examples"]:
            with tempfile.TemporaryDirectory(prefix="aug-example-") as folder:
                pairs.append(run(aug, op["name"], example["params"], folder))
        if any(pairs):
            result[op["name"]] = [pair for pair in pairs if pair]
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
