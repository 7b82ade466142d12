/* Making texts: from the fields of a sample to rows of tensors, or to fields again. */
#include <string.h>

#include "text/domain/domain.h"

/* The bytes of a text that may be used: all of them, or fewer with truncation. */
static AugStatus measure(const TxtPlan *plan, const AugField *field, const char *name, size_t *size,
                         AugError *error)
{
    const size_t most = (size_t)plan->output->max_bytes;
    *size = field->size;
    if (*size <= most)
        return AUG_OK;
    if (!plan->output->truncation)
        return AUG_FAIL(error, AUG_TOO_LARGE, name,
                        "the text has %zu bytes; allowed are %zu (output.max_bytes), or "
                        "truncation: true",
                        field->size, most);
    const uint8_t *bytes = field->bytes;
    *size = most;
    /* Not within a code point. */
    while (*size > most - 4 && (bytes[*size] & 0xc0) == 0x80)
        (*size)--;
    return AUG_OK;
}

AugStatus txt_run(const void *context, void *state, const AugDomainJob *job, AugOut *outs,
                  AugError *error)
{
    const TxtPlan *plan = context;
    const AugSample *sample = &job->samples[0];
    (void)state;
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        const AugField *field = &sample->fields[plan->texts[t].number];
        size_t size;
        AUG_TRY(measure(plan, field, sample->name, &size, error));
        for (uint32_t v = 0; v < plan->n_views; v++) {
            AugOut *out = &outs[t * plan->n_views + v];
            if (size > 0)
                memcpy(out->bytes, field->bytes, size);
            out->n_rows = (uint32_t)size;
        }
    }
    return AUG_OK;
}

AugStatus txt_augment(const void *context, void *state, const AugDomainJob *job, AugField *fields,
                      AugError *error)
{
    const TxtPlan *plan = context;
    (void)state;
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        const uint32_t number = plan->texts[t].number;
        const AugField *field = &job->samples[0].fields[number];
        size_t size;
        AUG_TRY(measure(plan, field, job->samples[0].name, &size, error));
        fields[number] = (AugField){.bytes = field->bytes, .size = size, .n_rows = size};
    }
    return AUG_OK;
}
