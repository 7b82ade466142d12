"""Data sets of each kind and the specs of the tests that compare streams."""
from program import make_cifar, make_folder, make_idx, make_tar, write

# Pipelines by kind: pictures of differing sizes need an operation that makes them equal.
CROP = "RandomResizedCrop: {size: [24, 20], scale: [0.3, 1]}"
PAD = "RandomCrop: {size: 28, padding: 3}"

SPEC = """augd: 1
seed: 77
dataset: data
pipeline:
  - {first}
  - HorizontalFlip: {{p: 0.5}}
  - Rotate: {{limit: 25, p: 0.7}}
  - Cutout: {{size: 8}}
batch:
  size: 5
  mix:
    - OneOf: {{transforms: [{{MixUp: {{alpha: 0.4}}}}, {{CutMix: {{alpha: 1.0}}}}]}}
output: {{layout: chw, dtype: float32}}
"""


def make_all():
    """Makes the data and the specs in the current folder: kind -> (spec file, --dataset)."""
    make_folder("folder", 13)
    make_tar("data.tar", 14)
    make_idx("mnist", 23)
    make_cifar("cifar.bin", 17)
    write("crop.yaml", SPEC.format(first=CROP))
    write("pad.yaml", SPEC.format(first=PAD))
    return {
        "image_folder": ("crop.yaml", "data=image_folder:folder"),
        "tar": ("crop.yaml", "data=tar:data.tar"),
        "idx": ("pad.yaml", "data=idx:mnist,split=test"),
        "cifar": ("pad.yaml", "data=cifar:cifar.bin"),
    }
