/* The texts of a PNG that say which way up it is: ImageMagick's raw profile and XMP, in any of the
 * three chunks of texts, packed or not. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/codec/png.h"

/* Most bytes that a packed text may have, as in Pillow; and all packed texts of a file together, so
 * that a small file cannot make much work. */
#define MAX_TEXT (1u << 20)
#define MAX_UNPACKED (4u << 20)

/* Unpacked at a time. */
#define PIECE_SIZE 4096

/* A text that is wanted: its bytes, as they are stored. */
typedef struct Text {
    const uint8_t *bytes;
    size_t size;
    bool is_profile, is_packed;
} Text;

/* Where the text goes, piece by piece. */
typedef struct Reader {
    ImgXmpReader xmp;
    ImgProfileReader profile;
    bool is_profile;
} Reader;

/* Steps over a string that ends with a NUL; false if it does not end. */
static bool skip_string(Text *text)
{
    const uint8_t *end = memchr(text->bytes, 0, text->size);
    if (!end)
        return false;
    text->size -= (size_t)(end + 1 - text->bytes);
    text->bytes = end + 1;
    return true;
}

/* The bytes in front of the text: in zTXt the method; in iTXt whether it is packed, the method,
 * language and translated keyword. Method 0 is zlib, and there is no other. */
static bool skip_head(const uint8_t *type, Text *text)
{
    const bool is_international = memcmp(type, "iTXt", 4) == 0;
    if (memcmp(type, "tEXt", 4) == 0)
        return true;
    const size_t n_bytes = is_international ? 2 : 1;
    if (text->size < n_bytes || text->bytes[n_bytes - 1] != 0)
        return false;
    text->is_packed = !is_international || text->bytes[0] != 0;
    text->bytes += n_bytes;
    text->size -= n_bytes;
    return !is_international || (skip_string(text) && skip_string(text));
}

static bool find_text(const uint8_t *type, const uint8_t *data, size_t size, Text *text)
{
    static const char profile[] = "Raw profile type exif", xmp[] = "XML:com.adobe.xmp";
    if (memcmp(type, "tEXt", 4) != 0 && memcmp(type, "zTXt", 4) != 0 &&
        memcmp(type, "iTXt", 4) != 0)
        return false;
    *text = (Text){.bytes = data, .size = size};
    text->is_profile = size >= sizeof(profile) && memcmp(data, profile, sizeof(profile)) == 0;
    const bool is_xmp = size >= sizeof(xmp) && memcmp(data, xmp, sizeof(xmp)) == 0;
    return (text->is_profile || is_xmp) && skip_string(text) && skip_head(type, text);
}

static void read_piece(Reader *reader, const uint8_t *bytes, size_t size)
{
    if (reader->is_profile)
        img_profile_read(&reader->profile, bytes, size);
    else
        img_xmp_read(&reader->xmp, bytes, size);
}

/* Unpacks piece by piece; *is_good: the text is sound and not too long. It may be cut off. */
static AugStatus unpack(const Text *text, Reader *reader, size_t *budget, bool *is_good,
                        AugError *error)
{
    uint8_t piece[PIECE_SIZE];
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)text->bytes,
                       .avail_in = (uInt)text->size};
    if (inflateInit(&stream) != Z_OK)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to read the texts of a PNG");
    size_t left = *budget < MAX_TEXT ? *budget : MAX_TEXT;
    int step = Z_OK;
    while (step == Z_OK && left > 0) {
        const size_t wanted = left < sizeof(piece) ? left : sizeof(piece);
        stream.next_out = piece;
        stream.avail_out = (uInt)wanted;
        step = inflate(&stream, Z_NO_FLUSH);
        const size_t size = wanted - stream.avail_out;
        read_piece(reader, piece, size);
        left -= size;
        *budget -= size;
    }
    inflateEnd(&stream);
    if (step == Z_MEM_ERROR)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to read the texts of a PNG");
    *is_good = step == Z_STREAM_END || step == Z_BUF_ERROR;
    return AUG_OK;
}

/* What a text says; 0: nothing. */
static int32_t orientation_of(const Reader *reader)
{
    if (!reader->is_profile)
        return reader->xmp.orientation;
    const ImgProfileReader *profile = &reader->profile;
    return profile->is_broken ? 0 : img_exif_find_orientation(profile->bytes, profile->size);
}

static AugStatus read_text(const Text *text, Reader *reader, size_t *budget, int32_t *orientation,
                           AugError *error)
{
    bool is_good = true;
    if (text->is_packed)
        AUG_TRY(unpack(text, reader, budget, &is_good, error));
    else
        read_piece(reader, text->bytes, text->size);
    *orientation = is_good ? orientation_of(reader) : 0;
    return AUG_OK;
}

void img_png_texts_init(ImgPngTexts *texts)
{
    *texts = (ImgPngTexts){.budget = MAX_UNPACKED};
}

AugStatus img_png_take_text(ImgPngTexts *texts, const uint8_t *type, const uint8_t *data,
                            size_t size, AugError *error)
{
    Text text;
    if (!find_text(type, data, size, &text))
        return AUG_OK;
    Reader reader = {.is_profile = text.is_profile};
    if (reader.is_profile)
        reader.profile.bytes = malloc(IMG_MAX_PROFILE);
    if (reader.is_profile && !reader.profile.bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to read the texts of a PNG");
    /* Of several texts with one name the last one counts. */
    int32_t *said = text.is_profile ? &texts->clues.profile : &texts->clues.xmp;
    const AugStatus status = read_text(&text, &reader, &texts->budget, said, error);
    free(reader.profile.bytes);
    return status;
}
