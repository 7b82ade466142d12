/* How samples of a domain look outside of batches: as files, and as pictures and text for people.
 * Programs that write or show samples ask the domain's presenter and know no domain themselves.
 *
 * Where a hook is missing, or does not answer for a field, the kind of the field decides: pictures
 * and masks become picture files, everything else text.
 */
#ifndef AUGI_PRESENTER_H
#define AUGI_PRESENTER_H

#include "aug/dataset.h"
#include "aug/image.h"

/* What stands for one sample on a contact sheet. Zero-initialised: nothing.
 *
 * picture: 8 bits, one channel or RGB; its pixels are from malloc, NULL: there is none
 * text:    for below the picture, or in its place; from malloc, or NULL
 * shown:   bit i: picture or text tell about field i, so that nobody else has to
 */
typedef struct AugPresentation {
    AugImage picture;
    char *text;
    uint32_t shown;
} AugPresentation;

/* Most pixels a side at which a picture is looked at; larger ones are reduced for that. */
#define AUG_PRESENTED_SIDE 224

/* The hooks; each is optional. Samples are those of aug_worker_augment and aug_worker_decode,
 * descriptors of fields those of aug_plan_fields. Any thread. */
typedef struct AugPresenter {
    /* Ending of the files that hold such a field each, without dot ("wav"); NULL: no answer. Static
     * string. */
    const char *(*extension)(const AugFieldDesc *field);

    /* The content of such a file; the caller frees *bytes with free(). */
    AugStatus (*encode)(const AugFieldDesc *field, const AugField *value, uint8_t **bytes,
                        size_t *size, AugError *error);

    /* Shows a sample. On failure out is left zeroed. */
    AugStatus (*present)(const AugDatasetInfo *info, const AugSample *sample, AugPresentation *out,
                         AugError *error);
} AugPresenter;

#endif
