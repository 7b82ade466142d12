/* The structure of a PNG file, walked without decoding: size, orientation, end.
 *
 * After the signature come chunks: length (32 bits, big endian), type, data, CRC. IHDR is first,
 * IEND last. CRCs are left to libpng.
 */
#include <string.h>

#include "image/codec/png.h"

#define SIGNATURE_SIZE 8u
#define CHUNK_FRAME_SIZE 12u /* length, type and CRC */
#define IHDR_SIZE 13u

static uint32_t read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Stored channels by colour type: grey, -, RGB, palette, grey and alpha, -, RGB and alpha. */
static const int32_t channels_of_type[7] = {1, 0, 3, 3, 2, 0, 4};

static AugStatus read_frame(const uint8_t *data, const AugLimits *limits, ImgHeader *header,
                            AugError *error)
{
    const uint32_t width = read_u32(data);
    const uint32_t height = read_u32(data + 4);
    const uint8_t type = data[9];
    AUG_TRY(img_codec_check_size(width, height, limits, error));
    if (type > 6 || channels_of_type[type] == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "found a PNG of colour type %d; allowed are 0, 2, 3, 4 and 6", type);
    header->width = (int32_t)width;
    header->height = (int32_t)height;
    header->channels = channels_of_type[type];
    header->palette = type == 3;
    header->bits = data[8] == 16 ? 16 : 8;
    return AUG_OK;
}

AugStatus img_png_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                         ImgHeader *header, AugError *error)
{
    if (size < SIGNATURE_SIZE + CHUNK_FRAME_SIZE + IHDR_SIZE)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the PNG is truncated: it ends after %zu bytes",
                        size);
    if (read_u32(bytes + SIGNATURE_SIZE) != IHDR_SIZE ||
        memcmp(bytes + SIGNATURE_SIZE + 4, "IHDR", 4) != 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the PNG does not begin with a header of 13 bytes");
    AUG_TRY(read_frame(bytes + SIGNATURE_SIZE + 8, limits, header, error));
    bool has_data = false;
    ImgPngTexts texts;
    img_png_texts_init(&texts);
    size_t at = SIGNATURE_SIZE;
    while (!header->complete) {
        const size_t left = size - at;
        const size_t length = left < CHUNK_FRAME_SIZE ? 0 : read_u32(bytes + at);
        if (left < CHUNK_FRAME_SIZE || length > left - CHUNK_FRAME_SIZE)
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "the PNG is truncated: its end chunk is missing after %zu bytes", size);
        const uint8_t *type = bytes + at + 4;
        has_data = has_data || memcmp(type, "IDAT", 4) == 0;
        if (memcmp(type, "eXIf", 4) == 0)
            img_clues_take_exif(&texts.clues, type + 4, length);
        else
            AUG_TRY(img_png_take_text(&texts, type, type + 4, length, error));
        header->complete = memcmp(type, "IEND", 4) == 0;
        at += CHUNK_FRAME_SIZE + length;
    }
    header->orientation = img_clues_orientation(&texts.clues);
    if (!has_data)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the PNG ends before its picture data");
    return AUG_OK;
}
