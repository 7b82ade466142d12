#!/usr/bin/env python3
"""Writes the inputs that fuzzing starts from: seeds.py FOLDER makes a folder for each target in it,
and for targets of texts a list of words, TARGET.dict, that are worth to be put in.

They are small, made here, and the same each time: what a target's first comment says an input is,
once for each kind of thing that it may hold.
"""
import gzip
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")

try:
    import numpy
    from PIL import Image
except ImportError:
    print("skipped: Pillow and NumPy are needed")
    sys.exit(77)

MODEL = b"""model:
  input: [6, 6, 1]
  classes: [zero, one]
  layers:
    - conv: {filters: 2, kernel: 3, padding: 1, bias: false}
      name: stem
    - batch_norm
    - relu
    - residual:
        branch: [{conv: {filters: 2, padding: 1}}, batch_norm]
    - max_pool: 2
    - dropout: 0.1
    - flatten: {}
    - linear: 2
loss: {cross_entropy: {label_smoothing: 0.1}}
optimizer: {sgd: {lr: 0.2, momentum: 0.9, nesterov: true}}
schedule: {one_cycle: {pct_start: 0.25}}
train: {epochs: 3, seed: 9}
data: {train: a.yaml, eval: {augd: 1, batch: {size: 2}}}
"""

SPEC = b"augd: 1\nseed: 4\npipeline:\n  - RandomCrop: {size: 4}\nbatch: {size: 3}\n"


def write(folder, target, name, content):
    """One input of a target."""
    os.makedirs(os.path.join(folder, target), exist_ok=True)
    with open(os.path.join(folder, target, name), "wb") as file:
        file.write(content)


def parts(*contents):
    """Contents with the separator of fuzz.c between them."""
    return b"\n%%\n".join(c.encode() if isinstance(c, str) else c for c in contents)


def write_words(folder, target, more=()):
    """The words of all inputs of a target."""
    words = set(more)
    for name in os.listdir(os.path.join(folder, target)):
        with open(os.path.join(folder, target, name), "rb") as file:
            words.update(w.decode() for w in re.findall(rb"[A-Za-z_]{3,24}", file.read()))
    with open(os.path.join(folder, target + ".dict"), "w", encoding="utf-8") as file:
        file.writelines(f'"{word}"\n' for word in sorted(words))


# --- pictures ----------------------------------------------------------------------------------

def scene(height, width, channels):
    """Values with gradients and edges."""
    y, x, c = numpy.meshgrid(range(height), range(width), range(channels), indexing="ij")
    values = (x * 9 + y * 5 + c * 85 + 90 * ((x // 5 + y // 3) % 2)) % 256
    return values.astype(numpy.uint8)


def picture(mode, size=(21, 13), form="PNG", **options):
    """A picture file."""
    channels = {"L": 1, "1": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}.get(mode, 1)
    values = scene(size[1], size[0], channels)
    if mode == "I;16":
        image = Image.fromarray(values[:, :, 0].astype(numpy.uint16) * 257)
    elif mode in ("P", "1"):
        image = Image.fromarray(values[:, :, 0]).convert(mode)
    else:
        image = Image.fromarray(values[:, :, 0] if channels == 1 else values, mode)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation):
    """EXIF that turns a picture."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def pictures():
    """Name and content of picture files of every kind."""
    for mode in ("L", "1", "P", "LA", "RGB", "RGBA", "I;16"):
        yield f"{mode.replace(';', '')}.png", picture(mode)
    for mode in ("L", "RGB", "CMYK"):
        yield f"{mode}.jpg", picture(mode, form="JPEG", quality=80)
    for subsampling in (0, 1, 2):
        yield f"s{subsampling}.jpg", picture("RGB", (35, 37), "JPEG", subsampling=subsampling)
    yield "progressive.jpg", picture("RGB", (35, 37), "JPEG", progressive=True)
    yield "turned.jpg", picture("RGB", form="JPEG", exif=exif(6))
    yield "restarts.jpg", picture("RGB", (40, 33), "JPEG", restart_marker_blocks=1)
    yield "two_bits.png", picture("P", bits=2)


def codec(folder):
    """Pictures behind the bytes that choose how they are decoded, and rewritten."""
    for i, (name, content) in enumerate(pictures()):
        choices = struct.pack("<B4H3x", i % 32 | i % 4 << 6, 3, 11, 2, 6)
        write(folder, "codec", name, choices + content)
        write(folder, "repack", name, bytes([1 if i % 3 else i]) + content)


def jpegs():
    """Name and content of the kinds of JPEG that the decoder of windows takes, and of others."""
    for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
        for size in ((8, 8), (40, 33)):
            yield f"{name}_{size[0]}", picture("RGB", size, "JPEG", quality=70, subsampling=subsampling)
    yield "440", (picture("RGB", (32, 32), "JPEG", quality=75, subsampling=1)
                  .replace(b"\x01\x21\x00\x02\x11", b"\x01\x12\x00\x02\x11"))
    yield "grey", picture("L", (30, 17), "JPEG", quality=90)
    yield "optimized", picture("RGB", (30, 30), "JPEG", quality=30, optimize=True)
    yield "restarts", picture("RGB", (40, 33), "JPEG", restart_marker_blocks=2)
    yield "progressive", picture("RGB", (30, 30), "JPEG", progressive=True)


def windows(folder):
    """JPEGs behind the bytes that their windows are drawn from."""
    for i, (name, content) in enumerate(jpegs()):
        write(folder, "jpeg", name, struct.pack(">Q", i) + content)
        write(folder, "jpeg", name + "_marks", struct.pack(">Q", i) + parts(content, bytes(range(40))))


# --- the protocol ------------------------------------------------------------------------------

HELLO, HELLO_OK, OPEN, OPEN_OK, CREDIT, BATCH = 1, 2, 5, 6, 7, 8
END_OF_EPOCH, CLOSE, CLOSED, ERROR, PING, PONG, GOAWAY = 10, 11, 12, 13, 14, 15, 16
STREAM_ID = "0807060504030201" + "0" * 48
IDENT = 0x0102030405060708


# What a frame says of itself where a caller gives nothing else.
FIELDS = {"stream": 1, "epoch": 0, "step": 0, "seq": 0, "arg": 0, "ident": IDENT}


def frame(kind, payload=b"", flags=0, **given):
    """A frame without checksums; the target adds them. `given` are values of FIELDS."""
    assert given.keys() <= FIELDS.keys(), given
    fields = FIELDS | given
    return struct.pack("<4sBBHIIQIIQQQQ", b"AUGG", 1, kind, flags, fields["stream"], 0,
                       len(payload), 0, fields["epoch"], fields["step"], fields["seq"],
                       fields["arg"], fields["ident"]) + payload


def text(value):
    """A message's payload."""
    return json.dumps(value).encode()


MESSAGES = {
    "hello": (0, {"proto": [1, 1], "client": "fuzz/1", "features": ["crc"], "require": ["tensors"]}),
    "hello_ok": (1, {"proto": 1, "server": "augd/0.1.0", "features": ["crc", "ping"],
                     "max_batch": 268435456, "max_control": 65536, "max_window": 64}),
    "open": (2, {"dataset": "d", "spec": "augd: 1\n", "seed": "18446744073709551615", "epoch": 1,
                 "step": 2, "epochs": 3, "window": 4, "names": True, "class_names": True,
                 "expect": {"stream_id": STREAM_ID, "fingerprint": STREAM_ID}}),
    "open_object": (2, {"dataset": "d", "spec": {"augd": 1, "batch": {"size": 2}}}),
    "open_ok": (3, {"stream_id": STREAM_ID, "fingerprint": STREAM_ID, "engine": "1", "batch": 4,
                    "batch_size": 100, "steps_per_epoch": 2, "n_samples": 8, "n_classes": 2,
                    "class_names": ["a", "b"],
                    "tensors": [{"name": "data", "dtype": "U8", "shape": [4, 3], "axes": "c"},
                                {"name": "name", "dtype": "U8", "shape": [9], "ragged": True}]}),
    "failure": (4, {"code": "BAD_SPEC", "message": "no", "retry": True, "retry_after_ms": 5,
                    "detail": {"problems": []}}),
    "goaway": (5, {"reason": "drain", "grace_ms": 10}),
}


def frames(folder):
    """What a server may send, and what a client may."""
    opened = frame(OPEN_OK, text(MESSAGES["open_ok"][1]))
    batches = b"".join(
        frame(BATCH, bytes(40), 1 + 8 * (i % 2), epoch=i // 2, step=i % 2, seq=i) +
        (frame(END_OF_EPOCH, epoch=i // 2, step=2) if i % 2 else b"") for i in range(4))
    refused = frame(ERROR, text(MESSAGES["failure"][1]), arg=32, ident=0)
    away = frame(GOAWAY, text(MESSAGES["goaway"][1]), stream=0, ident=0)
    ping = frame(PING, stream=0, arg=7, ident=0)
    sessions = {
        "stream": opened + batches + frame(CLOSED) + opened + batches + away,
        "refused": refused + opened + ping + frame(0x80, b"abc", stream=0) + batches + refused,
        "error": ping + refused,
        "cut": opened + batches[:100],
    }
    for name, session in sessions.items():
        write(folder, "frames", name, b"\1" + session)
        write(folder, "frames", name + "_as_it_is", b"\0" + session)


def messages(folder):
    """Each message, and trees."""
    for name, (kind, value) in MESSAGES.items():
        write(folder, "json", name, bytes([kind]) + text(value))
    write(folder, "json", "tree",
          b'\6{"a": [1, -2.5e-3, true, null, "x\\u00e9\\n\\ud83d\\ude00"], "b": {"c": {}}, "": []}')


def action(client, number, rest=b""):
    """One action of a daemon's script."""
    return bytes([number * 4 + client]) + rest


def daemon(folder):
    """Scripts of clients."""
    (connect, hello, opening, credit, close, ping, raw, sealed, chunk, turns, wait, read, shut,
     gone) = range(14)

    def reopened(client, choice, spec):
        return (action(client, opening, struct.pack("<BBBBH", 2, choice, 0, 0, len(spec)) + spec) +
                action(client, wait) * 4 + action(client, read, b"\xff"))

    def opened(client, choice, spec):
        return (action(client, connect) + action(client, hello, b"\7") + action(client, wait) +
                reopened(client, choice, spec))

    flow = b"".join(action(0, credit, b"\2") + action(0, wait) + action(0, read, b"\xff")
                    for _ in range(4))
    open_text = text(MESSAGES["open"][1])
    scripts = {
        "stream": opened(0, 3, SPEC) + flow + action(0, close, b"\0") + action(0, wait),
        "again": opened(0, 2, SPEC) + flow * 2 + reopened(0, 3, SPEC) + flow,
        "names": opened(0, 0x1d, SPEC) + flow,
        "two": opened(0, 3, SPEC) + opened(1, 2, SPEC) + flow + action(1, gone) + flow,
        "pieces": action(0, connect) + action(0, chunk, b"\7") + action(0, hello, b"\0") +
                  action(0, ping, b"\1") + action(0, wait) + action(0, read, b"\1"),
        "many": b"".join(action(i, connect) + action(i, hello, b"\0") for i in range(4)) +
                action(0, turns, b"\3") + b"".join(action(i, read, b"\xff") for i in range(4)),
        "bad_spec": opened(0, 1, b"augd: 1\npipeline: [Rotat]\n") + action(0, read, b"\xff"),
        "foreign": action(2, connect) + action(2, raw, struct.pack("<H", 18) + b"GET / HTTP/1.1\r\n\r\n") +
                   action(2, wait) + action(2, shut, b"\1") + action(2, read, b"\xff"),
        "raw": action(0, connect) + action(0, hello, b"\3") +
               action(0, sealed, struct.pack("<H", 64 + len(open_text)) +
                      frame(OPEN, open_text, ident=0)) + action(0, wait) * 3 +
               action(0, read, b"\xff") + action(0, gone),
        "leaves_early": opened(0, 1, SPEC) + action(0, gone) + opened(1, 1, SPEC) +
                        action(1, shut, b"\0"),
    }
    for name, script in scripts.items():
        write(folder, "daemon", name, b"\0" + script)
        write(folder, "daemon", name + "_stopped", b"\1" + script)


# --- specs, models, tensors --------------------------------------------------------------------

def specs(folder):
    """The examples of each operation, as aug prints them, and specs with settings."""
    aug = os.path.join(BUILD, "cli", "aug")
    listed = json.loads(subprocess.run([aug, "ops", "--json"], check=True, stdout=subprocess.PIPE).stdout)
    for op in listed:
        for i, example in enumerate(op["examples"]):
            # The target allows small pictures only.
            params = re.sub(r"\b(\d+)\b", lambda m: m[1] if int(m[1]) < 49 else str(int(m[1]) // 8),
                            example["params"])
            step = f"{op['name']}: {params}"
            if op["kind"] == "text":
                write(folder, "spec", f"{op['name']}_{i}",
                      bytes([i % 4]) + f"augd: 1\npipeline:\n  - {step}\nbatch: {{size: 2}}\n".encode())
                continue
            spec = (f"augd: 1\nbatch: {{size: 2, mix: [{step}]}}\n" if op["kind"] == "mix" else
                    f"augd: 1\npipeline:\n  - {step}\n  - CenterCrop: 10\nbatch: {{size: 2}}\n")
            write(folder, "spec", f"{op['name']}_{i}", bytes([i % 4]) + spec.encode())
    write(folder, "spec", "settings", b"\0augd: 1\nseed: 7\ndataset: d\npipeline: &p [HorizontalFlip: "
          b"{p: 0.5}, OneOf: {transforms: [Rotate, Transpose]}]\nbatch: {size: 2, tail: drop, "
          b"shuffle: false, views: 2}\noutput: {layout: hwc, dtype: float32, normalize: imagenet}\n")
    write(folder, "spec", "replace", b"\1augd: 1\npipeline: [RandomCrop: {size: [5, 6], padding: 2, "
          b"fill: [1, 2, 3]}]\nbatch: {size: 2, on_error: replace, mix: [MixUp, CutMix: {p: 0.5}]}\n")
    write(folder, "spec", "json", b'\1{"augd": 1, "pipeline": [{"Cutout": 3}], "batch": {"size": 3}}')
    write_words(folder, "spec", (p["name"] for op in listed for p in op["params"]))
    budgets(folder)


def budgets(folder):
    """The specs for each of the target's six data sets, and specs that take much."""
    for name in os.listdir(os.path.join(folder, "spec")):
        with open(os.path.join(folder, "spec", name), "rb") as file:
            spec = file.read()[1:]
        for i in range(6):
            write(folder, "budget", f"{name}_{i}", bytes([i]) + spec)
    large = b"- Resize: [500, 600]\n"
    noise = b"- Cutout: {size: 900, fill: random}\n"
    end = b"- Resize: {size: [3, 4], interpolation: bicubic}\nbatch: {size: 2, views: 2}\n"
    for i in range(6):
        for name, middle in (("noise", noise), ("refused", noise * 20),
                             ("turned", b"- Rotate: {limit: [30, 30], p: 1, border_mode: edge}\n"),
                             ("blurred", b"- GaussianBlur: {sigma: 9, p: 1}\n")):
            write(folder, "budget", f"{name}_{i}",
                  bytes([i]) + b"augd: 1\npipeline:\n" + large + middle + end)
        write(folder, "budget", f"mixed_{i}", bytes([i]) + b"augd: 1\npipeline: [CenterCrop: 200]\n"
              b"batch: {size: 4, mix: [MixUp, CutMix, MixUp]}\n")
    shutil.copy(os.path.join(folder, "spec.dict"), os.path.join(folder, "budget.dict"))


def tensor_file(tensors, metadata=None):
    """A safetensors file of name -> array."""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, array in tensors.items():
        kind = {"float32": "F32", "int64": "I64", "uint8": "U8", "uint16": "U16"}[array.dtype.name]
        header[name] = {"dtype": kind, "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + data


def tensors(folder):
    """Files of a few tensors."""
    values = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    write(folder, "safetensors", "two", tensor_file(
        {"a": values, "b \"c\"": numpy.zeros((), numpy.int64)}, {"format": "pt", "é": "\n"}))
    write(folder, "safetensors", "empty", tensor_file({}))
    write(folder, "safetensors", "zero", tensor_file({"z": numpy.zeros((0, 4), numpy.uint8)}))


def checkpoints(folder):
    """States of runs: rows of steps and epochs, flags, numbers."""
    for flags in (0, 1, 2, 4, 8, 16):
        write(folder, "checkpoint", f"flags_{flags}", bytes([3, 2, flags]) + struct.pack("<4q", 1, -1, 1 << 40, 0))


def models(folder):
    """A model with weights that fit and some that do not, and the examples."""
    def values(*shape):
        return numpy.linspace(0.1, 1, int(numpy.prod(shape)), dtype=numpy.float32).reshape(shape)

    norm = ("weight", "bias", "running_mean", "running_var")
    weights = {"stem.weight": values(2, 1, 3, 3)}
    weights.update({f"1.{name}": values(2) for name in norm})
    weights.update({"3.branch.0.weight": values(2, 2, 3, 3), "3.branch.0.bias": values(2)})
    weights.update({f"3.branch.1.{name}": values(2) for name in norm})
    weights.update({"7.weight": values(2, 18), "7.bias": values(2)})
    write(folder, "model", "weights", parts(MODEL, tensor_file(weights)))
    write(folder, "model", "other_weights", parts(MODEL, tensor_file({"7.bias": values(3)})))
    write(folder, "model", "least", parts(
        "model: {input: 4, layers: [{linear: 2}]}\noptimizer: {sgd: 0.1}\ntrain: {epochs: 1}\n",
        tensor_file({"0.weight": values(2, 4), "0.bias": values(2)})))
    models_folder = os.path.join(TOP, "examples")
    for place, _, names in sorted(os.walk(models_folder)):
        for name in sorted(names):
            with open(os.path.join(place, name), "rb") as file:
                content = file.read()
            if name.endswith(".yaml") and re.search(rb"^model:", content, re.M):
                write(folder, "model", name, parts(content))


# --- text ---------------------------------------------------------------------------------------

TEXTS = {
    "english": "The U.S. film isn't \"bad\", it cost 3.14 million... See http://a.bc/d?e=1 or me@x.org!",
    "korean": "이 영화는 정말 재미있었어요. 한국\u1112\u1161\u11ab",
    "no_spaces": "电影真的。この映画を見た！หนังกำเรื่องนี้",
    "marks": "e\u0301x\u0316\u0301 \u0600! हिन्दी नमस्ते",
    "emoji": "👨\u200d👩\u200d👧👍🏽🇰🇷🇩🇪 ok",
    "case": "ǅ Straße İıſ ΣΊΣΥΦΟΣ ﬁ 𝐀",
    "hebrew": "א\"ב א' עברית العربية \u202ex",
    "lines": "a\r\nb\u2028c\n\n\u2029 d\x00e",
    "protected": "@user #tag {name} <b>x</b> [MASK] `code` NASA's 5kg $3 2024-01-02 can't no one",
}


def texts(folder):
    """Texts of many kinds, and the same with damage in the middle."""
    for name, words in TEXTS.items():
        whole = words.encode()
        write(folder, "unicode", name, whole)
        damaged = whole[:15] + b"\xff\xe2\x82" + whole[16:]
        write(folder, "unicode", name + "_damaged", damaged)
        # Each operation by its number, with its defaults, and some that are drawn.
        for i in range(40):
            write(folder, "text", f"{name}_{i}", struct.pack("<HB", i, i) + (damaged if i % 2 else whole))


def tokenizers(folder):
    """Texts with the tokenizers of the golden vectors, whole and cut, and with those that need no file."""
    texts = (b"The [MASK] harbour's quiet<mask>,\n 12 e\xcc\x81\xcc\xa3", b"\xed\x95\x9c\xea\xb5\xad \xff", b"")
    golden = os.path.join(TOP, "tests", "golden", "tokens")
    for name in sorted(os.listdir(golden)):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(golden, name), "rb") as file:
            tokenizer = file.read()
        for i, text in enumerate(texts):
            for choice in (4, 244):
                write(folder, "tokens", f"{name}_{i}_{choice}", bytes([choice]) + text + b"\n%%\n" + tokenizer)
    for choice in range(0, 256, 7):
        write(folder, "tokens", f"plain_{choice}", bytes([choice]) + texts[0] + b"\n%%\n[UNK]\nthe\n")


# --- data sets ---------------------------------------------------------------------------------

def archive():
    """A tar file as webdataset has them, with a long name and a pax header."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in (("a.jpg", b"one"), ("a.cls", b"1"), ("c/" + "x" * 101 + ".png", b"two"),
                              ("c/" + "x" * 101 + ".json", b'{"label": 0}')):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def packed(content):
    """As a gzip file, the same each time."""
    return gzip.compress(content, mtime=0)


def datasets(folder):
    """A small set of each kind."""
    idx = struct.pack(">HBB3I", 0, 8, 3, 2, 2, 2) + bytes(range(8))
    labels = struct.pack(">HBBI", 0, 8, 1, 2) + b"\1\0"
    rows = ('{"image":"p/1.jpg","m":"p/1.png","b":[[0,1,2,3]],"l":["x"],"k":[[1,2]],"v":[1,2],"w":0.5}\n'
            '{"image":"p/2.jpg","m":"p/1.png","b":[],"l":[],"k":[],"v":[1,2],"w":1e9}\n')
    photos = ("p/1.jpg", "one", "p/2.jpg", "two", "p/1.png", "mask")
    sets = {
        "idx": ("idx:i,labels=l", "i", idx, "l", labels),
        "idx_gz": ("idx:i.gz,labels=l", "i.gz", packed(idx), "l", labels),
        "cifar": ("cifar:c", "c", bytes(3073)),
        "tar": ("tar:{a,b}.tar", "a.tar", archive(), "b.tar", archive()),
        "folder": ("image_folder:d", "d/cat/1.jpg", "one", "d/dog/e/2.png", "two"),
        "tsv": ("tsv:r.tsv", "r.tsv", "pos\tone\nneg\ttwo\n"),
        "csv": ("csv:r.csv", "r.csv", 'image,label\np/1.jpg,3\n"p/2.jpg",0\n', *photos),
        "tags": ("csv:r.csv,labels=tags,values=[v, w]", "r.csv", "text,tags,v,w\na,x;y,1,2\nb,,3,-4\n"),
        "lines": ("lines:r", "r", b"one\n\ntwo\xff\r\n three\0"),
        "pairs": ("tsv:r,text=1,text_pair=2,bad_rows=keep", "r", "one\ttwo\n\nthree\n\t\n"),
        "spans": ("jsonl:r,spans=s,bad_rows=keep", "r",
                  '{"text": "K\\u00f6ln am Rhein", "s": [[0, 4, "LOC"], [8, 13, 1]]}\n{"text": ""}\n'),
        "jsonl": ("jsonl:r.jsonl.gz", "r.jsonl.gz",
                  packed(b'{"text": "\\u00e9", "label": "x"}\n{"text":"","label":"y"}')),
        "boxes": ("jsonl:r,mask=m,boxes=b,box_labels=l,keypoints=k,values=[v, w]", "r", rows, *photos),
        "soft": ("jsonl:r,soft_labels=p", "r",
                 '{"text":"a","p":{"x":0.5,"y":0.5}}\n{"text":"b","p":{"y":1}}\n'),
        "masks": ("mask_folder:d", "d/images/1.jpg", "one", "d/masks/1.png", "first"),
        "picture": ("picture:p.png", "p.png", picture("RGB", (5, 4))),
        "synthetic": ("synthetic:count=5,size=8",),
    }
    for name, content in sets.items():
        write(folder, "dataset", name, parts(*content))


# --- hints -------------------------------------------------------------------------------------

def hints(folder):
    """A file of three hints, one of them empty; the target makes its checks right."""
    sizes = (20, 0, 41)
    head = b"AUGHINT1" + bytes(40) + b"toy1" + bytes(8) + struct.pack("<IQQ", len(sizes), 16, 0)
    rows, bodies, begin = b"", b"", len(head) + 24 * len(sizes)
    for i, size in enumerate(sizes):
        rows += struct.pack("<QQII", 5 * i, begin + len(bodies), size, 0)
        bodies += bytes(24) + bytes(range(size))
    for kind in range(4):
        write(folder, "hints", f"kind_{kind}", bytes([kind]) + head + rows + bodies)


# --- lexicons ----------------------------------------------------------------------------------

LISTS = {
    "words": "movie\tn\tfilm|motion picture\nfilm\tn\tmovie|motion picture\nfilm\tv\tshoot\n",
    "korean": "# mine\n\uc601\ud654\t-\t\uc791\ud488\nSTRA\u00dfE\tn\tGasse\n",
}
THESAURI = {
    "german": "UTF-8\nauto|1\n-|Auto|Wagen|Karre (ugs.)|Fahrzeug (Oberbegriff)\n"
              "wagen|2\n-|trauen|z\u00f6gern (Antonym)\n-|Karre|Auto|Wagen|...\n",
    "spanish": "ISO8859-1\nbueno|1\n(adj.)|bondadoso|malo (antonym)\n",
}
AFFIXES = ("SET UTF-8\nFLAG UTF-8\nNOSUGGEST !\nPFX U Y 1\nPFX U 0 un .\nSFX S Y 2\nSFX S y ies [^aeiou]y\n"
           "SFX S 0 s/M [^y]\nSFX M N 1\nSFX M 0 's .\n")


def lexicons(folder):
    """Indexes that aug builds, and what it builds them from."""
    aug = os.path.join(BUILD, "cli", "aug")
    for name, content in LISTS.items():
        write(folder, "lexicon", f"list_{name}", b"\3" + content.encode())
        write(folder, "lexicon", f"forms_{name}",
              b"\4" + parts(AFFIXES, "3\nfilm/SU\nfly/S\nrude/!\n", content))
        source, index = (os.path.join(folder, name + ending) for ending in (".tsv", ".augx"))
        with open(source, "w", encoding="utf-8") as file:
            file.write(content)
        subprocess.run([aug, "data", "build", "list", source, "--lang", "xx", "-o", index, "-q"], check=True)
        with open(index, "rb") as file:
            made = file.read()
        os.remove(source)
        os.remove(index)
        write(folder, "lexicon", f"index_{name}", b"\0" + made)
        write(folder, "lexicon", f"sealed_{name}", b"\1" + made)
    for name, content in THESAURI.items():
        write(folder, "lexicon", f"mythes_{name}", b"\2" + content.encode())
    text = "\n".join(" ".join(f"w{chr(97 + (i * k) % 13)}{chr(97 + (i + k) % 11)}" for k in range(9))
                     for i in range(150))
    write(folder, "lexicon", "text", b"\5" + (text + " movie film.\n").encode())
    write(folder, "lexicon", "short_text", b"\5a b \xff c.\n")


def main():
    """Everything into the folder that is named."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    for make in (codec, windows, frames, messages, daemon, specs, tensors, checkpoints, models, texts, tokenizers, datasets,
                 hints, lexicons):
        make(sys.argv[1])
    for target in ("json", "lexicon", "model"):
        write_words(sys.argv[1], target)


main()
