/* The image domain under test, without data set, spec file or loader: a pipeline as YAML text,
 * compiled and run on pixels that the test provides. */
#ifndef TEST_IMAGE_CASE_H
#define TEST_IMAGE_CASE_H

#include "image/domain/domain.h"
#include "image/op.h"
#include "libaug/spec/spec.h"

/* A compiled pipeline and one worker for it. info: what the data set is said to know. */
typedef struct ImageCase {
    AugiTreeDocument *document, *output_document;
    AugOpList ops;
    ImgOutputParams output;
    AugDatasetInfo info;
    AugLimits limits;
    ImgPlan *plan;
    AugDomainOutput desc;
    ImgWorker *worker;
} ImageCase;

/* Opens a pipeline ("[HorizontalFlip: {p: 1}, Cutout: 16]") with output settings ("{dtype: uint8}";
 * NULL: the defaults) for pixels of info's form and size. Text that does not parse or bind fails
 * with the first problem; close it whatever happened. channels 0: picture files. batch: the list is
 * of operations that mix, and is only bound. */
AugStatus image_case_open(ImageCase *image_case, const char *pipeline, const char *output,
                          const AugDatasetInfo *info, AugError *error);
AugStatus image_case_open_any_size_of(ImageCase *image_case, const char *pipeline,
                                      const AugDatasetInfo *info, AugError *error);
AugStatus image_case_open_any_size(ImageCase *image_case, const char *pipeline, int32_t channels,
                                   AugError *error);
AugStatus image_case_open_mix(ImageCase *image_case, const char *mix, AugError *error);

/* Accepts a zeroed case. */
void image_case_close(ImageCase *image_case);

/* Makes one sample's picture (8 bits, before the output pass), or ends the test. Borrowed until the
 * next call. */
AugImage image_case_picture(ImageCase *image_case, uint64_t index, const AugSample *sample);

/* Info of a data set of raw interleaved pixels, or of picture files; the picture is its only field.
 */
AugDatasetInfo image_info(int32_t height, int32_t width, int32_t channels);
AugDatasetInfo image_info_encoded(void);

/* A sample of raw pixels, or of a picture file, borrowed. */
AugSample image_sample(const uint8_t *pixels, int32_t height, int32_t width, int32_t channels);
AugSample image_sample_encoded(const void *bytes, size_t size, const char *name);

/* One sample into a slot, as the engine makes it. */
AugStatus image_case_run(ImageCase *image_case, const AugKey *key, const AugSample *sample,
                         void *slot, AugError *error);

/* One mixed sample. */
void image_case_mix(const ImgPlan *plan, const ImgMixItem *item, const void *own,
                    const void *partner, void *slot);

/* Pixels of height x width x channels with low and high frequencies, a function of seed; the caller
 * frees them. */
uint8_t *image_pixels(int32_t height, int32_t width, int32_t channels, uint32_t seed);

/* A copy without gaps between rows; the caller frees it. */
uint8_t *image_copy(const AugImage *image);

/* Ends the test unless both have the same size and bytes; says where they differ first. */
void image_assert_equal(const AugImage *got, const AugImage *wanted, const char *what);

#endif
