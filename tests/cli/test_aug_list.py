"""aug list: what a server serves, for people and for programs."""
import json
import os
import sys

import program
from program import AUGD, contains, equal, fail, succeed
from served import Server
from streams import make_all

if not os.path.exists(AUGD):
    print("skipped: augd is not built")
    sys.exit(77)


def test_a_table_and_json():
    datasets = [dataset.replace("data=", kind + "=", 1) for kind, (_, dataset) in make_all().items()]
    datasets.append("half=" + datasets[0].partition("=")[2] + ",split=0.25,part=train")
    with Server(*datasets) as server:
        for address in server.addresses:
            lines = succeed("list", "--from", address).splitlines()
            equal(lines[0].split(), ["NAME", "KIND", "SAMPLES", "CLASSES", "FINGERPRINT"], "titles")
            found = json.loads(succeed("list", "--from", address, "--json"))
            equal([line.split()[0] for line in lines[1:]], [row["name"] for row in found], "names")
            equal([row["name"] for row in found], sorted(d.partition("=")[0] for d in datasets), "order")
        for row in found:
            definition = next(d.partition("=")[2] for d in datasets if d.startswith(row["name"] + "="))
            equal(row["kind"], definition.partition(":")[0], "kind of " + row["name"])
            known = json.loads(succeed("fingerprint", definition, "--json"))
            equal(row["samples"], known["samples"], row["name"])
            equal("fingerprint" in row, False, "a fingerprint that nobody asked for")


def test_ids_are_listed_once_they_are_known():
    spec, dataset = make_all()["image_folder"]
    with Server(dataset) as server:
        address = server.addresses[0]
        known = json.loads(succeed("fingerprint", dataset.partition("=")[2], "--content", "--json"))
        equal(succeed("list", "--from", address).split()[-1], "-", "a fingerprint before the first stream")
        succeed("digest", spec, "--from", address, "--steps", 1)
        equal(succeed("list", "--from", address).split()[-1], known["fingerprint"][:16], "digits in the table")
        equal(json.loads(succeed("list", "--from", address, "--json"))[0]["fingerprint"], known["fingerprint"],
              "fingerprint")
        succeed("digest", spec, "--from", address)
        found = json.loads(succeed("list", "--from", address, "--json"))[0]
        equal(found["content"], known["content"], "content")


def test_mistakes():
    contains(fail(2, "list"), "give --from unix:PATH")
    contains(fail(2, "list", "--from", "unix:nobody.sock"), "unix:nobody.sock", "no server listens there")
    contains(fail(2, "list", "--from", "nowhere"), "nowhere")
    contains(fail(2, "list", "more", "--from", "unix:a"), "one argument too many")


program.main(globals())
