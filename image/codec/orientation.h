/* Which way up a picture is, by what a file says of it beside its pixels: EXIF data, EXIF data as
 * ImageMagick writes it into a text ("raw profile"), or XMP. What counts is what counts for
 * Pillow's ImageOps.exif_transpose: EXIF, else the raw profile, and where that says nothing, XMP.
 */
#ifndef IMG_ORIENTATION_H
#define IMG_ORIENTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a file has said so far, 0 where nothing. has_exif: there is EXIF data, so that no raw
 * profile counts, whether or not it says anything. */
typedef struct ImgOrientationClues {
    bool has_exif;
    int32_t exif, profile, xmp;
} ImgOrientationClues;

/* EXIF data: a TIFF structure, with or without "Exif\0\0" in front. */
void img_clues_take_exif(ImgOrientationClues *clues, const uint8_t *bytes, size_t size);

/* The orientation, 1 to 8; 1 where nothing is said. */
int32_t img_clues_orientation(const ImgOrientationClues *clues);

/* Longest that XMP may have between two parts of what is looked for: tiff:Orientation="6. */
#define IMG_XMP_OVERLAP 32

/* XMP that comes piece by piece: finds the first tiff:Orientation, as attribute or as element.
 * Zero-initialised nothing was read. orientation: 0 while nothing was found. */
typedef struct ImgXmpReader {
    int32_t orientation;
    size_t n_kept;
    uint8_t kept[IMG_XMP_OVERLAP];
} ImgXmpReader;

/* Reads the next bytes. */
void img_xmp_read(ImgXmpReader *reader, const uint8_t *bytes, size_t size);

/* Most bytes of a raw profile that are looked at: EXIF in JPEG has no more. */
#define IMG_MAX_PROFILE (64u << 10)

/* A raw profile that comes piece by piece: three lines (the first empty, then name and length),
 * then hexadecimal digits. bytes: room for IMG_MAX_PROFILE; the rest zero-initialised. */
typedef struct ImgProfileReader {
    uint8_t *bytes;
    size_t size;
    int n_lines;
    int high; /* first digit of a pair + 1; 0: none */
    bool is_broken;
} ImgProfileReader;

/* Reads the next bytes. */
void img_profile_read(ImgProfileReader *reader, const uint8_t *bytes, size_t size);

#endif
