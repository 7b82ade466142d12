/* The orientation in EXIF data, read from hostile bytes.
 *
 * EXIF is a TIFF structure: byte order ("II" or "MM"), 42, offset of the first directory; a
 * directory is a count and entries of 12 bytes: tag, type, count, value. Orientation is tag 0x0112,
 * type 3 (16 bits), count 1, value in the first two of the last four bytes. Some writers use 32
 * bits.
 */
#include "image/codec/exif.h"

#include <stdbool.h>
#include <string.h>

#define TAG_ORIENTATION 0x0112u
#define TYPE_SHORT 3u
#define TYPE_LONG 4u
#define ENTRY_SIZE 12u

typedef struct Tiff {
    const uint8_t *bytes;
    size_t size;
    bool big_endian;
} Tiff;

/* The caller has compared at with the size. */
static uint32_t read_u16(const Tiff *tiff, size_t at)
{
    const uint32_t first = tiff->bytes[at];
    const uint32_t second = tiff->bytes[at + 1];
    return tiff->big_endian ? first << 8 | second : second << 8 | first;
}

static uint32_t read_u32(const Tiff *tiff, size_t at)
{
    const uint32_t first = read_u16(tiff, at);
    const uint32_t second = read_u16(tiff, at + 2);
    return tiff->big_endian ? first << 16 | second : second << 16 | first;
}

static int32_t orientation_of_entry(const Tiff *tiff, size_t at)
{
    const uint32_t type = read_u16(tiff, at + 2);
    if ((type != TYPE_SHORT && type != TYPE_LONG) || read_u32(tiff, at + 4) != 1)
        return 1;
    const uint32_t value = type == TYPE_LONG ? read_u32(tiff, at + 8) : read_u16(tiff, at + 8);
    return 1 <= value && value <= 8 ? (int32_t)value : 1;
}

int32_t img_exif_find_orientation(const uint8_t *bytes, size_t size)
{
    while (size >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
        bytes += 6;
        size -= 6;
    }
    if (size < 8 || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M'))
        return 0;
    const Tiff tiff = {.bytes = bytes, .size = size, .big_endian = bytes[0] == 'M'};
    if (read_u16(&tiff, 2) != 42)
        return 0;
    const size_t directory = read_u32(&tiff, 4);
    if (directory > size - 2)
        return 0;
    const uint32_t n_entries = read_u16(&tiff, directory);
    size_t at = directory + 2;
    for (uint32_t i = 0; i < n_entries && size - at >= ENTRY_SIZE; i++, at += ENTRY_SIZE) {
        if (read_u16(&tiff, at) == TAG_ORIENTATION)
            return orientation_of_entry(&tiff, at);
    }
    return 0;
}
