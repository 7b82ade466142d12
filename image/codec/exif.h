/* The orientation in EXIF data. */
#ifndef IMG_EXIF_H
#define IMG_EXIF_H

#include <stddef.h>
#include <stdint.h>

/* Orientation in a TIFF structure as EXIF uses it, with or without "Exif\0\0" in front: 1 to 8, 1
 * also for a value that means nothing, 0 where it says none or is broken. Never reads outside of
 * the bytes. Any thread. */
int32_t img_exif_find_orientation(const uint8_t *bytes, size_t size);

#endif
