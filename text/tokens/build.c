/* The public call that builds vocabularies (aug/text.h). */
#include <inttypes.h>
#include <string.h>

#include "aug/text.h"
#include "text/tokens/vocabulary_build.h"

/* What a public unit is inside. */
static const TxtUnit units[] = {[AUG_TEXT_WORDS] = TXT_UNIT_WORD,
                                [AUG_TEXT_CODE_POINTS] = TXT_UNIT_CODE,
                                [AUG_TEXT_GRAPHEMES] = TXT_UNIT_GRAPHEME};

/* Bit i: field i is counted. */
static AugStatus choose(const AugDatasetInfo *info, const char *name, uint32_t *chosen,
                        AugError *error)
{
    *chosen = 0;
    for (uint32_t i = 0; i < info->n_fields; i++)
        if (info->fields[i].kind == AUG_FIELD_TEXT &&
            (!name || strcmp(info->fields[i].name, name) == 0))
            *chosen |= 1u << i;
    if (*chosen)
        return AUG_OK;
    if (name)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.60s' is no field of text of the data set", name);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "the data set has no field of text");
}

static AugStatus count(TxtVocabularyBuild *build, const AugDataset *dataset, uint32_t chosen,
                       AugError *error)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    AugBuffer buffer = {0};
    AugStatus status = AUG_OK;
    for (uint64_t s = 0; status == AUG_OK && s < info->n_samples; s++) {
        AugSample sample;
        status = aug_dataset_read(dataset, s, &buffer, &sample, error);
        for (uint32_t i = 0; status == AUG_OK && i < info->n_fields; i++)
            if (chosen >> i & 1)
                status = txt_vocabulary_build_add(build, sample.fields[i].bytes,
                                                  sample.fields[i].size, error);
    }
    aug_buffer_fini(&buffer);
    return status;
}

AugStatus aug_text_build_vocabulary(const AugDataset *dataset, const AugTextVocabulary *how,
                                    uint32_t *n_lines, AugError *error)
{
    uint32_t chosen, n;
    if (!how->output || (size_t)how->unit >= sizeof(units) / sizeof(units[0]))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s",
                        how->output ? "unit is none of AugTextUnit" : "output is missing");
    AUG_TRY(choose(aug_dataset_info(dataset), how->field, &chosen, error));
    TxtVocabularyBuild *build;
    AUG_TRY(txt_vocabulary_build_new(&build, units[how->unit], how->lower, error));
    AugStatus status = count(build, dataset, chosen, error);
    if (status == AUG_OK)
        status =
            txt_vocabulary_build_save(build, how->output, how->min_count, how->max_size, &n, error);
    if (status == AUG_OK && n_lines)
        *n_lines = n;
    txt_vocabulary_build_free(build);
    return status;
}
