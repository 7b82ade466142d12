"""What SPEC.md and daemon.md say about the daemon is what the headers and the program say."""
import json
import os
import re
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
TOP = os.environ["AUGD_SOURCE"]
PROGRAM = os.path.join(os.environ["AUGD_BUILD"], "augd", "augd")
sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def rows(text, heading):
    """Cells of the table below a heading."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line[1:-1])] for line in lines[2:]]


def macro(header, name, n):
    """Arguments of the rows X(...) of an X-macro."""
    body = re.search(rf"#define {name}\(X\)(.*?)\n\n", read(header), re.S).group(1)
    found = [re.split(r",\s*", row, maxsplit=n - 1) for row in re.findall(r"X\((.*?)\)", body)]
    return [[part.strip().strip('"') for part in row] for row in found]


def check_types(spec):
    documented = {(row[0], row[1], row[2], row[4].split()[0], row[5]) for row in rows(spec, "Types")}
    payloads = {"JSON": "JSON", "NONE": "none", "BATCH": "safetensors"}
    states = {"AUGP_IN_ANY": "any", "AUGP_IN_GREETED": "READY, OPENING, STREAMING"}
    coded = set()
    for name, number, sender, payload, where in macro("protocol/frame.h", "AUGP_TYPE_MAP", 5):
        allowed = states.get(where) or ", ".join(re.findall(r"AUGP_IN_(\w+)", where))
        optional = "none" if name == "END_OF_EPOCH" else payloads[payload]
        coded.add((number, name, sender.lower(), optional, allowed))
    return documented ^ coded


def check_errors(spec):
    documented = {tuple(row) for row in rows(spec, "Errors")}
    coded = {(number, name, scope.lower(), "yes" if retry == "true" else "no", text)
             for name, number, scope, retry, text in macro("protocol/errors.h", "AUGP_CODE_MAP", 5)}
    return documented ^ coded


def check_vector(spec):
    text = re.search(r"^41 55 47 47.*?(?=\n```)", spec, re.M | re.S).group(0)
    fields = list(client.HEADER.unpack(bytes.fromhex(text)))
    crc, fields[5] = fields[5], 0
    made = client.crc32c(client.HEADER.pack(*fields))
    return set() if made == crc and fields[:3] == [b"AUGG", 1, 1] and fields[6] == 15 else {hex(made)}


def check_layout(spec):
    """The table of the header is the struct's layout."""
    sizes = {"4 bytes": 4, "u8": 1, "u16": 2, "u32": 4, "u64": 8}
    at, wrong = 0, set()
    for offset, kind, *_ in rows(spec, "Frames"):
        if int(offset) != at:
            wrong.add(f"offset {offset} should be {at}")
        at += sizes[kind]
    layout = re.search(r"`(<4s\w+)`", spec).group(1)
    return wrong if at == 64 == struct.calcsize(layout) and layout == client.HEADER.format else {layout}


def check_events(page):
    documented = {(name, row[1]) for row in rows(page, "Log") for name in re.findall(r"`(\w+)`", row[0])}
    coded = {(name, level.lower()) for _, name, level in macro("augd/log.h", "AUGD_EVENT_MAP", 3)}
    return documented ^ coded


def check_options(page):
    done = subprocess.run([PROGRAM, "--generate", "json"], capture_output=True, text=True, check=True)
    coded = {(o["name"], o.get("value", ""), o.get("default", ""))
             for command in json.loads(done.stdout)["commands"] for o in command["options"]}
    documented = set()
    for row in rows(page, "Options"):
        for name, argument in re.findall(r"`--([\w-]+)(?: ([^`]+))?`", row[0]):
            documented.add((name, argument, row[1].strip("`")))
    return documented ^ coded


def main():
    spec, page = read("protocol/SPEC.md"), read("docs/daemon.md")
    failed = 0
    for check, text in ((check_types, spec), (check_errors, spec), (check_vector, spec), (check_layout, spec),
                        (check_events, page), (check_options, page)):
        wrong = check(text)
        if wrong:
            failed += 1
            print(f"{check.__name__}: differs in {sorted(map(str, wrong))}")
    # The search must see what it is there to see.
    if not check_errors(spec.replace("| 43 | DRAINING", "| 44 | DRAINING")):
        failed += 1
        print("a wrong number goes unnoticed")
    return 1 if failed else 0


sys.exit(main())
