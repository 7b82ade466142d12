/* What the rows of a text file hold beside their content and their label. */
#include "libaug/data/support/row_fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/row_pictures.h"

bool augi_row_fields_have_classes(const AugiRowsParams *params)
{
    return params->labels || params->soft_labels.n > 0;
}

static AugStatus check_params(const AugiRowsParams *p, const AugiRowColumns *layout,
                              const char *where, AugError *error)
{
    const int n_given = (p->label != NULL) + (p->labels != NULL) + (p->soft_labels.n > 0);
    if (n_given > 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                        "%d of label, labels and soft_labels are given; allowed is one of them",
                        n_given);
    if (p->box_labels && !p->boxes)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                        "box_labels is given without boxes; allowed are both");
    if ((p->box_labels || p->spans) && p->soft_labels.n > 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                        "%s and soft_labels are given; allowed is one of them, since a data set "
                        "has one list of classes",
                        p->box_labels ? "box_labels" : "spans");
    if ((p->spans || p->protect) && layout->is_image)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "%s is given and the rows hold pictures; allowed with text",
                        p->spans ? "spans" : "protect");
    if (p->labels_separator && !p->labels_separator[0])
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                        "labels_separator is empty; allowed is at least one character");
    const char *in_picture = p->mask        ? "mask"
                             : p->boxes     ? "boxes"
                             : p->keypoints ? "keypoints"
                                            : NULL;
    if (in_picture && !layout->is_image)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "%s is given and the rows hold text; allowed with image", in_picture);
    return AUG_OK;
}

AugStatus augi_row_fields_open(AugiRowFields *fields, const AugiRowsParams *params,
                               const AugiRowColumns *layout, const char *where, AugError *error)
{
    static const size_t row_sizes[AUGI_ROW_N_TABLES] = {
        [AUGI_ROW_BOXES] = 4 * sizeof(float),     [AUGI_ROW_BOX_LABELS] = sizeof(int64_t),
        [AUGI_ROW_KEYPOINTS] = 2 * sizeof(float), [AUGI_ROW_VALUES] = sizeof(float),
        [AUGI_ROW_SHARES] = sizeof(AugiRowShare), [AUGI_ROW_SPANS] = 2 * sizeof(int64_t),
        [AUGI_ROW_SPAN_LABELS] = sizeof(int64_t), [AUGI_ROW_PROTECTED] = 2 * sizeof(int64_t),
    };
    AUG_TRY(check_params(params, layout, where, error));
    fields->params = params;
    for (size_t i = 0; i < AUGI_ROW_N_TABLES; i++)
        fields->tables[i].row_size = row_sizes[i];
    fields->has[AUGI_ROW_BOXES] = params->boxes;
    fields->has[AUGI_ROW_BOX_LABELS] = params->box_labels;
    fields->has[AUGI_ROW_KEYPOINTS] = params->keypoints;
    fields->has[AUGI_ROW_VALUES] = params->values.n > 0;
    fields->has[AUGI_ROW_SHARES] = augi_row_fields_have_classes(params);
    fields->has[AUGI_ROW_SPANS] = fields->has[AUGI_ROW_SPAN_LABELS] = params->spans;
    fields->has[AUGI_ROW_PROTECTED] = params->protect;
    if (!params->mask)
        return AUG_OK;
    fields->masks.field = 1;
    return augi_row_pictures_open(&fields->masks, params->path, error);
}

/* Every row has as many numbers as the first. */
static AugStatus check_count(const AugiTable *table, const char *what, const AugiRowSource *source,
                             AugError *error)
{
    const uint64_t n = augi_table_building(table);
    if (n == 0)
        return AUG_FAIL(error, AUG_CORRUPT, source->where,
                        "%s has no numbers; allowed is at least one", what);
    if (table->most == 0 || n == table->most)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, source->where,
                    "%s has %" PRIu64 " number%s; allowed are %" PRIu64
                    ", as many as the first row has",
                    what, n, n == 1 ? "" : "s", table->most);
}

AugStatus augi_row_fields_add(AugiRowFields *fields, const AugiRowSource *source, AugError *error)
{
    if (source->layout->kind == AUGI_ROWS_JSONL)
        AUG_TRY(augi_row_fields_add_json(fields, source, error));
    else
        AUG_TRY(augi_row_fields_add_cells(fields, source, error));
    if (fields->has[AUGI_ROW_VALUES])
        AUG_TRY(check_count(&fields->tables[AUGI_ROW_VALUES], "values", source, error));
    if (fields->are_shares_listed)
        AUG_TRY(check_count(&fields->tables[AUGI_ROW_SHARES], "soft_labels", source, error));
    for (size_t i = 0; i < AUGI_ROW_N_TABLES; i++)
        if (fields->has[i])
            AUG_TRY(augi_table_end_sample(&fields->tables[i], source->limits, error));
    return AUG_OK;
}

AugStatus augi_row_fields_skip(AugiRowFields *fields, const AugLimits *limits, AugError *error)
{
    for (size_t i = 0; i < AUGI_ROW_N_TABLES; i++) {
        if (!fields->has[i])
            continue;
        augi_table_take_back(&fields->tables[i]);
        AUG_TRY(augi_table_end_sample(&fields->tables[i], limits, error));
    }
    return AUG_OK;
}

AugStatus augi_row_fields_add_share(AugiRowFields *fields, const AugiRowSource *source,
                                    AugiCell class, float share, AugError *error)
{
    if (class.size == 0)
        return AUG_FAIL(error, AUG_CORRUPT, source->where,
                        "a label is empty; allowed are class numbers or names");
    AugiTable *shares = &fields->tables[AUGI_ROW_SHARES];
    const AugiLabelText text = {class.text, class.size, source->line};
    AugiRowShare row = {.share = share};
    AUG_TRY(augi_labels_name(source->labels, text, source->limits, &row.class, error));
    AUG_TRY(augi_grow(&fields->seen, &fields->seen_capacity, (uint64_t)row.class + 1,
                      sizeof(*fields->seen), source->limits->max_resident_size, error));
    while (fields->n_seen <= row.class)
        fields->seen[fields->n_seen++] = 0;
    if (fields->seen[row.class] == shares->n_samples + 1)
        return AUG_FAIL(error, AUG_CORRUPT, source->where,
                        "the label '%.*s' stands twice in the row; allowed is once",
                        (int)(class.size < 60 ? class.size : 60), class.text);
    fields->seen[row.class] = shares->n_samples + 1;
    return augi_table_add(shares, &row, source->limits, error);
}

/* Labels that are written in two ways, such as 2 and 2.0, may be one class: a row may have it once.
 * seen[c]: the sample, counted from 1, that had class c last. */
static AugStatus check_shares(const AugiRowFields *fields, uint32_t n_classes, const char *path,
                              AugError *error)
{
    const AugiTable *table = &fields->tables[AUGI_ROW_SHARES];
    uint64_t *seen = calloc((size_t)n_classes + 1, sizeof(*seen));
    if (!seen)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for %" PRIu32 " classes", n_classes);
    AugStatus status = AUG_OK;
    for (uint64_t i = 0; i < table->n_samples && status == AUG_OK; i++) {
        const AugField rows = augi_table_get(table, i);
        const AugiRowShare *share = rows.bytes;
        for (uint64_t k = 0; k < rows.n_rows && status == AUG_OK; k++) {
            if (seen[share[k].class] == i + 1)
                status = AUG_FAIL(error, AUG_CORRUPT, path,
                                  "sample %" PRIu64 " has the class %" PRIu32
                                  " twice, written in two ways; allowed is once",
                                  i, share[k].class);
            seen[share[k].class] = i + 1;
        }
    }
    free(seen);
    return status;
}

/* Texts of classes become their numbers. */
static void number_classes(AugiRowFields *fields, const AugiLabels *labels)
{
    static const AugiRowTable followers[] = {AUGI_ROW_BOX_LABELS, AUGI_ROW_SPAN_LABELS};
    for (size_t f = 0; f < AUG_COUNT(followers); f++) {
        const AugiTable *table = &fields->tables[followers[f]];
        int64_t *numbers = (int64_t *)(void *)table->bytes;
        for (uint64_t i = 0; i < table->n_rows; i++)
            numbers[i] = labels->classes[numbers[i]];
    }
    const AugiTable *table = &fields->tables[AUGI_ROW_SHARES];
    AugiRowShare *shares = (AugiRowShare *)(void *)table->bytes;
    for (uint64_t i = 0; !fields->are_shares_listed && i < table->n_rows; i++)
        shares[i].class = (uint32_t)labels->classes[shares[i].class];
}

/* Names of classes whose shares stand in columns or under keys of their own. */
static AugStatus name_listed(const AugiRowFields *fields, const AugiRowColumns *layout,
                             AugDataset *dataset, AugError *error)
{
    const AugTexts *keys = &fields->params->soft_labels;
    const bool is_json = layout->kind == AUGI_ROWS_JSONL;
    if (is_json ? keys->n == 1 : layout->class_names.n == 0)
        return AUG_OK;
    char *const *names = is_json ? keys->values : layout->class_names.items;
    return augi_class_names_copy(dataset, (const char *const *)names, error);
}

/* The number of classes where no text says it. */
static AugStatus count_classes(AugiRowFields *fields, const AugiRowColumns *layout,
                               AugDataset *dataset, AugError *error)
{
    const AugiRowsParams *p = fields->params;
    AugDatasetInfo *info = &dataset->info;
    const uint64_t n_listed = fields->are_shares_listed ? fields->tables[AUGI_ROW_SHARES].most : 0;
    if (n_listed > dataset->limits.max_classes)
        return AUG_FAIL(error, AUG_TOO_LARGE, p->path,
                        "soft_labels has %" PRIu64 " numbers; %" PRIu32 " classes are allowed",
                        n_listed, dataset->limits.max_classes);
    if (n_listed > 0 && p->classes && n_listed != (uint64_t)p->classes)
        return AUG_FAIL(error, AUG_CORRUPT, p->path,
                        "soft_labels has %" PRIu64 " numbers; classes is %" PRId32, n_listed,
                        p->classes);
    if (n_listed > 0) {
        info->n_classes = (uint32_t)n_listed;
        return name_listed(fields, layout, dataset, error);
    }
    if (info->n_classes == 0 && p->classes)
        info->n_classes = (uint32_t)p->classes;
    if (info->n_classes == 0)
        return AUG_FAIL(error, AUG_CORRUPT, p->path,
                        "no row has a label; allowed is at least one, or to give classes");
    return AUG_OK;
}

/* Describes the field of a table; shape[0] 0 where samples differ. */
static AugStatus add_table(AugiRowFields *fields, AugiRowTable number, AugFieldDesc field,
                           AugDataset *dataset, AugError *error)
{
    const uint64_t most = fields->tables[number].most;
    fields->numbers[number] = dataset->info.n_fields;
    /* A bound of 0 would mean that none is known. */
    if (field.tensor.shape[0] == 0)
        field.most = most ? most : 1;
    return augi_dataset_add_field(dataset, &field, error);
}

static AugStatus add_tables(AugiRowFields *fields, AugDataset *dataset, AugError *error)
{
    static const AugFieldDesc descs[AUGI_ROW_N_TABLES] = {
        [AUGI_ROW_BOXES] = {.name = "boxes",
                            .kind = AUG_FIELD_BOXES,
                            .tensor = {AUG_DTYPE_F32, 2, {0, 4}}},
        [AUGI_ROW_BOX_LABELS] = {.name = "box_labels",
                                 .kind = AUG_FIELD_OTHER,
                                 .tensor = {AUG_DTYPE_I64, 1, {0}},
                                 .follows = "boxes"},
        [AUGI_ROW_KEYPOINTS] = {.name = "keypoints",
                                .kind = AUG_FIELD_POINTS,
                                .tensor = {AUG_DTYPE_F32, 2, {0, 2}}},
        [AUGI_ROW_VALUES] = {.name = "values",
                             .kind = AUG_FIELD_VALUES,
                             .tensor = {AUG_DTYPE_F32, 1, {0}}},
        [AUGI_ROW_SHARES] = {.name = "label",
                             .kind = AUG_FIELD_CLASSES,
                             .tensor = {AUG_DTYPE_F32, 1, {0}}},
        [AUGI_ROW_SPANS] = {.name = "spans",
                            .kind = AUG_FIELD_SPANS,
                            .tensor = {AUG_DTYPE_I64, 2, {0, 2}}},
        [AUGI_ROW_SPAN_LABELS] = {.name = "span_labels",
                                  .kind = AUG_FIELD_OTHER,
                                  .tensor = {AUG_DTYPE_I64, 1, {0}},
                                  .follows = "spans"},
        [AUGI_ROW_PROTECTED] = {.name = "protected",
                                .kind = AUG_FIELD_SPANS,
                                .tensor = {AUG_DTYPE_I64, 2, {0, 2}}},
    };
    for (AugiRowTable i = 0; i < AUGI_ROW_N_TABLES; i++) {
        AugFieldDesc desc = descs[i];
        if (i == AUGI_ROW_VALUES)
            desc.tensor.shape[0] = fields->tables[i].most;
        if (i == AUGI_ROW_SHARES)
            desc.tensor.shape[0] = dataset->info.n_classes;
        if (fields->has[i])
            AUG_TRY(add_table(fields, i, desc, dataset, error));
    }
    return AUG_OK;
}

AugStatus augi_row_fields_finish(AugiRowFields *fields, const AugiLabels *labels,
                                 const AugiRowColumns *layout, AugDataset *dataset, AugError *error)
{
    number_classes(fields, labels);
    free(fields->seen);
    fields->seen = NULL;
    augi_characters_fini(&fields->characters);
    dataset->is_unlabelled = !layout->has_label;
    if (fields->has[AUGI_ROW_SHARES])
        AUG_TRY(count_classes(fields, layout, dataset, error));
    if (fields->has[AUGI_ROW_SHARES] && !fields->are_shares_listed)
        AUG_TRY(check_shares(fields, dataset->info.n_classes, fields->params->path, error));
    const AugFieldDesc mask = augi_field_mask();
    if (fields->params->mask)
        AUG_TRY(augi_dataset_add_field(dataset, &mask, error));
    return add_tables(fields, dataset, error);
}

/* The shares of a sample, one for each class. */
static AugStatus read_shares(const AugiRowFields *fields, const AugDataset *dataset, uint64_t index,
                             AugBuffer *buffer, AugField *field, AugError *error)
{
    const uint32_t number = fields->numbers[AUGI_ROW_SHARES];
    const size_t size = dataset->info.n_classes * sizeof(float);
    AUG_TRY(augi_buffer_reserve_field(buffer, number, size, error));
    float *shares = (float *)(void *)buffer->more[number].bytes;
    memset(shares, 0, size);
    const AugField rows = augi_table_get(&fields->tables[AUGI_ROW_SHARES], index);
    const AugiRowShare *row = rows.bytes;
    for (uint64_t i = 0; i < rows.n_rows; i++)
        shares[row[i].class] = row[i].share;
    *field = (AugField){.bytes = shares, .size = size, .n_rows = dataset->info.n_classes};
    return AUG_OK;
}

AugStatus augi_row_fields_read(const AugiRowFields *fields, const AugDataset *dataset,
                               uint64_t index, AugBuffer *buffer, AugSample *sample,
                               AugError *error)
{
    if (fields->params->mask)
        AUG_TRY(augi_pictures_read(&fields->masks, dataset, index, buffer, sample, error));
    for (size_t i = 0; i < AUGI_ROW_N_TABLES; i++) {
        const uint32_t number = fields->numbers[i];
        if (!fields->has[i])
            continue;
        if (i == AUGI_ROW_SHARES && !fields->are_shares_listed)
            AUG_TRY(read_shares(fields, dataset, index, buffer, &sample->fields[number], error));
        else
            sample->fields[number] = augi_table_get(&fields->tables[i], index);
    }
    return AUG_OK;
}

uint64_t augi_row_fields_stored_size(const AugiRowFields *fields, uint64_t index)
{
    return fields->params->mask ? augi_pictures_size(&fields->masks, index) : 0;
}

void augi_row_fields_add_manifest(const AugiRowFields *fields, AugiHash *hash)
{
    augi_pictures_add_manifest(&fields->masks, hash);
    for (size_t i = 0; i < AUGI_ROW_N_TABLES; i++)
        if (fields->has[i])
            augi_table_add_manifest(&fields->tables[i], hash);
}

void augi_row_fields_fini(AugiRowFields *fields)
{
    augi_pictures_fini(&fields->masks);
    for (size_t i = 0; i < AUGI_ROW_N_TABLES; i++)
        augi_table_fini(&fields->tables[i]);
    free(fields->seen);
    augi_characters_fini(&fields->characters);
    *fields = (AugiRowFields){0};
}
