"""aug apply of texts with operations: what the edits say is what happened, copies are those of the stream, and runs
that are killed again and again give the same files. AUG_KILLS says how often, AUG_ROWS of how many rows.
"""
import csv
import gzip
import json
import os
import random
import struct

import program
from kills import killed_until_done, size_of
from program import AUG, contains, equal, read, succeed, write

KILLS = int(os.environ.get("AUG_KILLS", "20"))
ROWS = int(os.environ.get("AUG_ROWS", "100000"))
SPEC = """augd: 1
seed: 9
pipeline:
  - OneOf: {transforms: [RandomSwap: {alpha: 0.2}, RandomDeletion, AEDA]}
"""
WORDS = "The film is not what I'd call a café, but 3 of my friends (한국어) liked it naïvely — or did they? 😀 Yes!".split()


def text(draws):
    """A text of some words, sometimes none."""
    return " ".join(draws.choice(WORDS) for _ in range(draws.randrange(14)))


def applied(edits, original, made):
    """The original with edits: all between them is the same in both."""
    out, at = b"", 0
    for start, end, new_start, new_end, _ in edits:
        out += original[at:start]
        equal(len(out), new_start, "place of an edit")
        out += made[new_start:new_end]
        equal(end >= start >= at, True, "edits ascend")
        at = end
    return out + original[at:]


def check_edits(path, originals, texts, n_copies):
    """Each line of the edits makes the row of the output from that of the input; returns how many are applied."""
    n_applied = 0
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    equal(len(lines), len(texts), "a line a row")
    before = (0, -1)
    for line, made in zip(lines, texts):
        place = (line["source"], -1 if line["copy"] is None else line["copy"])
        equal(place >= before and place[1] < n_copies, True, f"order at {place}")
        before = place
        original = originals[line["source"]]
        equal(applied(line["edits"], original, made), made, f"edits of {place}")
        equal(bool(line["edits"]), made != original, f"whether {place} has edits")
        equal({edit[4] for edit in line["edits"]} <= {"RandomSwap", "RandomDeletion", "AEDA"}, True, "operations")
        if line["copy"] is None:
            equal((line["outcome"], made), ("original", original), f"original {place}")
        n_applied += line["outcome"] == "applied"
    return n_applied


def test_edits_make_the_rows():
    draws = random.Random(1)
    write("spec.yaml", SPEC)
    rows = [(str(i), text(draws), "a, \"b\"\n"[i % 4:], str(i % 3)) for i in range(500)]
    with open("in.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text", "note", "label"), *rows])
    succeed("apply", "spec.yaml", "--input", "in.csv", "--output", "out.csv", "--copies", 3, "--include-original",
            "--edits", "edits.jsonl")
    with open("out.csv", encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    equal(found[0], ["id", "text", "note", "label"], "header")
    equal([(row[0], row[2], row[3]) for row in found[1:]], [(r[0], r[2], r[3]) for r in rows for _ in range(4)],
          "other columns")
    n = check_edits("edits.jsonl", [row[1].encode() for row in rows], [row[1].encode() for row in found[1:]], 3)
    equal(n > 1000, True, f"{n} applied")
    n = len({row[1] for row in found[1:]})
    equal(n > 1200, True, f"{n} different texts")


def test_json_keeps_all_else():
    draws = random.Random(2)
    write("spec.yaml", SPEC)
    rows = [{"n": i / 7, "text": text(draws), "more": {"text": [1, "x"]}, "label": "ab"[i % 2]} for i in range(300)]
    for escaped in (False, True):
        write("in.jsonl", "".join(json.dumps(row, ensure_ascii=escaped) + "\n" for row in rows))
        succeed("apply", "spec.yaml", "--input", "in.jsonl", "--output", f"out-{escaped}.jsonl", "--copies", 2)
        lines = read(f"out-{escaped}.jsonl").decode().splitlines()
        for i, line in enumerate(lines):
            row = json.loads(line)
            equal({**row, "text": 0}, {**rows[i // 2], "text": 0}, f"row {i}")
            equal(line, json.dumps(row, ensure_ascii=escaped and not line.isascii() or escaped), f"bytes of row {i}")
    same = [json.loads(line) for line in read("out-True.jsonl").splitlines()]
    equal(same, [json.loads(line) for line in read("out-False.jsonl").splitlines()], "however they are written")


def test_copies_are_the_epochs_of_the_stream():
    draws = random.Random(3)
    texts = [text(draws) or "x" for _ in range(50)]
    write("in.tsv", "".join(f"{i % 2}\t{one}\n" for i, one in enumerate(texts)))
    write("spec.yaml", SPEC)
    write("stream.yaml", SPEC + "batch: {size: 50, shuffle: false}\ndataset: {kind: tsv, path: in.tsv}\n")
    succeed("apply", "spec.yaml", "--input", "in.tsv", "--output", "out.tsv", "--copies", 3)
    found = [line.split(b"\t")[1] for line in read("out.tsv").splitlines()]
    for epoch in range(3):
        succeed("batch", "stream.yaml", "--epoch", epoch, "-o", "b")
        content = read("b")
        start = 8 + int.from_bytes(content[:8], "little")
        head = json.loads(content[8:start])
        first, last = (start + at for at in head["text"]["data_offsets"])
        equal(b"".join(found[epoch::3]), content[first:last], f"epoch {epoch}")


def test_duplicates_are_left_out():
    write("spec.yaml", "augd: 1\nseed: 1\npipeline: [RandomSwap: {n: 1}]\n")
    write("in.tsv", "0\tone two\n1\talone\n0\tone two three\n")
    done = succeed("apply", "spec.yaml", "--input", "in.tsv", "--output", "out.tsv", "--copies", 40, "--dedupe",
                   "--include-original", "--edits", "e.jsonl")
    rows = read("out.tsv").decode().splitlines()
    equal(rows[:3], ["0\tone two", "0\ttwo one", "1\talone"], "two orders of two words, one of one")
    equal(rows[3], "0\tone two three", "the third original")
    equal(sorted(rows[4:]), sorted({"0\ttwo one three", "0\tone three two", "0\tthree two one"}), "single swaps")
    contains(done, f"{3 * 40 - 4} of them left out as duplicates")
    equal(len(read("e.jsonl").splitlines()), len(rows), "a line a row")
    succeed("apply", "spec.yaml", "--input", "in.tsv", "--output", "copies.tsv", "--copies", 40, "--dedupe")
    equal(sorted(read("copies.tsv").decode().splitlines()), sorted(rows[1:2] + rows[4:]), "without originals")


def test_eda_says_how_many_copies():
    write("words.tsv", "one\tn\tsingle\n")
    succeed("data", "build", "list", "words.tsv", "--lang", "en", "-o", "en.augx")
    write("spec.yaml", "augd: 1\npipeline: [EDA: {lang: ./en.augx, compat: true}]\n")
    write("in.txt", "one two three\n" * 500)
    write("more.txt", "one two three\n" * 501)
    for source, options, n in (("in.txt", (), 16), ("more.txt", (), 8), ("in.txt", ("--copies", 2), 2)):
        done = program.aug("apply", "spec.yaml", "--input", source, "--output", "-", *options)
        equal(done.returncode, 0, done.stderr)
        equal(len(done.stdout.splitlines()), n * len(read(source).splitlines()), f"{source} {options}")
        equal(f"{n} copies of each sample" in done.stderr, not options, done.stderr)


def test_paths_of_operations_start_at_the_specification():
    """So do lists, lexicons, vocabularies and tokenizers; those of a specification from elsewhere, here."""
    os.makedirs("there/data", exist_ok=True)
    write("there/data/wrong.tsv", "right\trihgt\n")
    write("there/words.tsv", "big\tn\tlarge\n")
    write("there/in.txt", "right big\n")
    write("there/words.txt", "[UNK]\nright\nbig\n")
    succeed("data", "build", "list", "there/words.tsv", "--lang", "de", "-o", "there/own.augx")
    pipeline = ("[SpellingErrors: {file: data/wrong.tsv, english: false, rules: false}, "
                "SynonymReplacement: {lang: own.augx}]")
    ids = "output: {ids: {tokenizer: words, vocabulary: words.txt}}\n"
    write("there/spec.yaml", f"augd: 1\ndataset: {{kind: lines, path: in.txt}}\npipeline: {pipeline}\n{ids}")
    succeed("apply", "there/spec.yaml", "--output", "out.txt")
    equal(read("out.txt"), b"rihgt large\n", "beside the specification")
    succeed("check", "there/spec.yaml")
    spec = read("there/spec.yaml").replace(b"in.txt", b"there/in.txt")
    done = program.aug("check", "-", input=spec.decode())
    equal(done.returncode, 2, done.stdout)
    contains(done.stderr, "data/wrong.tsv")
    for name in (b"data/wrong.tsv", b"own.augx", b"words.txt"):
        spec = spec.replace(name, b"there/" + name)
    equal(program.aug("check", "-", input=spec.decode()).returncode, 0, "from here")


SOFT = "augd: 1\nseed: 2\npipeline: [RandomSwap]\noutput: {label_smoothing: 0.2}\n"


def test_labels_become_soft():
    """Of a text that was edited a part of the label goes to all classes, whatever the format; files read back."""
    write("spec.yaml", SOFT)
    write("in.csv", 'text,label\r\n"one, two",good\r\nalone,bad\r\n')
    succeed("apply", "spec.yaml", "--input", "in.csv", "--output", "out.csv", "--include-original")
    equal(read("out.csv"), b'text,label,bad,good\r\n"one, two",good,0,1\r\n"two, one",good,0.1,0.9\r\n'
          b"alone,bad,1,0\r\nalone,bad,1,0\r\n", "columns of CSV")
    write("in.tsv", "1\tone two\n0\talone\n")
    succeed("apply", "spec.yaml", "--input", "in.tsv", "--output", "out.tsv")
    equal(read("out.tsv"), b"1\ttwo one\t0.1\t0.9\n0\talone\t1\t0\n", "columns of TSV without a header")
    write("in.jsonl", '{"text": "one two", "label": 1 }\n{"soft_labels": 3, "text": "alone", "label": 0}\n')
    succeed("apply", "spec.yaml", "--input", "in.jsonl", "--output", "out.jsonl")
    equal(read("out.jsonl").decode(), '{"text": "two one", "label": 1, "soft_labels": {"0": 0.1, "1": 0.9} }\n'
          '{"soft_labels": {"0": 1, "1": 0}, "text": "alone", "label": 0}\n', "a key of JSON")
    for name, location in (("csv", "csv:out.csv,soft_labels=[bad, good]"),
                           ("jsonl", "jsonl:out.jsonl,soft_labels=soft_labels")):
        write("read.yaml", "augd: 1\nbatch: {size: 2, shuffle: false}\ndataset: soft\n")
        succeed("batch", "read.yaml", "--dataset", f"soft={location}", "-o", "b")
        content = read("b")
        start = 8 + int.from_bytes(content[:8], "little")
        first, last = (start + at for at in json.loads(content[8:start])["label"]["data_offsets"])
        equal([round(x, 6) for x in struct.unpack("<4f", content[first:last])],
              [0, 1, 0.1, 0.9] if name == "csv" else [0.1, 0.9, 1, 0], location)


def test_labels_that_cannot_become_soft_are_refused():
    write("spec.yaml", SOFT)
    write("taken.csv", "text,label,good\none two,good,1\nalone,bad,2\n")
    write("many.jsonl", '{"text": "one two", "tags": ["a", "b"]}\n')
    for source, words in (("taken.csv", "the class 'good' need a column of that name"),
                          ("jsonl:many.jsonl,labels=tags", "the rows do not have one label each")):
        done = program.aug("apply", "spec.yaml", "--input", source, "--output", "out")
        equal(done.returncode, 2, done.stderr)
        contains(done.stderr, words)


def test_pairs_are_two_texts():
    write("spec.yaml", "augd: 1\nseed: 3\npipeline: [RandomSwap: {alpha: 0.3}]\noutput: {allow_label_change: true}\n")
    draws = random.Random(6)
    rows = [(text(draws), text(draws), "ab"[i % 2]) for i in range(100)]
    with open("in.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("premise", "hypothesis", "label"), *rows])
    done = succeed("apply", "spec.yaml", "--input", "csv:in.csv,text=premise,text_pair=hypothesis", "--output",
                   "out.csv", "--edits", "edits.jsonl", "--json")
    with open("out.csv", encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))[1:]
    equal([row[2] for row in found], [row[2] for row in rows], "labels")
    equal(sum(json.loads(done)["outcomes"].values()), 200, "outcomes of both texts")
    n_changed = [0, 0]
    for line, given, made in zip(map(json.loads, read("edits.jsonl").splitlines()), rows, found):
        for i, told in enumerate((line, line["text_pair"])):
            equal(applied(told["edits"], given[i].encode(), made[i].encode()), made[i].encode(), f"text {i} of {line}")
            n_changed[i] += given[i] != made[i]
    equal(min(n_changed) > 50, True, f"{n_changed} changed")


def test_spans_still_name_their_words():
    names = [("Kim Söul", "PER"), ("San Marino", "LOC"), ("한국", "LOC")]
    draws, lines = random.Random(4), []
    for i in range(200):
        words, spans = [draws.choice(WORDS) for _ in range(6)], []
        for name, label in draws.sample(names, i % 3 + 1):
            words.insert(draws.randrange(len(words) + 1), (name, label))
        line = ""
        for word in words:
            line += " " if line else ""
            if isinstance(word, tuple):
                spans.append([len(line), len(line) + len(word[0]), word[1]])
            line += word if isinstance(word, str) else word[0]
        lines.append({"text": line, "ents": spans})
    write("in.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    write("spec.yaml", SPEC)
    done = program.aug("apply", "spec.yaml", "--input", "jsonl:in.jsonl,spans=ents", "--output", "out.jsonl", "--copies", 3)
    equal(done.returncode, 0, done.stderr)
    equal("stays as it is" in done.stderr, False, "spans are treated")
    n_moved = 0
    for i, line in enumerate(read("out.jsonl").splitlines()):
        row, given = json.loads(line), lines[i // 3]
        found = [(row["text"][start:end], label) for start, end, label in row["ents"]]
        wanted = [(given["text"][start:end], label) for start, end, label in given["ents"]]
        equal(sorted(found), sorted(wanted), f"spans of row {i}: {row['text']}")
        n_moved += row["ents"] != given["ents"]
    equal(n_moved > 100, True, f"{n_moved} rows with moved spans")


def test_what_rows_protect_stays():
    """Ranges move with their text, texts stand for all of their places."""
    write("spec.yaml", "augd: 1\npipeline: [RandomSwap: {n: 3}, RandomDeletion: {alpha: 0.5}]\n")
    row = {"text": "one two café three four five café six", "keep": [[8, 13], "four"], "label": 0}
    write("in.jsonl", json.dumps(row, ensure_ascii=False) + "\n")
    succeed("apply", "spec.yaml", "--input", "jsonl:in.jsonl,protect=keep", "--output", "out.jsonl", "--copies", 200)
    n_moved = n_changed = 0
    for line in read("out.jsonl").splitlines():
        made = json.loads(line)
        content = made["text"].encode()
        (start, end), word = made["keep"]
        equal(content[start:end].decode(), "café", made["text"])
        equal([word, "four" in made["text"].split()], ["four", True], made["text"])
        n_moved += start != 8
        n_changed += made["text"].count("café") < 2
    equal(n_moved > 50 and n_changed > 20, True, f"{n_moved} moved, {n_changed} without the second café")


def test_a_text_with_nul_is_protected_as_others_are():
    write("spec.yaml", "augd: 1\npipeline: [RandomSwap: {n: 3}]\n")
    row = {"text": "one two a\0b three four five", "keep": ["a\0b", [0, 3]], "label": 0}
    write("in.jsonl", json.dumps(row) + "\n")
    succeed("apply", "spec.yaml", "--input", "jsonl:in.jsonl,protect=keep", "--output", "out.jsonl", "--copies", 20)
    made = [json.loads(line) for line in read("out.jsonl").splitlines()]
    equal([sorted(row["keep"], key=str) for row in made], [[[0, 3], "a\0b"]] * 20, "what is protected")
    equal(any(row["keep"] != ["a\0b", [0, 3]] for row in made), True, "ranges that moved")
    equal(all(row["text"].startswith("one ") and "a\0b" in row["text"].split() for row in made), True, "texts")


def test_sets_for_validation_and_test_draw_a_warning():
    rows = "".join(f"some words of row {i}\t{i % 2}\n" for i in range(40))
    spec = "augd: 1\npipeline: [%s]\ndataset: {kind: tsv, path: %s, text: 1, label: 2%s}\nbatch: {size: 2}\n"
    eval_part = ", split: {eval: 0.5}, part: %s"
    for i, (name, part, operation, expected) in enumerate([
            ("train.tsv", "", "AEDA", False), ("latest.tsv", "", "AEDA", False), ("sst2_dev.tsv", "", "AEDA", True),
            ("Test-1.tsv", "", "RandomSwap", True), ("test.tsv", "", "", False),
            ("part.tsv", eval_part % "eval", "AEDA", True), ("part.tsv", eval_part % "train", "AEDA", False)]):
        write(name, rows)
        write("marked.yaml", spec % (operation, name, part))
        done = program.aug("check", "marked.yaml")
        equal(done.returncode, 0, done.stderr)
        equal("meant for validation or test" in done.stderr, expected, f"check of {name}{part}: {done.stderr}")
        if part or not operation:
            continue
        done = program.aug("apply", "marked.yaml", "--input", f"tsv:{name},text=1,label=2", "--output", f"marked{i}.tsv")
        equal(done.returncode, 0, done.stderr)
        equal("meant for validation or test" in done.stderr, expected, f"apply to {name}: {done.stderr}")


def test_spans_that_nobody_named_draw_a_warning():
    words = "'%s' stays as it is although the texts change; if it holds spans [start, end, label], give the data set spans: "
    for key, options, operations, expected in (
            ("spans", "", "RandomSwap", True), ("entities", "", "RandomSwap", True), ("spans", "", "", False),
            ("spans", ",spans=spans", "RandomSwap", False), ("words", "", "RandomSwap", False)):
        write("places.jsonl", '{"text": "a train from Porto", "%s": [[13, 18, "place"]]}\n' % key)
        write("places.yaml", f"augd: 1\npipeline: [{operations}]\n")
        done = program.aug("apply", "places.yaml", "--input", f"jsonl:places.jsonl{options}", "--output", "-")
        equal(done.returncode, 0, done.stderr)
        equal((words % key) + key in done.stderr, expected, f"apply to {key}{options}: {done.stderr}")
    write("checked.yaml", "augd: 1\npipeline: [AEDA]\ndataset: {kind: jsonl, path: places.jsonl}\nbatch: {size: 1}\n")
    write("places.jsonl", '{"text": "a train from Porto", "ents": []}\n')
    equal((words % "ents") + "ents" in program.aug("check", "checked.yaml").stderr, True, "check")


def make_big():
    """Rows for a run that takes a while."""
    draws = random.Random(5)
    texts = [text(draws).encode() for _ in range(1000)]
    with open("big.tsv", "wb") as file:
        for i in range(ROWS):
            file.write(b"%d\t%s %d\tid%d\n" % (i % 2, texts[i % 1000], i, i))
    return [texts[i % 1000] + b" %d" % i for i in range(ROWS)]


def test_what_was_killed_is_what_was_not():
    originals = make_big()
    write("spec.yaml", SPEC)
    options = ["--copies", "2", "--include-original", "--dedupe", "--edits"]
    words = ["apply", "spec.yaml", "--input", "tsv:big.tsv,text=2,label=1", "--output"]
    succeed(*words, "whole.tsv", *options, "whole.jsonl")
    texts = [line.split(b"\t")[1] for line in read("whole.tsv").split(b"\n")[:-1]]
    equal(check_edits("whole.jsonl", originals, texts, 2) > ROWS, True, "applied")
    n = killed_until_done([AUG, *words, "killed.tsv", *options, "killed.jsonl"], "killed.tsv", size_of("whole.tsv"), KILLS)
    equal(n >= min(KILLS, 3), True, f"{n} kills")
    equal(read("killed.tsv") == read("whole.tsv"), True, f"{n} kills, the rows")
    equal(read("killed.jsonl") == read("whole.jsonl"), True, f"{n} kills, the edits")
    for threads in (1, 3, 8):
        succeed(*words, f"{threads}.tsv", *options, f"{threads}.jsonl", "--threads", threads)
        equal(read(f"{threads}.tsv") == read("whole.tsv"), True, f"{threads} threads, the rows")
        equal(read(f"{threads}.jsonl") == read("whole.jsonl"), True, f"{threads} threads, the edits")


def test_a_text_that_takes_too_long_to_search_stays():
    write("spec.yaml", SPEC + "output: {protect: ['(\\w+\\s?)+[;:]']}\n")
    long = "one two three four five six seven eight nine ten eleven twelve"
    write("in.tsv", f"0\t{long}\n1\tone two; three four five six\n")
    done = succeed("apply", "spec.yaml", "--input", "in.tsv", "--output", "out.tsv", "--edits", "e.jsonl", "--json")
    rows = read("out.tsv").decode().splitlines()
    equal(rows[0], f"0\t{long}", "the text")
    contains(rows[1], "one two;")
    equal(json.loads(read("e.jsonl").splitlines()[0])["outcome"], "timeout", "outcome")
    equal(json.loads(done)["outcomes"]["timeout"], 1, "how many")


def test_no_edit_joins_characters():
    write("spec.yaml", "augd: 1\npipeline: [RandomDeletion: {n: 1}]\n")
    write("in.jsonl", json.dumps({"text": "one\rtwo \nthree four"}) + "\n")
    succeed("apply", "spec.yaml", "--input", "in.jsonl", "--output", "out.jsonl", "--copies", 30, "--edits", "e.jsonl")
    texts = [json.loads(line)["text"] for line in read("out.jsonl").splitlines()]
    outcomes = [json.loads(line)["outcome"] for line in read("e.jsonl").splitlines()]
    equal("rejected" in outcomes and "applied" in outcomes, True, f"{set(outcomes)}")
    equal([one for one in texts if "\r\n" in one], [], "a line end of two that were none")


def test_hostile_texts_go_through():
    path = os.path.join(os.environ.get("AUGD_DATA", ""), "hostile-text", "hostile-dataset.tsv.gz")
    if not os.path.exists(path):
        program.SKIPPED.append(path)
        return
    write("spec.yaml", SPEC + "output: {max_bytes: 2000000}\n")
    succeed("apply", "spec.yaml", "--input", f"tsv:{path},label_type=names", "--output", "out.tsv", "--allow-errors",
            "--edits", "edits.jsonl", "--copies", 2)
    with gzip.open(path) as file:
        rows = file.read().split(b"\n")
    failed = {int(line.split(b"\t")[0]) for line in read("out.tsv.errors.tsv").splitlines()[1:]}
    equal({i for i in failed if len(rows[i].split(b"\t")) == 2 and rows[i].split(b"\t")[0].strip()}, set(), "named rows")
    lines = [json.loads(line) for line in read("edits.jsonl").splitlines()]
    made = read("out.tsv").split(b"\n")[:-1]
    good = [i for i in range(len(rows)) if i not in failed and (rows[i] or i < len(rows) - 1)]
    equal([(line["source"], line["copy"]) for line in lines], [(i, c) for i in good for c in (0, 1)], "order")
    for line, row in zip(lines, made):
        (label, given), (new_label, new) = rows[line["source"]].split(b"\t"), row.split(b"\t")
        equal(new_label, label, "label")
        equal(applied(line["edits"], given, new), new, f"edits of {line['source']}")
        if line["outcome"] not in ("applied", "fewer"):
            equal(new, given, f"a text that is {line['outcome']}")
    equal(len(made), 2 * len(good), "rows")


program.main(globals())
