/* The orientation in EXIF data. */
#ifndef IMG_EXIF_H
#define IMG_EXIF_H

#include <stddef.h>
#include <stdint.h>

/* Orientation (1 to 8) in a TIFF structure as EXIF uses it, after "Exif\0\0"; 1 where it says none
 * or is broken. Never reads outside of the bytes. Any thread. */
int32_t img_exif_orientation(const uint8_t *tiff, size_t size);

#endif
