#!/usr/bin/env python3
"""Makes image/filters/normal_table.c: values of the inverse of the normal distribution's tail.

make_normal_table.py > image/filters/normal_table.c
"""
from statistics import NormalDist

PARTS = 32
OCTAVES = 26


def value(number):
    octave, part = divmod(number, PARTS)
    probability = 2.0 ** octave * (PARTS + part) / 2.0 ** 32
    return 0.0 - NormalDist().inv_cdf(probability)


def main():
    print("/* Made by tools/make_normal_table.py; do not edit. */")
    print('#include "image/filters/normal_table.h"\n')
    print("const float img_normal_table[IMG_NORMAL_OCTAVES * IMG_NORMAL_PARTS + 1] = {")
    texts = [f"{value(i):.9f}f," for i in range(OCTAVES * PARTS + 1)]
    for i in range(0, len(texts), 6):
        print("    " + " ".join(texts[i:i + 6]))
    print("};")


if __name__ == "__main__":
    main()
