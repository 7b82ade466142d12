/* The tally of rows of text. */
#include "cli/texts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/outcome.h"
#include "libaug/data/support/row_text.h"
#include "libaug/run/plan.h"
#include "libaug/spec/param_kind.h"

void cli_texts_print(const AugDataset *dataset)
{
    if (!augi_row_text_is(dataset))
        return;
    const AugiRowTally tally = augi_row_text_tally(dataset);
    printf("  texts    up to %" PRIu64 " bytes, %" PRIu64 " empty, %" PRIu64 " not UTF-8",
           tally.longest, tally.n_empty, tally.n_invalid);
    if (tally.n_bad > 0)
        printf(", and %" PRIu64 " bad rows that cannot be read", tally.n_bad);
    putchar('\n');
}

void cli_texts_write(const AugDataset *dataset, AugiJsonWriter *writer)
{
    if (!dataset || !augi_row_text_is(dataset))
        return;
    const AugiRowTally tally = augi_row_text_tally(dataset);
    augi_json_key(writer, "texts");
    augi_json_object(writer);
    augi_json_unsigned_member(writer, "rows", aug_dataset_info(dataset)->n_samples);
    augi_json_unsigned_member(writer, "longest", tally.longest);
    augi_json_unsigned_member(writer, "empty", tally.n_empty);
    augi_json_unsigned_member(writer, "invalid", tally.n_invalid);
    augi_json_unsigned_member(writer, "bad", tally.n_bad);
    augi_json_object_end(writer);
}

/* The value of a setting of output that has this kind; NULL: the domain has none. */
static const void *setting(const AugPlan *plan, const char *name, const AugParamKind *kind)
{
    const AugParamTable *table = &plan->domain->output;
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].kind == kind && strcmp(table->rows[i].name, name) == 0)
            return (const char *)plan->output + table->rows[i].offset;
    return NULL;
}

static bool is_longer(const AugSample *sample, const AugDatasetInfo *info, size_t most)
{
    for (uint32_t i = 0; i < info->n_fields; i++)
        if (info->fields[i].kind == AUG_FIELD_TEXT && sample->fields[i].size > most)
            return true;
    return false;
}

static AugStatus count_longer(const AugDataset *dataset, size_t most, uint64_t *n, AugError *error)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    AugBuffer buffer = {0};
    AugStatus status = AUG_OK;
    *n = 0;
    for (uint64_t i = 0; i < info->n_samples && status == AUG_OK; i++) {
        AugSample sample;
        status = aug_dataset_read(dataset, i, &buffer, &sample, error);
        *n += status == AUG_OK && is_longer(&sample, info, most);
        if (cli_is_of_sample(status))
            status = AUG_OK;
    }
    aug_buffer_fini(&buffer);
    return status;
}

AugStatus cli_texts_too_long(const AugPlan *plan, char **warning, AugError *error)
{
    const AugDataset *dataset = aug_plan_dataset(plan);
    const int32_t *most = setting(plan, "max_bytes", &aug_kind_int);
    const bool *cuts = setting(plan, "truncation", &aug_kind_bool);
    uint64_t n;
    *warning = NULL;
    if (!most || !cuts || !augi_row_text_is(dataset) ||
        augi_row_text_tally(dataset).longest <= (uint64_t)*most)
        return AUG_OK;
    AUG_TRY(count_longer(dataset, (size_t)*most, &n, error));
    if (n > 0 && asprintf(warning,
                          "%" PRIu64 " of %" PRIu64 " rows have a text of more than the %" PRId32
                          " bytes of output.max_bytes, and %s",
                          n, aug_dataset_info(dataset)->n_samples, *most,
                          *cuts ? "are cut" : "are refused; truncation: true cuts them") < 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a warning");
    return AUG_OK;
}
