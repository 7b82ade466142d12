/* PNG: the parts of its codec. What they promise is in format.h. */
#ifndef IMG_PNG_H
#define IMG_PNG_H

#include "image/codec/exif.h"
#include "image/codec/format.h"
#include "image/codec/orientation.h"

/* What the chunks of a file say of its orientation. budget: bytes of texts that may still be
 * unpacked. */
typedef struct ImgPngTexts {
    ImgOrientationClues clues;
    size_t budget;
} ImgPngTexts;

/* Begins a file. */
void img_png_texts_init(ImgPngTexts *texts);

/* Takes the data of a chunk, if it is one of text (tEXt, zTXt, iTXt; type is its name). Nothing
 * about a text is an error: what is broken or too long says nothing. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_png_take_text(ImgPngTexts *texts, const uint8_t *type,
                                           const uint8_t *data, size_t size, AugError *error);

/* Walks the file's structure. */
AUG_MUST_CHECK AugStatus img_png_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                                        ImgHeader *header, AugError *error);

/* Decodes a window. */
AUG_MUST_CHECK AugStatus img_png_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                        const AugLimits *limits, ImgDecodeTarget target,
                                        AugError *error);

/* Writes a picture. */
AUG_MUST_CHECK AugStatus img_png_encode(const AugImage *image, const ImgEncodeOptions *options,
                                        uint8_t **bytes, size_t *size, AugError *error);

#endif
