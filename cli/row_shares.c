/* Shares are those of a batch, in the shortest form that reads back equal. */
#include "cli/row_shares.h"

#include <string.h>

#include "cli/row_line.h"
#include "libaug/base/json_writer.h"
#include "libaug/data/dataset.h"
#include "libaug/run/job.h"

float cli_row_share(const CliRowShares *shares, uint32_t class)
{
    return augi_smooth_share(class == shares->class, shares->part, shares->dataset->info.n_classes);
}

static AugStatus check_label(const AugiRowForm *form, const AugDataset *dataset, AugError *error)
{
    if (form->kind != AUGI_ROWS_LINES && aug_dataset_field(&dataset->info, AUG_FIELD_CLASS) >= 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, augi_dataset_path(dataset),
                    "the specification smooths labels, and the rows do not have one label each; "
                    "allowed are rows with a label, or no output.label_smoothing");
}

/* A column that has the name of a class, or n_classes. */
static uint32_t find_taken(const AugiRowForm *form, const AugDataset *dataset, CliRowLine *head)
{
    uint32_t class = 0;
    for (; class < dataset->info.n_classes; class ++) {
        CliBytes name = {0};
        const char *text = aug_dataset_class_name(dataset, class);
        bool is_taken = false;
        cli_row_cell_add(&name, form, &(AugField){.bytes = text, .size = strlen(text)});
        for (size_t at = 0; at <= head->size && !is_taken;) {
            const size_t end = cli_row_cell_end(form, head, at);
            const char *cell = head->bytes + at;
            is_taken = !name.failed &&
                       ((end - at == name.size && memcmp(cell, name.bytes, name.size) == 0) ||
                        (form->quotes && end - at == name.size + 2 &&
                         memcmp(cell + 1, name.bytes, name.size) == 0));
            at = end + 1;
        }
        cli_bytes_fini(&name);
        if (is_taken)
            break;
    }
    return class;
}

AugStatus cli_row_shares_head(CliBytes *out, const AugiRowForm *form, const AugDataset *dataset,
                              AugError *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    AUG_TRY(check_label(form, dataset, error));
    const char *end = form->head_size > 0 ? memchr(form->head, '\n', form->head_size) : NULL;
    const bool has_mark = form->head_size >= 3 && memcmp(form->head, mark, 3) == 0;
    if (!end || form->kind == AUGI_ROWS_JSONL) {
        cli_bytes_add(out, form->head, form->head_size);
        return AUG_OK;
    }
    const size_t tail = end > form->head && end[-1] == '\r' ? 2 : 1;
    const size_t skipped = has_mark ? 3 : 0;
    CliRowLine head = {.bytes = form->head + skipped, .size = form->head_size - skipped - tail};
    const uint32_t taken = find_taken(form, dataset, &head);
    if (taken < dataset->info.n_classes)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, augi_dataset_path(dataset),
                        "the shares of the class '%s' need a column of that name, and there is "
                        "one; allowed is another name for it",
                        aug_dataset_class_name(dataset, taken));
    cli_bytes_add(out, form->head, form->head_size - tail);
    for (uint32_t class = 0; class < dataset->info.n_classes; class ++) {
        const char *text = aug_dataset_class_name(dataset, class);
        cli_bytes_add_byte(out, form->delimiter);
        cli_row_cell_add(out, form, &(AugField){.bytes = text, .size = strlen(text)});
    }
    cli_bytes_add(out, form->head + form->head_size - tail, tail);
    return AUG_OK;
}

void cli_row_shares_columns(CliBytes *out, const AugiRowForm *form, const CliRowShares *shares)
{
    for (uint32_t class = 0; class < shares->dataset->info.n_classes; class ++) {
        char text[32];
        augi_format_float(cli_row_share(shares, class), text);
        cli_bytes_add_byte(out, form->delimiter);
        cli_bytes_add_text(out, text);
    }
}
