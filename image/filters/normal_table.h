/* The inverse of the normal distribution's tail, made by tools/make_normal_table.py. */
#ifndef IMG_NORMAL_TABLE_H
#define IMG_NORMAL_TABLE_H

/* Each octave of the probability has this many parts. */
#define IMG_NORMAL_PART_BITS 5
#define IMG_NORMAL_PARTS (1 << IMG_NORMAL_PART_BITS)

/* Octaves: of 31 bits those above the parts' own. */
#define IMG_NORMAL_OCTAVES (31 - IMG_NORMAL_PART_BITS)

/* Number octave * IMG_NORMAL_PARTS + part: the value that a standard normal exceeds with the
 * probability 2^octave (IMG_NORMAL_PARTS + part) / 2^32. The last one is 0. */
extern const float img_normal_table[IMG_NORMAL_OCTAVES * IMG_NORMAL_PARTS + 1];

#endif
