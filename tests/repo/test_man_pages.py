"""Manual pages are well formed and speak of exactly the options that the programs have."""
import json
import os
import re
import shutil
import subprocess
import sys

from project import TOP, program

from measure import files

PROGRAMS = ("aug", "augd", "augtrain", "nn_vectors")


def describe(name):
    """The command line of a program."""
    done = subprocess.run([program(name), "--generate", "json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def sections(page):
    """Text of each section by its heading."""
    parts = re.split(r"^\.Sh (.*)$", page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def check_page(name, page):
    """Sentences about what a page leaves out of its program's command line, or makes up."""
    table, text = describe(name), sections(page)
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"):
        if not text.get(heading, "").strip():
            yield f"man/{name}.1: the section {heading} is missing"
    for command in table["commands"]:
        heading = re.escape(f".Ss {name} {command['name']}\n")
        part = text["OPTIONS"] if not command["name"] else \
            re.search(heading + r"(.*?)(?=^\.S[sh] |\Z)", text.get("COMMANDS", ""), re.M | re.S)
        part = part if isinstance(part, str) or part is None else part.group(1)
        if part is None:
            yield f"man/{name}.1: the command {command['name']} is missing"
            continue
        known = {o["name"] for o in command["options"] if not command["name"] or o["name"] not in ("help", "quiet")}
        shown = set(re.findall(r"^\.It (?:Fl \w , )?Fl -([a-z-]+)", part, re.M))
        if known != shown:
            yield f"man/{name}.1: {command['name'] or name}: the options differ in {sorted(known ^ shown)}"
        spoken = set(re.findall(r"^\.Fl -([a-z-]+)", part, re.M)) - known - {"help", "quiet"}
        if spoken:
            yield f"man/{name}.1: {command['name'] or name}: speaks of {sorted(spoken)}"


def lint(name):
    """What groff warns of."""
    if not shutil.which("groff"):
        return []
    done = subprocess.run(["groff", "-mandoc", "-ww", "-z", "-Tutf8", os.path.join(TOP, "man", name)],
                          capture_output=True, text=True, check=False)
    return done.stderr.splitlines()


def main():
    wrong = []
    pages = {n: files.read(TOP, f"man/{n}") for n in ("aug.1", "augd.1", "augtrain.1", "nn_vectors.1", "aug-spec.5")}
    for name in pages:
        wrong += lint(name)
    for name in PROGRAMS:
        wrong += check_page(name, pages[f"{name}.1"])
    # The search must see what it is there to see.
    for name, cut in (("aug", ".Ss aug digest"), ("augd", ".It Fl -depth Ar N"), ("augtrain", ".Sh EXAMPLES")):
        if cut not in pages[f"{name}.1"] or not list(check_page(name, pages[f"{name}.1"].replace(cut, ".\\\""))):
            wrong.append(f"man/{name}.1 without '{cut}' goes unnoticed")
    for sentence in wrong:
        print(sentence)
    print(f"{len(pages)} pages, {len(wrong)} wrong")
    return 1 if wrong else 0


sys.exit(main())
