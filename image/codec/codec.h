/* Encoded pictures: what a file's header says, the pixels of a window, and writing.
 *
 * The formats of image/codecs.list, told by their content. Decoding equals that of
 * Pillow 9.4 with the same libjpeg-turbo: accurate integer DCT and smooth chroma upsampling for
 * JPEG, profiles and gamma not applied. What is made
 * of unusual pixels:
 *   grey to RGB             the value three times
 *   RGB to grey             (19595 R + 38470 G + 7471 B + 32768) >> 16, Pillow's "L"
 *   CMYK and YCCK JPEG      read as inverted (Adobe's convention), then R = K - C K / 255, ...
 *   PNG with 16 bits        the upper 8 bits; as uint16 the stored value
 *   8 bits as uint16        v * 257, so that 255 becomes 65535
 *   PNG with 1, 2, 4 bits   grey is stretched to 0..255
 *   PNG with a palette      expanded
 *   PNG with alpha          the colour without its alpha
 *
 * Damage is an error, not a picture with grey parts. A file that ends too early is refused whatever
 * the window; damage inside the compressed data is noticed where it is decoded, which is at least
 * the window. Either way the result is a function of the bytes and the window alone.
 *
 * A careful decode (ImgDecodeJob.careful) notices all of it, whatever the window: it reads the file
 * to its end marker, and whatever the library warns of is an error. Refused are
 *   JPEG    codes that are in no table, data that is missing or left over before the next marker,
 *           restart markers out of order, FF FF 00, a missing end marker, and marker segments that
 *           contradict their standard though no pixel depends on them
 *   PNG     a CRC that is wrong in any chunk, a wrong check sum of the compressed data, more or
 *           less of it than the picture needs, a palette or transparency unlike the header
 * and not refused are bytes behind the end marker, which belong to no picture, and numbers of a
 * PNG's pixels for which its palette has no colour (they are black). libjpeg reads up to eight
 * bytes ahead, and as many stray bytes at the end of a scan may escape it; no pixel depends on
 * them. A file that has passed has the same pixels in every decode, careful or not.
 */
#ifndef IMG_CODEC_H
#define IMG_CODEC_H

#include "image/codec/format.h"

/* Reads a header and walks the file's structure to its end without decoding; every size is checked
 * against limits (max_encoded_size, max_side, max_pixels, max_scans), and the work of decoding
 * (max_sample_work). Any thread.
 *
 * AUG_UNSUPPORTED: another picture format, or a kind of JPEG that the library cannot read
 * AUG_CORRUPT:     not a picture, truncated or contradictory
 * AUG_TOO_LARGE:   a limit is exceeded */
AUG_MUST_CHECK AugStatus img_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                                    ImgHeader *header, AugError *error);

/* What decoding a file counts for pixels of weight 1 (image/pixels/work.h). Any thread. */
uint64_t img_header_work(const ImgHeader *header);

/* The memory that one thread decodes into. */
typedef struct ImgDecoder ImgDecoder;

/* On failure (AUG_NO_MEMORY) *out is NULL. */
AUG_MUST_CHECK AugStatus img_decoder_new(ImgDecoder **out, AugError *error);

/* Counts the memory of a new decoder on an allowance, and while it decodes what the format's
 * library takes. */
void img_decoder_count(ImgDecoder *decoder, AugiAllowance *allowance);

/* NULL does nothing. */
void img_decoder_free(ImgDecoder *decoder);

/* Decodes at least the window. out covers the window got, which holds job->window, and is borrowed
 * from the decoder until its next call; every pixel equals that of a full decode. Where job->reduction
 * says that the picture was reduced, got is a window of the smaller one. Rows and columns
 * outside the window cost less than those inside, and rows below it nothing. limits are applied
 * again to what the library finds. Not for two threads at once. Fails like img_header, or
 * with AUG_NO_MEMORY, AUG_BAD_ARGUMENT (window or channels). */
AUG_MUST_CHECK AugStatus img_decode(ImgDecoder *decoder, const ImgDecodeJob *job,
                                    const AugLimits *limits, AugImage *out, ImgWindow *got,
                                    AugError *error);

/* Decodes a file carefully whose pixels nobody needs: finds what a careful decode of any window
 * finds. The decoder's picture is lost. Fails like img_header and img_decode. */
AUG_MUST_CHECK AugStatus img_verify(ImgDecoder *decoder, const uint8_t *bytes, size_t size,
                                    const AugLimits *limits, AugError *error);

/* Writes a picture in the format of that name. The caller frees *bytes. Fails with AUG_BAD_ARGUMENT
 * (a format that is not known or only read, options, a picture that the format cannot hold),
 * AUG_NO_MEMORY. Any thread. */
AUG_MUST_CHECK AugStatus img_encode(const char *name, const AugImage *image,
                                    const ImgEncodeOptions *options, uint8_t **bytes, size_t *size,
                                    AugError *error);

#endif
