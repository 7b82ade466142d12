"""aug preview and aug check of texts: what was taken away and put in, on a terminal, in plain text and on a page."""
import html.parser
import json
import os
import pty
import re
import select
import subprocess

import program
from program import AUG, aug, contains, equal, fail, picture, pixels, read, succeed, write

SWAP = "augd: 1\nseed: 2\ndataset: {kind: tsv, path: in.tsv}\npipeline: [RandomSwap: {n: 1}]\n"


def on_terminal(*arguments, **variables):
    """What a command prints on a terminal."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    with subprocess.Popen([AUG, *arguments], stdout=follower, stderr=subprocess.PIPE, env=environment) as run:
        os.close(follower)
        said = b""
        while select.select([leader], [], [], 20)[0]:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                piece = b""
            if not piece:
                break
            said += piece
        errors = run.stderr.read().decode()
    os.close(leader)
    equal(run.returncode, 0, errors)
    return said.decode().replace("\r\n", "\n")


def made(line, gone, new):
    """The new text of a marked line, and the old one."""
    old = re.sub(new, "", re.sub(gone, r"\1", line))
    return re.sub(new, r"\1", re.sub(gone, "", line)), old


def test_changes_are_marked_in_plain_text():
    write("in.tsv", "1\tone two three four\n")
    write("spec.yaml", SWAP)
    said = succeed("preview", "spec.yaml", "--variants", 3)
    lines = said.splitlines()
    equal(lines[:2], ["#0, class 1", "  one two three four"], "the original")
    equal(lines[2::2], [f"epoch {i}, applied: RandomSwap" for i in range(3)], "headings")
    succeed("apply", "spec.yaml", "--input", "in.tsv", "--output", "out.tsv", "--copies", 3)
    wanted = [row.split("\t")[1] for row in read("out.tsv").decode().splitlines()]
    found = [made(line[2:], r"\[-(.*?)-\]", r"\{\+(.*?)\+\}") for line in lines[3::2]]
    equal(found, [(text, "one two three four") for text in wanted], "texts of the stream, and where they come from")


def test_a_terminal_gets_colours():
    write("in.tsv", "1\tone two\n")
    write("spec.yaml", SWAP)
    said = on_terminal("preview", "spec.yaml", "--variants", "1")
    contains(said, "\x1b[1m#0, class 1\x1b[0m\n", "\x1b[2mepoch 0, applied: RandomSwap\x1b[0m\n",
             "  \x1b[31;9mone\x1b[0m\x1b[32mtwo\x1b[0m \x1b[31;9mtwo\x1b[0m\x1b[32mone\x1b[0m\n")
    plain = "#0, class 1\n  one two\nepoch 0, applied: RandomSwap\n  [-one-]{+two+} [-two-]{+one+}\n"
    equal(on_terminal("preview", "spec.yaml", "--variants", "1", NO_COLOR="1"), plain, "NO_COLOR")
    equal(on_terminal("preview", "spec.yaml", "--variants", "1", TERM="dumb"), plain, "a dumb terminal")
    equal(succeed("preview", "spec.yaml", "--variants", 1), plain, "no terminal")


def test_nothing_reaches_a_terminal_but_what_is_seen():
    write("in.tsv", b"1\ta\x1b[31m \x00\x07\x7f \xff \xe2\x80\xae \xc2\x9b b\xc3\xa9\r\n")
    write("spec.yaml", SWAP.replace("[RandomSwap: {n: 1}]", "[]"))
    said = succeed("preview", "spec.yaml", "--variants", 1)
    contains(said, "  a\\x1b[31m \\x00\\x07\\x7f \ufffd \\u202e \\x9b b\xe9\n", "unchanged: no operation ran")
    equal(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said), [], "control characters")
    equal("\x1b" in on_terminal("preview", "spec.yaml", "--variants", "1", NO_COLOR="1"), False, "an escape")


class Page(html.parser.HTMLParser):
    """Tags and texts of a page."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data)


def test_a_page_holds_texts_and_no_markup_of_theirs():
    evil = "<script>alert('x & \"y\"')</script> <b>two</b>"
    write("in.tsv", f"<i>\t{evil}\n<i>\t{evil} \x01\n")
    write("spec.yaml", SWAP)
    succeed("preview", "spec.yaml", "-o", "page.html", "--samples", 5, "--variants", 2)
    content = read("page.html").decode()
    equal(content.startswith("<!DOCTYPE html>"), True, "what it is")
    page = Page(content)
    equal(set(page.tags) - {"html", "meta", "style", "title", "h1", "h2", "p", "section", "small", "del", "ins"}, set(), "tags")
    equal(page.tags.count("section"), 2, "samples")
    equal(page.tags.count("p"), 1 + 2 * 3, "texts")
    equal(content.count("<section>"), content.count("</section>"), "sections end")
    contains(" ".join(page.texts), evil, "class <i>", "epoch 1", "\\x01", "seed 2, 2 of 2 samples")
    told = json.loads(succeed("preview", "spec.yaml", "-o", "page.HTM", "--json"))
    equal(told, {"output": "page.HTM", "samples": 2, "failed": 0}, "JSON")


def test_samples_that_fail_say_why():
    write("in.tsv", "1\tone two\nbad\n")
    write("spec.yaml", SWAP.replace("path: in.tsv", "path: in.tsv, bad_rows: keep"))
    said = succeed("preview", "spec.yaml", "--variants", 1)
    contains(said, "in.tsv:2\n  the row has 1 column; the first row has 2\n", "[-one-]{+two+}")
    write("in.tsv", "1\tone two\n")
    write("spec.yaml", SWAP.replace("n: 1}", "n: 1}, ToBeNamed"))
    contains(fail(2, "preview", "spec.yaml"), "ToBeNamed")


def test_what_does_not_fit_is_refused():
    write("in/a.png", picture(pixels(1, 20, 30)))
    write("spec.yaml", "augd: 1\ndataset: {kind: image_folder, path: in}\npipeline: [HorizontalFlip]\n")
    contains(fail(2, "preview", "spec.yaml"), "hold no text to print; allowed is an --output that ends in .png")
    contains(fail(2, "preview", "spec.yaml", "-o", "x.html"), "hold no text to write into a page")
    contains(fail(2, "preview", "spec.yaml", "-o", "x.gif"), "allowed are .png, and .jpg or .jpeg, and .html for texts")
    contains(fail(2, "preview", "spec.yaml", "--json"), "allowed is an --output")
    equal([name for name in os.listdir(".") if name.startswith("x.")], [], "files")


def test_a_specification_without_data_is_told_how_to_name_some():
    write("spec.yaml", "augd: 1\npipeline: [AEDA]\n")
    contains(fail(2, "preview", "spec.yaml"), "{kind: image_folder, path: photos} or {kind: lines, path: texts.txt}")


def test_check_warns_of_texts_above_the_bound():
    write("in.tsv", b"1\tone two three four five\n0\tone\n0\tone two three four\nbad\n")
    spec = SWAP.replace("path: in.tsv", "path: in.tsv, bad_rows: keep")
    for more, words in (("max_bytes: 16", "and are refused; truncation: true cuts them"),
                        ("max_bytes: 16, truncation: true", "and are cut")):
        write("spec.yaml", f"{spec}output: {{{more}}}\n")
        contains(aug("check", "spec.yaml").stderr,
                 f"2 of 4 rows have a text of more than the 16 bytes of output.max_bytes, {words}")
    write("spec.yaml", f"{spec}output: {{max_bytes: 24}}\n")
    equal("max_bytes" in aug("check", "spec.yaml").stderr, False, "what is as long as the bound")


def test_check_counts_texts():
    write("in.tsv", b"1\tone\n0\t\n0\t\xff\xff\xff\xff\nbad\n")
    write("spec.yaml", SWAP.replace("path: in.tsv", "path: in.tsv, bad_rows: keep"))
    contains(succeed("check", "spec.yaml"),
             "  texts    up to 4 bytes, 1 empty, 1 not UTF-8, and 1 bad rows that cannot be read\n")
    told = json.loads(succeed("check", "spec.yaml", "--json"))
    equal(told["texts"], {"rows": 4, "longest": 4, "empty": 1, "invalid": 1, "bad": 1}, "JSON")
    done = aug("check", "spec.yaml", "--decode")
    equal(done.returncode, 1, done.stdout)
    contains(done.stdout, "damaged  3, in.tsv:4: the row has 1 column; the first row has 2")


program.main(globals())
