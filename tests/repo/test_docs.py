"""What the documents tell people to do exists: files, presets, commands, options, links and specs."""
import json
import os
import re
import subprocess
import sys
import tempfile

from project import TOP, program

from measure import files

PROGRAMS = ("aug", "augd", "augtrain", "nn_vectors")
# What options_of has found.
KNOWN = {}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def options_of(name):
    """Options of a program as they are typed, by command; "" is the nameless one."""
    if name not in KNOWN:
        done = subprocess.run([program(name), "--generate", "json"], capture_output=True, text=True, check=True)
        KNOWN[name] = {c["name"]: {"--" + o["name"] for o in c["options"]}
                       | {"-" + o["letter"] for o in c["options"] if "letter" in o}
                       for c in json.loads(done.stdout)["commands"]}
    return KNOWN[name]


def logical_lines(block):
    """Lines of a shell block: continued ones joined, comments and prompts left out."""
    for line in block.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*$", "", line).strip().removeprefix("$ ")
        yield from (part.strip() for part in re.split(r"&&|\|\||;|\||&\s*$", line) if part.strip())


def check_program(name, words):
    """Sentences about a call of one of our programs."""
    known = options_of(name)
    command = words[0] if words and (words[0] in known or "" not in known) else ""
    if command in ("--help", "--version", "help", "COMMAND"):
        return
    if command not in known:
        yield f"there is no command '{name} {command}'"
        return
    for word in words:
        option = re.match(r"-[a-z]$|--[a-z][a-z-]*", word)
        if option and option.group(0) not in known[command]:
            yield f"'{name} {command}' has no option {option.group(0)}"


def check_command(line, presets):
    """Sentences about one command of a document."""
    words = line.split()
    while words and re.match(r"^([A-Z_]+=\S*|sudo|time|taskset|-c|\d+)$", words[0]):
        words = words[1:]
    if not words:
        return
    first = os.path.basename(words[0])
    if first in PROGRAMS:
        yield from check_program(first, words[1:])
    elif words[0].startswith(("tools/", "bench/", "tests/", "./tools/", ".ci/")):
        if not os.access(os.path.join(TOP, words[0]), os.X_OK):
            yield f"{words[0]} is not there or cannot be run"
    elif first in ("cmake", "ctest") and "--preset" in words:
        preset = words[words.index("--preset") + 1]
        if preset not in presets:
            yield f"there is no preset {preset}"


def slug(heading):
    """GitHub's anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def check_links(name, text):
    """Sentences about links inside the project that lead nowhere."""
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
        if not os.path.exists(os.path.join(TOP, file)):
            yield f"the link {target} leads nowhere"
        elif anchor and file.endswith(".md"):
            headings = re.findall(r"^#+ (.*)$", FENCE.sub("", files.read(TOP, file)), re.M)
            if anchor not in map(slug, headings):
                yield f"{file} has no heading for #{anchor}"


def check_yaml(text):
    """Sentences about specs in a document that `aug check` refuses."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "spec.yaml")
        for language, block in FENCE.findall(text):
            if language != "yaml" or not block.startswith("augd: 1"):
                continue
            # Data is named, not opened: a document's paths are the reader's.
            block = re.sub(r"^dataset:.*\n(?:[ ]+.*\n)*", "dataset: train\n", block, flags=re.M)
            with open(path, "w", encoding="utf-8") as f:
                f.write(block)
            done = subprocess.run([program("aug"), "check", path], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                yield f"a spec is refused: {done.stderr.strip() or done.stdout.strip()}"


def check_c(text):
    """Sentences about whole C programs in a document that do not compile."""
    for language, block in FENCE.findall(text):
        if language == "c" and "int main(" in block:
            done = subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I",
                                   os.path.join(TOP, "libaug/include"), "-I", TOP, "-x", "c", "-"],
                                  input=block, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                yield f"a program does not compile: {done.stderr.strip()}"


def main():
    with open(os.path.join(TOP, "CMakePresets.json"), encoding="utf-8") as f:
        presets = {p["name"] for p in json.load(f)["configurePresets"]}
    documents = [n for n in files.listed(TOP) if n.endswith(".md")]
    wrong, n_commands = [], 0
    for name in documents:
        text = files.read(TOP, name)
        for language, block in FENCE.findall(text):
            for line in logical_lines(block) if language in ("sh", "bash", "console") else ():
                n_commands += 1
                wrong += [f"{name}: {line}: {s}" for s in check_command(line, presets)]
        wrong += [f"{name}: {s}" for check in (check_yaml, check_c) for s in check(text)]
        wrong += [f"{name}: {s}" for s in check_links(name, text)]
    for sentence in wrong:
        print(sentence)
    blind = [c for c in ("tools/nothing.sh", "cmake --preset nothing", "aug nothing SPEC", "augd --nothing",
                           "augtrain modules --epochs", "aug check --js x", "aug check -z")
             if not list(check_command(c, presets))]
    if blind:
        print(f"not noticed as wrong: {blind}")
    print(f"{len(documents)} documents, {n_commands} commands, {len(wrong)} wrong")
    return 1 if wrong or blind or n_commands < 10 else 0


sys.exit(main())
