/* Looking at some pictures of a data set, for a sentence about their sizes. */
#include "image/domain/sizes.h"

#include <stdio.h>

#include "image/codec/codec.h"
#include "libaug/data/dataset.h"

/* Pictures that are looked at, and bytes of the largest: 32 MiB are read at most, once, before a
 * spec is refused. */
#define MAX_LOOKS 32
#define MAX_SIZE (UINT64_C(1) << 20)

/* What was found: of the first picture, of one that differs, and of how many equal ones; and why
 * the last one that says nothing does not. */
typedef struct Found {
    AugSize first, other;
    char first_name[64], other_name[64];
    uint32_t n;
    AugError why;
} Found;

/* One picture: its name, its size as operations see it. */
typedef struct Look {
    char name[64];
    AugSize size;
    AugError error;
} Look;

/* false if the size cannot be told; error says why, unless the file is too large to be looked at. */
static bool look_at(const AugDomainInput *input, bool exif, uint64_t index, AugBuffer *buffer,
                    Look *look)
{
    AugSample sample;
    ImgHeader header;
    const int field = aug_dataset_field(input->dataset, AUG_FIELD_IMAGE);
    if (aug_dataset_stored_size(input->samples, index) > MAX_SIZE ||
        augi_dataset_read_plain(input->samples, index, buffer, &sample, &look->error) != AUG_OK)
        return false;
    snprintf(look->name, sizeof(look->name), "%.63s", sample.name ? sample.name : "");
    const AugField *image = &sample.fields[field];
    if (img_header(image->bytes, image->size, input->limits, &header, &look->error) != AUG_OK) {
        aug_error_prefix(&look->error, look->error.status, look->name);
        return false;
    }
    /* Orientations 5 to 8 of EXIF change height and width. */
    const bool lies = exif && header.orientation >= 5;
    look->size = (AugSize){.height = lies ? header.width : header.height,
                           .width = lies ? header.height : header.width};
    return true;
}

/* Ends at the first picture that differs. */
static Found look_around(const AugDomainInput *input, bool exif)
{
    Found found = {.n = 0};
    AugBuffer buffer = {0};
    const uint64_t n = input->dataset->n_samples;
    const uint64_t n_looks = n < MAX_LOOKS ? n : MAX_LOOKS;
    for (uint64_t i = 0; i < n_looks && found.other.height == 0; i++) {
        Look look = {0};
        if (!look_at(input, exif, i * (n / n_looks), &buffer, &look)) {
            found.why = look.error;
        } else if (found.n++ == 0) {
            found.first = look.size;
            snprintf(found.first_name, sizeof(found.first_name), "%s", look.name);
        } else if (look.size.height != found.first.height || look.size.width != found.first.width) {
            found.other = look.size;
            snprintf(found.other_name, sizeof(found.other_name), "%s", look.name);
        }
    }
    aug_buffer_fini(&buffer);
    return found;
}

AugStatus img_sizes_refuse(const AugDomainInput *input, bool exif, AugError *error)
{
    static const char *const advice =
        "add RandomResizedCrop: {size: [height, width]} or Resize: {size: [height, width]} to the "
        "pipeline";
    Found found = {.n = 0};
    const int field = aug_dataset_field(input->dataset, AUG_FIELD_IMAGE);
    if (input->samples && input->dataset->fields[field].form == AUG_FORM_ENCODED)
        found = look_around(input, exif);
    if (found.other.height > 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the pictures of the data set differ in size ('%s' has [%d, %d], '%s' "
                        "[%d, %d]) and no operation makes them equal; %s",
                        found.first_name, found.first.height, found.first.width, found.other_name,
                        found.other.height, found.other.width, advice);
    if (found.n > 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "no operation makes the pictures of the data set certain to fit a batch, "
                        "though all that were looked at (%u) have the size [%d, %d]; add Resize: "
                        "{size: [%d, %d]} to the pipeline",
                        found.n, found.first.height, found.first.width, found.first.height,
                        found.first.width);
    if (found.why.message[0])
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the pictures of the data set may differ in size ('%.80s' does not say its "
                        "own: %.200s) and no operation makes them equal; %s",
                        found.why.where, found.why.message, advice);
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "the pictures of the data set may differ in size and no operation makes them "
                    "equal; %s",
                    advice);
}
