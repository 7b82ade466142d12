/* From a sample to pixels in memory: decoding, or making ready what a data set stores raw. */
#include "image/domain/domain.h"
#include "image/pixels/channels.h"
#include "image/pixels/work.h"

static AugStatus check_channels(const ImgPlan *plan, const AugField *field, AugError *error)
{
    const int32_t wanted = plan->input.channels;
    if (img_channels_convert(field->channels, wanted))
        return AUG_OK;
    if (wanted == 1 || wanted == 3)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL, "pixels have %d channels; 1 or 3 are allowed",
                        field->channels);
    return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                    "pixels have %d channels; the data set says that all have %d", field->channels,
                    wanted);
}

static AugStatus inspect_pixels(const ImgPlan *plan, const AugField *field, AugError *error)
{
    const AugLimits *limits = plan->limits;
    AUG_TRY(check_channels(plan, field, error));
    if (field->height < 1 || field->width < 1 || (uint32_t)field->height > limits->max_side ||
        (uint32_t)field->width > limits->max_side ||
        (uint64_t)field->height * (uint64_t)field->width > limits->max_pixels)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the picture is %d x %d; sides of 1 to %u and %llu pixels are allowed",
                        field->height, field->width, limits->max_side,
                        (unsigned long long)limits->max_pixels);
    const uint64_t needed = (uint64_t)field->height * (uint64_t)field->width *
                            (uint64_t)field->channels * img_value_size(plan->input.dtype);
    if (field->size < needed)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "%zu bytes for a picture that has %llu",
                        field->size, (unsigned long long)needed);
    return AUG_OK;
}

AugStatus img_inspect(const ImgPlan *plan, const AugField *field, ImgSampleInfo *info,
                      AugError *error)
{
    if (plan->image.form != AUG_FORM_ENCODED) {
        AUG_TRY(inspect_pixels(plan, field, error));
        info->stored = (AugSize){.height = field->height, .width = field->width};
        info->upright = IMG_ORIENT_NONE;
        return AUG_OK;
    }
    ImgHeader *header = &info->header;
    AUG_TRY(img_header(field->bytes, field->size, plan->limits, header, error));
    info->stored = (AugSize){.height = header->height, .width = header->width};
    info->upright =
        plan->exif_orientation ? img_orient_from_exif(header->orientation) : IMG_ORIENT_NONE;
    return AUG_OK;
}

/* Checks those files of a sample that are in the set. */
static AugStatus check_sample(ImgWorker *worker, const AugSample *sample, uint32_t files,
                              AugError *error)
{
    for (uint32_t i = 0; i < AUG_MAX_FIELDS; i++) {
        if (!(files & 1u << i))
            continue;
        const AugField *field = &sample->fields[i];
        const AugStatus status =
            img_verify(worker->decoder, field->bytes, field->size, worker->plan->limits, error);
        if (status != AUG_OK)
            return aug_error_prefix(error, status, sample->name);
    }
    return AUG_OK;
}

AugStatus img_check_files(ImgWorker *worker, const AugDomainJob *job, AugError *error)
{
    const ImgPlan *plan = worker->plan;
    worker->careful = job->unchecked & 1;
    worker->hints = job->hints;
    for (uint32_t i = 0; i < job->n; i++) {
        AUG_TRY(augi_allowance_go_on(worker->allowance, error));
        const uint32_t files = i == 0 ? plan->files & ~plan->loaded_files : plan->files;
        const AugStatus status = job->unchecked & 1u << i
                                     ? check_sample(worker, &job->samples[i], files, error)
                                     : AUG_OK;
        if (status != AUG_OK && job->at_fault)
            *job->at_fault = i;
        if (status != AUG_OK)
            return status;
    }
    return AUG_OK;
}

/* AugImage has no const pixels because callers of the public interface own them; what is loaded is
 * only read. */
static uint8_t *borrow(const uint8_t *bytes)
{
    return (uint8_t *)(uintptr_t)bytes;
}

/* Whether stored pixels are what operations are to see. */
static bool is_ready(const ImgPlan *plan, const AugField *field)
{
    const int32_t channels = plan->input.channels;
    const bool interleaved = channels == 1 || plan->image.form != AUG_FORM_PLANES;
    return field->channels == channels && interleaved &&
           (uintptr_t)field->bytes % img_value_size(plan->input.dtype) == 0;
}

static AugStatus load_pixels(ImgWorker *worker, const AugField *field, ImgWindow window,
                             ImgSource *source, AugError *error)
{
    const ImgPlan *plan = worker->plan;
    const ImgPixelType type = {.dtype = plan->input.dtype, .channels = plan->input.channels};
    const size_t width = (size_t)field->width, value_size = img_value_size(type.dtype);
    *source = (ImgSource){.width = field->width, .height = field->height};
    if (is_ready(plan, field)) {
        source->pixels = (AugImage){
            .pixels = borrow(field->bytes),
            .height = field->height,
            .width = field->width,
            .channels = type.channels,
            .row_size = width * value_size * (size_t)type.channels,
            .dtype = type.dtype,
        };
        return AUG_OK;
    }
    source->x = window.x0;
    source->y = window.y0;
    const AugSize size = {.height = window.y1 - window.y0, .width = window.x1 - window.x0};
    AUG_TRY(img_pixels_make(&worker->loaded, size, type, &source->pixels, error));
    worker->work += img_size_pixels(size) * IMG_PASSES_COPY * img_work_weight(type);
    const bool planar = plan->image.form == AUG_FORM_PLANES;
    ImgStoredRow row = {
        .channel_step = value_size * (planar ? width * (size_t)field->height : 1),
        .pixel_step = value_size * (planar ? 1 : (size_t)field->channels),
        .type = {.dtype = type.dtype, .channels = field->channels},
    };
    row.first = (const uint8_t *)field->bytes +
                ((size_t)window.y0 * width + (size_t)window.x0) * row.pixel_step;
    img_channels_rows(&row, width * row.pixel_step, &source->pixels);
    return AUG_OK;
}

static ImgMarkSpacing spacing_of(AugHintDetail detail)
{
    return detail == AUG_HINTS_MANY   ? IMG_MARK_8
           : detail == AUG_HINTS_MORE ? IMG_MARK_16
                                      : IMG_MARK_ROWS;
}

/* Decodes with the marks that are known of the file, or makes some. */
static AugStatus decode(ImgWorker *worker, ImgDecodeJob *job, ImgSource *source, ImgWindow *got,
                        AugError *error)
{
    AugSampleHints *hints = worker->hints;
    ImgNewMarks made = {0};
    if (hints)
        job->marks = (ImgMarks){.bytes = hints->bytes, .size = hints->size};
    if (hints && hints->room && job->careful) {
        made = (ImgNewMarks){
            .spacing = spacing_of(hints->detail), .bytes = hints->room, .capacity = hints->most};
        job->new_marks = &made;
    }
    AUG_TRY(img_decode(worker->decoder, job, worker->plan->limits, &source->pixels, got, error));
    if (job->new_marks) {
        hints->made = made.size;
        hints->is_made = true;
    }
    return AUG_OK;
}

AugStatus img_load(ImgWorker *worker, const AugField *field, const ImgSampleInfo *info,
                   ImgWindow window, ImgSource *source, AugError *error)
{
    worker->reduction = 1;
    if (worker->plan->image.form != AUG_FORM_ENCODED)
        return load_pixels(worker, field, window, source, error);
    ImgDecodeJob job = {
        .bytes = field->bytes,
        .size = field->size,
        .header = &info->header,
        .channels = worker->plan->input.channels,
        .window = &window,
        .dtype = worker->plan->input.dtype,
        .careful = worker->careful,
        .reduction = &worker->reduction,
    };
    ImgWindow got;
    worker->reduction = info->reduction;
    const ImgPixelType type = {.dtype = job.dtype, .channels = job.channels};
    worker->work += img_header_work(&info->header) * img_work_weight(type);
    AUG_TRY(decode(worker, &job, source, &got, error));
    source->x = got.x0;
    source->y = got.y0;
    source->width = (info->stored.width + worker->reduction - 1) / worker->reduction;
    source->height = (info->stored.height + worker->reduction - 1) / worker->reduction;
    return AUG_OK;
}
