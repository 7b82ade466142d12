"""What is easily done wrong at a terminal: each is one sentence that names it, and exit code 2; nothing is left behind."""
import json
import os
import subprocess

import program
from program import contains, equal, picture, pixels, read, write
from trained import AUGTRAIN, SPEC, augtrain

MODEL = """\
augtrain: 1
model:
  input: [8, 8, 3]
  layers:
    - conv: {filters: 4, padding: 1}
    - relu
    - flatten
    - name: head
      linear: 4
optimizer: {sgd: {lr: 0.01}}
train: {epochs: 1, threads: 1}
data: {train: spec.yaml, eval: spec.yaml}
"""


def make_case():
    write("model.yaml", MODEL)
    write("spec.yaml", SPEC)


def make_run():
    make_case()
    equal(augtrain("model.yaml", "--output", "run", "--quiet").returncode, 0, "a run")


def refuse(sentence, *arguments, code=2):
    """Says this sentence alone, or its begin, and exits with the code."""
    done = augtrain(*arguments)
    equal(done.returncode, code, f"augtrain {arguments}: {done.stdout}{done.stderr}")
    equal(done.stdout, "", f"augtrain {arguments}")
    name = arguments[0] if arguments and arguments[0] in ("predict", "export", "bench") else None
    contains(done.stderr, f"augtrain {name}: {sentence}" if name else f"augtrain: {sentence}")
    equal(len(done.stderr.splitlines()), 1, f"augtrain {arguments}: {done.stderr}")


def test_one_kind_of_file_for_another():
    make_run()
    write("short.safetensors", read("run/model.safetensors")[:5])
    write("cut.safetensors", read("run/model.safetensors")[:300])
    no_weights = "this is no file of weights; allowed is safetensors"
    refuse("run: this is the folder of a run; allowed is a model file, and 'augtrain --resume run' goes on", "run")
    refuse("run: this is the folder of a run", "bench", "run")
    refuse("run/model.safetensors: these are weights; allowed is a model file", "run/model.safetensors")
    refuse(f"spec.yaml: {no_weights}", "model.yaml", "--weights", "spec.yaml")
    refuse(f"spec.yaml: {no_weights}", "predict", "run", "--weights", "spec.yaml")
    refuse(f"short.safetensors: {no_weights}", "export", "model.yaml", "--weights", "short.safetensors", "-o", "x.onnx")
    refuse("cut.safetensors: the header claims", "predict", "model.yaml", "--weights", "cut.safetensors", code=1)
    refuse(".: this folder is none of a run: it has no model.safetensors", "predict", ".")
    refuse("photos: there is no such file or folder; another data set is KIND:PATH", "predict", "run", "photos")
    refuse("run/model.safetensors: there is no specification of an evaluation", "predict", "run/model.safetensors")


def test_weights_may_come_through_a_pipe():
    """What is looked at before it is read must not lose its first bytes."""
    make_run()
    script = f'{AUGTRAIN} predict <(cat model.yaml) --weights run/model.safetensors --values logits -o piped.npy'
    done = subprocess.run(["bash", "-c", script], text=True, timeout=60, capture_output=True, check=False)
    contains(done.stderr, "spec.yaml")
    equal("YAML" in done.stderr, False, done.stderr)


def test_outputs_are_looked_at_before_the_work():
    make_run()
    for command in (("predict", "run"), ("export", "run")):
        refuse("nowhere/x.onnx: there is no folder for this file" if command[0] == "export" else
               "nowhere/x.csv: there is no folder for this file", *command, "-o",
               "nowhere/x.onnx" if command[0] == "export" else "nowhere/x.csv")
    os.mkdir("folder.csv")
    refuse("folder.csv: this is a folder; allowed is a file", "predict", "run", "-o", "folder.csv", "--overwrite")


def change(before, after, sentence):
    """One thing is changed in the model file."""
    make_case()
    equal(before in MODEL, True, before)
    write("changed.yaml", MODEL.replace(before, after))
    refuse(f"changed.yaml:{sentence}", "changed.yaml", "--output", "none")
    equal(os.path.exists("none"), False, "nothing is left")


def test_model_files():
    change("optimizer: {sgd: {lr: 0.01}}", "optimizer: sgd", "10:12: optimizer.sgd: lr is missing")
    change("    - flatten", "    - linear", "7:7: model.layers[2].linear: features is missing")
    change("[8, 8, 3]", "[8, 8, 3]\n  classes: [a, b, a, c]",
           "4:19: model.classes: 'a' is the name of class 0, too; names must differ")
    change("train: {epochs", "groups: [{match: 'haed.*', frozen: true}]\ntrain: {epochs",
           " groups: match 'haed.*' fits no parameter of the network, which are called as '0.weight' is")
    change("train: {epochs", "groups: [{match: '*.running_mean', frozen: true}]\ntrain: {epochs",
           " groups: match '*.running_mean' fits no parameter of the network, which are called as '0.weight' is")
    change("train: {epochs", "groups: [{match: '*'}, {match: '*.bias', frozen: true}]\ntrain: {epochs",
           " groups: match '*.bias' freezes nothing, as all that it fits belongs to groups before it; the first that")
    for key in "weight_decay", "l1":
        change("train: {epochs", f"groups: [{{match: '*', {key}: -0.5}}]\ntrain: {{epochs",
               f"11:{25 + len(key)}: groups: {key} is -0.5; allowed are 0 to 10, and -1 for the optimizer's")
    change("[8, 8, 3]", "[100000, 100000, 3]", " input: the input is 100000 x 100000 x 3; allowed are")
    change("optimizer:", "task: contrastive\nloss: triplet\noptimizer:",
           "11:7: loss: triplet needs an anchor, a positive and a negative in each sample, which programs in C give it "
           "(NnBatch.views) and no stream has; batch_triplet finds them in the batch; allowed for the task contrastive "
           "are batch_triplet, nt_xent, sup_con\n")
    change("optimizer:", "task: contrastive\nloss: mse\noptimizer:",
           "11:7: loss: mse does not compare with what the task contrastive has; allowed are batch_triplet")
    change("train: {epochs", "groups: [{match: '*', frozen: true}]\ntrain: {epochs",
           " layers: no layer has weights that are not frozen")


def test_parameters_that_would_mean_nothing():
    change("optimizer:", "loss: {focal: {alpha: 0.1}}\noptimizer:",
           "9:7: layer head (linear), the last, gives 4 features; the loss needs form: sigmoid where it is given alpha; "
           "softmax has weight\n")
    change("optimizer:", "loss: {kl_div: {log_target: true}}\noptimizer:",
           "10:7: loss: kl_div with these parameters does not compare with what the task classify has; allowed are "
           "bce_with_logits, cross_entropy, focal, and it with others\n")
    change("    - relu", "    - batch_norm: {frozen: true, track_running_stats: false}",
           "6:19: model.layers[1].batch_norm: frozen uses the running statistics; with track_running_stats: false there "
           "are none\n")
    for loss in "cross_entropy: {weight: [0, 0, 0, 0]}", "bce_with_logits: {weight: 0}", "focal: {weight: [0, 0, 0, 0]}":
        change("optimizer:", f"loss: {{{loss}}}\noptimizer:",
               f"10:{8 + loss.index('{')}: loss.{loss.split(':')[0]}: weight is nothing but zeros; at least one class must "
               "count more\n")


def test_maps_of_another_shape_are_no_input():
    before = MODEL[MODEL.index("    - flatten"):MODEL.index("optimizer")]
    change(before, "    - flatten\n    - linear: 192\n    - reshape: {channels: 12, height: 4, width: 4}\ntask: autoencode\n",
           "9:7: layer 4 (reshape), the last, gives 4x4x12; the loss compares it with the input, which is 8x8x3\n")


def test_one_sample_has_no_statistics():
    make_case()
    write("one.yaml", SPEC.replace("size: 8}\noutput", "size: 1}\noutput"))
    write("model.yaml", MODEL.replace("eval: spec", "eval: one").replace(
        "    - name: head\n      linear: 4", "    - linear: 4\n    - batch_norm: {track_running_stats: false}"))
    refuse("one.yaml: of 24 samples in batches of 1 the last one of an epoch has 1, and layer 4 (batch_norm) needs at least "
           "2 values per channel; a batch of 1 sample gives 1; allowed is another size\n", "model.yaml")


def test_one_sample_of_the_training_data_has_no_statistics():
    """What is evaluated of them ends where train_eval says, amid a batch."""
    make_case()
    model = MODEL.replace("- name: head\n      linear: 4", "- linear: 4\n    - batch_norm: {track_running_stats: false}")
    for n, last in ((17, 1), (1, 1)):
        write("model.yaml", model.replace("threads: 1", f"threads: 1, train_eval: {n}"))
        refuse(f"spec.yaml as spec.yaml: of {n} samples in batches of 8 the last one of an epoch has {last}, and layer 4 "
               "(batch_norm) needs at least 2 values per channel; a batch of 1 sample gives 1; allowed is another "
               "train.train_eval, or another size\n", "model.yaml")
    for n in (16, 18, 24, 25):
        write("model.yaml", model.replace("threads: 1", f"threads: 1, train_eval: {n}"))
        equal(augtrain("model.yaml", "--output", "run", "--overwrite", "--quiet").returncode, 0, f"{n} samples")


def test_shares_of_classes_that_the_network_lacks():
    make_case()
    pictures = "".join(f"p{i}.png,{'abz'[i % 3]}\n" for i in range(6))
    for i in range(6):
        write(f"p{i}.png", picture(pixels(i, 8, 8), "PNG"))
    write("train.csv", "image,label\n" + pictures)
    write("shares.csv", "image,z,a,b\n" + "".join(f"p{i}.png,0.5,0.25,0.25\n" for i in range(6)))
    more = "pipeline: [Resize: [8, 8]]\nbatch: {size: 4}\noutput: {layout: hwc}\n"
    write("train.yaml", "augd: 1\ndataset: {kind: csv, path: train.csv, image: image, label: label}\n" + more)
    write("shares.yaml", "augd: 1\ndataset: {kind: csv, path: shares.csv, image: image, soft_labels: [z, a, b]}\n" + more)
    text = MODEL.replace("linear: 4", "linear: 2").replace("train: spec", "train: train").replace("eval: spec", "eval: shares")
    write("model.yaml", text.replace("optimizer:", "loss: {cross_entropy: {ignore_index: 2}}\noptimizer:"))
    refuse("shares.yaml: the labels are probabilities of 3 classes; the model's last layer has 2 outputs\n", "model.yaml")


def test_ignored_samples_count_nowhere():
    """Of 24 samples 6 have class 1."""
    make_case()
    write("model.yaml", MODEL.replace("optimizer:", "loss: {cross_entropy: {ignore_index: 1}}\noptimizer:"))
    done = augtrain("model.yaml", "--output", "run")
    equal((done.returncode, "has no sample of" in done.stderr), (0, False), done.stderr)
    report = read("run/report.html").decode()
    contains(report, ", 18 samples<")
    equal(", 24 samples<" in report, False, "samples of the tile")


def test_kernels_that_are_there_are_named():
    make_case()
    done = augtrain("model.yaml", "--kernels", "neon")
    if done.returncode != 0:
        contains(done.stderr, "augtrain: kernels: neon kernels are not available on this processor; allowed are auto, ",
                 "baseline, reference\n")


def test_what_a_model_for_others_lacks_is_said():
    make_case()
    os.remove("spec.yaml")
    done = augtrain("export", "model.yaml", "-o", "model.onnx")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "augtrain export: the file will not say how its input is made, as spec.yaml: ")
    refuse("spec.yaml: ", "export", "model.yaml", "-o", "bytes.onnx", "--bytes")


def test_places_are_said_once():
    make_run()
    write("changed.yaml", MODEL.replace("    - flatten\n", "    - flatten\n    - conv: 3\n"))
    refuse("changed.yaml:8:7: layer 3 (conv): needs a map", "predict", "changed.yaml", "--weights",
           "run/model.safetensors")
    refuse("changed.yaml:8:7: layer 3 (conv): needs a map", "changed.yaml", "--output", "none")


def test_names_of_classes_that_are_no_utf8():
    """A run says names in JSON, which nobody could read again."""
    make_case()
    program.make_folder("pictures", 8, ("a", os.fsdecode(b"caf\xe9")))
    write("spec.yaml", "augd: 1\ndataset: {kind: image_folder, path: pictures}\npipeline: [Resize: [8, 8]]\n"
                       "batch: {size: 4}\noutput: {layout: hwc}\n")
    words = ("spec.yaml: the name of class 1 is no UTF-8 from byte 3 on ('caf' and then 0xe9), and a run says names in "
             "JSON; allowed are classes with other names\n")
    refuse(words, "model.yaml", "--output", "run", code=1)
    equal(os.path.exists("run"), False, "something is left")
    os.rename(os.fsdecode(b"pictures/caf\xe9"), "pictures/caf\u00e9")
    equal(augtrain("model.yaml", "--output", "run", "--quiet").returncode, 0, "a run")
    equal(augtrain("--resume", "run", "--quiet").returncode, 0, "the same run")
    os.rename("pictures/caf\u00e9", os.fsdecode(b"pictures/caf\xe9"))
    refuse(words, "model.yaml", "--eval-only", "--weights", "run/model.safetensors", code=1)


def test_many_classes_need_no_matrix():
    """A confusion matrix of 20,000 classes would take gigabytes."""
    make_case()
    write("wide.yaml", MODEL.replace("linear: 4", "linear: 20000").replace("    - conv: {filters: 4, padding: 1}\n", ""))
    done = augtrain("wide.yaml", "--output", "wide")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "gap 0.00 points")
    page = read("wide/report.html").decode()
    contains(page, "Each class")
    equal("Confusion matrix" in page, False, "a matrix")


def test_long_names_of_many_classes():
    """What a run writes it reads: 4,000 classes with names of 140 bytes, in the weights, config.json and checkpoints."""
    names = [f"{i:04d}" + "long name " * 13 + '"quoted"' for i in range(4000)]
    write("rows.jsonl", "".join(json.dumps({"text": "a b", "label": name}) + "\n" for name in names))
    write("spec.yaml", "augd: 1\ndataset: {kind: jsonl, path: rows.jsonl, text: text, label: label}\nbatch: {size: 1000}\n"
                       "output: {text: false, ids: {tokenizer: hashing, buckets: 9, max_length: 2}}\n")
    write("model.yaml", "model: {input: [2], layers: [embedding_bag: {num_embeddings: 10, embedding_dim: 1}, linear: 4000]}\n"
          + MODEL[MODEL.index("optimizer"):].replace("threads: 1", "threads: 1, train_eval: 0"))
    equal(augtrain("model.yaml", "--output", "run", "--quiet").returncode, 0, "a run")
    for command in (("--resume", "run", "--quiet"), ("export", "run", "-o", "run.onnx"),
                    ("predict", "run", "-o", "run.jsonl")):
        done = augtrain(*command)
        equal(done.returncode, 0, f"{command}: {done.stderr}")
    line = json.loads(read("run.jsonl").decode().splitlines()[7])
    equal([line["label"], line["classes"][0]["class"] in names], [names[7], True], "a row")


program.main(globals())
