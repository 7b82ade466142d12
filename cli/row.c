/* A value is written as its field's kind and tensor say. */
#include "cli/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/utf8.h"
#include "libaug/data/dataset.h"

/* A value on its way into text. at: what is not yet written; is_class: numbers are classes. */
typedef struct Reading {
    AugiJsonWriter *writer;
    const AugDataset *dataset;
    const AugFieldDesc *desc;
    const AugField *value;
    const uint8_t *at;
    bool is_class;
} Reading;

/* Classes, and the classes of rows that another field has. */
static bool holds_classes(const AugFieldDesc *desc, const AugDatasetInfo *info)
{
    return desc->kind == AUG_FIELD_CLASS ||
           (desc->follows && desc->tensor.dtype == AUG_DTYPE_I64 && info->n_classes > 0);
}

/* No class is null. */
static void write_class(AugiJsonWriter *writer, const AugDataset *dataset, int64_t class)
{
    if (class < 0)
        augi_json_raw(writer, "null");
    else if (dataset->class_names && class < dataset->info.n_classes)
        augi_json_string(writer, dataset->class_names[class]);
    else
        augi_json_integer(writer, class);
}

/* Whole numbers of any type become one of 64 bits first. */
static void write_element(Reading *reading)
{
    const size_t size = aug_dtype_size(reading->desc->tensor.dtype);
    float real;
    int32_t narrow;
    uint16_t short_whole;
    int64_t whole = *reading->at;
    switch (reading->desc->tensor.dtype) {
    case AUG_DTYPE_F32:
        memcpy(&real, reading->at, sizeof(real));
        augi_json_float(reading->writer, real);
        break;
    case AUG_DTYPE_I32:
        memcpy(&narrow, reading->at, sizeof(narrow));
        augi_json_integer(reading->writer, narrow);
        break;
    case AUG_DTYPE_I64:
        memcpy(&whole, reading->at, sizeof(whole));
        if (reading->is_class)
            write_class(reading->writer, reading->dataset, whole);
        else
            augi_json_integer(reading->writer, whole);
        break;
    case AUG_DTYPE_U16:
        memcpy(&short_whole, reading->at, sizeof(short_whole));
        augi_json_integer(reading->writer, short_whole);
        break;
    case AUG_DTYPE_U8:
        augi_json_integer(reading->writer, whole);
        break;
    }
    reading->at += size;
}

/* One dimension after the other; a tensor has at most AUG_MAX_DIMS. */
static void write_dimension(Reading *reading, const uint64_t *shape, uint32_t n_dims)
{
    if (n_dims == 0) {
        write_element(reading);
        return;
    }
    augi_json_list(reading->writer);
    for (uint64_t i = 0; i < shape[0]; i++)
        write_dimension(reading, shape + 1, n_dims - 1);
    augi_json_list_end(reading->writer);
}

static AugStatus write_tensor(Reading *reading, AugError *error)
{
    AugTensorDesc tensor = reading->desc->tensor;
    const AugField *value = reading->value;
    if (tensor.n_dims > 0 && tensor.shape[0] == 0)
        tensor.shape[0] = value->n_rows;
    const bool is_empty = tensor.n_dims > 0 && tensor.shape[0] == 0;
    const size_t size = is_empty ? 0 : aug_tensor_size(&tensor);
    if (size != value->size || (size == 0 && !is_empty))
        return AUG_FAIL(error, AUG_CORRUPT, reading->desc->name,
                        "the field '%s' has %zu bytes; allowed are %zu, as its shape says",
                        reading->desc->name, value->size, size);
    write_dimension(reading, tensor.shape, tensor.n_dims);
    return AUG_OK;
}

static AugStatus write_text(const Reading *reading, AugError *error)
{
    const AugField *value = reading->value;
    const size_t invalid = augi_utf8_invalid(value->bytes, value->size);
    if (invalid < value->size)
        return AUG_FAIL(error, AUG_CORRUPT, reading->desc->name,
                        "the field '%s' is not UTF-8 at byte %zu; allowed in a row is UTF-8",
                        reading->desc->name, invalid);
    augi_json_text(reading->writer, value->bytes, value->size);
    return AUG_OK;
}

static AugStatus write_shares(const Reading *reading, AugError *error)
{
    const AugField *value = reading->value;
    const AugDatasetInfo *info = &reading->dataset->info;
    if (value->size != info->n_classes * sizeof(float))
        return AUG_FAIL(error, AUG_CORRUPT, reading->desc->name,
                        "the field '%s' has %zu bytes; allowed is a share for each of %" PRIu32
                        " classes",
                        reading->desc->name, value->size, info->n_classes);
    augi_json_object(reading->writer);
    for (uint32_t i = 0; i < info->n_classes; i++) {
        const float share = ((const float *)value->bytes)[i];
        if (share == 0)
            continue;
        augi_json_key(reading->writer, aug_dataset_class_name(reading->dataset, i));
        augi_json_float(reading->writer, share);
    }
    augi_json_object_end(reading->writer);
    return AUG_OK;
}

AugStatus cli_row_value(AugiJsonWriter *writer, const AugDataset *dataset, uint32_t number,
                        const AugField *value, AugError *error)
{
    const AugFieldDesc *desc = &dataset->info.fields[number];
    Reading reading = {
        .writer = writer,
        .dataset = dataset,
        .desc = desc,
        .value = value,
        .at = value->bytes,
        .is_class = holds_classes(desc, &dataset->info),
    };
    if (desc->kind == AUG_FIELD_TEXT)
        return write_text(&reading, error);
    if (desc->kind == AUG_FIELD_CLASSES)
        return write_shares(&reading, error);
    return write_tensor(&reading, error);
}

static AugStatus write_row(AugiJsonWriter *writer, const AugDataset *dataset,
                           const AugSample *sample, const CliRowPlace *place, AugError *error)
{
    augi_json_object(writer);
    for (uint32_t i = 0; i < dataset->info.n_fields; i++) {
        augi_json_key(writer, dataset->info.fields[i].name);
        if (place->files[i])
            augi_json_string(writer, place->files[i]);
        else
            AUG_TRY(cli_row_value(writer, dataset, i, &sample->fields[i], error));
    }
    augi_json_key(writer, "source");
    augi_json_string(writer, place->source);
    augi_json_key(writer, "copy");
    augi_json_unsigned(writer, place->copy);
    augi_json_object_end(writer);
    return AUG_OK;
}

AugStatus cli_row_make(const AugDataset *dataset, const AugSample *sample, const CliRowPlace *place,
                       char **line, AugError *error)
{
    AugiJsonWriter writer = {0};
    const AugStatus status = write_row(&writer, dataset, sample, place, error);
    char *text = augi_json_take(&writer);
    *line = NULL;
    if (status == AUG_OK && text && asprintf(line, "%s\n", text) < 0)
        *line = NULL;
    free(text);
    if (status != AUG_OK || *line)
        return status;
    return AUG_FAIL(error, AUG_NO_MEMORY, place->source, "no memory for a row");
}

/* Lists with a space behind each comma, so that lines can break there; frees the text. */
static char *spaced(char *text)
{
    char *wide = text ? malloc(2 * strlen(text) + 1) : NULL;
    char *to = wide;
    for (const char *from = text; wide && *from; from++) {
        *to++ = *from;
        if (*from == ',')
            *to++ = ' ';
    }
    if (wide)
        *to = 0;
    free(text);
    return wide;
}

static char *describe_field(const AugDataset *dataset, uint32_t number, const AugField *value)
{
    char *text = NULL;
    if (value->height > 0) {
        if (asprintf(&text, "height %" PRId32 ", width %" PRId32, value->height, value->width) < 0)
            return NULL;
        return text;
    }
    AugiJsonWriter writer = {0};
    const AugStatus status = cli_row_value(&writer, dataset, number, value, NULL);
    text = augi_json_take(&writer);
    if (status == AUG_OK)
        return dataset->info.fields[number].kind == AUG_FIELD_TEXT ? text : spaced(text);
    free(text);
    return NULL;
}

char *cli_row_describe(const AugDataset *dataset, const AugSample *sample, uint32_t without)
{
    char *lines = NULL;
    size_t size;
    FILE *to = open_memstream(&lines, &size);
    if (!to)
        return NULL;
    for (uint32_t i = 0; i < dataset->info.n_fields; i++) {
        if (without >> i & 1)
            continue;
        char *text = describe_field(dataset, i, &sample->fields[i]);
        fprintf(to, "%s%s: %s", ftell(to) > 0 ? "\n" : "", dataset->info.fields[i].name,
                text ? text : "cannot be shown");
        free(text);
    }
    fclose(to);
    return lines;
}
