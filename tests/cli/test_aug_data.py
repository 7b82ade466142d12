"""aug data: lexicons are built, listed and checked, and what is missing or wrong is said."""
import json
import os

import program
from program import aug, contains, equal, fail, read, succeed, write

WORDS = "movie\tn\tfilm|picture\nfilm\tn\tmovie|picture\n"
NOTICE = "Mine. Do what you want.\n"


def own_data():
    """The only data are those of a folder of this test."""
    os.environ["AUG_TEXT_DATA"] = os.path.abspath("data")
    os.environ["XDG_DATA_HOME"] = os.path.abspath("home")


def build(language="xx"):
    """A small lexicon, where a user's own ones are."""
    own_data()
    write("words.tsv", WORDS)
    write("NOTICE", NOTICE)
    return aug("data", "build", "list", "words.tsv", "--lang", language, "--notice", "NOTICE")


def test_a_list_is_built_where_it_is_found():
    done = build()
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "home/augd/text/xx.augx: 2 lemmas, 2 senses in 1 synsets")
    text = succeed("data", "check", "xx")
    contains(text, "language    xx", "lemmas      2", "forms       0", NOTICE)
    text = succeed("data", "list")
    contains(text, "xx        lexicon", "home/augd/text/xx.augx", "list, 2 lemmas", "Looked for in:")


def test_nothing_is_overwritten_unasked():
    equal(build().returncode, 0, "the first")
    write("text.conllu", "1\ta\t_\t_\tDT\n\n")
    lexicon = read("home/augd/text/xx.augx")
    contains(build().stderr, "home/augd/text/xx.augx: there is such a file; allowed is another --output, or --overwrite")
    equal(read("home/augd/text/xx.augx"), lexicon, "the user's own")
    write("mine", "mine")
    for words in (("build", "list", "words.tsv"), ("build", "vocabulary", "tsv:words.tsv"),
                  ("train", "tagger", "text.conllu"), ("train", "context", "words.tsv")):
        contains(fail(2, "data", *words, "-o", "mine"), "mine: there is such a file")
    equal(read("mine"), b"mine", "what was there")
    succeed("data", "build", "list", "words.tsv", "-o", "mine", "--overwrite")
    equal(read("mine")[:4], b"AUGX", "a lexicon in its place")


def test_the_users_own_comes_first():
    equal(build("en").returncode, 0, "a lexicon")
    os.environ["AUG_TEXT_DATA"] = ""
    contains(succeed("data", "check", "en"), "home/augd/text/en.augx")


def test_bytes_of_a_file_command_no_terminal():
    own_data()
    write("bad.dat", b"\x1b[31m\xff\xc2\x9b\na|1\n-|b\n")
    said = fail(1, "data", "build", "mythes", "bad.dat", "-o", "bad.augx")
    contains(said, "its encoding '\\x1b[31m\\xff\\xc2\\x9b' is not known here")


def test_quiet_says_nothing():
    own_data()
    write("words.tsv", WORDS)
    done = aug("data", "build", "list", "words.tsv", "-o", "a.augx", "--quiet")
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "a quiet build")


def test_the_same_bytes_each_time():
    for name in ("a.augx", "b.augx"):
        write("words.tsv", WORDS)
        succeed("data", "build", "list", "words.tsv", "-o", name)
    equal(read("a.augx"), read("b.augx"), "two builds")


def test_json():
    build()
    listed = [file for file in json.loads(succeed("data", "list", "--json")) if file["name"] == "xx"]
    equal(len(listed), 1, "files of that name")
    equal((listed[0]["kind"], listed[0]["used"], listed[0]["lemmas"]), ("lexicon", True, 2), "the file")
    contains(listed[0]["notices"], NOTICE)
    checked = json.loads(succeed("data", "check", "xx", "--json"))
    equal((checked["language"], checked["senses"], checked["size"]),
          ("xx", 2, os.path.getsize("home/augd/text/xx.augx")), "what is checked")


def test_a_file_behind_another_is_marked():
    build()
    os.makedirs("data")
    os.rename("home/augd/text/xx.augx", "data/xx.augx")
    build()
    lines = succeed("data", "list").splitlines()
    marked = {line.endswith("(behind another)") for line in lines if line.startswith("xx ")}
    equal(marked, {True, False}, "one of both is behind the other")


def test_damage_is_named():
    build()
    content = bytearray(read("home/augd/text/xx.augx"))
    content[-1] ^= 1
    write("data/yy.augx", bytes(content))
    contains(fail(1, "data", "check", "yy"), "data/yy.augx", "checksum")
    contains(succeed("data", "list"), "its checksum is another")
    write("data/yy.augx", b"hello")
    contains(fail(1, "data", "check", "yy"), "data/yy.augx")


def test_missing_data_name_the_command():
    own_data()
    contains(fail(2, "data", "check", "zz"), "there is no lexicon 'zz'", "'aug data build mythes' or 'aug data build list' makes one")
    contains(fail(2, "data", "build", "wordnet", "nowhere"), "nowhere/data.noun", "there is no such file")


def test_mistakes_in_the_words():
    contains(fail(2, "data"), "TASK is missing")
    contains(fail(2, "data", "bild"), "did you mean 'build'?")
    contains(fail(2, "data", "qqqqqqq"), "known are: list, build, train, check")
    contains(fail(2, "data", "build"), "behind build follows one of wordnet, mythes, list")
    contains(fail(2, "data", "build", "x"), "build is followed by 'x'; allowed is one of wordnet, mythes, list")
    contains(fail(2, "data", "build", "list"), "an argument is missing; it is called as 'aug data build list FILE'")
    contains(fail(2, "data", "list", "x"), "one argument too many; it is called as 'aug data list'")
    contains(fail(2, "data", "list", "--lang", "de"), "--lang is no option of 'data list'")
    contains(fail(2, "data", "build", "list", "none.tsv", "-o", "a.augx"), "none.tsv", "no such file")


def test_context_is_trained():
    build("en")
    lines = [f"we {verb} a {noun} with w{i % 13:x}z and v{i % 140:x}q ." for i in range(3000)
             for verb, noun in [("watch", "film") if i % 149 == 1 else ("rent", "movie") if i % 149 == 46 else ("saw", "it")]]
    write("text.txt", "\n".join(lines).replace("0", "g").replace("1", "h"))
    done = aug("data", "train", "context", "text.txt", "--lang", "home/augd/text/en.augx", "-o", "films.augx")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "films.augx: ", "words of text", "is told from a synonym in 100.0 %")
    text = succeed("data", "check", "./films.augx")
    contains(text, "lemmas      2", "context     ", "Texts in which words were counted", "No licence notice was given")
    contains(fail(2, "data", "train", "context", "text.txt"), "--output is missing")
    contains(fail(2, "data", "train", "context", "none.txt", "-o", "a.augx"), "none.txt", "no such file")
    contains(fail(2, "data", "train", "context", "words.tsv", "-o", "a.augx"), "128 are needed")


def test_mistakes_in_a_list():
    write("words.tsv", WORDS + "oops\n")
    contains(fail(1, "data", "build", "list", "words.tsv", "-o", "a.augx"), "words.tsv:3", "TAB")
    equal(os.path.exists("a.augx"), False, "a half file")


TREE = """1\tthe\tthe\tDET\tDT\t_\t_\t_\t_\t_
2\tdog\tdog\tNOUN\tNN\t_\t_\t_\t_\t_
3\tsleeps\tsleep\tVERB\tVBZ\t_\t_\t_\t_\t_

"""


def test_a_tagger_is_trained_and_checked():
    own_data()
    write("own.conllu", TREE)
    write("NOTICE", NOTICE)
    done = aug("data", "train", "tagger", "own.conllu", "--dev", "own.conllu", "-o", "own.augt", "--notice", "NOTICE")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "1 sentences, 3 tokens, 3 tags", "100.00 % of 3 tokens got their tag")
    contains(succeed("data", "check", "own.augt"), "tags        3", NOTICE)
    equal(json.loads(succeed("data", "check", "own.augt", "--json"))["notices"], NOTICE, "the notice")
    os.makedirs("data", exist_ok=True)
    os.replace("own.augt", "data/en.augt")
    contains(succeed("data", "list"), "en        tagger", "3 tags", "licence: Mine.")
    write("data/en.augt", "nothing")
    contains(succeed("data", "list"), "it is not a tagger model (.augt)")


def test_mistakes_in_training_a_tagger():
    own_data()
    write("own.conllu", TREE + "1\toops\n")
    contains(fail(1, "data", "train", "tagger", "own.conllu", "-o", "own.augt"), "own.conllu:5", "fewer than ten")
    contains(fail(2, "data", "train", "tagger", "own.conllu"), "--output is missing")
    contains(fail(2, "data", "train", "tagger", "none.conllu", "-o", "own.augt"), "none.conllu")
    equal(os.path.exists("own.augt"), False, "a half file")


def test_what_is_read_is_not_written_over():
    own_data()
    write("own.tsv", "word\tn\tterm\n")
    write("own.conllu", TREE)
    for words in (["build", "list", "own.tsv"], ["build", "vocabulary", "tsv:own.tsv"], ["train", "context", "own.tsv"],
                  ["train", "tagger", "own.conllu", "--notice", "own.tsv"]):
        contains(fail(2, "data", *words, "-o", "./own.tsv"), "./own.tsv: --output is what is read")
    equal(read("own.tsv"), b"word\tn\tterm\n", "the list")


def test_a_spelling_dictionary_of_an_unknown_encoding():
    own_data()
    write("own.tsv", "word\tn\tterm\n")
    write("own.aff", "# of mine\nSET ISO8859-6\n")
    write("own.dic", b"1\n\xc7\n")
    contains(fail(1, "data", "build", "list", "own.tsv", "--forms", "own", "-o", "own.augx"), "own.aff:2",
             "an encoding that is not known")


def test_the_english_lexicon():
    for package, file in (("wordnet-base", "/usr/share/wordnet/data.noun"),
                          ("hunspell-en-us", "/usr/share/hunspell/en_US.dic")):
        if not os.path.exists(file):
            program.SKIPPED.append(f"the package {package}")
            return
    own_data()
    done = aug("data", "build", "wordnet")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "147306 lemmas, 206941 senses in 117659 synsets, 131222 inflected forms")
    text = succeed("data", "check", "en")
    contains(text, "Princeton University", "Kevin Atkinson", "exceptions  6053", "context     25416 words")


program.main(globals())
