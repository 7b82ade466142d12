"""Manual pages are well formed and speak of exactly the options that the programs have."""
import os
import re
import shutil
import subprocess
import sys

from project import TOP, program

from measure import files

# Options of a page and of the help that stand for themselves.
COMMON = {"help", "version"}


def run(*words):
    """Output of a program, or the end of the test."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: exit status {done.returncode}: {done.stderr}")
    return done.stdout


def help_options(text):
    """Options that a help text lists: where it explains them, one to a line."""
    return set(re.findall(r"^\s+(?:-\w, )?--([a-z][a-z-]*)", text, re.M)) - COMMON


def page_options(text):
    """Options of an mdoc page: "Fl -name"."""
    return set(re.findall(r"(?:Fl|,) -([a-z][a-z-]+)", text)) - COMMON


def aug_help():
    """The options of all commands of aug, and the commands."""
    commands = re.findall(r"^  ([a-z]+) ", run(program("aug"), "--help"), re.M)
    return commands, set().union(*(help_options(run(program("aug"), c, "--help")) for c in commands))


def compare(name, page, known):
    """Sentences about options that only one side has."""
    wrong = [f"man/{name}: there is no option --{o}" for o in sorted(page - known)]
    return wrong + [f"man/{name}: --{o} is missing" for o in sorted(known - page)]


def lint(name):
    """What groff warns of."""
    if not shutil.which("groff"):
        return []
    done = subprocess.run(["groff", "-mandoc", "-ww", "-z", "-Tutf8", os.path.join(TOP, "man", name)],
                          capture_output=True, text=True, check=False)
    return done.stderr.splitlines()


def main():
    wrong = []
    pages = {n: files.read(TOP, f"man/{n}") for n in ("aug.1", "augd.1", "augtrain.1", "aug-spec.5")}
    for name in pages:
        wrong += lint(name)
    commands, options = aug_help()
    wrong += compare("aug.1", page_options(pages["aug.1"]), options)
    wrong += [f"man/aug.1: the command {c} is missing" for c in commands
              if not re.search(rf"^\.It Cm {c}$", pages["aug.1"], re.M)]
    for name in ("augd", "augtrain"):
        wrong += compare(f"{name}.1", page_options(pages[f"{name}.1"]),
                         help_options(run(program(name), "--help")))
    for sentence in wrong:
        print(sentence)
    print(f"{len(pages)} pages, {len(commands)} commands, {len(wrong)} wrong")
    return 1 if wrong or len(commands) < 5 or not options else 0


sys.exit(main())
