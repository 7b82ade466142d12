/* PNG, by libpng. */
#include <string.h>

#include "image/codec/png.h"

static bool recognise(const uint8_t *bytes, size_t size)
{
    return size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0;
}

const ImgCodec img_codec_png = {
    .name = "png",
    .title = "PNG",
    .depth = IMG_CODEC_WORDS,
    .recognise = recognise,
    .header = img_png_header,
    .decode = img_png_decode,
    .encode = img_png_encode,
};
