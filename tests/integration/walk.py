"""A page of docs/ as a newcomer reads it: every block is saved or run, in order, in one shell.

A block of sh is run. Any other is saved under the name that stands in front of it (`train.yaml`:), or
else it shows what a program prints, which is only allowed where it has no language.
"""
import os
import re
import subprocess
import sys

TOP, BUILD = os.environ["AUGD_SOURCE"], os.environ["AUGD_BUILD"]
PROGRAMS = {"aug": "cli", "augd": "augd", "augtrain": "trainer"}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
SAVED_AS = re.compile(r"`([\w-]+\.\w+)`:\s*\Z")
# Nothing of a page takes longer; only a failure does.
TIMEOUT_S = 240


def need(*programs):
    """Ends the test as skipped where one of the programs is not built."""
    missing = [name for name in programs if not os.path.exists(os.path.join(BUILD, PROGRAMS[name], name))]
    if missing:
        print(f"skipped: {missing} not built")
        sys.exit(77)


def script(page, is_left_out=lambda content: False):
    """The page docs/PAGE as one program of the shell, and how many blocks it runs and saves."""
    with open(os.path.join(TOP, "docs", page), encoding="utf-8") as file:
        text = file.read()
    lines, n_run, n_saved = ["set -euo pipefail"], 0, 0
    for block in BLOCK.finditer(text):
        language, content = block.groups()
        if language == "sh" and "export PATH" not in content and not is_left_out(content):
            lines += [f"echo '-- block {n_run}'", content.rstrip()]
            n_run += 1
        elif language not in ("sh", ""):
            name = SAVED_AS.search(text[:block.start()])
            if not name:
                sys.exit(f"{page}: it is not said what this is saved as:\n{content}")
            lines += [f"cat > {name.group(1)} <<'END'", content.rstrip("\n"), "END"]
            n_saved += 1
    return "\n".join(lines) + "\n", n_run, n_saved


def run(text, folder, **environment):
    """Runs such a program in a folder; returns what it printed."""
    path = os.pathsep.join([os.path.join(BUILD, part) for part in PROGRAMS.values()] + [os.environ["PATH"]])
    done = subprocess.run(["bash", "-c", text], cwd=folder, env={**os.environ, "PATH": path, **environment},
                          text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"the walk ends with {done.returncode}:\n{done.stdout}")
    return done.stdout


def shown(page):
    """Lines that the page shows as printed; "..." stands for others."""
    with open(os.path.join(TOP, "docs", page), encoding="utf-8") as file:
        text = file.read()
    return [line for language, content in BLOCK.findall(text) if not language
            for line in content.splitlines() if line != "..."]
