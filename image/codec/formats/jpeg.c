/* JPEG, by a decoder of our own for the common kinds of files, and by libjpeg-turbo. */
#include <string.h>

#include "image/codec/jpeg/parts.h"

static bool recognise(const uint8_t *bytes, size_t size)
{
    return size >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0;
}

const ImgCodec img_codec_jpeg = {
    .name = "jpeg",
    .title = "JPEG",
    .reduces = true,
    .recognise = recognise,
    .header = img_jpeg_header,
    .decode = img_jpeg_decode,
    .encode = img_jpeg_encode,
    .repack = img_jpeg_repack,
};
