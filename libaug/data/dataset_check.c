/* Fields that make sense, and samples that are what their fields say. */
#include "libaug/data/dataset_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libaug/data/support/numbers.h"

/* Names become names of tensors and keys of JSON. */
#define MAX_FIELD_NAME 48
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

/* What a kind of field may be. width: of a row; 0: any. min_dims, max_dims: of one sample. */
typedef struct KindRule {
    bool is_picture, any_dtype;
    AugDtype dtype;
    uint32_t min_dims, max_dims;
    uint64_t width;
    const char *allowed;
} KindRule;

static const KindRule rules[] = {
    [AUG_FIELD_IMAGE] = {true, true, AUG_DTYPE_U8, 3, 3, 0,
                         "[height, width, channels], encoded, as pixels or as planes"},
    [AUG_FIELD_MASK] = {true, false, AUG_DTYPE_U8, 3, 3, 1,
                        "U8 [height, width, 1], encoded, as pixels or as planes"},
    [AUG_FIELD_BOXES] = {false, false, AUG_DTYPE_F32, 2, 2, 4, "F32 [rows, 4]"},
    [AUG_FIELD_POINTS] = {false, false, AUG_DTYPE_F32, 2, 2, 2, "F32 [rows, 2]"},
    [AUG_FIELD_POLYGONS] = {false, false, AUG_DTYPE_F32, 2, 2, 2, "F32 [rows, 2]"},
    [AUG_FIELD_TEXT] = {false, false, AUG_DTYPE_U8, 1, 1, 0, "U8 [bytes]"},
    [AUG_FIELD_CLASS] = {false, false, AUG_DTYPE_I64, 0, 0, 0, "I64 []"},
    [AUG_FIELD_CLASSES] = {false, false, AUG_DTYPE_F32, 1, 1, 0, "F32 [n_classes]"},
    [AUG_FIELD_VALUES] = {false, false, AUG_DTYPE_F32, 1, AUG_MAX_DIMS, 0, "F32 [values]"},
    [AUG_FIELD_OTHER] = {false, true, AUG_DTYPE_U8, 0, AUG_MAX_DIMS, 0, "any type and shape"},
    [AUG_FIELD_SPANS] = {false, false, AUG_DTYPE_I64, 2, 2, 2, "I64 [rows, 2]"},
};

#define N_KINDS (sizeof(rules) / sizeof(rules[0]))

static AugStatus check_name(const AugDatasetInfo *info, uint32_t i, const char *where,
                            AugError *error)
{
    const char *name = info->fields[i].name;
    const size_t size = name ? strlen(name) : 0;
    if (size == 0 || size > MAX_FIELD_NAME || strspn(name, NAME_LETTERS) != size)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "field %" PRIu32
                        " has the name '%.80s'; allowed are 1 to %d letters, digits, _ and -",
                        i, name ? name : "", MAX_FIELD_NAME);
    for (uint32_t k = 0; k < i; k++)
        if (strcmp(info->fields[k].name, name) == 0)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                            "two fields have the name '%s'; allowed are different ones", name);
    return AUG_OK;
}

static bool is_open_ended(const AugFieldDesc *field)
{
    return field->tensor.n_dims > 0 && field->tensor.shape[0] == 0;
}

/* Whether the dimensions but the first are given, where they must be. */
static bool has_dims(const AugFieldDesc *field)
{
    for (uint32_t i = 1; i < field->tensor.n_dims; i++)
        if (field->tensor.shape[i] == 0)
            return false;
    return true;
}

/* Whether a sample, or a row where their number is open, has bytes that can be counted. */
static bool has_size(const AugFieldDesc *field)
{
    AugTensorDesc part = field->tensor;
    if (is_open_ended(field))
        part.shape[0] = 1;
    return field->form != AUG_FORM_VALUES || aug_tensor_size(&part) > 0;
}

static bool fits_rule(const AugDatasetInfo *info, const AugFieldDesc *field)
{
    const KindRule *rule = &rules[field->kind];
    const AugTensorDesc *tensor = &field->tensor;
    if ((unsigned)field->form > AUG_FORM_PLANES ||
        (field->form != AUG_FORM_VALUES) != rule->is_picture)
        return false;
    if ((!rule->any_dtype && tensor->dtype != rule->dtype) || aug_dtype_size(tensor->dtype) == 0)
        return false;
    if (tensor->n_dims < rule->min_dims || tensor->n_dims > rule->max_dims)
        return false;
    if (rule->width && tensor->shape[tensor->n_dims - 1] != rule->width)
        return false;
    if (field->kind == AUG_FIELD_CLASSES)
        return info->n_classes > 0 && tensor->shape[0] == info->n_classes;
    return rule->is_picture || has_dims(field);
}

static AugStatus check_type(const AugDatasetInfo *info, const AugFieldDesc *field,
                            const char *where, AugError *error)
{
    if ((unsigned)field->kind >= N_KINDS)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "the field '%s' is of the kind %d, which is not known", field->name,
                        (int)field->kind);
    if (fits_rule(info, field) && has_size(field))
        return AUG_OK;
    if (fits_rule(info, field))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "the field '%s' has rows or a sample of more bytes than can be counted",
                        field->name);
    char shape[120] = "";
    for (uint32_t i = 0, used = 0; i < field->tensor.n_dims && i < AUG_MAX_DIMS; i++)
        used += (uint32_t)snprintf(shape + used, sizeof(shape) - used, "%s%" PRIu64, i ? ", " : "",
                                   field->tensor.shape[i]);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                    "the field '%s' is %s [%s] of %" PRIu32 " dimensions in form %d; allowed: %s",
                    field->name, aug_dtype_name(field->tensor.dtype), shape, field->tensor.n_dims,
                    (int)field->form, rules[field->kind].allowed);
}

/* Number of the field that a field follows; -1 if there is none. */
static int followed(const AugDatasetInfo *info, const AugFieldDesc *field)
{
    for (uint32_t i = 0; field->follows && i < info->n_fields; i++)
        if (&info->fields[i] != field && strcmp(info->fields[i].name, field->follows) == 0)
            return (int)i;
    return -1;
}

AugStatus augi_fields_check(const AugDatasetInfo *info, const char *where, AugError *error)
{
    if (info->n_fields == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "no fields are given; at least one is "
                        "needed");
    for (uint32_t i = 0; i < info->n_fields; i++) {
        AUG_TRY(check_name(info, i, where, error));
        AUG_TRY(check_type(info, &info->fields[i], where, error));
    }
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const AugFieldDesc *field = &info->fields[i];
        const int other = followed(info, field);
        if (!field->follows ||
            (other >= 0 && is_open_ended(field) && is_open_ended(&info->fields[other])))
            continue;
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "the field '%s' follows '%.60s'; allowed is another field, and both with "
                        "an open number of rows",
                        field->name, field->follows);
    }
    return AUG_OK;
}

/* A value that is being checked. */
typedef struct Value {
    const AugFieldDesc *desc;
    const AugDatasetInfo *info;
    const AugLimits *limits;
    AugField *field;
} Value;

static AugStatus check_size(const Value *value, uint64_t allowed, AugError *error)
{
    if (value->field->size == allowed)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, NULL, "the field '%s' has %zu bytes; allowed are %" PRIu64,
                    value->desc->name, value->field->size, allowed);
}

static AugStatus check_encoded(const Value *value, AugError *error)
{
    const size_t size = value->field->size;
    if (size == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the field '%s' has no bytes; allowed is a picture file",
                        value->desc->name);
    if (size > value->limits->max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the field '%s' has %zu bytes; %" PRIu64 " are allowed", value->desc->name,
                        size, value->limits->max_encoded_size);
    return AUG_OK;
}

static AugStatus check_pixels(const Value *value, AugError *error)
{
    const AugField *field = value->field;
    const int32_t found[3] = {field->height, field->width, field->channels};
    for (int i = 0; i < 3; i++) {
        const uint64_t wanted = value->desc->tensor.shape[i];
        if (found[i] < 1 || (wanted && (uint64_t)found[i] != wanted))
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "the field '%s' has the %s %" PRId32 "; allowed is %s%" PRIu64,
                            value->desc->name, (const char *[]){"height", "width", "channels"}[i],
                            found[i], wanted ? "" : "at least ", wanted ? wanted : 1);
    }
    const uint64_t n_pixels = (uint64_t)found[0] * (uint64_t)found[1];
    const AugLimits *limits = value->limits;
    if ((uint32_t)found[0] > limits->max_side || (uint32_t)found[1] > limits->max_side ||
        n_pixels > limits->max_pixels)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the field '%s' has %" PRId32 " x %" PRId32
                        " pixels; allowed are sides of %" PRIu32 " and %" PRIu64 " pixels",
                        value->desc->name, found[0], found[1], limits->max_side,
                        limits->max_pixels);
    const AugTensorDesc full = {
        .dtype = value->desc->tensor.dtype,
        .n_dims = 3,
        .shape = {(uint64_t)found[0], (uint64_t)found[1], (uint64_t)found[2]},
    };
    return check_size(value, aug_tensor_size(&full), error);
}

/* Rows of a value whose descriptor leaves their number open. */
static AugStatus check_rows(const Value *value, AugError *error)
{
    AugField *field = value->field;
    AugTensorDesc row = value->desc->tensor;
    row.shape[0] = 1;
    const size_t row_size = aug_tensor_size(&row);
    if (field->n_rows == 0)
        field->n_rows = field->size / row_size;
    if (field->size % row_size || field->size / row_size != field->n_rows)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the field '%s' has %" PRIu64 " rows in %zu bytes; a row has %zu bytes",
                        value->desc->name, field->n_rows, field->size, row_size);
    if (value->desc->most && field->n_rows > value->desc->most)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the field '%s' has %" PRIu64 " rows; allowed are %" PRIu64,
                        value->desc->name, field->n_rows, value->desc->most);
    if (field->size > value->limits->max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the field '%s' has %zu bytes; %" PRIu64 " are allowed", value->desc->name,
                        field->size, value->limits->max_encoded_size);
    return AUG_OK;
}

static AugStatus fail_number(const Value *value, uint64_t i, double number, const char *allowed,
                             AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "number %" PRIu64 " of the field '%s' is %g; allowed are %s", i,
                    value->desc->name, number, allowed);
}

static AugStatus check_numbers(const Value *value, AugError *error)
{
    const float *numbers = value->field->bytes;
    const uint64_t n = value->field->size / sizeof(float);
    const uint64_t odd = augi_floats_find_odd(numbers, n);
    if (odd < n)
        return fail_number(value, odd, (double)numbers[odd], "finite numbers", error);
    const AugFieldKind kind = value->desc->kind;
    for (uint64_t i = 0; kind == AUG_FIELD_CLASSES && i < n; i++)
        if (numbers[i] < 0 || numbers[i] > 1)
            return fail_number(value, i, (double)numbers[i], "shares of 0 to 1", error);
    for (uint64_t i = 0; kind == AUG_FIELD_BOXES && i < n; i += 4)
        if (numbers[i + 2] < numbers[i] || numbers[i + 3] < numbers[i + 1])
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "row %" PRIu64 " of the field '%s' is [%g, %g, %g, %g]; allowed are "
                            "x0 <= x1 and y0 <= y1",
                            i / 4, value->desc->name, (double)numbers[i], (double)numbers[i + 1],
                            (double)numbers[i + 2], (double)numbers[i + 3]);
    return AUG_OK;
}

static AugStatus check_content(const Value *value, AugError *error)
{
    if (value->desc->tensor.dtype == AUG_DTYPE_F32)
        return check_numbers(value, error);
    if (value->desc->kind != AUG_FIELD_CLASS)
        return AUG_OK;
    int64_t class;
    memcpy(&class, value->field->bytes, sizeof(class));
    if (class >= -1 && class < (int64_t)value->info->n_classes)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "the field '%s' is class %" PRId64 "; allowed are -1 to %" PRId64,
                    value->desc->name, class, (int64_t)value->info->n_classes - 1);
}

/* Memory that can be read as the descriptor says. */
static AugStatus check_address(const Value *value, AugError *error)
{
    static const uint64_t nothing;
    AugField *field = value->field;
    if (field->size == 0)
        field->bytes = &nothing;
    if (!field->bytes)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the field '%s' has %zu bytes at no address",
                        value->desc->name, field->size);
    const size_t unit = aug_dtype_size(value->desc->tensor.dtype);
    if (value->desc->form == AUG_FORM_ENCODED || (uintptr_t)field->bytes % unit == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "the bytes of the field '%s' are not aligned; allowed are addresses that are "
                    "multiples of %zu",
                    value->desc->name, unit);
}

static AugStatus check_value(const Value *value, AugError *error)
{
    AUG_TRY(check_address(value, error));
    if (value->desc->form == AUG_FORM_ENCODED)
        return check_encoded(value, error);
    if (value->desc->form != AUG_FORM_VALUES)
        return check_pixels(value, error);
    if (is_open_ended(value->desc))
        AUG_TRY(check_rows(value, error));
    else
        AUG_TRY(check_size(value, aug_tensor_size(&value->desc->tensor), error));
    return check_content(value, error);
}

/* Spans lie in the text that they are of. */
static AugStatus check_spans(const AugDatasetInfo *info, const AugSample *sample, uint32_t number,
                             AugError *error)
{
    const int text = aug_dataset_field(info, AUG_FIELD_TEXT);
    const int64_t size = text >= 0 ? (int64_t)sample->fields[text].size : 0;
    const AugField *field = &sample->fields[number];
    const int64_t *spans = field->bytes;
    for (uint64_t i = 0; i < field->n_rows; i++)
        if (spans[2 * i] < 0 || spans[2 * i] > spans[2 * i + 1] || spans[2 * i + 1] > size)
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "row %" PRIu64 " of the field '%s' is [%" PRId64 ", %" PRId64
                            "]; allowed are start <= end within the %" PRId64 " bytes of the text",
                            i, info->fields[number].name, spans[2 * i], spans[2 * i + 1], size);
    return AUG_OK;
}

AugStatus augi_sample_check(const AugDatasetInfo *info, const AugLimits *limits, AugSample *sample,
                            AugError *error)
{
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const Value value = {
            .desc = &info->fields[i],
            .info = info,
            .limits = limits,
            .field = &sample->fields[i],
        };
        AUG_TRY(check_value(&value, error));
    }
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const int other = followed(info, &info->fields[i]);
        if (info->fields[i].kind == AUG_FIELD_SPANS)
            AUG_TRY(check_spans(info, sample, i, error));
        if (other >= 0 && sample->fields[i].n_rows != sample->fields[other].n_rows)
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "the field '%s' has %" PRIu64 " rows; allowed are %" PRIu64
                            ", as many as '%s' has",
                            info->fields[i].name, sample->fields[i].n_rows,
                            sample->fields[other].n_rows, info->fields[other].name);
    }
    return AUG_OK;
}
