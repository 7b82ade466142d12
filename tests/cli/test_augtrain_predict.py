"""augtrain predict at the terminal: rows in three forms, arrays, what it refuses, damaged samples."""
import csv
import io
import json
import os
import subprocess
import time

import program
from program import contains, equal, make_folder, numpy, read, write
from trained import AUGTRAIN, augtrain

MODEL = """\
model:
  input: [12, 12, 3]
  classes: [bird, "cat, big", dog]
  layers:
    - conv: {filters: 4, padding: 1, bias: false}
    - batch_norm
    - relu
    - global_avg_pool: {}
      name: pool
    - flatten
    - linear: 3
optimizer: {adam: {lr: 0.01}}
train: {epochs: 1, log_every: 1}
data: {train: spec.yaml, eval: spec.yaml}
"""
SPEC = """\
augd: 1
dataset: {kind: image_folder, path: animals}
pipeline: [Resize: {size: [12, 12]}]
batch: {size: 8}
output: {layout: hwc, normalize: half}
"""


def succeed(*arguments, code=0):
    """Runs augtrain, which must exit with code; returns its standard output."""
    done = augtrain(*arguments)
    equal(done.returncode, code, f"augtrain {arguments}: {done.stderr}")
    return done.stdout


def fail(code, *arguments):
    """Runs augtrain, which must exit with code; returns its standard error."""
    done = augtrain(*arguments)
    equal(done.returncode, code, f"augtrain {arguments}: {done.stdout}{done.stderr}")
    return done.stderr


def make_run():
    """A model that was trained on 20 pictures of 3 classes."""
    make_folder("animals", 20, ("bird", "cat, big", "dog"))
    write("model.yaml", MODEL)
    write("spec.yaml", SPEC)
    succeed("model.yaml", "-o", "run", "--quiet")


def logits(*arguments):
    """Outputs as an array."""
    succeed("predict", *arguments, "--values", "logits", "-o", "logits.npy", "--overwrite")
    return numpy.load("logits.npy")


def test_rows():
    """The likeliest classes of every picture, in the order of the data set, in three forms."""
    make_run()
    values = logits("run", "animals").astype(float)
    shares = numpy.exp(values) / numpy.exp(values).sum(axis=1, keepdims=True)
    names = ["bird", "cat, big", "dog"]
    rows = list(csv.reader(io.StringIO(succeed("predict", "run", "animals", "--format", "csv", "--top", 2))))
    equal(rows[0], ["name", "index", "class", "probability", "class_2", "probability_2", "label", "error"], "columns")
    equal(len(rows), 21, "a row for each sample")
    files = sorted(f"{c}/{name}" for c in os.listdir("animals") for name in os.listdir(f"animals/{c}"))
    for i, row in enumerate(rows[1:]):
        best = numpy.argsort(-shares[i], kind="stable")
        equal([row[0], row[1], row[2], row[4], row[6]],
              [files[i], str(i), names[best[0]], names[best[1]], files[i].split("/")[0]], f"row {i}")
        equal(abs(float(row[3]) - shares[i][best[0]]) < 1e-6, True, f"probability of row {i}")
    tsv = succeed("predict", "run", "animals", "--top", 2).splitlines()
    equal([line.split("\t") for line in tsv], rows, "the same as TSV")
    succeed("predict", "run", "animals", "--top", 2, "-o", "out.jsonl")
    for row, line in zip(rows[1:], read("out.jsonl").decode().splitlines()):
        entry = json.loads(line)
        equal([entry["name"], entry["index"], [c["class"] for c in entry["classes"]], entry["label"]],
              [row[0], int(row[1]), [row[2], row[4]], row[6]], "the same as JSON")


def test_a_map_of_one_pixel_is_a_list_of_classes():
    """As a network that ends in pooling makes it; a larger map is none."""
    make_run()
    for pool in ("global_avg_pool", "adaptive_avg_pool: 1"):
        write("pooled.yaml", f"model: {{input: [12, 12, 3], layers: [conv: 3, {pool}]}}\n" + MODEL[MODEL.index("optimizer"):])
        succeed("pooled.yaml", "-o", "pooled", "--quiet", "--overwrite")
        best = logits("pooled").reshape(20, 3).argmax(axis=1)
        rows = [json.loads(line)["classes"][0] for line in succeed("predict", "pooled", "--format", "jsonl").splitlines()]
        equal([row["number"] for row in rows], list(best), f"classes of {pool}")
    write("map.yaml", "model: {input: [12, 12, 3], layers: [conv: 3]}\n" + MODEL[MODEL.index("optimizer"):])
    succeed("export", "map.yaml", "-o", "map.safetensors")
    contains(fail(2, "predict", "map.yaml", "animals", "--weights", "map.safetensors"), "10x10x3 values, which are no classes")


def test_inputs():
    """The run's own data set, a folder of loose pictures, one picture, a file of weights, a model file:
    the same samples have the same bits."""
    make_run()
    expected = logits("run", "animals")
    equal(logits("run").tobytes(), expected.tobytes(), "the run's own data set")
    equal(logits("run", "image_folder:animals").tobytes(), expected.tobytes(), "by its kind")
    equal(logits("model.yaml", "--weights", "run/model.safetensors").tobytes(), expected.tobytes(), "a model file")
    equal(logits("run", "animals", "--threads", 3).tobytes(), expected.tobytes(), "three threads")
    equal(logits("run", "animals/bird").tobytes(), expected[:7].tobytes(), "pictures without classes")
    one = sorted(os.listdir("animals/bird"))[4]
    equal(logits("run", f"animals/bird/{one}").tobytes(), expected[4:5].tobytes(), "a picture by itself")
    contains(succeed("predict", "run", "animals/bird"), f"{one}\t4\t")
    contains(fail(2, "predict", "run/model.safetensors", "animals"), "no specification of an evaluation")
    write("bare.yaml", MODEL.replace('  classes: [bird, "cat, big", dog]\n', ""))
    succeed("bare.yaml", "-o", "bare", "--quiet")
    equal(succeed("predict", "bare", "animals"), succeed("predict", "run", "animals"), "classes of the data set")


def test_arrays():
    make_run()
    succeed("predict", "run", "--values", "features", "--layer", "pool", "-o", "pool.npy")
    features = numpy.load("pool.npy")
    equal(features.shape, (20, 4, 1, 1), "a map's shape")
    succeed("predict", "run", "--values", "features", "--layer", "5", "-o", "5.npy")
    equal(numpy.load("5.npy").tobytes(), logits("run").tobytes(), "the last layer")
    succeed("predict", "run", "--values", "probabilities", "-o", "p.npy")
    equal(bool(numpy.allclose(numpy.load("p.npy").sum(axis=1), 1, atol=1e-6)), True, "shares")
    contains(fail(2, "predict", "run", "--values", "features", "--layer", "poll", "-o", "x.npy"), "no layer 'poll'")
    succeed("predict", "run", "--values", "logits", "-o", "p.safetensors")
    contains(read("p.safetensors")[8:170].decode(), '"logits"', '"index"', "[20,3]")


def test_a_model_file_has_the_specification_of_its_evaluation():
    """So pixels of 8 bits are normalized as in the run."""
    make_run()
    succeed("export", "run", "--bytes", "-o", "run.onnx")
    succeed("export", "model.yaml", "--weights", "run/model.safetensors", "--bytes", "-o", "file.onnx")
    equal(read("file.onnx"), read("run.onnx"), "both models")
    write("model.yaml", MODEL.replace("eval: spec.yaml", "eval: none.yaml"))
    contains(fail(2, "export", "model.yaml", "--bytes", "-o", "x.onnx"), "none.yaml")
    succeed("export", "model.yaml", "-o", "x.onnx")


def test_a_run_without_a_test_is_evaluated_by_its_validation():
    """Its specification says what the input is; that of the training never does."""
    make_run()
    write("validated.yaml", MODEL.replace("eval: spec.yaml", "validation: spec.yaml"))
    succeed("validated.yaml", "-o", "validated", "--quiet")
    succeed("export", "validated", "--bytes", "-o", "validated.onnx")
    succeed("predict", "validated", "animals", "--values", "logits", "-o", "validated.npy")
    for name, *words in (("file", "validated.yaml", "--weights", "validated/model.safetensors"),
                         ("eval", "model.yaml", "--weights", "validated/model.safetensors")):
        succeed("export", *words, "--bytes", "-o", f"{name}.onnx")
        equal(read(f"{name}.onnx"), read("validated.onnx"), f"the model of {words[0]}")
        succeed("predict", words[0], "animals", *words[1:], "--values", "logits", "-o", f"{name}.npy")
        equal(read(f"{name}.npy"), read("validated.npy"), f"the values of {words[0]}")
    contains(read("validated.onnx").decode("latin-1"), "the model normalizes them as it was trained on")
    write("trained.yaml", MODEL.replace(", eval: spec.yaml", ""))
    succeed("trained.yaml", "-o", "trained", "--quiet")
    for words in (("trained",), ("trained.yaml",), ("trained.yaml", "--weights", "trained/model.safetensors"),
                  ("trained/model.safetensors",)):
        contains(fail(2, "export", *words, "--bytes", "-o", "x.onnx"), "no specification of an evaluation")
    contains(fail(2, "predict", "trained", "animals"), "no specification of an evaluation")
    equal(os.path.exists("x.onnx"), False, "a file")


def test_many_classes_in_order():
    """Of 2,000 classes the first 1,000, and of equal ones those before."""
    make_run()
    write("wide.yaml", MODEL.replace('  classes: [bird, "cat, big", dog]\n', "").replace("linear: 3", "linear: 2000"))
    succeed("export", "wide.yaml", "-o", "wide.safetensors")
    chosen = ("predict", "wide.yaml", "animals", "--weights", "wide.safetensors")
    succeed(*chosen, "--values", "probabilities", "-o", "all.npy")
    found = [json.loads(line)["classes"] for line in succeed(*chosen, "--format", "jsonl", "--top", "1000").splitlines()]
    for row, classes in zip(numpy.load("all.npy"), found, strict=True):
        equal([c["number"] for c in classes], list(numpy.argsort(-row, kind="stable")[:1000]), "their order")


def test_damaged_samples():
    """Each is named, has no prediction, and the rest are as they were."""
    make_run()
    expected = logits("run", "animals")
    names = sorted(f"animals/{c}/{name}" for c in os.listdir("animals") for name in os.listdir(f"animals/{c}"))
    write(names[3], read(names[3])[:200])
    done = augtrain("predict", "run", "animals")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "1 of 20 samples are damaged", names[3][8:])
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    equal([rows[4][1], rows[4][2], names[3][8:] in rows[4][5]], ["3", "", True], "the damaged row")
    equal([row[1] for row in rows[1:]], [str(i) for i in range(20)], "every sample has a row")
    succeed("predict", "run", "animals", "--values", "logits", "-o", "logits.npy", "--overwrite", "--allow-errors")
    found = numpy.load("logits.npy")
    equal(bool(numpy.isnan(found[3]).all()), True, "no numbers")
    equal(numpy.delete(found, 3, 0).tobytes(), numpy.delete(expected, 3, 0).tobytes(), "the others")


def test_a_daemon_and_texts():
    """The data set that the specification names, from a daemon; and questions as ids, from a table."""
    write("reviews.tsv", "".join(f"{'good' if i % 2 else 'bad'}\tthe {'fine' if i % 2 else 'poor'} film {i}\n"
                                 for i in range(30)))
    layers = "[embedding_bag: {num_embeddings: 259, embedding_dim: 4}, linear: 2]"
    write("model.yaml", f"model: {{input: [20], classes: [bad, good], layers: {layers}}}\n"
          + MODEL[MODEL.index("optimizer"):])
    write("spec.yaml", "augd: 1\ndataset: reviews\nbatch: {size: 7}\n"
          "output: {text: false, ids: {tokenizer: bytes, max_length: 20, padding_id: 0}}\n")
    succeed("model.yaml", "--dataset", "reviews=tsv:reviews.tsv", "-o", "run", "--quiet")
    expected = succeed("predict", "run", "reviews.tsv", "--top", 2)
    equal([line.split("\t")[6] for line in expected.splitlines()[1:3]], ["bad", "good"], "labels of rows")
    contains(fail(2, "predict", "run"), "names its data set 'reviews'")
    address = "unix:" + os.path.abspath("augd.sock")
    with subprocess.Popen([program.AUGD, "--quiet", "--listen", address, "--dataset", "reviews=tsv:reviews.tsv"]) as daemon:
        try:
            while not os.path.exists("augd.sock") and daemon.poll() is None:
                time.sleep(0.02)
            equal(succeed("predict", "run", address, "--top", 2), expected, "from a daemon")
        finally:
            daemon.terminate()


def test_names_of_files_that_are_no_utf8():
    """A line is JSON all the same; TSV has the bytes as they are."""
    make_run()
    for i in range(3):
        os.rename(f"animals/bird/{sorted(os.listdir('animals/bird'))[0]}", os.fsdecode(b"animals/bird/\xe9%d.png" % i))
    done = subprocess.run([AUGTRAIN, "predict", "run", "animals", "--format", "jsonl"], timeout=60, capture_output=True,
                          check=True)
    names = [json.loads(line.decode("utf-8"))["name"] for line in done.stdout.splitlines()]
    equal([name for name in names if "\ufffd" in name], [f"bird/\ufffd{i}.png" for i in range(3)], "names in JSON")
    done = subprocess.run([AUGTRAIN, "predict", "run", "animals"], timeout=60, capture_output=True, check=True)
    contains(done.stdout.decode("latin-1"), "bird/\xe90.png\t")


def test_refusals():
    make_run()
    write("there.tsv", "")
    contains(fail(2, "predict", "run", "animals", "-o", "there.tsv"), "there is such a file", "--overwrite")
    contains(fail(2, "predict", "run", "animals", "--values", "logits"), "FILE.npy or FILE.safetensors")
    contains(fail(2, "predict", "model.yaml", "animals"), "--weights FILE")
    contains(fail(2, "predict", "run", "nothing"), "nothing")
    contains(fail(2, "predict", "run", "model.yaml"), "does not say what is in the file")
    write("run/config.json", b"{\"data\": ")
    equal(augtrain("predict", "run", "animals").returncode, 1, "a config.json that is cut short")
    os.remove("run/config.json")
    contains(fail(2, "predict", "run", "animals"), "no specification of an evaluation")
    whole = read("run/model.safetensors")
    for size in (0, 5, 100, len(whole) - 1):
        write("run/model.safetensors", whole[:size])
        equal(augtrain("predict", "run", "animals").returncode in (1, 2), True, f"{size} bytes of a model")


program.main(globals())
