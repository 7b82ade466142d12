"""An addition takes two files: its own, and a line in a list.

The files of tests/additions/ lie there as they would lie in the project, and with the example of
CONTRIBUTING.md they are one of each kind: operations of all sorts, a kind of data set, a format of
pictures, a layer, a loss, an optimizer, a schedule and a task. They are put into a copy of the project and built at once; help, documentation,
schema, completion and the conformance suites must follow with no other edit. Then each gets a fault,
and the suites must find every one, so they did look.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from project import TOP

from measure import files

ADDITIONS = "tests/additions"
OPS, TOYS = "libaug/ops.list", "tests/toy/ops.list"
SUITES = ("toy_registry", "conformance_image_ops", "conformance_datasets", "conformance_codecs",
          "conformance_nn_layers", "conformance_nn_losses", "conformance_train_modules")
# What tools/generate_docs.sh writes.
GENERATED = re.compile(r"(man|completions)/.*|docs/(operations\.md|modules\.md|datasets\.md|spec\.schema\.json)")


@dataclass
class Addition:
    """A file, the list that gets a line with it, what it adds, and the suite that must find it.

    The list of commands is the table of the program, which names a command twice.
    """

    file: str
    list: str
    name: str
    kind: str
    suite: str = "toy_registry"
    words: str = ""  # behind the file in the list's line
    faults: tuple = ((r'(examples\[\] = \{\s*\{")\{', r"\1{nonsense: 1, "),)


IMPURE = ((r"^static void add_table", r"static int calls;\n\n\g<0>"),
          (r"\(uint8_t\)aug_rng_uniform\(rng, given->level.low, given->level.high\)",
           "(uint8_t)(given->level.low + calls++ % 200 + (double)aug_rng_u32(rng) * 0)"))
EXAMPLE = Addition("image/ops/point/lift_shadows.c", OPS, "LiftShadows", "point", "conformance_image_ops", faults=IMPURE)
ALL = [
    EXAMPLE,
    Addition("image/ops/geometry/nudge.c", OPS, "Nudge", "geometry"),
    Addition("image/ops/point/mean_to.c", OPS, "MeanTo", "point"),
    Addition("image/ops/filter/smear.c", OPS, "Smear", "filter"),
    Addition("image/ops/erase/drop_corner.c", OPS, "DropCorner", "erase"),
    Addition("image/ops/mix/join_halves.c", OPS, "JoinHalves", "mix"),
    Addition("image/ops/policy/either_flip.c", OPS, "EitherFlip", "policy"),
    Addition("libaug/spec/groups/at_most_one.c", OPS, "AtMostOne", "group"),
    Addition("tests/toy/ops/toy_shout.c", TOYS, "ToyShout", "edit"),
    Addition("libaug/data/kinds/checkers.c", "libaug/datasets.list", "checkers", "data set", "conformance_datasets",
             faults=((r'example = "checkers', 'example = "chess'),)),
    Addition("image/codec/formats/pnm.c", "image/codecs.list", "pnm", "format", "conformance_codecs", "ppm pgm",
             faults=(('title = "PNM"', 'title = ""'),)),
    Addition("trainer/nn/layers/leak.c", "trainer/nn/layers.list", "leak", "layer", "conformance_nn_layers",
             faults=(("leak: 0.1", "relu"),)),
    Addition("trainer/nn/losses/log_cosh.c", "trainer/nn/losses.list", "log_cosh", "loss", "conformance_nn_losses",
             faults=((r"augi_exp\(-2 \* fabs\(d\)\)", "augi_exp(-2 * fabs(d)) / (t - t)"),)),
    Addition("trainer/nn/optimizers/sign_sgd.c", "trainer/nn/optimizers.list", "sign_sgd", "optimizer",
             "conformance_train_modules", faults=(("-= lr", "-= 0 * lr"),)),
    Addition("trainer/nn/schedules/halving.c", "trainer/nn/schedules.list", "halving", "schedule",
             "conformance_train_modules", faults=((r"nn_power\(0.5", "-nn_power(0.5"),)),
    Addition("trainer/tasks/copy.c", "trainer/tasks.list", "copy", "task", "conformance_train_modules",
             faults=((r'\.loss = "l1"', '.loss = "l7"'),)),
    Addition("cli/classes.c", "cli/program.c", "classes", "command", "", faults=()),
]


def fail(text):
    """Ends the test."""
    print(f"FAILED: {text}")
    sys.exit(1)


def require(text, pattern, what):
    """A text must hold a pattern."""
    if not re.search(pattern, text, re.M):
        fail(f"{what}: no match of {pattern}")


def run(*command, env=None, ok=True):
    """Standard output and error of a command, which must end well (77: was skipped), or must not."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env={**os.environ, **(env or {})})
    if (done.returncode in (0, 77)) != ok:
        print(done.stdout[-6000:])
        fail(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout


def block(language, heading):
    """The first fenced block of a language behind a heading of CONTRIBUTING.md."""
    text = files.read(TOP, "CONTRIBUTING.md").partition(heading)[2]
    return text.partition(f"```{language}\n")[2].partition("```")[0]


class Copy:
    """A copy of the project without what git ignores, with a build of what is looked at."""

    def __init__(self, folder):
        self.top, self.build = folder, os.path.join(folder, "build")
        self.names = files.listed(TOP)
        for name in self.names:
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            shutil.copy2(os.path.join(TOP, name), self.path(name))

    def path(self, name):
        """Where a file of the project is."""
        return os.path.join(self.top, name)

    def write(self, name, text, mode="w"):
        """Writes a file, or appends to it."""
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), mode, encoding="utf-8") as f:
            f.write(text)

    def add(self, addition):
        """The two edits."""
        if addition is EXAMPLE:
            text = block("c", "**1. The operation**")
            if block("", "**2. The list**").strip() != addition.file:
                fail(f"CONTRIBUTING.md does not show the line {addition.file}")
        else:
            text = files.read(TOP, f"{ADDITIONS}/{addition.file}")
        if addition.file in self.names:
            fail(f"{addition.file} is in the project already; the test needs another addition")
        self.write(addition.file, text)
        if addition.kind == "command":
            table = files.read(self.top, addition.list)
            table = table.replace("extern", f"extern const CmdCommand cli_command_{addition.name};\nextern", 1)
            table = re.sub(r"commands\[\] = \{", rf"\g<0>&cli_command_{addition.name},", table)
            self.write(addition.list, table)
        else:
            self.write(addition.list, f"{addition.file} {addition.words}".strip() + "\n", "a")

    def configure(self):
        """Without optimization and symbols: this is about the build's lists, not about speed."""
        flags = [f"-DCMAKE_{x}_FLAGS_DEBUG=-O1" for x in ("C", "CXX")]
        if shutil.which("ccache"):
            flags += [f"-DCMAKE_{x}_COMPILER_LAUNCHER=ccache" for x in ("C", "CXX")]
        run("cmake", "-G", "Ninja", "-S", self.top, "-B", self.build, "-DCMAKE_BUILD_TYPE=Debug", *flags)

    def make(self, *targets):
        """Builds; with ccache a second run of the test finds what a first one compiled."""
        run("cmake", "--build", self.build, "--target", *targets, env={"CCACHE_BASEDIR": self.top})

    def program(self, name):
        """Path of a built program."""
        folder = {"aug": "cli", "augtrain": "trainer"}.get(name, "tests")
        return os.path.join(self.build, folder, name)

    def changed(self):
        """Files that are not as in the project, or not there, but for what is generated."""
        found = set()
        for folder, folders, names in os.walk(self.top):
            folders[:] = [f for f in folders if f not in ("build", "__pycache__")]
            found |= {os.path.relpath(os.path.join(folder, n), self.top) for n in names}
        return {n for n in found if not GENERATED.fullmatch(n)
                and (n not in self.names or files.read(self.top, n) != files.read(TOP, n))}


def check_operation(copy, addition):
    """Help, schema, page and completion of an operation."""
    toy = addition.list == TOYS
    aug = copy.program("aug_toy" if toy else "aug")
    name = addition.name
    require(run(aug, "ops"), rf"^{name} +{addition.kind} ", "aug ops")
    require(run(aug, "ops", name), rf"^{name}: (.|\n)*^Examples:", f"aug ops {name}")
    require(run(aug, "schema"), f'"{name}"', "aug schema")
    if toy:
        copy.write("build/ops.json", run(aug, "ops", "--json"))
        copy.write("build/texts.json", "{}")
        page = run(sys.executable, copy.path("tools/operations_page.py"), copy.path("build/ops.json"),
                   copy.path("build/texts.json"), copy.path("docs/operations.md"))
    else:
        page = files.read(copy.top, "docs/operations.md")
    require(page, rf"^### {name}$", "docs/operations.md")
    for shell, file in (("bash", "aug.bash"), ("zsh", "_aug"), ("fish", "aug.fish")):
        words = run(aug, "--generate", shell) if toy else files.read(copy.top, f"completions/{file}")
        require(words, rf"\b{name}\b", f"completion of {shell}")


def check_dataset(copy, addition):
    """The same of a kind of data set, and a sample."""
    aug, name = copy.program("aug"), addition.name
    require(run(aug, "datasets"), rf"^{name} ", "aug datasets")
    require(run(aug, "datasets", name), rf"^{name}: (.|\n)*--dataset {name}:", f"aug datasets {name}")
    require(run(aug, "schema"), f'"{name}"', "aug schema")
    require(files.read(copy.top, "docs/datasets.md"), rf"^## {name}$", "docs/datasets.md")
    require(files.read(copy.top, "completions/aug.bash"), rf"\b{name}\b", "completion")


def check_format(copy, addition):
    """Pictures are written in the format, and read by the data sets whose defaults name endings."""
    aug, name = copy.program("aug"), addition.name
    require(run(aug, "apply", "--help"), rf"\b{name}\b", "aug apply --help")
    for page in ("man/aug.1", "completions/aug.bash"):
        require(files.read(copy.top, page), rf"\b{name}\b", page)
    require(files.read(copy.top, "docs/datasets.md"), rf"`jpg jpeg [^`]*{addition.words}", "docs/datasets.md")
    copy.write("build/spec.yaml", "augd: 1\npipeline: [HorizontalFlip]\n")
    spec, out, again = (os.path.join(copy.build, word) for word in ("spec.yaml", "out", "again"))
    run(aug, "apply", spec, "--input", "checkers:count=3", "--output", out, "--format", name)
    run(aug, "apply", spec, "--input", f"image_folder:{out}", "--output", again)
    written = [n for _, _, names in os.walk(out) for n in names if n.endswith(addition.words.split()[0])]
    read = [n for _, _, names in os.walk(again) for n in names if n.endswith("png")]
    if len(written) != 3 or len(read) != 3:
        fail(f"of 3 pictures {len(written)} were written as {name}, {len(read)} of them read")


def check_module(copy, addition):
    """Help, schema, page and completion of what a model file may name."""
    augtrain, name = copy.program("augtrain"), addition.name
    require(run(augtrain, "modules"), rf"^  {name} ", "augtrain modules")
    require(run(augtrain, "modules", name), rf"^{name} \({addition.kind}\): (.|\n)*^Example:",
            f"augtrain modules {name}")
    require(run(augtrain, "modules", name, "--json"), f'"kind": "{addition.kind}"', f"augtrain modules {name} --json")
    require(files.read(copy.top, "docs/modules.md"), rf"^### {name}$", "docs/modules.md")
    for page in ("completions/augtrain.bash", "docs/modules.md"):
        require(files.read(copy.top, page), rf"\b{name}\b", page)


def check_command(copy, addition):
    """Help, page and completion of a command; and what the tests of help ask of every one."""
    aug, name = copy.program("aug"), addition.name
    require(run(aug, "--help"), rf"^  {name} ", "aug --help")
    if run(aug, name, "checkers:count=9", "--count") != "3\n":
        fail(f"aug {name} does not count the classes of checkers")
    for page in ("man/aug.1", "completions/aug.bash", "completions/_aug", "completions/aug.fish"):
        require(files.read(copy.top, page), rf"\b{name}\b", page)
    run(sys.executable, copy.path("tests/cli/test_aug_help.py"), env={"AUGD_SOURCE": copy.top, "AUGD_BUILD": copy.build})


def check_edits(copy):
    """Exactly the files and the lists differ from the project."""
    expected = {a.file for a in ALL} | {a.list for a in ALL}
    if copy.changed() != expected:
        fail(f"edited by hand: {sorted(copy.changed())}, expected {sorted(expected)}")
    here = {n.removeprefix(ADDITIONS + "/") for n in copy.names if n.startswith(ADDITIONS + "/")}
    if here != {a.file for a in ALL if a is not EXAMPLE}:
        fail(f"{ADDITIONS} holds {sorted(here)}; each must stand in the test's table")


def check_faults(copy):
    """Each addition is broken in its own way, and its suite names it."""
    for addition in ALL:
        text = files.read(copy.top, addition.file)
        for pattern, replacement in addition.faults:
            text, n = re.subn(pattern, replacement, text, count=1, flags=re.M)
            if n == 0:
                fail(f"{addition.file} has nothing to break by {pattern}")
        copy.write(addition.file, text)
    copy.make(*SUITES)
    for suite in SUITES:
        output = run(copy.program(suite), ok=False)
        for addition in ALL:
            if addition.suite == suite:
                require(output, rf"\b{addition.name}\b.*", f"the failures of {suite}")


def main():
    if shutil.which("clang-format"):
        run("clang-format", f"--style=file:{TOP}/.clang-format", "--dry-run", "--Werror", "--assume-filename=x.c",
            *(f"{TOP}/{ADDITIONS}/{a.file}" for a in ALL if a is not EXAMPLE))
    checks = {"data set": check_dataset, "format": check_format, "command": check_command,
              **dict.fromkeys(("layer", "loss", "optimizer", "schedule", "task"), check_module)}
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(folder)
        for addition in ALL:
            copy.add(addition)
        copy.configure()
        copy.make("aug_cli", "aug_toy", "augtrain", *SUITES)
        run(copy.path("tools/generate_docs.sh"), copy.build, "aug", "augtrain")
        for addition in ALL:
            checks.get(addition.kind, check_operation)(copy, addition)
        run(copy.path("tools/generate_docs.sh"), "--check", copy.build, "aug", "augtrain")
        check_edits(copy)
        for suite in SUITES:
            run(copy.program(suite))
        check_faults(copy)
    print(f"{len(ALL)} additions of two files each, found by help, pages, completion and conformance")


main()
