"""aug pack: the archive has every pixel, label and marker of its input, restart markers at equal
distances, the same bytes whatever the threads, and is read by others as an ordinary archive."""
import io
import json
import os
import resource
import subprocess
import tarfile

import numpy
from PIL import Image

import program
from packed import (HEAD, INDEX, Segments, cmyk, decoded, index_of, jpeg, members, samples, with_comment,
                    with_exif)
from program import (AUG, aug, contains, data, equal, fail, make_folder, make_idx, make_tar, picture, pixels, read,
                     sha256, succeed, tree, write)

# The bound, for photographs.
MOST_GROWTH = 1.01


def small_files():
    """For a process that is to run into the end of a disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))


def write_tar(path, content):
    """An archive of these members."""
    with tarfile.open(path, "w") as archive:
        for name, value in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(value)
            archive.addfile(member, io.BytesIO(value))


def pack(source, *options, output="out.tar"):
    """Packs; returns what the command counts."""
    return json.loads(succeed("pack", source, "-o", output, "--json", *options))


def same_pixels(found, expected, what):
    """Both files have the same pixels in Pillow's eyes."""
    (mode, array), (other_mode, other) = decoded(found), decoded(expected)
    equal((mode, array.shape), (other_mode, other.shape), what)
    equal(int((array != other).sum()), 0, f"{what}: pixels that differ")


def make_kinds():
    """A folder with JPEGs of every kind: name -> content."""
    kinds = {
        "baseline": jpeg(1),
        "progressive": jpeg(2, progressive=True),
        "full": jpeg(3, subsampling=0),
        "wide": jpeg(4, subsampling=1),
        "grey": jpeg(5, channels=1),
        "grey-progressive": jpeg(6, channels=1, progressive=True),
        "cmyk": cmyk(7),
        "restarts": jpeg(8, restart_marker_blocks=3),
        "odd": jpeg(9, 33, 17),
        "tiny": jpeg(10, 1, 1),
        "best": jpeg(11, quality=100, subsampling=0),
        "worst": jpeg(12, quality=1),
        "turned": with_exif(jpeg(13), 6),
        "said": with_comment(jpeg(14, progressive=True), b"taken in June"),
        "profile": jpeg(15, icc_profile=bytes(range(256)) * 300),
    }
    for name, content in kinds.items():
        write(f"kinds/{name}.jpg", content)
    return kinds


def test_every_kind_keeps_its_pixels():
    kinds = make_kinds()
    counts = pack("kinds", "--verify")
    found = samples("out.tar")
    equal(sorted(found), sorted(kinds), "keys")
    for name, content in kinds.items():
        same_pixels(found[name]["jpg"], content, name)
    equal((counts["packed"], counts["verified"], counts["stored"]), (len(kinds), True, 0), "counts")


def test_files_are_baseline_with_markers_at_equal_distances():
    kinds = make_kinds()
    pack("kinds")
    for name, parts in samples("out.tar").items():
        made = Segments(parts["jpg"])
        equal((made.frame, made.n_scans, made.interval), (0xc0, 1, 8), f"{name}: frame, scans, interval")
        equal((made.n_restarts, made.restarts_in_order), ((made.n_mcus() - 1) // 8, True), f"{name}: restarts")
        equal(made.metadata, Segments(kinds[name]).metadata, f"{name}: metadata")


def test_orientation_and_profile_stay():
    make_kinds()
    pack("kinds")
    found = samples("out.tar")
    equal(Image.open(io.BytesIO(found["turned"]["jpg"])).getexif()[0x112], 6, "orientation")
    equal(len(Image.open(io.BytesIO(found["profile"]["jpg"])).info["icc_profile"]), 256 * 300, "profile")
    equal(Image.open(io.BytesIO(found["said"]["jpg"])).info["comment"], b"taken in June", "comment")


def test_tables_are_made_for_each_file():
    """Pillow's files have the tables of the standard, whose cost is above that of the markers."""
    plain = jpeg(1, 400, 600)
    write("in/a.jpg", plain)
    pack("in")
    size = len(samples("out.tar")["a"]["jpg"])
    equal(size < len(plain), True, f"{size} bytes, from {len(plain)}")


def test_folders_of_classes():
    names = make_folder("in")
    pack("in", "--verify")
    found = samples("out.tar")
    equal(list(found), sorted(os.path.splitext(name)[0] for name in names), "keys, in the order of samples")
    for name in names:
        key, ending = name.rsplit(".", 1)
        original = read(f"in/{name}")
        equal(sorted(found[key]), sorted([ending, "cls"]), f"{name}: endings")
        equal(int(found[key]["cls"]), ("bird", "cat", "dog").index(name.split("/")[0]), f"{name}: class")
        if ending == "png":
            equal(found[key]["png"], original, f"{name}: bytes")
        else:
            same_pixels(found[key]["jpg"], original, name)
    equal(json.loads(members("out.tar")[HEAD])["classes"], ["bird", "cat", "dog"], "names of classes")


def test_tar_of_webdataset():
    make_tar("in.tar")
    pack("in.tar", "--verify")
    before, after = samples("in.tar"), samples("out.tar")
    equal(list(after), list(before), "keys")
    for key, parts in before.items():
        equal(after[key]["cls"], parts["cls"], f"{key}: class")
        for ending in set(parts) - {"cls"}:
            same_pixels(after[key][ending], parts[ending], key)


def test_every_byte_is_pinned_by_input_and_options():
    """Threads, runs and other members of the file system change nothing; quality does."""
    make_folder("in", 30)
    digests = set()
    for threads in (1, 2, 7):
        pack("in", "--threads", threads, output=f"{threads}.tar")
        digests.add(sha256(read(f"{threads}.tar")))
    equal(len(digests), 1, "archives")
    pack("in", "--quality", "50", output="lossy.tar")
    equal(sha256(read("lossy.tar")) in digests, False, "with loss")


def test_packing_what_is_packed_changes_no_file():
    make_tar("in.tar")
    pack("in.tar")
    pack("out.tar", output="again.tar")
    equal(members("again.tar"), members("out.tar"), "members")


def test_index_has_every_member():
    make_folder("in")
    pack("in")
    content, index = read("out.tar"), index_of("out.tar")
    with tarfile.open("out.tar") as archive:
        expected = {m.name: (m.offset_data, m.size) for m in archive}
    equal(list(expected)[-1], INDEX, "the last member")
    del expected[INDEX]
    equal(index, expected, "offset and size of each")
    offset, size = index["cat/001.png"]
    equal(content[offset:offset + size], read("in/cat/001.png"), "read by the index")


def test_pixels_become_png():
    """Samples that are stored as pixels."""
    source = make_idx("mnist", 12)
    pack(source)
    found = samples("out.tar")
    equal(list(found)[:2], ["00", "01"], "keys")
    for i, parts in enumerate(found.values()):
        equal(int((decoded(parts["png"])[1] != pixels(i, 28, 28, 1)[:, :, 0]).sum()), 0, f"{i}: pixels")
        equal(parts["cls"], str(i % 10).encode(), f"{i}: class")


def test_rows_with_masks_and_boxes():
    rows = []
    for i in range(4):
        write(f"in/{i}.jpg", jpeg(i))
        write(f"in/{i}-mask.png", picture(pixels(i, 48, 72, 1)))
        rows.append({"image": f"{i}.jpg", "mask": f"{i}-mask.png", "boxes": [[1, 2, 30 + i, 20]], "text": f"n° {i}"})
    write("in/rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    pack("jsonl:in/rows.jsonl,image=image,mask=mask,boxes=boxes", "--verify")
    for i, (key, parts) in enumerate(samples("out.tar").items()):
        equal((key, sorted(parts)), (str(i), ["jpg", "json", "mask.png"]), "parts")
        equal(parts["mask.png"], read(f"in/{i}-mask.png"), "mask")
        equal(json.loads(parts["json"])["boxes"], [[1, 2, 30 + i, 20]], "boxes")


def test_what_lies_beside_goes_along():
    """All that an archive holds of a sample, byte for byte; what is of none is named."""
    parts = {"a/1.jpg": jpeg(1), "a/1.json": b'{"label": 3, "caption": "x"}\n', "a/1.seg.png": picture(pixels(2, 48, 72, 1)),
             "a/2.txt": b"two", "a/2.jpg": jpeg(2), "a/2.cls": b" 1\n", "a/1.txt": b"late", "readme.md": b"nobody's",
             "a/._1.jpg": b"left by a system"}
    with tarfile.open("in.tar", "w") as archive:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("a/1.link")
        link.type, link.linkname = tarfile.SYMTYPE, "1.txt"
        archive.addfile(link)
    done = aug("pack", "tar:in.tar,key=first_dot", "-o", "out.tar", "--verify")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "3 passed over, such as 'readme.md'")
    found = samples("out.tar")
    equal({key: list(of) for key, of in found.items()},
          {"a/1": ["jpg", "json", "seg.png", "txt", "cls"], "a/2": ["jpg", "txt", "cls"]}, "parts")
    for name in ("a/1.json", "a/1.seg.png", "a/2.txt", "a/2.cls", "a/1.txt"):
        key, ending = name.split(".", 1)
        equal(found[key][ending], parts[name], name)
    equal(found["a/1"]["cls"], b"3", "a class that only the description says")
    contains(aug("pack", "tar:in.tar,key=first_dot", "-o", "s.tar", "--max-side", "20").stderr,
             "what lies beside the pictures stays as it is")


def test_a_part_takes_what_is_its_own():
    make_tar("in.tar", 40)
    n = 0
    for part in ("train", "eval"):
        pack(f"tar:in.tar,split={{eval: 0.3}},part={part}", "--verify", output=f"{part}.tar")
        found = samples(f"{part}.tar")
        equal({len(parts) for parts in found.values()}, {2}, "members of a sample")
        n += len(found)
    equal(n, 40, "samples of both")


def test_classes_keep_their_names():
    """The project's own reader takes them, and the end of keys, from the first member."""
    rows = [{"image": f"in/{name}", "mask": f"in/{name}", "label": name[:3]} for name in make_folder("in", 6)]
    write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    for source in ("in", "jsonl:rows.jsonl,image=image,mask=mask,label=label"):
        pack(source)
        pack("out.tar", output="again.tar")
        equal(members("again.tar"), members("out.tar"), "members, with the first one")
        equal("classes" in json.loads(members("again.tar")[HEAD]), True, "names")
        os.remove("out.tar")
        os.remove("again.tar")


def test_the_number_of_classes_stays():
    """Also where no sample is of the last ones, so that labels keep their width."""
    write("rows.csv", "image,label\n" + "".join(f"in/{name},{i % 3}\n" for i, name in enumerate(make_folder("in", 6))))
    for source, n in (("csv:rows.csv,image=image,label=label,classes=7", 7), ("synthetic:count=5,size=16,classes=12", 12)):
        pack(source, "--verify")
        equal(json.loads(members("out.tar")[HEAD]), {"augd_pack": 1, "key": "first_dot", "n_classes": n}, source)
        pack("out.tar", output="again.tar")
        equal(members("again.tar"), members("out.tar"), "members, with the first one")
        os.remove("out.tar")
        os.remove("again.tar")
    pack("csv:rows.csv,image=image,label=label,classes=3")
    equal(HEAD in members("out.tar"), False, "a first member that says nothing")


def test_archives_that_could_not_be_read_are_not_made():
    for folder in "b", os.fsdecode(b"c\xf4"):
        write(f"in/{folder}/x.jpg", jpeg(1))
    contains(fail(1, "pack", "in", "-o", "out.tar"), "aug pack: in: the name of class 1 is no UTF-8 from byte 1 on")
    write_tar("two.tar", {"k/1.jpg": jpeg(1), "k/1.cls": b"0", "k/1.png": picture(pixels(2, 8, 8))})
    contains(fail(1, "pack", "tar:two.tar,extensions=jpg", "-o", "out.tar"),
             "two.tar: 'k/1.png' lies beside the picture of its key, and is one, too; allowed is ")
    equal(os.path.exists("out.tar.part"), False, "something is left")


def test_folders_of_systems_keep_their_samples():
    for i, folder in enumerate(("__MACOSX", "@eaDir", "lost+found", "plain")):
        write(f"in/{folder}/{i}.jpg", jpeg(i))
    write("rows.csv", "image\n" + "".join(f"in/{folder}/{i}.jpg\n" for i, folder in
                                          enumerate(("__MACOSX", "@eaDir", "lost+found", "plain"))))
    pack("rows.csv", "--verify")
    equal(pack("out.tar", output="again.tar")["packed"], 4, "samples that the archive's reader finds")


def test_the_first_member_is_verified():
    for i, folder in enumerate(("cat", "dog")):
        for k in range(8):
            write(f"in/{folder}/{k}.jpg", jpeg(8 * i + k, 200, 200))
    with subprocess.Popen([AUG, "pack", "in", "-o", "out.tar", "--quiet", "--threads", "1"], preexec_fn=small_files):
        pass
    part = read("out.tar.part")
    equal(b'"cat","dog"' in part, True, "the names")
    write("out.tar.part", part.replace(b'"cat","dog"', b'"cow","dog"'))
    contains(fail(1, "pack", "in", "-o", "out.tar", "--verify"), "'out.tar.part' does not hold what the data set does: "
             "its first member is another one; to begin anew, remove it, 'out.tar.part.json' and 'out.tar.errors.tsv.part'")
    for name in "out.tar.part", "out.tar.part.json", "out.tar.errors.tsv.part":
        os.remove(name)
    pack("in", "--verify")


def test_keys_are_different_and_harmless():
    names = {"a.b.jpg": "a_b", "a_b.jpg": "a_b-1", "a_b.png": "a_b-2", "-x.jpg": "-x", "back\\slash.jpg": "back_slash",
             "ümlaut.jpg": "ümlaut"}
    for i, name in enumerate(names):
        write(f"in/{name}", jpeg(i) if name.endswith("jpg") else picture(pixels(i, 20, 30)))
    counts = pack("in", "--verify")
    equal(sorted(samples("out.tar")), sorted(names.values()), "keys")
    equal(counts["renamed"], 4, "keys that are not names")
    write("rows.csv", "image\n../rows/up.jpg\n" + os.path.abspath("rows/down.jpg") + "\n")
    write("rows/up.jpg", jpeg(1))
    write("rows/down.jpg", jpeg(2))


def test_long_names():
    folder, name = "f" * 90, "n" * 120
    write(f"in/{folder}/{folder}/{name}.jpg", jpeg(1))
    write(f"in/{folder}/{'m' * 90}.jpg", jpeg(2))
    pack("in", "--verify")
    equal(sorted(samples("out.tar")), [f"{folder}/{folder}/{name}", f"{folder}/{'m' * 90}"], "keys")
    equal(len(index_of("out.tar")), len(members("out.tar")) - 1, "members in the index")


def test_with_loss():
    smooth = numpy.stack([numpy.mgrid[0:100, 0:300][c % 2] // (c + 1) for c in range(3)], axis=2)
    file = io.BytesIO()
    Image.fromarray(smooth.astype(numpy.uint8)).save(file, "JPEG", quality=95)
    write("in/wide.jpg", with_exif(file.getvalue(), 8))
    write("in/small.jpg", jpeg(2, 40, 60, progressive=True))
    write("in/high.png", picture(pixels(3, 200, 10)))
    pack("in", "--max-side", "100")
    found = samples("out.tar")
    equal([decoded(found[k][e])[1].shape for k, e in (("wide", "jpg"), ("small", "jpg"), ("high", "png"))],
          [(33, 100, 3), (40, 60, 3), (100, 5, 3)], "shapes")
    same_pixels(found["small"]["jpg"], read("in/small.jpg"), "what is small enough")
    exact = Image.open("in/wide.jpg").resize((100, 33), Image.Resampling.BILINEAR)
    # What quality 95 with halved chroma may change in a picture without edges.
    apart = numpy.abs(decoded(found["wide"]["jpg"])[1].astype(int) - numpy.asarray(exact)).mean()
    equal(apart < 2, True, f"mean difference to Pillow's resize: {apart}")
    equal(Image.open(io.BytesIO(found["wide"]["jpg"])).getexif()[0x112], 8, "orientation")
    equal(Segments(found["wide"]["jpg"]).interval, 8, "restart markers")
    pack("in", "--quality", "30", output="q.tar")
    equal(len(samples("q.tar")["small"]["jpg"]) < len(read("in/small.jpg")), True, "smaller")


def test_damage_is_named():
    make_folder("in", 9)
    write("in/cat/broken.jpg", jpeg(1)[:700])
    said = fail(1, "pack", "in", "-o", "out.tar")
    contains(said, "cat/broken.jpg: ")
    equal(os.path.exists("out.tar"), False, "an archive")
    done = aug("pack", "in", "-o", "out.tar", "--skip-bad")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "cat/broken.jpg: ")
    contains(done.stdout, "9 samples packed", "1 of 10 samples were left out, see out.tar.errors.tsv")
    contains(read("out.tar.errors.tsv").decode(), "\tcat/broken.jpg\t")
    equal(len(samples("out.tar")), 9, "samples")
    equal(sorted(os.listdir(".")), ["in", "out.tar", "out.tar.errors.tsv"], "files")
    done = aug("pack", "in", "-o", "proved.tar", "--skip-bad", "--verify")
    equal(done.returncode, 3, done.stderr)
    contains(done.stdout, "every pixel is equal")


def test_what_lacks_bits_stays():
    """A progressive file whose last scans are missing: decoders smooth it, and no baseline file would
    look the same."""
    whole = jpeg(1, 64, 64, progressive=True)
    second = [at for at in range(len(whole)) if whole[at:at + 2] == b"\xff\xda"][2]
    write("in/a.jpg", whole[:second] + b"\xff\xd9")
    done = aug("pack", "in", "-o", "out.tar", "--verify")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "a.jpg: stays as it is: it is progressive and lacks bits")
    contains(done.stdout, "1 pictures stayed as they are")
    equal(samples("out.tar")["a"]["jpg"], read("in/a.jpg"), "bytes")


def test_wrong_calls():
    make_folder("in", 3)
    contains(fail(2, "pack", "in", "-o", "out.tar", "--verify", "--quality", "90"), "--verify and --quality")
    contains(fail(2, "pack", "in", "-o", "out.tar", "--verify", "--max-side", "90"), "--verify and --max-side")
    contains(fail(2, "pack", "in", "-o", "in/out.tar"), "--output lies in the input")
    contains(fail(2, "pack", "in", "-o", "in"), "--output lies in the input")
    contains(fail(2, "pack", "in", "-o", "-"), "--output is -")
    contains(fail(2, "pack", "nowhere", "-o", "out.tar"), "nowhere")
    contains(fail(2, "pack", "in"), "output")
    write("texts.csv", "text,label\nhello,a\nworld,b\n")
    contains(fail(1, "pack", "texts.csv", "-o", "out.tar"), "the samples have no pictures")
    write("out.tar", "somebody's")
    contains(fail(2, "pack", "in", "-o", "out.tar"), "there is such a file")
    equal(read("out.tar"), b"somebody's", "the file that is there")
    write("other.tar.part", "somebody's")
    contains(fail(2, "pack", "in", "-o", "other.tar"), "nothing says that a run of aug pack left it")
    write("rows.jsonl", json.dumps({"image": "in/bird/000.jpg", "boxes": [[0, 0, 1, 1]]}) + "\n")
    contains(fail(2, "pack", "jsonl:rows.jsonl,image=image,boxes=boxes", "-o", "b.tar", "--max-side", "9"),
             "the field 'boxes' has places")
    equal(sorted(tree(".")), sorted([f"in/{n}" for n in tree("in")] +
                                    ["other.tar.part", "out.tar", "rows.jsonl", "texts.csv"]), "files")


def test_photographs():
    """The bounds that the command is for."""
    source = data("imagenet-sample-300.tar")
    if not source:
        return
    counts = pack(source)
    before, after = samples(source), samples("out.tar")
    growth = os.path.getsize("out.tar") / os.path.getsize(source)
    print(f"{counts['packed']} photographs: {growth:.5f} of the input's size")
    equal(growth <= MOST_GROWTH, True, f"growth {growth}")
    equal(list(after), list(before), "keys")
    for key in list(before)[::10]:
        same_pixels(after[key]["jpg"], before[key]["jpg"], key)
        equal(after[key]["cls"], before[key]["cls"], key)


program.main(globals())
