/* A sample becomes KEY.jpg and, beside it, what lay beside it, KEY.cls, KEY.FIELD.png and KEY.json. */
#include "cli/pack_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/outcome.h"
#include "cli/row.h"
#include "cli/tar_member.h"
#include "libaug/data/dataset.h"

/* One sample at work. decoded: its pictures as pixels, where they are stored so. */
typedef struct Work {
    const CliPackJob *job;
    const AugEachSample *given;
    const char *key;
    AugSample decoded;
    bool is_decoded;
    CliPacked *packed;
} Work;

static bool is_picture(const AugFieldDesc *field)
{
    return field->kind == AUG_FIELD_IMAGE || field->kind == AUG_FIELD_MASK;
}

/* Whether a field says where something is in a picture. */
static bool has_places(const AugFieldDesc *field)
{
    return field->kind == AUG_FIELD_MASK || field->kind == AUG_FIELD_BOXES ||
           field->kind == AUG_FIELD_POINTS || field->kind == AUG_FIELD_POLYGONS;
}

AugStatus cli_pack_job_choose(CliPackJob *job, AugError *error)
{
    const AugDatasetInfo *info = aug_dataset_info(job->dataset);
    job->image = aug_dataset_field(info, AUG_FIELD_IMAGE);
    job->label = aug_dataset_field(info, AUG_FIELD_CLASS);
    if (job->image < 0)
        return AUG_FAIL(error, AUG_UNSUPPORTED, augi_dataset_path(job->dataset),
                        "the samples have no pictures, which are what is packed; allowed are data "
                        "sets with pictures, see 'aug datasets'");
    for (uint32_t i = 0; i < info->n_fields && job->options.max_side > 0; i++)
        if (has_places(&info->fields[i]))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, "--max-side",
                            "the field '%s' has places in the pictures, which would not fit to "
                            "scaled ones; allowed is packing without it, or 'aug apply' with a "
                            "specification that resizes",
                            info->fields[i].name);
    return AUG_OK;
}

/* Adds the member KEY.ENDING, or KEY.FIELD.ENDING. */
static AugStatus add_member(const Work *work, const char *field, const char *ending,
                            const void *content, size_t size, AugError *error)
{
    char name[CLI_PACK_NAME_SIZE];
    const int length = snprintf(name, sizeof(name), "%s%s%s.%s", work->key, field ? "." : "",
                                field ? field : "", ending);
    if (length >= (int)sizeof(name))
        return AUG_FAIL(error, AUG_TOO_LARGE, work->packed->source,
                        "the name of its member has %d characters; allowed are %zu", length,
                        sizeof(name) - 1);
    cli_tar_add_file(&work->packed->members, name, content, size);
    return AUG_OK;
}

/* Pixels that are stored raw, interleaved. */
static AugStatus decode(Work *work, AugError *error)
{
    if (work->is_decoded)
        return AUG_OK;
    work->is_decoded = true;
    return aug_worker_decode(work->given->worker, work->given->sample, &work->decoded, error);
}

static AugStatus add_pixels(Work *work, uint32_t number, const char *name, AugError *error)
{
    AUG_TRY(decode(work, error));
    const AugField *value = &work->decoded.fields[number];
    const AugDtype dtype = work->job->dataset->info.fields[number].tensor.dtype;
    const AugImage image = {
        .dtype = dtype,
        .pixels = (uint8_t *)(uintptr_t)value->bytes,
        .height = value->height,
        .width = value->width,
        .channels = value->channels,
        .row_size = (size_t)value->width * (size_t)value->channels * aug_dtype_size(dtype),
    };
    uint8_t *bytes;
    size_t size;
    AUG_TRY(aug_image_encode_png(&image, &bytes, &size, error));
    const AugStatus status = add_member(work, name, "png", bytes, size, error);
    free(bytes);
    return status;
}

/* The picture itself, rewritten. */
static AugStatus add_rewritten(const Work *work, const AugField *value, AugError *error)
{
    const CliPackJob *job = work->job;
    const char *format = aug_image_format(value->bytes, value->size);
    AugRepacked made = {0};
    AUG_TRY(aug_image_repack(value->bytes, value->size, &job->options, &job->dataset->limits, &made,
                             error));
    const void *bytes = made.bytes ? made.bytes : value->bytes;
    const size_t size = made.bytes ? made.size : value->size;
    CliPacked *packed = work->packed;
    packed->kept = made.kept;
    packed->is_stored = !made.bytes;
    const AugStatus status =
        add_member(work, NULL, aug_image_format_extension(format), bytes, size, error);
    packed->picture_size = size;
    packed->picture_at =
        packed->members.size - (size + CLI_TAR_BLOCK - 1) / CLI_TAR_BLOCK * CLI_TAR_BLOCK;
    free(made.bytes);
    return status;
}

/* Any other picture file, as it is. */
static AugStatus add_file(const Work *work, const AugField *value, const char *name,
                          AugError *error)
{
    const char *format = aug_image_format(value->bytes, value->size);
    if (!format)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the field '%s' is no picture of a format that can be read", name);
    return add_member(work, name, aug_image_format_extension(format), value->bytes, value->size,
                      error);
}

static AugStatus add_picture(Work *work, uint32_t number, AugError *error)
{
    const AugFieldDesc *field = &work->job->dataset->info.fields[number];
    const AugField *value = &work->given->sample->fields[number];
    const bool is_main = (int)number == work->job->image;
    if (field->form != AUG_FORM_ENCODED)
        return add_pixels(work, number, is_main ? NULL : field->name, error);
    return is_main ? add_rewritten(work, value, error) : add_file(work, value, field->name, error);
}

/* All that lies beside the sample, byte for byte. *has_class: a class number was among it. */
static AugStatus add_beside(const Work *work, bool *has_class, AugError *error)
{
    const CliPackJob *job = work->job;
    uint64_t n;
    const CliPackFile *files = cli_pack_beside_of(&job->beside, work->given->key.sample, &n);
    *has_class = false;
    for (uint64_t i = 0; i < n; i++) {
        const char *ending = cli_pack_beside_ending(&job->beside, &files[i]);
        uint8_t *bytes;
        AUG_TRY(cli_pack_beside_read(&files[i], job->dataset->limits.max_encoded_size,
                                     work->packed->source, &bytes, error));
        *has_class = *has_class || strcasecmp(ending, "cls") == 0;
        const AugStatus status =
            add_member(work, NULL, ending, bytes, (size_t)files[i].size, error);
        free(bytes);
        AUG_TRY(status);
    }
    return AUG_OK;
}

static AugStatus add_class(const Work *work, AugError *error)
{
    const int64_t label = aug_sample_class(&work->job->dataset->info, work->given->sample);
    char digits[24];
    if (label < 0)
        return AUG_OK;
    const int size = snprintf(digits, sizeof(digits), "%" PRId64, label);
    return add_member(work, NULL, "cls", digits, (size_t)size, error);
}

/* Whether a field stands in KEY.json: what is no file and no class number. */
static bool is_in_json(const CliPackJob *job, uint32_t number)
{
    return !is_picture(&job->dataset->info.fields[number]) && (int)number != job->label;
}

/* An object of all fields that are no files. "label" is a class number to readers of archives, so a
 * field of that name that is none is called "labels". */
static AugStatus add_json(const Work *work, AugError *error)
{
    const CliPackJob *job = work->job;
    const AugDatasetInfo *info = &job->dataset->info;
    AugiJsonWriter writer = {0};
    AugStatus status = AUG_OK;
    uint32_t n = 0;
    augi_json_object(&writer);
    for (uint32_t i = 0; i < info->n_fields && status == AUG_OK; i++) {
        if (!is_in_json(job, i))
            continue;
        const char *name = info->fields[i].name;
        augi_json_key(&writer, strcmp(name, "label") == 0 ? "labels" : name);
        status = cli_row_value(&writer, job->dataset, i, &work->given->sample->fields[i], error);
        n++;
    }
    augi_json_object_end(&writer);
    char *text = augi_json_take(&writer);
    if (status == AUG_OK && !text)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
    if (status == AUG_OK && n > 0)
        status = add_member(work, NULL, "json", text, strlen(text), error);
    free(text);
    return status;
}

static AugStatus add_all(Work *work, AugError *error)
{
    const CliPackJob *job = work->job;
    bool has_class;
    AUG_TRY(add_picture(work, (uint32_t)job->image, error));
    AUG_TRY(add_beside(work, &has_class, error));
    if (!has_class)
        AUG_TRY(add_class(work, error));
    for (uint32_t i = 0; i < job->dataset->info.n_fields; i++)
        if ((int)i != job->image && is_picture(&job->dataset->info.fields[i]))
            AUG_TRY(add_picture(work, i, error));
    return add_json(work, error);
}

/* Fills the result of a sample, whatever became of it. */
static AugStatus process(Work *work, AugError *error)
{
    const AugEachSample *given = work->given;
    CliPacked *packed = work->packed;
    packed->source = strdup(given->sample ? given->sample->name : given->error->where);
    if (!packed->source)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a name");
    if (given->error)
        packed->error = *given->error;
    else if (add_all(work, &packed->error) != AUG_OK && !packed->error.where[0])
        aug_error_prefix(&packed->error, packed->error.status, packed->source);
    if (packed->error.status != AUG_OK && !cli_is_of_sample(packed->error.status)) {
        *error = packed->error;
        return error->status;
    }
    if (packed->members.failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, packed->source, "no memory for its members");
    return AUG_OK;
}

AugStatus cli_pack_make(void *job, const AugEachSample *given, void **result, AugError *error)
{
    CliPacked *packed = calloc(1, sizeof(*packed));
    if (!packed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a sample");
    *result = packed;
    const CliPackJob *of = job;
    Work work = {.job = job,
                 .given = given,
                 .key = cli_pack_names_key(&of->names, given->key.sample),
                 .packed = packed};
    return process(&work, error);
}

void cli_pack_drop(void *job, void *result)
{
    (void)job;
    CliPacked *packed = result;
    cli_bytes_fini(&packed->members);
    free(packed->source);
    free(packed);
}
