/* Reads what EXIF, raw profiles and XMP say of the orientation, from hostile bytes. */
#include "image/codec/orientation.h"

#include <string.h>

#include "image/codec/exif.h"

void img_clues_take_exif(ImgOrientationClues *clues, const uint8_t *bytes, size_t size)
{
    clues->has_exif = true;
    clues->exif = img_exif_find_orientation(bytes, size);
}

int32_t img_clues_orientation(const ImgOrientationClues *clues)
{
    int32_t found = clues->has_exif ? clues->exif : clues->profile;
    if (found == 0)
        found = clues->xmp;
    return 1 <= found && found <= 8 ? found : 1;
}

/* The digit behind tiff:Orientation, or -1. */
static int digit_behind(const uint8_t *at, const uint8_t *end)
{
    if (end - at >= 2 && at[0] == '=' && at[1] == '"')
        at += 2;
    else if (end - at >= 1 && at[0] == '>')
        at += 1;
    else
        return -1;
    return at < end && *at >= '0' && *at <= '9' ? *at - '0' : -1;
}

/* Looks at bytes that lie together. A digit of 0 or 9 means upright, as 1 does. */
static void search(ImgXmpReader *reader, const uint8_t *bytes, size_t size)
{
    static const char name[] = "tiff:Orientation";
    const uint8_t *end = bytes + size;
    const uint8_t *at = bytes;
    while (reader->orientation == 0 &&
           (at = memmem(at, (size_t)(end - at), name, sizeof(name) - 1)) != NULL) {
        at += sizeof(name) - 1;
        const int digit = digit_behind(at, end);
        if (digit >= 0)
            reader->orientation = 1 <= digit && digit <= 8 ? digit : 1;
    }
}

void img_xmp_read(ImgXmpReader *reader, const uint8_t *bytes, size_t size)
{
    uint8_t joint[2 * IMG_XMP_OVERLAP];
    const size_t n_new = size < IMG_XMP_OVERLAP ? size : IMG_XMP_OVERLAP;
    const size_t n_joint = reader->n_kept + n_new;
    memcpy(joint, reader->kept, reader->n_kept);
    memcpy(joint + reader->n_kept, bytes, n_new);
    search(reader, joint, n_joint);
    search(reader, bytes, size);
    const uint8_t *all = size < IMG_XMP_OVERLAP ? joint : bytes;
    const size_t n_all = size < IMG_XMP_OVERLAP ? n_joint : size;
    reader->n_kept = n_all < IMG_XMP_OVERLAP ? n_all : IMG_XMP_OVERLAP;
    memcpy(reader->kept, all + n_all - reader->n_kept, reader->n_kept);
}

/* Value of a hexadecimal digit, or -1. */
static int digit_value(uint8_t byte)
{
    if ('0' <= byte && byte <= '9')
        return byte - '0';
    if ('a' <= byte && byte <= 'f')
        return byte - 'a' + 10;
    return 'A' <= byte && byte <= 'F' ? byte - 'A' + 10 : -1;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

void img_profile_read(ImgProfileReader *reader, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && !reader->is_broken && reader->size < IMG_MAX_PROFILE; i++) {
        const int value = digit_value(bytes[i]);
        if (reader->n_lines < 3)
            reader->n_lines += bytes[i] == '\n';
        else if (value < 0)
            reader->is_broken = !is_blank(bytes[i]);
        else if (reader->high == 0)
            reader->high = value + 1;
        else {
            reader->bytes[reader->size++] = (uint8_t)((reader->high - 1) << 4 | value);
            reader->high = 0;
        }
    }
}
