/* Kinds of targets as a set of bits. */
#ifndef IMG_TARGET_KINDS_H
#define IMG_TARGET_KINDS_H

/* What lies on a picture; which of them an operation that mixes takes along. */
enum { IMG_MASKS = 1, IMG_BOXES = 2, IMG_POINTS = 4 };

#endif
