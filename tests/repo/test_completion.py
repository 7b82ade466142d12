"""Completion in bash, zsh and fish: typed at real shells, and for bash every option of every command."""
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile

from project import TOP, program

PROGRAMS = ("aug", "augd", "augtrain", "nn_vectors")
# Typed with a tab at its end, and the words that the program then gets. The folder holds
# "my spec.yaml", "other.txt" and "sub/".
TYPED = [
    ("aug che", ["check"]),
    ("aug help dige", ["help", "digest"]),
    ("aug check my", ["check", "my spec.yaml"]),
    ("aug check --cano", ["check", "--canonical"]),
    ("aug apply --format jp", ["apply", "--format", "jpeg"]),
    ("aug apply --format=jp", ["apply", "--format=jpeg"]),
    ("aug apply --output s", ["apply", "--output", "sub"]),
    ("aug batch -o ot", ["batch", "-o", "other.txt"]),
    ("aug ops HorizontalF", ["ops", "HorizontalFlip"]),
    ("aug datasets image_", ["datasets", "image_folder"]),
    ("aug --vers", ["--version"]),
    ("augd --max-mem", ["--max-memory"]),
    ("augtrain mod", ["modules"]),
    ("augtrain oth", ["other.txt"]),
    ("augtrain modules batch_n", ["modules", "batch_norm"]),
    ("augtrain my\\ spec.yaml --weights oth", ["my spec.yaml", "--weights", "other.txt"]),
]


def describe(name):
    """The command line of a program."""
    done = subprocess.run([program(name), "--generate", "json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def at_terminal(words, lines, folder):
    """What an interactive program prints when the lines are typed, each after a prompt."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(TERM="dumb", HOME=folder, PS1="@@", PROMPT="@@", LC_ALL="C.UTF-8")
        os.execvp(words[0], words)
    output, seen, left = b"", 0, list(lines)
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        output += piece
        at = output.find(b"@@", seen)
        if at >= 0 and left:
            seen = at + 2
            os.write(fd, left.pop(0).encode() + b"\n")
    os.waitpid(pid, 0)
    os.close(fd)
    return output.decode(errors="replace")


def check_typed(shell, words, setup, folder):
    """Sentences about what a shell makes of TYPED."""
    functions = [f"{name}() {{ printf '<%s>' \"$@\"; printf ';\\n'; }}" for name in PROGRAMS]
    lines = [*functions, *setup, "echo be''gin", *(line + "\t" for line, _ in TYPED), "exit"]
    output = at_terminal(words, lines, folder).partition("\nbegin")[2]
    calls = re.findall(r"^(<[^\r\n]*>);\r*$", output, re.M)
    if len(calls) != len(TYPED):
        yield f"{shell}: {len(calls)} of {len(TYPED)} lines ran: {output!r}"
    for (line, expected), call in zip(TYPED, calls):
        # Zsh takes the slash away when the line is done.
        got = [word.rstrip("/") for word in re.findall(r"<([^<>]*)>", call)]
        if got != expected:
            yield f"{shell}: '{line}' and a tab give {got}, expected {expected}"


def check_bash(folder):
    """Bash, without the package bash-completion."""
    setup = [f"source {TOP}/completions/{name}.bash" for name in PROGRAMS]
    yield from check_typed("bash", ["bash", "--norc", "--noprofile", "-i"], setup, folder)


def check_zsh(folder):
    """Zsh, with its completion system and nothing else."""
    setup = [f"fpath=({TOP}/completions $fpath); autoload -Uz compinit; compinit -u -D"]
    yield from check_typed("zsh", ["zsh", "-f", "-i"], setup, folder)


def check_fish(folder):
    """Fish, which completes without a terminal."""
    for line, expected in TYPED:
        script = f"source {TOP}/completions/{line.split()[0]}.fish; complete -C {json.dumps(line)}"
        done = subprocess.run(["fish", "--no-config", "-c", script], cwd=folder, capture_output=True, text=True,
                              env={**os.environ, "HOME": folder}, check=False)
        words = [w.split("\t")[0].replace("\\ ", " ").rstrip("/") for w in done.stdout.splitlines()]
        if expected[-1] not in words or done.stderr:
            yield f"fish: '{line}' gives {words}, expected {expected[-1]}; {done.stderr}"


def replies(name, *words, breaks=True):
    """COMPREPLY for the words as readline would split them; the cursor is in the last."""
    split = [p for w in words for p in (re.findall(r"[=:]|[^=:]+", w) if breaks else [w])] + ([] if words[-1] else [""])
    script = f'source "{TOP}/completions/{name}.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _{name}; ' \
             'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script, "bash", name, *split], capture_output=True, text=True, check=False)
    if done.stderr:
        return [f"complaint: {done.stderr}"]
    return done.stdout.split("\n")[:-1] if done.stdout != "\n" else []


def check_options(name):
    """Sentences about options and choices of the table that bash does not complete."""
    for command in describe(name)["commands"]:
        front = [command["name"]] if command["name"] else []
        wanted = {"--" + o["name"] for o in command["options"]} | {"-" + o["letter"] for o in command["options"] if "letter" in o}
        got = replies(name, *front, "-")
        if sorted(got) != sorted(wanted):
            yield f"bash: {name} {front} - gives {got}, expected {sorted(wanted)}"
        for option in command["options"]:
            if "choices" in option:
                for form, breaks, prefix in ((f"--{option['name']}=", True, ""), (f"--{option['name']}=", False, f"--{option['name']}=")):
                    got = replies(name, *front, form, breaks=breaks)
                    if got != [prefix + c for c in option["choices"]]:
                        yield f"bash: {form} gives {got}"
        for argument in command["arguments"]:
            if "names" in argument and replies(name, *front, "") != argument["names"]:
                yield f"bash: {name} {front} does not give {argument['names']}"


def check_places():
    """Sentences about positions at which nothing, or something else, is to be offered."""
    cases = [(("aug", "check", "--", "--ex"), []), (("aug", "check", "--expand", "--expan"), ["--expand"]),
             (("aug", "digest", "--threads", ""), []), (("aug", "apply", "a", "--copies", "3", "--form"), ["--format"]),
             (("aug", "schema", ""), []), (("aug", "nothing", "--e"), []), (("augd", "x", ""), []),
             (("aug", "ops", "Rotate", ""), []), (("aug", "ops", "--json", "Rotat"), ["Rotate"]),
             (("aug", "check", "--dataset", "train=id"), []), (("aug", "check", "--nothing=x"), [])]
    for words, expected in cases:
        got = replies(*words)
        if got != expected:
            yield f"bash: {words} gives {got}, expected {expected}"
    got = replies("aug", "check", "--dataset", "train=idx:" + os.path.join(TOP, "CMakeL"))
    if got != [os.path.join(TOP, "CMakeLists.txt")]:
        yield f"bash: the path of --dataset gives {got}"


def main():
    wrong, tried = [], []
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "sub"))
        for name in ("my spec.yaml", "other.txt"):
            open(os.path.join(folder, name), "w", encoding="utf-8").close()
        for shell, check in (("bash", check_bash), ("zsh", check_zsh), ("fish", check_fish)):
            if shutil.which(shell):
                tried.append(shell)
                wrong += check(folder)
            else:
                print(f"skipped: {shell} is not here")
    for name in PROGRAMS:
        wrong += check_options(name)
    wrong += check_places()
    for sentence in wrong:
        print(sentence)
    print(f"{len(TYPED)} lines in {', '.join(tried)}, {len(wrong)} wrong")
    if wrong or "bash" not in tried:
        return 1
    return 0 if len(tried) == 3 else 77


sys.exit(main())
