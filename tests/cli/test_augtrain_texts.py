"""augtrain on texts: ids in process and from a daemon, and what does not fit, named before step 1."""
import html
import json
import os
import random
import re
import subprocess

import program
import served
import trained
from program import BUILD, TOP, contains, equal, read, write
from trained import AUGTRAIN

trained.need_augd()

# What the first word asks for, and words that say nothing.
CLASSES = {"Who": "HUM", "Where": "LOC", "When": "NUM"}
OTHERS = "the a first last old new house river king song was is made called found".split()

MODEL = """\
augtrain: 1
model:
  input: [12]
  layers:
    - {name: words, embedding_bag: {num_embeddings: 40, embedding_dim: 8, padding_idx: 0}}
    - {name: head, linear: 3}
optimizer: {adam: {lr: 0.05}}
train: {epochs: 12}
data: {train: train.yaml, eval: eval.yaml}
"""
LAYERS = """\
    - {name: words, embedding: {num_embeddings: 40, embedding_dim: 8, padding_idx: 0}}
    - conv1d: {filters: 8, padding: 1}
    - relu
    - max_over_time
    - flatten
"""
TRAIN = """\
augd: 1
dataset: questions
pipeline: [{RandomSwap: {p: 0.5}}]
batch: {size: 16}
output: {text: false, ids: {tokenizer: words, vocabulary: words.txt, lower: true, max_length: 12}}
"""
EVAL = TRAIN.replace("pipeline: [{RandomSwap: {p: 0.5}}]\n", "").replace("size: 16", "size: 25, shuffle: false")
DATA = ("--dataset", "questions=tsv:questions.tsv")


def questions(n):
    """Pairs of a class's name and a question."""
    draw = random.Random(1)
    firsts = sorted(CLASSES)
    return [(CLASSES[firsts[i % 3]], " ".join([firsts[i % 3], *draw.choices(OTHERS, k=draw.randrange(3, 9)), "?"]))
            for i in range(n)]


def make_case():
    """A table with names of classes, its vocabulary, and the files that name both."""
    write("questions.tsv", "".join(f"{label}\t{text}\n" for label, text in questions(90)))
    program.succeed("data", "build", "vocabulary", "tsv:questions.tsv", "--lower", "-o", "words.txt", "--overwrite")
    write("model.yaml", MODEL)
    write("train.yaml", TRAIN)
    write("eval.yaml", EVAL)


def augtrain(code, *arguments):
    """Runs augtrain, which must exit with code; returns both its outputs."""
    done = subprocess.run([AUGTRAIN, *arguments], text=True, timeout=120, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    equal(done.returncode, code, f"augtrain {arguments}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def accuracy(folder):
    """That of the last test of a run."""
    return json.loads(read(f"{folder}/log.jsonl").splitlines()[-1])["test_accuracy"]


def test_texts_are_learnt_in_process_and_from_a_daemon():
    """The same weights, and classes have the names of the table."""
    make_case()
    augtrain(0, "model.yaml", *DATA, "--output", "here")
    with served.Server("questions=tsv:questions.tsv", options=("--files", ".")) as server:
        augtrain(0, "model.yaml", "--data", server.addresses[0], "--output", "there")
    equal(read("here/model.safetensors"), read("there/model.safetensors"), "weights")
    equal(accuracy("here"), 1.0, "what the first word says is learnt")
    page = read("here/report.html").decode()
    contains(page, *(f">{name}<" for name in CLASSES.values()))
    # The training's own texts, as the spec changes them: swaps take a word here and put it there.
    sheet = page.split("<h2>Augmentation</h2>")[1].split("</ul>")[0]
    equal([sheet.count("<li><small>#"), sheet.count(", applied</small>") > 5], [8, True], sheet)
    contains(sheet, "<del>", "<ins>")
    made = re.search(r"<li><small>#(\d+)</small> <bdi>(.*?)</bdi>.*?<li><small>1, \w+</small> <bdi>(.*?)</bdi>", sheet)
    equal(html.unescape(made[2]), questions(90)[int(made[1])][1], "the text as it is stored")
    write("show.yaml", TRAIN.replace("questions", "{kind: tsv, path: questions.tsv}"))
    program.succeed("apply", "show.yaml", "-o", "copies.tsv")
    copy = read("copies.tsv").decode().splitlines()[int(made[1])].split("\t")[1]
    equal(re.sub("<del>.*?</del>|</?ins>", "", html.unescape(made[3])), copy, "epoch 1")
    equal("<h2>Augmentation</h2>" in read("there/report.html").decode(), False, "texts that only the daemon has")


def test_the_report_shows_texts_that_were_taken_for_others():
    """Whose labels are wrong, so that every answer of a network that knows them is a mistake."""
    make_case()
    augtrain(0, "model.yaml", *DATA, "--output", "run")
    others = dict(zip(CLASSES.values(), [*list(CLASSES.values())[1:], "HUM"]))
    write("wrong.tsv", "".join(f"{others[label]}\t{text}\n" for label, text in questions(90)))
    augtrain(0, "model.yaml", "--dataset", "questions=tsv:wrong.tsv", "--eval-only", "--weights",
             "run/model.safetensors", "--output", "again")
    shown = read("again/report.html").decode().split("<h2>Worst mistakes</h2>")[1].split("</ol>")[0]
    mistakes = re.findall(r"<li><b>(\w+)</b>.*?<i>(\w+)</i>.*?<small>#(\d+)</small><q>(.*?)</q>", shown)
    equal(len(mistakes) > 5, True, shown)
    for truth, given, number, text in mistakes:
        equal((given, html.unescape(text)), questions(90)[int(number)], f"answer and text of sample {number}")
        equal(truth, others[given], f"label of sample {number}")


def test_a_convolution_reads_words():
    make_case()
    write("model.yaml", MODEL.replace(MODEL.split("layers:\n")[1].split("    - {name: head")[0], LAYERS))
    augtrain(0, "model.yaml", *DATA, "--output", "run")
    equal(accuracy("run") > 0.9, True, accuracy("run"))
    contains(read("run/model.safetensors")[:2000].decode("latin-1"), '"words.weight"')


TAGS = ("red", "round", "small", "wet")


def make_tags():
    """Things with any number of properties, which their text names; the fourth is in the training data alone."""
    make_case()
    draw = random.Random(2)
    for name, n, known in (("train", 120, TAGS), ("eval", 40, TAGS[:3])):
        lines = []
        for _ in range(n):
            tags = [tag for tag in known if draw.random() < 0.4]
            words = draw.sample([*tags, *draw.choices(OTHERS, k=4)], len(tags) + 4)
            lines.append(json.dumps({"text": " ".join(words), "tags": tags}))
        write(f"{name}.jsonl", "\n".join([*lines, ""]))
        data = f"dataset: {{kind: jsonl, path: {name}.jsonl, text: text, labels: tags}}"
        write(f"{name}.yaml", (TRAIN if name == "train" else EVAL).replace("dataset: questions", data))
    program.succeed("data", "build", "vocabulary", "jsonl:train.jsonl,text=text,label=none", "-o", "words.txt",
                    "--overwrite")
    write("model.yaml", MODEL.replace("optimizer", "task: tag\noptimizer").replace("linear: 3", "linear: 4"))


def test_texts_have_any_number_of_tags():
    """Each class by itself is learnt, counted, and predicted; those of the test are matched by their names."""
    make_tags()
    said = augtrain(0, "model.yaml", "--output", "run")
    contains(said, "eval.yaml lacks 1 of the 4 classes of train.yaml: 'wet'", "test accuracy ", "f1 ")
    last = json.loads(read("run/log.jsonl").splitlines()[-1])
    equal(last["test_accuracy"] > 0.97 and last["test_f1"] > 0.9, True, last)
    page = read("run/report.html").decode()
    contains(page, "micro F1", "All classes of a sample and no others")
    equal("Confusion matrix" in page or "Worst mistakes" in page, False, "tables of one class a sample")
    rows = [json.loads(line) for line in augtrain(0, "predict", "run", "--format", "jsonl", "--top", "4").splitlines()]
    wanted = [json.loads(line)["tags"] for line in read("eval.jsonl").splitlines()]
    equal([sorted(row.get("label", "").split("|")) for row in rows], [sorted(tags) or [""] for tags in wanted], "labels")
    found = [[c["class"] for c in row["classes"] if c["probability"] > 0.5] for row in rows]
    n_right = sum(sorted(a) == sorted(b) for a, b in zip(found, wanted))
    equal(n_right >= 30, True, f"{n_right} of 40 texts have all their tags and no others")
    write("other.yaml", read("model.yaml").decode().replace("task: tag", "task: tag\nloss: cross_entropy"))
    contains(augtrain(2, "other.yaml"), "cross_entropy does not compare with what the task tag has; allowed are "
             "bce_with_logits, focal")
    write("train.yaml", TRAIN)
    write("eval.yaml", EVAL)
    contains(augtrain(2, "model.yaml", *DATA), "train.yaml: each of its samples has one class; the task tag needs")


def test_a_tag_may_be_the_only_one():
    """Whether a text has it or not; of one class that every sample has there is nothing to learn."""
    make_tags()
    for name in ("train", "eval"):
        rows = [json.loads(line) for line in read(f"{name}.jsonl").splitlines()]
        write(f"{name}.jsonl", "".join(json.dumps({**row, "tags": [t for t in row["tags"] if t == "red"]}) + "\n"
                                       for row in rows))
    one = MODEL.replace("optimizer", "task: tag\noptimizer").replace("linear: 3", "linear: 1")
    write("model.yaml", one)
    augtrain(0, "model.yaml", "--output", "run")
    rows = [json.loads(line) for line in augtrain(0, "predict", "run", "--format", "jsonl").splitlines()]
    equal([row["classes"][0]["probability"] > 0.5 for row in rows], ["label" in row for row in rows], "texts with red")
    augtrain(0, "export", "run", "--output", "run.onnx")
    augtrain(0, "--resume", "run")
    named = one.replace("  input: [12]\n", "  input: [12]\n  classes: [red]\n")
    write("model.yaml", named)
    augtrain(0, "model.yaml", "--output", "named")
    write("model.yaml", named.replace("task: tag\n", ""))
    contains(augtrain(2, "model.yaml"), "model.yaml:4:12: model: classes needs a list of at least two names for the task "
             "classify")


def refuse(file, before, after, *words):
    """One thing is changed in one file, and the run is refused with words."""
    make_case()
    equal(before in read(file).decode(), True, f"{before} in {file}")
    write(file, read(file).decode().replace(before, after))
    contains(augtrain(2, "model.yaml", *DATA, "--output", "run"), *words)
    equal(os.path.exists("run"), False, "a run that was refused leaves nothing")


def test_what_does_not_fit_is_named_before_the_first_step():
    n = len(set(OTHERS)) + len(CLASSES) + 3
    refuse("model.yaml", "num_embeddings: 40", f"num_embeddings: {n - 1}",
           f"train.yaml: the tokenizer has the ids 0 to {n - 1}; the model's embedding has {n - 1} rows, needed are "
           f"at least {n}")
    refuse("eval.yaml", "max_length: 12", "max_length: 10",
           "eval.yaml: the texts have 10 ids (output.ids.max_length); the model's input is 12")
    refuse("train.yaml", "max_length: 12", "max_length: 12, padding: false", "output.ids needs padding: true")
    refuse("train.yaml", TRAIN.splitlines()[-1], "", "texts without ids")
    refuse("model.yaml", MODEL.splitlines()[4] + "\n", "    - {name: first, linear: 4}\n",
           "the samples are ids of texts; the model's first layer takes values")
    refuse("train.yaml", "words, vocabulary: words.txt", "hashing, buckets: 500", "has the ids 0 to 500")
    refuse("train.yaml", "dataset: questions", "dataset: {kind: synthetic, count: 20, size: 2, classes: 3}",
           "train.yaml:")


def test_pictures_for_a_network_of_texts():
    make_case()
    program.make_idx("pictures", 20, 12, 3)
    write("train.yaml", "augd: 1\ndataset: {kind: idx, path: pictures/t10k-images-idx3-ubyte.gz}\n")
    contains(augtrain(2, "model.yaml", *DATA), "train.yaml: the samples are pictures; the model's first layer takes "
             "ids of texts")


def test_ids_of_a_vocabulary_that_only_the_daemon_has():
    """Its size is not known here, so the first text with an id that is too high is named."""
    make_case()
    os.mkdir("elsewhere")
    for name in ("train.yaml", "eval.yaml"):
        os.rename(name, f"elsewhere/{name}")
    write("elsewhere/model.yaml", MODEL.replace("num_embeddings: 40", "num_embeddings: 12"))
    with served.Server("questions=tsv:questions.tsv", options=("--files", ".")) as server:
        said = augtrain(2, "elsewhere/model.yaml", "--data", server.addresses[0])
    contains(said, "train.yaml: sample ", " has the id ", "the model's embedding has 12 rows, so 0 to 11 are allowed")


def test_the_example_of_trec():
    """examples/trec/run.sh, with generated questions in the form of the original files."""
    for name, n in (("train.label", 240), ("test.label", 60)):
        write(name, "".join(f"{label}:other {text}\n" for label, text in questions(n)).replace("house", "maison\xe9")
              .encode("latin-1"))
    folders = [os.path.join(BUILD, part) for part in ("cli", "augd", "trainer")]
    environment = {**os.environ, "PATH": ":".join([*folders, os.environ["PATH"]]), "WORK": os.path.abspath("work")}
    for model in ("text_cnn", "fasttext"):
        done = subprocess.run(["bash", os.path.join(TOP, "examples", "trec", "run.sh"), "train.label", "test.label",
                               model, "--epochs", "12", "--overwrite", "--quiet"], env=environment, text=True,
                              timeout=120, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        equal(done.returncode, 0, done.stdout)
        contains(done.stdout, "test accuracy ")
        equal(accuracy("work/run") > 0.5, True, f"{model} learns: {done.stdout}")
    contains(read("work/words.txt").decode(), "maisoné\n")
    equal(os.path.exists("work/augd.sock"), False, "the daemon is gone")


program.main(globals())
