/* Looking at some pictures of a data set, for a sentence about their sizes. */
#include "image/domain/sizes.h"

#include <stdio.h>

#include "image/codec/codec.h"
#include "libaug/data/dataset.h"

/* Pictures that are looked at, and bytes of the largest: 32 MiB are read at most, once, before a
 * spec is refused. */
#define MAX_LOOKS 32
#define MAX_SIZE (UINT64_C(1) << 20)

/* What was found: of the first picture, of one that differs, and of how many equal ones. */
typedef struct Found {
    AugSize first, other;
    char first_name[64], other_name[64];
    uint32_t n;
} Found;

/* Size of a picture as operations see it; false if it cannot be told. */
static bool look_at(const AugDomainInput *input, bool exif, uint64_t index, AugBuffer *buffer,
                    char name[64], AugSize *size)
{
    AugSample sample;
    ImgHeader header;
    const int field = aug_dataset_field(input->dataset, AUG_FIELD_IMAGE);
    if (aug_dataset_stored_size(input->samples, index) > MAX_SIZE ||
        augi_dataset_read_plain(input->samples, index, buffer, &sample, NULL) != AUG_OK)
        return false;
    snprintf(name, 64, "%.63s", sample.name ? sample.name : "");
    const AugField *image = &sample.fields[field];
    if (img_header(image->bytes, image->size, input->limits, &header, NULL) != AUG_OK)
        return false;
    /* Orientations 5 to 8 of EXIF change height and width. */
    const bool lies = exif && header.orientation >= 5;
    *size = (AugSize){.height = lies ? header.width : header.height,
                      .width = lies ? header.height : header.width};
    return true;
}

/* Ends at the first picture that differs. */
static Found look(const AugDomainInput *input, bool exif)
{
    Found found = {.n = 0};
    AugBuffer buffer = {0};
    const uint64_t n = input->dataset->n_samples;
    const uint64_t n_looks = n < MAX_LOOKS ? n : MAX_LOOKS;
    for (uint64_t i = 0; i < n_looks && found.other.height == 0; i++) {
        char name[64];
        AugSize size;
        if (!look_at(input, exif, i * (n / n_looks), &buffer, name, &size))
            continue;
        if (found.n++ == 0) {
            found.first = size;
            snprintf(found.first_name, sizeof(found.first_name), "%s", name);
        } else if (size.height != found.first.height || size.width != found.first.width) {
            found.other = size;
            snprintf(found.other_name, sizeof(found.other_name), "%s", name);
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
        found = look(input, exif);
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
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "the pictures of the data set may differ in size and no operation makes them "
                    "equal; %s",
                    advice);
}
