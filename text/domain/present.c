/* Texts for people. */
#include <stdlib.h>
#include <string.h>

#include "text/domain/domain.h"

/* The first text stands below the picture that there is not; further ones are left to the caller. */
static AugStatus present(const AugDatasetInfo *info, const AugSample *sample, AugPresentation *out,
                         AugError *error)
{
    *out = (AugPresentation){0};
    const int number = aug_dataset_field(info, AUG_FIELD_TEXT);
    if (number < 0)
        return AUG_OK;
    const AugField *text = &sample->fields[number];
    out->text = malloc(text->size + 1);
    if (!out->text)
        return AUG_FAIL(error, AUG_NO_MEMORY, sample->name, "no memory for a text");
    size_t n = 0;
    /* A byte that ends strings is shown as a blank. */
    for (; n < text->size; n++)
        out->text[n] = ((const char *)text->bytes)[n] ? ((const char *)text->bytes)[n] : ' ';
    out->text[n] = '\0';
    out->shown = 1u << number;
    return AUG_OK;
}

const AugPresenter txt_presenter = {.present = present};
