"""aug ops, datasets and schema: what they list is what is in the lists, in text and as JSON."""
import json
import os
import re

import program
from program import TOP, contains, equal, succeed, write


def words_of(list_name):
    """File names without ending of a list in libaug/, sorted."""
    with open(os.path.join(TOP, "libaug", list_name)) as file:
        lines = [line.strip() for line in file if not line.startswith("#") and line.strip()]
    return sorted(os.path.basename(line)[:-2] for line in lines)


def snake(name):
    """The file name of an operation: RandomResizedCrop -> random_resized_crop."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower().replace("mix_up", "mixup").replace(
        "cut_mix", "cutmix")


def test_what_operations_on_texts_do_to_labels():
    contains(succeed("ops", "RandomSwap"), "Labels: noisy for sentiment, topic, ner, qa; changing for pairs")
    equal(json.loads(succeed("ops", "AEDA", "--json"))["labels"],
          "preserving for sentiment, topic, pairs, ner, qa", "labels of AEDA")
    equal("labels" in json.loads(succeed("ops", "Rotate", "--json")), False, "labels of an operation on pictures")


def test_table_lists_all_operations():
    names = re.findall(r"^(\w+) ", succeed("ops"), re.M)
    equal(sorted(snake(n).replace("_", "") for n in names),
          sorted(word.replace("_", "") for word in words_of("ops.list")), "operations")


def test_table_lists_all_kinds_of_data_sets():
    names = re.findall(r"^(\w+) ", succeed("datasets"), re.M)
    equal(names, words_of("datasets.list"), "kinds")


def test_json_of_operations():
    ops = json.loads(succeed("ops", "--json"))
    equal(len(ops), len(words_of("ops.list")), "operations")
    for op in ops:
        equal(json.loads(succeed("ops", op["name"], "--json")), op, op["name"])
        for key in ("summary", "kind", "p", "params", "examples"):
            if key not in op:
                raise AssertionError(f"{op['name']} has no {key}")
        for row in op["params"]:
            equal(row["required"] and "default" in row, False, "a required row has no default")
            equal(set(row) >= {"name", "kind", "allowed", "schema"}, True, f"{row}")


def test_text_of_one_operation_says_what_the_json_says():
    for op in json.loads(succeed("ops", "--json")):
        text = " ".join(succeed("ops", op["name"]).split())
        contains(text, op["name"], op["summary"], op["kind"])
        for key in ("convention", "reference"):
            if key in op:
                contains(text, " ".join(op[key].split()))
        for row in op["params"]:
            contains(text, row["name"], row["allowed"])
            if "default" in row:
                contains(text, f"default {row['default']}")


def test_examples_of_operations_are_specs():
    for op in json.loads(succeed("ops", "--json")):
        for example in op["examples"]:
            line = f"- {op['name']}: {example['params']}" if example["params"] else \
                f"- {op['name']}"
            if op["kind"] == "mix":
                spec = f"augd: 1\nbatch:\n  mix:\n    {line}\n"
            else:
                spec = f"augd: 1\npipeline:\n  {line}\n"
            write("spec.yaml", spec)
            succeed("check", "spec.yaml")


def test_json_of_data_sets():
    kinds = json.loads(succeed("datasets", "--json"))
    equal([k["name"] for k in kinds], words_of("datasets.list"), "kinds")
    for kind in kinds:
        equal(json.loads(succeed("datasets", kind["name"], "--json")), kind, kind["name"])
        text = succeed("datasets", kind["name"])
        contains(" ".join(text.split()), kind["summary"], *(r["name"] for r in kind["params"]))


def test_schema_knows_every_operation():
    schema = json.loads(succeed("schema"))
    text = json.dumps(schema)
    contains(text, "$schema", '"batch"', '"output"')
    for op in json.loads(succeed("ops", "--json")):
        contains(text, f'"{op["name"]}"')


program.main(globals())
