"""aug apply of texts: one file of the format that was read, row by row, whatever they hold. AUG_KILLS says how
often the runs of a test are killed.
"""
import gzip
import json
import os
import pty
import random
import re
import signal
import subprocess
import sys
import time

import program
from kills import killed_until_done, size_of
from program import AUG, aug, contains, equal, fail, read, succeed, write

KILLS = int(os.environ.get("AUG_KILLS", "10"))
PLAIN = "augd: 1\nseed: 5\n"
# Files by the ending of their names: each with what formats may hold.
FILES = {
    "a.tsv": b"1\tone two\n0\ttwo \xff three\n1\t\n0\tfour\0five\r",
    "b.tsv": b"\xef\xbb\xbfid\ttext\tlabel\r\n7\tone two\tx\r\n8\t \ty\r\n",
    "c.csv": b'text,label,n\n"one, two",1,"a ""b"""\nthree,0,\n"four\nfive",1,""\n',
    "d.jsonl": b'{"label": 1, "text": "one \\u00e9", "more": [1.50, {"text": null}]}\n\t{"text":"two","label":0 }\n',
    "e.txt": b"one\n\ntwo\r\xff\n three",
}


def with_end(content):
    """The file whose last row has a line end like its first."""
    return content if content.endswith(b"\n") else content + b"\n"


def rows_of(name):
    """Head and rows of a file."""
    content = with_end(FILES[name]).replace(b"four\nfive", b"four\x01five")
    rows = [row + b"\n" for row in content.split(b"\n")[:-1]]
    n_head = {"b.tsv": 1, "c.csv": 1}.get(name, 0)
    rows = [row.replace(b"\x01", b"\n") for row in rows]
    return b"".join(rows[:n_head]), rows[n_head:]


def apply(source, output, *options, code=0):
    """Runs a specification without operations."""
    write("plain.yaml", PLAIN)
    done = aug("apply", "plain.yaml", "--input", source, "--output", output, *options)
    equal(done.returncode, code, f"{source} {options}: {done.stdout}{done.stderr}")
    return done


def test_every_byte_comes_back():
    for name, content in FILES.items():
        write(name, content)
        apply(name, f"out-{name}")
        equal(read(f"out-{name}"), with_end(content), name)
        write(f"{name}.gz", gzip.compress(content))
        apply(f"{name}.gz", f"packed-{name}.gz")
        equal(gzip.decompress(read(f"packed-{name}.gz")), with_end(content), f"{name}, packed")
        apply(f"{name}.gz", f"unpacked-{name}")
        equal(read(f"unpacked-{name}"), with_end(content), f"{name}, unpacked")
        equal([path for path in os.listdir(".") if ".part" in path or "errors" in path], [], "files left")


def test_copies_follow_their_originals():
    for name, content in FILES.items():
        write(name, content)
        head, rows = rows_of(name)
        apply(name, f"three-{name}", "--copies", 3)
        equal(read(f"three-{name}"), head + b"".join(row * 3 for row in rows),
              f"{name}, three copies")
        apply(name, f"both-{name}", "--copies", 2, "--include-original")
        equal(read(f"both-{name}"), head + b"".join(row * 3 for row in rows), f"{name}, with originals")
        done = apply(name, f"one-{name}", "--copies", 2, "--include-original", "--dedupe")
        equal(read(f"one-{name}"), head + b"".join(rows), f"{name}, without duplicates")
        contains(done.stdout, f"{2 * len(rows)} of them left out as duplicates")


def test_edits_have_a_line_a_row():
    write("a.tsv", FILES["a.tsv"])
    apply("a.tsv", "out.tsv", "--copies", 2, "--include-original", "--edits", "edits.jsonl")
    found = [json.loads(line) for line in read("edits.jsonl").decode().splitlines()]
    equal(len(found), 3 * 4, "lines")
    for i, line in enumerate(found):
        outcome = "original" if i % 3 == 0 else "unchanged"
        equal(line, {"source": i // 3, "copy": [None, 0, 1][i % 3], "outcome": outcome, "edits": []}, f"line {i}")


def test_standard_input_and_output():
    write("plain.yaml", PLAIN)
    content = FILES["a.tsv"]
    done = subprocess.run([AUG, "apply", "plain.yaml", "--input", "tsv:-", "--output", "-", "--include-original"],
                          input=content, capture_output=True, check=False)
    equal(done.returncode, 0, done.stderr)
    equal(done.stdout, b"".join(row * 2 for row in rows_of("a.tsv")[1]), "standard output")
    contains(done.stderr.decode(), "8 rows written to standard output")
    write("a.tsv", content)
    contains(fail(2, "apply", "plain.yaml", "--input", "a.tsv", "--output", "-", "--json"), "allowed is one of them")


def test_rows_of_the_specification_s_data_set():
    write("a.csv", "id,text\n1,one two\n2,\"a, b\"\n")
    write("own.yaml", "augd: 1\nseed: 3\ndataset: {kind: csv, path: a.csv}\npipeline: [RandomSwap]\n")
    succeed("apply", "own.yaml", "--output", "own.csv")
    succeed("apply", "own.yaml", "--input", "a.csv", "--output", "given.csv")
    equal(read("own.csv"), read("given.csv"), "the same rows")
    equal(read("own.csv"), b"id,text\n1,two one\n2,\"b, a\"\n", "the rows")
    write("a.csv", "id,text\n1,one two\n2\n")
    contains(fail(1, "apply", "own.yaml", "--output", "bad.csv"), "a.csv:3")
    write("own.yaml", "augd: 1\ndataset: {kind: csv, path: a.csv, bad_rows: keep}\n")
    contains(fail(3, "apply", "own.yaml", "--output", "kept.csv"), "a.csv:3")
    equal(read("kept.csv"), b"id,text\n1,one two\n", "the row that is one")


def test_bad_rows_are_named_and_the_others_made():
    write("a.tsv", b"1\tone\n\n0\n1\ttwo\tthree\n0\tfour\n")
    done = apply("a.tsv", "out.tsv", code=3)
    equal(read("out.tsv"), b"1\tone\n0\tfour\n", "rows")
    contains(done.stderr, "a.tsv:2: the line is empty", "a.tsv:3: the row has 1 column", "a.tsv:4: the row has 3 columns")
    contains(done.stdout, "2 rows written to out.tsv (2 unchanged); 3 of 5 rows could not be augmented, see out.tsv.errors")
    listed = read("out.tsv.errors.tsv").decode().splitlines()
    equal(listed[0], "index\tsource\treason", "head of the list")
    equal([line.split("\t")[:2] for line in listed[1:]], [["1", "a.tsv:2"], ["2", "a.tsv:3"], ["3", "a.tsv:4"]], "list")
    apply("a.tsv", "allowed.tsv", "--allow-errors")
    done = apply("a.tsv", "strict.tsv", "--strict", code=1)
    contains(done.stderr, "a.tsv:2: the line is empty")
    contains(done.stdout, "stopped after 2 of 5 rows: 1 delivered, 1 failed, 3 left")
    equal(os.path.exists("strict.tsv"), False, "a file that is not whole has no name")
    again = apply("a.tsv", "strict.tsv", "--strict", code=1)
    contains(again.stderr, "a.tsv:2: the line is empty")
    contains(again.stdout, "stopped after 2 of 5 rows: 1 delivered, 1 failed, 3 left")
    write("a.tsv", b"1\tone\n\n0\n1\ttwo\tthree\n0\tfour\n")
    equal(apply("a.tsv", "strict.tsv", code=3).stderr.count("a.tsv:"), 3, "without --strict it goes on")
    equal(read("strict.tsv"), b"1\tone\n0\tfour\n", "rows")
    contains(apply("tsv:a.tsv,bad_rows=fail", "none.tsv", code=1).stderr, "a.tsv:2: the line is empty")
    counts = json.loads(succeed("apply", "plain.yaml", "--input", "a.tsv", "--output", "json.tsv", "--json",
                                "--allow-errors"))
    equal(counts, {"output": "json.tsv", "samples": 5, "delivered": 2, "failed": 3, "left": 0, "written": 2,
                   "duplicates": 0, "kept": 0, "outcomes": {"unchanged": 2}, "interrupted": False}, "counts")


def test_nothing_is_overwritten():
    write("a.tsv", FILES["a.tsv"])
    write("there.tsv", "mine")
    contains(apply("a.tsv", "there.tsv", code=2).stderr, "there is such a file; allowed is a name that is free")
    contains(apply("a.tsv", "a.tsv", code=2).stderr, "there is such a file")
    contains(apply("a.tsv", "out.tsv", "--edits", "there.tsv", code=2).stderr, "there.tsv: there is such a file")
    contains(apply("a.tsv", "out.tsv", "--edits", "out.tsv", code=2).stderr, "name one file; allowed are two")
    for name in ("./out.tsv", "out.tsv.part", "out.tsv.part.json", "./out.tsv.errors.tsv", "out.tsv.errors.tsv.part"):
        contains(apply("a.tsv", "out.tsv", "--edits", name, code=2).stderr, f"{name}: --edits ")
    write("out.tsv.part", FILES["a.tsv"])
    contains(apply("tsv:./out.tsv.part", "out.tsv", code=2).stderr, "'out.tsv' would grow under this name")
    contains(apply("tsv:out.tsv.part", "new.tsv", "--edits", "out.tsv", code=2).stderr, "would grow under this name")
    equal(read("out.tsv.part"), FILES["a.tsv"], "what is read")
    os.remove("out.tsv.part")
    contains(apply("a.tsv", "out.tsv.part", "--edits", "out.tsv", code=2).stderr, "belongs to --edits")
    equal([name for name in os.listdir(".") if name.startswith("out")], [], "files of what was refused")
    os.mkdir("folder")
    contains(apply("a.tsv", "folder", code=2).stderr, "is a folder; allowed is a new file")
    equal(read("there.tsv"), b"mine", "the file that was there")
    write("out.tsv.errors.tsv", "mine")
    contains(apply("a.tsv", "out.tsv", code=2).stderr, "out.tsv.errors.tsv: there is such a file")
    equal(read("out.tsv.errors.tsv"), b"mine", "the failures of another run")
    write("one.png", program.picture(program.pixels(1, 20, 30)))
    for option in (["--dedupe"], ["--include-original"], ["--edits", "e.jsonl"]):
        contains(apply("one.png", "out", *option, code=2).stderr, f"{option[0]}: it is for texts")


def test_the_first_row_may_be_bad():
    """Of JSON, whose first row says what rows hold: then the next one does."""
    good = b'{"text": "one two", "label": 1}\n'
    for first in (b"{broken\n", b"\n", b"{}\n", b"7\n", b'{"text": 5, "label": 1}\n'):
        write("bad.jsonl", first + good + first + good)
        done = apply("bad.jsonl", f"out{len(first)}.jsonl", code=3)
        equal(read(f"out{len(first)}.jsonl"), good * 2, first)
        contains(done.stderr, "bad.jsonl:1: ", "bad.jsonl:3: ")
        write("none.jsonl", first * 3)
        contains(fail(1, "apply", "plain.yaml", "--input", "none.jsonl", "--output", "none"), "none.jsonl:1: ")
        contains(apply("jsonl:bad.jsonl,bad_rows=fail", "fail.jsonl", code=2 if first == b"{}\n" else 1).stderr,
                 "bad.jsonl:1: ")
    write("spans.jsonl", b'{"text": 1}\n{"text": "one two", "ents": [[4, 7, "X"]]}\n')
    apply("jsonl:spans.jsonl,spans=ents", "spans-out.jsonl", code=3)
    equal(read("spans-out.jsonl"), b'{"text": "one two", "ents": [[4, 7, "X"]]}\n', "fields of the second row are its own")


def test_the_name_of_the_output_says_no_other_format():
    write("in.csv", FILES["c.csv"])
    write("in.txt", FILES["e.txt"])
    for source, output, ending in (("in.csv", "out.jsonl", ".csv"), ("in.csv", "out.tsv.gz", ".csv"),
                                   ("in.txt", "out.csv", ".txt")):
        contains(apply(source, output, code=2).stderr, f"{output}: the name says", f"a name that ends in {ending}")
    apply("in.csv", "out.dat")
    apply("in.csv", "out.csv.gz")


def test_options_of_pictures_are_refused():
    write("a.tsv", FILES["a.tsv"])
    for option, value in (("--format", "jpeg"), ("--quality", 50)):
        contains(apply("a.tsv", "out.tsv", option, value, code=2).stderr, f"{option} is for pictures")


def test_a_packed_file_of_no_rows_can_be_read():
    write("a.txt", b"one\ntwo\n")
    apply("a.txt", "out.txt.gz", "--dedupe")
    subprocess.run(["gzip", "-t", "out.txt.gz"], check=True)
    equal(gzip.decompress(read("out.txt.gz")), b"", "no rows")


def test_rows_whose_edits_found_no_room_are_written_once():
    write("a.tsv", b"".join(b"1\tnumber %d\n" % i for i in range(20000)))
    write("plain.yaml", PLAIN)
    words = "apply plain.yaml --input a.tsv --output out.tsv --edits edits.jsonl --threads 1"
    done = subprocess.run(["sh", "-c", f"ulimit -f 500; '{AUG}' {words}"], capture_output=True, text=True, check=False)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "edits.jsonl.part: cannot write it: File too large")
    succeed(*words.split())
    equal(read("out.tsv") == read("a.tsv"), True, "each row once")
    equal(read("edits.jsonl").count(b"\n"), 20000, "edits")


def test_two_runs_do_not_share_their_edits():
    big_file()
    write("plain.yaml", PLAIN)
    words = ["apply", "plain.yaml", "--input", "big.tsv", "--edits", "e.jsonl", "--allow-errors", "--output"]
    with subprocess.Popen([AUG, *words, "one.tsv", "--copies", "300"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as run:
        while not os.path.exists("one.tsv.part.json"):
            time.sleep(0.02)
        contains(fail(2, *words, "two.tsv"), "e.jsonl: another aug apply is writing this file")
        run.kill()
        run.communicate()


def test_what_no_run_left_stays():
    write("a.tsv", FILES["a.tsv"])
    write("plain.yaml", PLAIN)
    write("mine", "mine")
    for name in ("out.tsv.part", "out.tsv.errors.tsv.part", "e.jsonl.part"):
        write(name, "mine")
        contains(apply("a.tsv", "out.tsv", "--edits", "e.jsonl", code=2).stderr,
                 f"{name}: there is such a file, and nothing says that a run of aug apply left it")
        equal(read(name), b"mine", name)
        os.remove(name)
        os.symlink("mine", name)
        apply("a.tsv", "out.tsv", "--edits", "e.jsonl", code=1)
        equal(read("mine"), b"mine", f"what {name} leads to")
        os.remove(name)
    os.mkfifo("out.tsv.part")
    contains(apply("a.tsv", "out.tsv", code=2).stderr, "out.tsv.part: is no regular file")
    os.remove("out.tsv.part")
    apply("a.tsv", "out.tsv", "--edits", "e.jsonl")


def test_a_full_disk_ends_it():
    write("a.tsv", b"".join(b"1\tnumber %d\n" % i for i in range(20000)))
    write("plain.yaml", PLAIN)
    done = subprocess.run(["sh", "-c", f"ulimit -f 20; '{AUG}' apply plain.yaml --input a.tsv --output out.tsv"],
                          capture_output=True, text=True, check=False)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "out.tsv.part: cannot write it: File too large")
    equal(os.path.exists("out.tsv"), False, "no file")
    apply("a.tsv", "out.tsv")
    equal(read("out.tsv"), read("a.tsv"), "with room it is made")


def big_file():
    """100,000 rows, some of which are none."""
    draws = random.Random(3)
    with open("big.tsv", "wb") as file:
        for i in range(100000):
            words = " ".join(draws.choice("some words of no use for anyone at all".split()) for _ in range(i % 9))
            file.write(b"" if i % 1000 != 999 else b"bad\n")
            file.write(f"{i % 2}\t{words} {i}\n".encode())


def test_what_was_killed_goes_on():
    big_file()
    write("plain.yaml", PLAIN)
    options = ["--copies", "8", "--include-original", "--allow-errors", "--edits"]
    words = ["apply", "plain.yaml", "--input", "big.tsv", "--output"]
    succeed(*words, "whole.tsv", *options, "whole.jsonl")
    succeed(*words, "whole.tsv.gz", *options, "packed.jsonl", "--threads", 5)
    equal(gzip.decompress(read("whole.tsv.gz")), read("whole.tsv"), "packed and plain")
    equal(read("packed.jsonl"), read("whole.jsonl"), "edits of any number of threads")
    for ending in (".tsv", ".tsv.gz"):
        command = [AUG, *words, f"killed{ending}", *options, f"killed{ending}.jsonl"]
        n = killed_until_done(command, f"killed{ending}", size_of(f"whole{ending}"), KILLS)
        equal(n >= min(KILLS, 3), True, f"{n} kills")
        equal(read(f"killed{ending}") == read(f"whole{ending}"), True, f"{n} kills, the rows")
        equal(read(f"killed{ending}.jsonl") == read("whole.jsonl"), True, f"{n} kills, the edits")
        equal(read(f"killed{ending}.errors.tsv"), read(f"whole{ending}.errors.tsv"), f"{n} kills, the failures")
    equal([path for path in os.listdir(".") if ".part" in path], [], "files left")


def test_an_interrupted_run_is_that_of_its_options():
    big_file()
    write("plain.yaml", PLAIN)
    words = [AUG, "apply", "plain.yaml", "--input", "big.tsv", "--output", "out.tsv", "--copies"]
    with subprocess.Popen([*words, "300"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        while size_of("out.tsv.part") == 0:
            time.sleep(0.02)
        contains(fail(2, *words[1:], 300), "another aug apply is writing this file")
        run.send_signal(signal.SIGTERM)
        said = run.communicate()[1].decode()
    equal(run.returncode, -signal.SIGTERM, said)
    contains(said, "the same command goes on from there")
    contains(fail(2, *words[1:], 3), "another --copies (300, this one has 3)", "out.tsv.part.json")
    state = read("out.tsv.part.json")
    write("out.tsv.part.json", re.sub(rb'"next":([0-9]+)', rb'"next":1\1', state))
    contains(fail(1, *words[1:], 300), "was damaged or edited since; remove it to begin anew")
    write("out.tsv.part.json", state)
    contains(fail(2, *words[1:], 300, "--edits", "e.jsonl"), "another --edits (none, this one has /", "/e.jsonl)")
    write("plain.yaml", PLAIN.replace("5", "6"))
    contains(fail(2, *words[1:], 300), "another specification or --seed")
    write("plain.yaml", PLAIN)
    with open("out.tsv.part", "r+b") as file:
        file.truncate(10)
    contains(fail(1, *words[1:], 300), "the interrupted run had written", "to begin anew")
    write("out.tsv.part.json", "no state")
    contains(fail(1, *words[1:], 2), "this is not what a run of aug apply leaves", "remove it to begin anew")
    os.remove("out.tsv.part.json")
    os.remove("out.tsv.part")
    os.remove("out.tsv.errors.tsv.part")
    succeed("apply", "plain.yaml", "--input", "big.tsv", "--output", "out.tsv", "--allow-errors")


# A process begins with the figure of the one that started it, so a small one does.
MEASURE = """import os, sys
run = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(run, 0)
print(status, usage.ru_maxrss, file=sys.stderr)"""


def memory_of(*arguments):
    """Most memory that a run takes, in MiB."""
    done = subprocess.run([sys.executable, "-c", MEASURE, AUG, *arguments], capture_output=True, text=True, check=True)
    status, size = done.stderr.split()
    equal(status, "0", f"status of {arguments}")
    return int(size) / 1024


def is_sanitized():
    """Whether freed memory is kept for a while, as sanitizers do."""
    with open(os.path.join(program.BUILD, "CMakeCache.txt"), encoding="utf-8") as file:
        return any(line.startswith("AUGD_SANITIZE:STRING=") and line.strip()[-1] != "=" for line in file)


def test_memory_does_not_grow_with_the_input():
    if is_sanitized():
        program.SKIPPED.append("memory, since this is a build with a sanitizer")
        return
    piece = b"".join(b"%d\t%s\n" % (i % 2, b"word " * (i % 50)) for i in range(1000))
    write("plain.yaml", PLAIN)
    for name, n in (("small", 20), ("large", 1000)):
        with open(f"{name}.tsv", "wb") as file:
            file.writelines(piece for _ in range(n))
        with gzip.open(f"{name}.tsv.gz", "wb", compresslevel=1) as file:
            file.writelines(piece for _ in range(n))
    for ending in ("tsv", "tsv.gz"):
        small, large = (memory_of("apply", "plain.yaml", "--input", f"{name}.{ending}", "--output",
                                  f"{name}-{ending}-out.tsv") for name in ("small", "large"))
        size = os.path.getsize("large.tsv") / 2**20
        equal(large - small < 30 < size / 3, True, f"{large:.0f} MiB of {size:.0f}, {small:.0f} of a fiftieth of it")


def test_progress_is_shown_on_a_terminal():
    big_file()
    write("plain.yaml", PLAIN)
    leader, follower = pty.openpty()
    words = [AUG, "apply", "plain.yaml", "--input", "big.tsv", "--output", "out.tsv", "--copies", "20", "--allow-errors"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=follower) as run:
        os.close(follower)
        said = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
    os.close(leader)
    equal(run.returncode, 0, said[-500:])
    shares = [int(share) for share in re.findall(rb"(\d+) %  \d+ of 100100 rows, \d+/s, ", said)]
    equal(shares == sorted(shares) and len(shares) > 0, True, f"shares {shares}")


def test_hostile_rows_go_through():
    data = os.environ.get("AUGD_DATA", "")
    path = os.path.join(data, "hostile-text", "hostile-dataset.tsv.gz")
    if not os.path.exists(path):
        program.SKIPPED.append(path)
        return
    done = apply(f"tsv:{path},label_type=names", "out.tsv", "--allow-errors")
    rows = gzip.decompress(open(path, "rb").read()).split(b"\n")
    failed = {int(line.split("\t")[0]) for line in read("out.tsv.errors.tsv").decode().splitlines()[1:]}
    delivered = [row + b"\n" for i, row in enumerate(rows) if i not in failed]
    if not rows[-1]:
        delivered = delivered[:-1]
    equal(b"".join(delivered) == read("out.tsv"), True, "each row is delivered as it is, or named")
    for index in failed:
        columns = rows[index].rstrip(b"\r").split(b"\t")
        is_bad = len(columns) != 2 or not columns[0].strip() or len(columns[1]) > 65536
        equal(is_bad, True, f"row {index} is bad: {rows[index][:80]}")
    contains(done.stdout, f"; {len(failed)} of ")
    contains(done.stderr, "hostile-dataset.tsv.gz:1001: ")


program.main(globals())
