"""Help, names that do not exist, exit codes, and what happens when nobody reads the output."""
import json
import re
import subprocess

import program
from program import AUG, aug, contains, equal, fail, succeed

# The commands, as the program's own table has them.
COMMANDS = [command["name"] for command in json.loads(succeed("--generate", "json"))["commands"]]
# Options that must not go missing, by command.
OPTIONS = {
    "check": ["dataset", "expand", "canonical", "json"],
    "preview": ["output", "samples", "variants", "seed", "epoch", "dataset"],
    "apply": ["input", "output", "copies", "format", "quality", "strict", "allow-errors", "fsync", "threads", "seed"],
    "batch": ["epoch", "step", "output", "from", "threads", "seed", "names", "class-names",
              "dataset"],
    "digest": ["epochs", "steps", "threads", "from", "epoch", "step", "seed", "names", "class-names",
               "json", "dataset"],
    "bench": ["threads", "seconds", "cpu", "json", "rate-only", "dataset"],
    "ops": ["json"],
    "datasets": ["json"],
    "schema": [],
}


def options_of(command):
    """Names of the options in a command's help."""
    text = succeed(command, "--help")
    options = text.split("\nOptions:\n")[1].split("\nExamples:\n")[0]
    return re.findall(r"^  (?:-\w, )?--([a-z-]+)", options, re.M)


def test_overview_lists_every_command():
    text = succeed("--help")
    equal(set(OPTIONS) - set(COMMANDS), set(), "commands that are gone")
    equal(re.findall(r"^  (\w+)  ", text, re.M), COMMANDS, "commands of aug --help")
    equal(succeed("help"), text, "aug help")
    equal(succeed("-h"), text, "aug -h")


def test_help_of_every_command():
    for command in COMMANDS:
        text = succeed(command, "--help")
        contains(text, f"aug {command}: ", f"Usage: aug {command}", "Examples:")
        equal(set(OPTIONS.get(command, [])) - set(options_of(command)), set(), f"options of {command}")
        equal(succeed("help", command), text, f"aug help {command}")
        longest = max(len(line) for line in text.splitlines() if not line.startswith("  aug "))
        if longest > 80:
            raise AssertionError(f"{command}: a line of {longest} columns")


def test_examples_use_options_that_exist():
    for command in COMMANDS:
        examples = succeed(command, "--help").split("\nExamples:\n")[1]
        for line in re.findall(r"^  aug (.*)$", examples, re.M):
            equal(line.split()[0], command, "command of an example")
            for name in re.findall(r"--([a-z-]+)", line):
                contains(options_of(command), name)


def test_version():
    text = succeed("--version")
    if not re.fullmatch(r"aug \d+\.\d+\.\d+ \(aug-engine-\d+\)\n", text):
        raise AssertionError(text)


def test_nothing_at_all():
    contains(fail(2), "Usage: aug COMMAND")


def test_unknown_names_name_the_nearest():
    contains(fail(2, "chek"), "'chek' is not a command; did you mean 'check'?")
    contains(fail(2, "xyzzy"), "'xyzzy' is not a command; see 'aug --help'")
    contains(fail(2, "check", "--jsn", "x"), "--jsn is not an option of check",
             "did you mean --json?")
    contains(fail(2, "bench", "--rate_onl", "x"), "did you mean --rate-only?")
    contains(fail(2, "digest", "--zzzzzz", "x"), "see 'aug digest --help'")
    contains(fail(2, "apply", "--datset", "x"), "--datset is not an option")
    contains(fail(2, "ops", "Rotat"), "did you mean 'Rotate'?")
    contains(fail(2, "ops", "Qqqqqqqq"), "'aug ops' lists all")
    contains(fail(2, "datasets", "image-folder"), "did you mean image_folder?")


def test_mistakes_in_arguments():
    contains(fail(2, "check"), "SPEC is missing")
    contains(fail(2, "preview", "a", "b", "-o", "x.png"), "'b' is one argument too many")
    contains(fail(2, "digest", "--threads"), "--threads needs a value")
    contains(fail(2, "digest", "x", "--threads", "many"), "--threads is many",
             "integer from 0 to 1024")
    contains(fail(2, "digest", "x", "--threads=-1"), "--threads is -1")
    contains(fail(2, "apply", "x"), "--output is missing")
    contains(fail(2, "apply", "x", "--input", "i", "--output", "o", "--format", "gif"),
             "--format is gif", "one of jpeg, png")
    contains(fail(2, "batch", "x", "-o", "y", "--seed", "-4"), "--seed is -4")
    contains(fail(2, "batch", "x", "-o", "y", "--seed", "18446744073709551616"), "--seed is")
    contains(fail(2, "check", "-"), "-:")


def test_two_dashes_end_options():
    contains(fail(2, "check", "--", "--json"), "--json: there is no such file")


def test_output_that_cannot_be_written():
    with open("/dev/full", "w") as full:
        done = subprocess.run([AUG, "ops", "--json"], stdout=full, stderr=subprocess.PIPE, text=True)
    equal(done.returncode, 1, "exit code with a full disk")
    contains(done.stderr, "No space left on device")


def test_reader_that_goes_away():
    script = f"set -o pipefail; '{AUG}' ops --json | head -c 10"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    equal(done.stderr, "", "no complaint about a closed pipe")
    # Either the signal ended it (128 + 13), or it was done before the reader left.
    if done.returncode not in (0, 141):
        raise AssertionError(f"exit code {done.returncode}")


def test_standard_output_is_closed():
    done = subprocess.run(["bash", "-c", f"'{AUG}' ops >&-"], capture_output=True, text=True)
    equal(done.returncode, 1, "exit code without a standard output")
    contains(done.stderr, "standard output failed")


def test_streams_are_kept_apart():
    done = aug("ops", "Rotat")
    equal(done.stdout, "", "errors do not go to standard output")


program.main(globals())
