/* The fields of rows whose values stand in columns. */
#include <string.h>

#include "libaug/data/support/numbers.h"
#include "libaug/data/support/row_fields.h"
#include "libaug/data/support/row_pictures.h"

/* The number in a column; name is what the user calls it. */
static AugStatus read_number(AugiCell cell, const char *name, const char *where, float *number,
                             AugError *error)
{
    double value;
    if (augi_float_parse(cell.text, cell.size, &value) && augi_float_round(value, number))
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, where,
                    "column '%.60s' holds '%.*s'; allowed is a decimal number within float32", name,
                    (int)(cell.size < 60 ? cell.size : 60), cell.text);
}

static AugStatus add_values(AugiRowFields *fields, const AugiRowSource *source, AugError *error)
{
    const AugTexts *names = &fields->params->values;
    for (int32_t i = 0; i < names->n; i++) {
        float value;
        AUG_TRY(read_number(source->row->cells[source->layout->values[i]], names->values[i],
                            source->where, &value, error));
        AUG_TRY(augi_table_add(&fields->tables[AUGI_ROW_VALUES], &value, source->limits, error));
    }
    return AUG_OK;
}

static AugStatus add_shares(AugiRowFields *fields, const AugiRowSource *source, AugError *error)
{
    const AugTexts *names = &fields->params->soft_labels;
    AugiTable *shares = &fields->tables[AUGI_ROW_SHARES];
    fields->are_shares_listed = true;
    shares->row_size = sizeof(float);
    for (int32_t i = 0; i < names->n; i++) {
        float share;
        AUG_TRY(read_number(source->row->cells[source->layout->soft_labels[i]], names->values[i],
                            source->where, &share, error));
        if (share < 0 || share > 1)
            return AUG_FAIL(error, AUG_CORRUPT, source->where,
                            "column '%.60s' holds %g; allowed are shares of 0 to 1",
                            names->values[i], (double)share);
        AUG_TRY(augi_table_add(shares, &share, source->limits, error));
    }
    return AUG_OK;
}

/* Splits a cell; an empty one holds no label. */
static AugStatus add_labels(AugiRowFields *fields, const AugiRowSource *source, AugError *error)
{
    const AugiCell cell = source->row->cells[source->layout->labels];
    const char *separator = fields->params->labels_separator;
    const size_t separator_size = strlen(separator);
    const char *at = cell.text, *end = cell.text + cell.size;
    bool more = cell.size > 0;
    while (more) {
        const char *found = memmem(at, (size_t)(end - at), separator, separator_size);
        const AugiCell label = {at, (size_t)((found ? found : end) - at)};
        AUG_TRY(augi_row_fields_add_share(fields, source, label, 1, error));
        more = found;
        at = found ? found + separator_size : end;
    }
    return AUG_OK;
}

AugStatus augi_row_fields_add_cells(AugiRowFields *fields, const AugiRowSource *source,
                                    AugError *error)
{
    const AugiRowsParams *p = fields->params;
    if (p->mask)
        AUG_TRY(augi_row_pictures_add(&fields->masks, source->row->cells[source->layout->mask],
                                      source->limits, source->where, error));
    AUG_TRY(add_values(fields, source, error));
    if (p->soft_labels.n > 0)
        return add_shares(fields, source, error);
    return p->labels ? add_labels(fields, source, error) : AUG_OK;
}
