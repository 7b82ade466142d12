"""What the commands of aug say, and where: "-" for files, results and remarks, paths in files, mistakes
that come together, options as the user wrote them, and exit codes that mean the same everywhere."""
import io
import json
import os
import pty
import re
import subprocess

import program
from PIL import Image
from program import AUG, aug, contains, equal, fail, make_folder, picture, pixels, read, succeed, write

RIGHT = "augd: 1\ndataset: {kind: image_folder, path: photos}\n" \
        "pipeline:\n  - RandomResizedCrop: {size: [12, 12]}\nbatch: {size: 4}\n"
NAMED = RIGHT.replace("{kind: image_folder, path: photos}", "train")
WRONG = RIGHT.replace("RandomResizedCrop", "RandomResizedCorp")
PHOTOS = ("--dataset", "train=image_folder:work/photos")
# Every command with what it needs to do its work.
COMMANDS = [
    ("check", "work/spec.yaml"),
    ("preview", "work/spec.yaml", "-o", "sheet.png"),
    ("batch", "work/spec.yaml", "-o", "b.safetensors"),
    ("digest", "work/spec.yaml"),
    ("bench", "work/spec.yaml", "--seconds", "0.01"),
    ("ops",),
    ("datasets",),
    ("fingerprint", "image_folder:work/photos"),
    ("schema",),
]


def make_work():
    """A folder with a specification and its pictures, which is not the current one."""
    make_folder("work/photos", 8)
    write("work/spec.yaml", RIGHT)
    write("work/wrong.yaml", WRONG)
    write("work/named.yaml", NAMED)


def run(*arguments, **options):
    """aug with bytes on standard output."""
    done = subprocess.run([AUG, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=program.TIMEOUT_S, **options)
    return done.returncode, done.stdout, done.stderr.decode()


def test_results_go_to_standard_output_and_remarks_elsewhere():
    make_work()
    succeed("batch", "work/spec.yaml", "-o", "b.safetensors")
    code, content, said = run("batch", "work/spec.yaml", "-o", "-")
    equal((code, content), (0, read("b.safetensors")), "the batch on standard output")
    contains(said, "aug batch: standard output: epoch 0, step 0, ")
    code, content, said = run("preview", "work/spec.yaml", "-o", "-")
    equal((code, content[:4]), (0, b"\x89PNG"), "the sheet on standard output")
    for arguments in (("preview", "work/spec.yaml", "-o", "s.png"), ("batch", "work/spec.yaml", "-o", "b")):
        done = aug(*arguments)
        equal((done.returncode, done.stdout), (0, ""), f"{arguments} has no result but a file")
        contains(done.stderr, f"aug {arguments[0]}: {arguments[3]}: ")
        equal(aug(*arguments, "-q").stderr, "", f"{arguments} with -q")


def test_binary_output_is_kept_from_a_terminal():
    make_work()
    for arguments in (("batch", "work/spec.yaml", "-o", "-"), ("preview", "work/spec.yaml", "-o-")):
        leader, follower = pty.openpty()
        done = subprocess.run([AUG, *arguments], stdout=follower, stderr=subprocess.PIPE, text=True,
                              timeout=program.TIMEOUT_S, check=False)
        os.close(follower)
        os.close(leader)
        equal(done.returncode, 2, "exit code at a terminal")
        contains(done.stderr, "--output is -, and standard output is a terminal")
        contains(fail(2, *arguments, "--json"), "--output - and --json both write to standard output")


def test_specifications_and_lists_from_standard_input():
    make_work()
    os.chdir("work")
    expected = succeed("digest", "spec.yaml")
    for command in ("check", "digest"):
        code, out, said = run(command, "-", input=RIGHT.encode())
        equal(code, 0, said)
    equal(out.decode(), expected, "a specification from standard input")
    contains(fail(2, "check", "-", "-"), "'-', standard input, stands there 2 times")
    rows = b"label,text\n0,good\n1,bad\n"
    write("rows.csv", rows)
    for kind, content in (("csv", rows), ("tsv", rows.replace(b",", b"\t")),
                          ("jsonl", b'{"text": "good", "label": 0}\n{"text": "bad", "label": 1}\n')):
        code, out, said = run("fingerprint", f"{kind}:-", input=content)
        equal(code, 0, said)
        write("list", content)
        equal(out.decode(), succeed("fingerprint", f"{kind}:list"), f"{kind} from standard input")
    code, _, said = run("fingerprint", "csv:-", input=b"")
    equal(code, 2, said)
    contains(said, "standard input: is empty, or was read before")
    listed = b"".join(b"%s,%d\n" % (name.encode(), i % 3) for i, name in enumerate(
        f"photos/{n}" for n in sorted(os.path.join(os.path.basename(f), x)
                                       for f, _, names in os.walk("photos") for x in names)))
    code, out, said = run("check", "named.yaml", "--dataset", "train=csv:-,image=1,label=2", input=listed)
    equal(code, 0, said)
    contains(out.decode(), "samples  8, 3 classes")


def test_a_sheet_is_what_its_name_says():
    make_work()
    for name, form in (("a.png", "PNG"), ("a.jpg", "JPEG"), ("b.JPEG", "JPEG")):
        succeed("preview", "work/spec.yaml", "-o", name)
        equal(Image.open(io.BytesIO(read(name))).format, form, name)
    for name in ("a.gif", "a", "a.jpg.bak"):
        contains(fail(2, "preview", "work/spec.yaml", "-o", name), f"{name}: the ending", ".png, and .jpg")
        equal(os.path.exists(name), False, f"{name} was written")


def test_several_specifications_are_checked():
    make_work()
    write("work/gone.yaml", RIGHT.replace("photos", "potos"))
    files = ["work/spec.yaml", "work/wrong.yaml", "work/gone.yaml"]
    done = aug("check", *files)
    equal(done.returncode, 2, "the worst exit code")
    contains(done.stdout, "work/spec.yaml: the specification is valid")
    contains(done.stderr, "work/wrong.yaml:4:5: ", "work/gone.yaml:2:10: dataset: work/potos: does not exist")
    done = aug("check", *files, "-q")
    equal((done.returncode, done.stdout), (2, ""), "quiet")
    equal([line.split(":")[0] for line in done.stderr.splitlines()], files[1:], "quiet")
    listed = json.loads(aug("check", *files, "--json").stdout)
    equal([(r["file"], r["valid"]) for r in listed], list(zip(files, (True, False, False))), "JSON")
    equal(succeed("check", "work/spec.yaml", "work/spec.yaml", "--quiet"), "", "two right ones")
    contains(fail(2, "check", *files, "--expand"), "--expand prints one specification; there are 3")
    write("work/photos/bird/000.jpg", b"no picture")
    equal(aug("check", "work/spec.yaml", "work/named.yaml", "--decode", *PHOTOS).returncode, 1, "damage")


def test_mistakes_of_data_and_specification_come_together():
    make_work()
    write("both.yaml", WRONG.replace("path: photos", "pth: work/photos, kidn: x"))
    said = fail(2, "check", "both.yaml")
    contains(said, "both.yaml:2:31: ", "did you mean 'path'?", "both.yaml:4:5: ", "did you mean 'RandomResizedCrop'?")
    write("both.yaml", WRONG.replace("photos", "work/potos"))
    for arguments in (("check", "both.yaml"), ("digest", "both.yaml"), ("batch", "both.yaml", "-o", "b")):
        contains(fail(2, *arguments), "did you mean 'RandomResizedCrop'?", "did you mean 'work/photos'?")
    write("both.yaml", WRONG.replace("{kind: image_folder, path: photos}", "train"))
    contains(fail(2, "check", "both.yaml", "--dataset", "train=image_folder:work/potos"),
             "did you mean 'RandomResizedCrop'?", "did you mean 'work/photos'?")
    contains(fail(2, "check", "both.yaml", "--dataset", "trian=image_folder:work/photos"),
             "both.yaml: there is no data set 'train'; did you mean 'trian'?", "RandomResizedCrop")


def test_paths_start_where_they_are_written():
    make_work()
    digest = succeed("digest", "work/spec.yaml")
    equal(succeed("digest", "work/named.yaml", *PHOTOS), digest, "a path in an option")
    write("work/deeper/spec.yaml", RIGHT.replace("path: photos", "path: ../photos"))
    equal(succeed("digest", "work/deeper/spec.yaml"), digest, "a path above the specification")
    write("absolute.yaml", RIGHT.replace("path: photos", f"path: {os.path.abspath('work/photos')}"))
    equal(succeed("digest", "absolute.yaml"), digest, "an absolute path")
    contains(fail(2, "digest", "work/named.yaml", "--dataset", "train=image_folder:photos"),
             "photos: does not exist")
    code, out, said = run("digest", "-", input=RIGHT.replace("path: photos", "path: work/photos").encode())
    equal((code, out.decode()), (0, digest), said)
    program.make_idx("work/idx")
    os.rename("work/idx/t10k-labels-idx1-ubyte.gz", "work/labels.gz")
    write("work/idx.yaml", "augd: 1\ndataset: {kind: idx, path: idx/t10k-images-idx3-ubyte.gz, labels: labels.gz}\n")
    contains(succeed("check", "work/idx.yaml"), "samples  20, 10 classes")
    write("work/none.yaml", "augd: 1\ndataset: {kind: idx, path: idx/t10k-images-idx3-ubyte.gz, labels: none}\n")
    contains(succeed("check", "work/none.yaml"), "samples  20, 0 classes")


def test_every_command_has_quiet_and_json():
    make_work()
    for arguments in COMMANDS:
        json.loads(succeed(*arguments, "--json"))
        for quiet in ("-q", "--quiet"):
            done = aug(*arguments, quiet)
            equal((done.returncode, done.stderr), (0, ""), f"{arguments} {quiet}")
    batch = json.loads(succeed("batch", "work/spec.yaml", "-o", "b", "--json"))
    equal(batch, {"output": "b", "epoch": 0, "step": 0, "samples": 4, "bytes": os.path.getsize("b"),
                  "replaced": []}, "batch as JSON")
    sheet = json.loads(succeed("preview", "work/spec.yaml", "-o", "s.png", "--json", "-n", 3))
    size = Image.open("s.png").size
    equal(sheet, {"output": "s.png", "width": size[0], "height": size[1], "samples": 3, "failed": 0}, "preview")


def test_options_are_named_as_they_were_written():
    make_work()
    said = [
        (("check", "x", "-z"), "aug check: -z is not an option of check"),
        (("check", "x", "-qz"), "aug check: -z, in -qz, is not an option of check"),
        (("check", "x", "-q=1"), "aug check: -q takes no value"),
        (("batch", "x", "-o"), "aug batch: -o needs a value: -o FILE"),
        (("batch", "x", "-o="), "aug batch: -o is empty; it needs a value: -o FILE"),
        (("batch", "x", "--output="), "aug batch: --output is empty; it needs a value: --output FILE"),
        (("batch", "x", "-o", "--epoch", "1"), "-o needs a value: -o FILE; behind it stands the option --epoch"),
        (("batch", "x", "-output", "y"), "-output is not an option of batch; did you mean --output?"),
        (("preview", "x", "-o", "s.png", "-n0"), "aug preview: -n is 0; allowed is integer from 1 to 100"),
        (("batch", "x"), "aug batch: --output is missing; give --output FILE"),
        (("-q", "check"), "aug: -q stands before the command; options stand behind it: aug COMMAND -q"),
        (("--verison",), "aug: --verison is not an option of aug; did you mean --version?"),
    ]
    for arguments, sentence in said:
        contains(fail(2, *arguments), sentence)
    done = aug("preview", "work/spec.yaml", "-qn2", "-o=s.png")
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "letters in one word")


def test_headers_that_are_not_known_are_named():
    spec = "augd: 1\ndataset: {kind: csv, path: %s}\npipeline: []\nbatch: {size: 1}\n"
    write("a.csv", "filename,class\nx.png,cat\n")
    write("a.yaml", spec % "a.csv")
    for command in (("check", "a.yaml"), ("fingerprint", "csv:a.csv")):
        contains(fail(2, *command), "a.csv:1: the first row looks like a header",
                 "give image: filename and label: class, or header: no")
    write("b.csv", "text,class\ngood,cat\n")
    write("b.yaml", spec % "b.csv")
    for command in (("check", "b.yaml"), ("fingerprint", "csv:b.csv")):
        contains(fail(2, *command), "no 'label', but 'class'", "label: class, or label: none")
    for options in ("text=text,label=class", "label=class", "label=none", "header=no"):
        succeed("fingerprint", f"csv:b.csv,{options}")


def test_shells_patterns_are_answered_with_braces():
    for name in ("s-00.tar", "s-01.tar", "s-02.tar", "t-1.tar"):
        program.make_tar(name, 2)
    write("stars.yaml", "augd: 1\ndataset: {kind: tar, path: 's-*.tar'}\npipeline: [Resize: 8]\n")
    for command in (("check", "stars.yaml"), ("fingerprint", "tar:s-*.tar")):
        contains(fail(2, *command), "does not exist", "'s-{00..02}.tar'")
    contains(fail(2, "fingerprint", "tar:u-*.tar"), "'shard-{000..127}.tar'")
    contains(fail(2, "fingerprint", "tar:s-00.tar", "tar:s-01.tar", "tar:s-02.tar"),
             "'tar:s-01.tar' is one argument too many", "in quotes: 'tar:shard-{000..127}.tar'")
    contains(fail(2, "apply", "stars.yaml", "--output", "out", "--input", "s-00.tar", "s-01.tar"),
             "'s-01.tar' is one argument too many", "in quotes: 'tar:shard-{000..127}.tar'")
    succeed("fingerprint", "tar:s-{00..02}.tar")


def test_wrong_input_has_the_same_exit_code_everywhere():
    make_work()
    write("model.yaml", "augtrain: 1\n")
    os.mkdir("taken.png")
    output = {"preview": ("-o", "s.png"), "batch": ("-o", "b.safetensors")}
    for command in ("check", "preview", "batch", "digest", "bench"):
        more = output.get(command, ())
        contains(fail(2, command, "none.yaml", *more), "none.yaml: there is no such file")
        contains(fail(2, command, "work/spce.yaml", *more), "did you mean 'work/spec.yaml'?")
        contains(fail(2, command, "work", *more), "work: is a folder; allowed is a file")
        contains(fail(2, command, "model.yaml", *more), "model.yaml:1:1: is a model file of augtrain")
        contains(fail(2, command, *more), "SPEC is missing")
    contains(fail(2, "preview", "work/spec.yaml", "-o", "taken.png"), "taken.png: is a folder; allowed is a file")
    contains(fail(2, "batch", "work/spec.yaml", "-o", "none/b"), "none/b: ")
    for command in (("digest",), ("batch", "-o", "b")):
        contains(fail(2, command[0], "work/named.yaml", *command[1:], "--from", "unix:none.sock"),
                 "unix:none.sock: no server listens there: No such file or directory")
        contains(fail(2, command[0], "work/named.yaml", *command[1:], "--from", "here"), "not an address")


def test_definitions_are_looked_at_whether_used_or_not():
    make_work()
    for wrong, said in (("photos", "photos: has no name; allowed is NAME=KIND:PATH"),
                        ("image_folder:photos", "has no name"),
                        ("a b=image_folder:photos", "'a b' cannot name a data set"),
                        ("x=photos", "photos: no colon; allowed is KIND:PATH"),
                        ("x=folder:photos", "the data set kind 'folder' is not known; here it is 'image_folder'"),
                        ("x=image_folder:photos,endings=png", "the key 'endings' is not known")):
        for command in ("check", "digest"):
            contains(fail(2, command, "work/spec.yaml", "--dataset", wrong), said)
    # What would be opened is not: one set of options serves many specifications.
    contains(succeed("check", "work/spec.yaml", "--dataset", "x=image_folder:none"), "valid")


def test_only_one_form_is_printed():
    make_work()
    for given, said in ((("--json", "--expand"), "--expand and --json"),
                        (("--canonical", "--json"), "--canonical and --json"),
                        (("--expand", "--canonical"), "--expand and --canonical")):
        contains(fail(2, "check", "work/spec.yaml", *given), said + " print different things; give one of them")


def test_paths_as_a_shell_writes_them():
    make_work()
    write("home.yaml", RIGHT.replace("photos", "~/photos"))
    write("variable.yaml", RIGHT.replace("photos", "$DATA/photos"))
    for name, path in (("home.yaml", "~/photos"), ("variable.yaml", "$DATA/photos")):
        contains(fail(2, "check", name), f"{name}:2:10: dataset: {path}: does not exist; ~ and $ are a shell's")
    contains(fail(2, "apply", "work/spec.yaml", "--input", "~/photos", "--output", "out"), "are a shell's")


def test_what_apply_gets_is_named():
    make_work()
    apply = ("apply", "work/spec.yaml")
    contains(fail(2, *apply, "--input", "work/fotos", "--output", "out"),
             "work/fotos: does not exist; did you mean 'work/photos'?")
    contains(fail(2, *apply, "--input", "folder:work/photos", "--output", "out"),
             "the data set kind 'folder' is not known; here it is 'image_folder'")
    contains(fail(2, *apply, "--input", "work/photos", "--output", "work/spec.yaml"),
             "work/spec.yaml: is no folder; allowed is a folder")
    equal(os.path.exists("out"), False, "nothing was made")
    succeed(*apply, "--input", "work/photos", "--output", "out")
    contains(fail(2, *apply, "--input", "work/photos", "--output", "out", "--seed", "7"),
             "the folder holds a run with another specification or --seed")


def test_a_step_and_a_rank_of_one_are_no_range():
    make_work()
    write("one.yaml", RIGHT.replace("size: 4", "size: 8"))
    os.rename("one.yaml", "work/one.yaml")
    contains(fail(2, "batch", "work/one.yaml", "-o", "b", "--step", "3"),
             "3 is not in the epoch, which has the step 0; 1 stands for the next epoch's first\n")
    contains(fail(2, "batch", "work/one.yaml", "-o", "b", "--rank", "3"),
             "3 is not in the world, which has the rank 0\n")


def test_a_file_that_is_no_picture_is_named():
    write("notes.txt", "no picture")
    write("one.yaml", "augd: 1\ndataset: {kind: picture, path: notes.txt}\n")
    contains(fail(2, "check", "one.yaml"), "('notes.txt' does not say its own: ", "begin like no known picture")


def test_bench_measures_data_with_damage_that_is_replaced():
    make_work()
    write("work/photos/cat/001.png", b"")
    contains(fail(1, "bench", "work/spec.yaml", "--seconds", "0.05"), "the picture file is empty")
    write("work/replace.yaml", RIGHT.replace("size: 4", "size: 4, on_error: replace"))
    contains(succeed("bench", "work/replace.yaml", "--seconds", "0.05"), "samples per second: ")


def test_operations_are_listed_in_columns():
    lines = succeed("ops").splitlines()
    equal({line[25:33] for line in lines if line.startswith(("Pad ", "CenterCrop ", "RandomBrightnessContrast "))},
          {"geometry", "point   "}, "the second column")
    contains(fail(2, "ops", "ToTensor"), "'ToTensor' is not an operation; it is not needed: batches are tensors")


def test_exit_codes_are_documented_once():
    codes = [f"{name}: " for name in ("0", "1", "2", "130, 143")]
    texts = []
    for name in ("cli/aug", "augd/augd", "trainer/augtrain"):
        path = os.path.join(program.BUILD, name)
        said = subprocess.run([path, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
        texts.append(said[said.index("Exit codes:"):])
        contains(texts[-1], *codes)
    # Beside what all programs have, aug and augtrain have codes of their own.
    plain = [re.sub(r"\n(3|129): [^\n]*(\n[a-z][^\n]*)*", "", text) for text in texts]
    equal(plain[1:], [plain[0]] * 2, "the same in every program")


if __name__ == "__main__":
    program.main(globals())
