/* From entropy-coded data to coefficients, or past them: decoding and skipping MCUs, one after
 * another, and going to a place from which that can begin.
 *
 * Refused is what no valid file has: codes that are in no table, coefficients beyond a block, symbols
 * without meaning, data that is missing or left over at the end of a segment, and coefficients whose
 * product with their quantiser is out of bounds. After a refusal nothing more can be read.
 */
#ifndef IMG_JPEG_ENTROPY_H
#define IMG_JPEG_ENTROPY_H

#include "image/codec/jpeg/kernels.h"
#include "image/codec/jpeg/tables.h"

/* MCUs that are decoded at a time: while their coefficients are made, the processor has its
 * registers and its memory of branches for nothing else. */
#define IMG_JPEG_GROUP 8

/* Blocks of an MCU at most: 2 by 2 of luma, and two of chroma. */
#define IMG_JPEG_MCU_BLOCKS 6

/* Tables of components that share them. has_skips: those that skip are made. most_size: see
 * img_jpeg_ac_make. */
typedef struct ImgJpegCoder {
    const ImgJpegCodes *dc_codes, *ac_codes;
    ImgJpegCanon dc_canon, ac_canon;
    int most_size, end_length;
    uint32_t dc[1 << IMG_JPEG_DC_BITS];
    uint32_t ac[1 << IMG_JPEG_AC_BITS];
    uint32_t skip_dc[1 << IMG_JPEG_SKIP_DC_BITS];
    ImgJpegSkipAc skip_ac;
} ImgJpegCoder;

/* A block of the MCU. Those of MCU i of a group go to block first + i step of the group. dc_most:
 * largest amount of its DC coefficient. is_mean: nothing else is wanted of it. */
typedef struct ImgJpegPlace {
    const ImgJpegCoder *coder;
    const uint8_t *quantiser;
    int component, dc_most;
    uint32_t first, step;
    bool is_mean;
} ImgJpegPlace;

/* Coefficients of a group, zeros where nothing was decoded. Of a component those of one row lie one
 * behind another (ImgJpegPlace). */
typedef struct ImgJpegGroup {
    _Alignas(64) int16_t blocks[IMG_JPEG_GROUP * IMG_JPEG_MCU_BLOCKS][IMG_JPEG_BLOCK];
    uint8_t extents[IMG_JPEG_GROUP * IMG_JPEG_MCU_BLOCKS];
} ImgJpegGroup;

/* Where decoding can begin: the place of an MCU in the data, in bits, and the DC coefficients that
 * its first ones are differences to. */
typedef struct ImgJpegPoint {
    uint64_t at;
    int32_t dc[IMG_JPEG_COMPONENTS];
} ImgJpegPoint;

struct ImgJpegEntropy;

/* The loops, once for each kind of processor; each for MCUs of one segment. False: refused.
 *
 * decode: n MCUs into the group, from its MCU first on
 * means:  the same, but only the DC coefficients of places that are means
 * skip:   n MCUs by the tables that skip
 * drop:   n MCUs by those that decode
 */
typedef struct ImgJpegLoops {
    bool (*decode)(struct ImgJpegEntropy *entropy, uint32_t first, uint32_t n);
    bool (*means)(struct ImgJpegEntropy *entropy, uint32_t first, uint32_t n);
    bool (*skip)(struct ImgJpegEntropy *entropy, uint32_t n);
    bool (*drop)(struct ImgJpegEntropy *entropy, uint32_t n);
} ImgJpegLoops;

/* For any processor, and for those of x86 that have BMI2. */
extern const ImgJpegLoops img_jpeg_loops_plain, img_jpeg_loops_bmi2;

/* A reader. Large: keep it off the stack.
 *
 * mcu, n_mcus: the next one, and all of them
 * at, bits, n: the reader's place, the bits before it that were not used yet, in the upper end of a
 *              word, and how many of them count; more may follow, as they stand at at
 */
typedef struct ImgJpegEntropy {
    const ImgJpegLoops *loops;
    const ImgJpegFile *file;
    ImgJpegData data;
    uint32_t mcu, n_mcus;
    const uint8_t *at;
    uint64_t bits;
    int32_t n;
    int32_t dc[IMG_JPEG_COMPONENTS];
    bool has_skips, has_means;
    uint32_t n_places, n_coders;
    ImgJpegPlace places[IMG_JPEG_MCU_BLOCKS];
    ImgJpegCoder coders[IMG_JPEG_COMPONENTS];
    ImgJpegGroup group;
    _Alignas(64) int16_t spare[IMG_JPEG_BLOCK];
} ImgJpegEntropy;

/* Prepares reading from the first MCU; file is borrowed, and what data points to. The group must be
 * zeros. False: a table is refused. Not for two threads at once, as all that follows. */
bool img_jpeg_entropy_open(ImgJpegEntropy *entropy, const ImgJpegFile *file,
                           const ImgJpegData *data);

/* Makes the tables that skip; worth it before skipping about a thousand blocks. */
void img_jpeg_entropy_expect_skips(ImgJpegEntropy *entropy);

/* From now on only the DC coefficients of a component's blocks are decoded, which are 8 times their
 * means; what follows them is skipped. */
void img_jpeg_entropy_want_means(ImgJpegEntropy *entropy, int component);

/* Decodes the next n MCUs, at most IMG_JPEG_GROUP, into the group. */
bool img_jpeg_entropy_decode(ImgJpegEntropy *entropy, uint32_t n);

/* Steps over the next n MCUs. */
bool img_jpeg_entropy_skip(ImgJpegEntropy *entropy, uint32_t n);

/* Whether the data ends where the last MCU did. */
bool img_jpeg_entropy_is_used_up(const ImgJpegEntropy *entropy);

/* Where the reader is. */
ImgJpegPoint img_jpeg_entropy_point(const ImgJpegEntropy *entropy);

/* Goes to an MCU. False: the point cannot be one of this data. */
bool img_jpeg_entropy_seek(ImgJpegEntropy *entropy, uint32_t mcu, const ImgJpegPoint *point);

/* Goes to the first MCU of a segment. */
void img_jpeg_entropy_seek_segment(ImgJpegEntropy *entropy, uint32_t segment);

#endif
