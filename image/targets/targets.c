/* Finding the targets of a plan, and making them for a sample. */
#include "image/targets/targets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "libaug/data/dataset.h"

static uint32_t bit_of(AugFieldKind kind)
{
    switch (kind) {
    case AUG_FIELD_MASK:
        return IMG_MASKS;
    case AUG_FIELD_BOXES:
        return IMG_BOXES;
    case AUG_FIELD_POINTS:
        return IMG_POINTS;
    default:
        return 0;
    }
}

static AugStatus check_field(const AugFieldDesc *field, AugError *error)
{
    const AugTensorDesc *tensor = &field->tensor;
    const uint64_t width = field->kind == AUG_FIELD_BOXES ? 4 : 2;
    if (field->kind == AUG_FIELD_POLYGONS)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the field '%s' holds polygons, which the operations on pictures do not "
                        "treat; use a mask",
                        field->name);
    if (field->kind == AUG_FIELD_MASK && tensor->dtype != AUG_DTYPE_U8)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "the mask '%s' is of %s; allowed are 8 bits",
                        field->name, aug_dtype_name(tensor->dtype));
    if ((field->kind == AUG_FIELD_BOXES || field->kind == AUG_FIELD_POINTS) &&
        (tensor->dtype != AUG_DTYPE_F32 || tensor->n_dims != 2 || tensor->shape[0] != 0 ||
         tensor->shape[1] != width))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "the rows of '%s' are not F32 [any number, %d]",
                        field->name, (int)width);
    return AUG_OK;
}

static int32_t target_of(const ImgTargets *targets, const char *name)
{
    for (uint32_t i = 0; i < targets->n; i++)
        if (strcmp(targets->items[i].desc.name, name) == 0)
            return (int32_t)i;
    return -1;
}

static size_t row_size(const AugFieldDesc *field)
{
    size_t size = aug_dtype_size(field->tensor.dtype);
    for (uint32_t i = 1; i < field->tensor.n_dims; i++)
        size *= field->tensor.shape[i];
    return size;
}

/* Fields that accompany the rows of boxes or points. A field that accompanies another one, which no
 * operation treats, travels on with it. */
static AugStatus find_followers(const AugDatasetInfo *info, ImgTargets *targets, AugError *error)
{
    const uint32_t n_leaders = targets->n;
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const AugFieldDesc *field = &info->fields[i];
        const int32_t leader = field->follows ? target_of(targets, field->follows) : -1;
        if (leader < 0)
            continue;
        if (bit_of(field->kind) || (uint32_t)leader >= n_leaders ||
            targets->items[leader].desc.kind == AUG_FIELD_MASK)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the field '%s' accompanies the rows of '%s'; allowed are fields other "
                            "than masks, boxes and points that accompany boxes or points",
                            field->name, field->follows);
        if (field->tensor.n_dims == 0 || field->tensor.shape[0] != 0 || row_size(field) == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the rows of '%s' differ in size, or their number is fixed; allowed "
                            "are any number of rows of one size, as '%s' has",
                            field->name, field->follows);
        targets->items[targets->n++] = (ImgTargetField){
            .field = i, .desc = *field, .follows = leader, .row_size = row_size(field)};
    }
    return AUG_OK;
}

AugStatus img_targets_find(const AugDatasetInfo *info, ImgTargets *targets, uint32_t *present,
                           AugError *error)
{
    *present = 0;
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const AugFieldDesc *field = &info->fields[i];
        AUG_TRY(check_field(field, error));
        if (!bit_of(field->kind))
            continue;
        *present |= bit_of(field->kind);
        targets->items[targets->n++] = (ImgTargetField){
            .field = i, .desc = *field, .follows = -1, .row_size = row_size(field)};
    }
    return find_followers(info, targets, error);
}

const char *img_view_name(ImgTargets *targets, uint32_t number, const char *name, uint32_t view)
{
    char *text = targets->names[number];
    if (view == 0)
        snprintf(text, sizeof(targets->names[number]), "%s", name);
    else
        snprintf(text, sizeof(targets->names[number]), "%s.%u", name, view);
    return text;
}

/* The tensor of a target in one view, without its name. */
static AugTensorSpec spec_of(const ImgTargetField *target, AugSize size)
{
    if (target->desc.kind == AUG_FIELD_MASK)
        return (AugTensorSpec){
            .sample = {AUG_DTYPE_U8, 2, {(uint64_t)size.height, (uint64_t)size.width}},
            .axes = "hw"};
    static const char *const axes[] = {"", "n", "nd", "ndd", "nddd", "ndddd"};
    AugTensorSpec spec = {.sample = target->desc.tensor, .ragged = true};
    spec.axes = axes[spec.sample.n_dims];
    spec.sample.shape[0] = target->desc.most;
    if (target->desc.kind == AUG_FIELD_BOXES)
        spec.axes = "n4";
    else if (target->desc.kind == AUG_FIELD_POINTS)
        spec.axes = "n2";
    return spec;
}

AugStatus img_targets_describe(ImgTargets *targets, AugSize size, uint32_t n_views,
                               AugDomainOutput *output, AugError *error)
{
    for (uint32_t i = 0; i < targets->n; i++) {
        ImgTargetField *target = &targets->items[i];
        target->tensor = output->n_tensors;
        AugTensorSpec spec = spec_of(target, size);
        if (spec.ragged && target->desc.most == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the rows of '%s' have no bound, so they fit no batch",
                            target->desc.name);
        for (uint32_t v = 0; v < n_views; v++) {
            if (output->n_tensors == AUG_MAX_TENSORS)
                return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                                "%u views would have more than %d tensors; use fewer", n_views,
                                AUG_MAX_TENSORS);
            spec.name = img_view_name(targets, output->n_tensors, target->desc.name, v);
            output->tensors[output->n_tensors++] = spec;
        }
    }
    return AUG_OK;
}

void img_targets_memory_count(ImgTargetsMemory *memory, AugiAllowance *allowance)
{
    img_mask_memory_count(&memory->masks, allowance);
    memory->made.allowance = allowance;
    memory->kept.allowance = allowance;
}

void img_targets_memory_fini(ImgTargetsMemory *memory)
{
    img_mask_memory_fini(&memory->masks);
    aug_buffer_fini(&memory->made);
    aug_buffer_fini(&memory->kept);
}

/* Union of what the recipes of all views need of a mask. */
static AugStatus mask_window(const ImgTargetsJob *job, ImgMaskMemory *memory, ImgWindow *window,
                             AugError *error)
{
    for (uint32_t v = 0; v < job->n_views; v++) {
        AUG_TRY(img_recipe_needs(job->recipes[v], IMG_TARGET_MASK, &memory->needs, error));
        const ImgWindow needed = memory->needs.loaded;
        *window = v == 0 ? needed : img_window_around(*window, needed);
    }
    return AUG_OK;
}

static AugStatus load_mask(const ImgTargetsJob *job, const ImgTargetField *target,
                           ImgMaskMemory *memory, AugError *error)
{
    ImgWindow window;
    AUG_TRY(mask_window(job, memory, &window, error));
    const ImgMask mask = {
        .field = &job->sample->fields[target->field],
        .is_encoded = target->desc.form == AUG_FORM_ENCODED,
        .upright = job->upright,
        .stored = job->stored,
        .limits = job->limits,
        .careful = job->careful,
    };
    return img_mask_load(memory, &mask, window, error);
}

static void copy_rows(const AugImage *image, uint8_t *to)
{
    const size_t size = (size_t)image->width;
    for (int32_t y = 0; y < image->height; y++)
        memcpy(to + (size_t)y * size, image->pixels + (size_t)y * image->row_size, size);
}

/* Whether a field holds the rows that it says, and no more than its descriptor allows. */
static AugStatus check_rows(const ImgTargetField *target, const AugField *field, AugError *error)
{
    const uint64_t most = target->desc.most;
    if (most && field->n_rows > most)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the field '%s' has %llu rows; allowed are %llu",
                        target->desc.name, (unsigned long long)field->n_rows,
                        (unsigned long long)most);
    if (field->size % target->row_size == 0 && field->size / target->row_size == field->n_rows &&
        field->n_rows < UINT32_MAX)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "the field '%s' has %zu bytes for %llu rows of %zu bytes", target->desc.name,
                    field->size, (unsigned long long)field->n_rows, target->row_size);
}

/* Numbers that are not finite lie nowhere; corners in another order are often a width and a height.
 */
static AugStatus check_places(const ImgTargetField *target, const AugField *field, AugError *error)
{
    const bool is_boxes = target->desc.kind == AUG_FIELD_BOXES;
    const uint64_t n_values = is_boxes ? 4 : 2;
    const float *row = field->bytes;
    for (uint64_t i = 0; i < field->n_rows; i++, row += n_values) {
        for (uint64_t k = 0; k < n_values; k++)
            if (!isfinite(row[k]))
                return AUG_FAIL(error, AUG_CORRUPT, NULL,
                                "row %llu of '%s' holds %g; allowed are finite numbers",
                                (unsigned long long)i, target->desc.name, (double)row[k]);
        if (is_boxes && (row[2] < row[0] || row[3] < row[1]))
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "row %llu of '%s' is %g, %g, %g, %g; allowed are boxes x0, y0, x1, y1 "
                            "with x0 <= x1 and y0 <= y1",
                            (unsigned long long)i, target->desc.name, (double)row[0],
                            (double)row[1], (double)row[2], (double)row[3]);
    }
    return AUG_OK;
}

/* Moves the rows of a leader into out; its kept rows are noted for its followers. */
static AugStatus move_rows(const ImgTargetsJob *job, uint32_t number, uint32_t view,
                           ImgTargetsMemory *memory, void *out, AugError *error)
{
    const ImgTargetField *target = &job->targets->items[number];
    const AugField *field = &job->sample->fields[target->field];
    AUG_TRY(check_places(target, field, error));
    const uint32_t n = (uint32_t)field->n_rows;
    AUG_TRY(augi_buffer_reserve_field(&memory->kept, number, (n + 1) * sizeof(uint32_t), error));
    uint32_t *kept = (uint32_t *)(void *)memory->kept.more[number].bytes;
    const ImgRowWay way = {
        .recipe = job->recipes[view],
        .upright = job->upright,
        .stored = job->stored,
        .rules = job->targets->rules,
    };
    memory->n_kept[number] =
        target->desc.kind == AUG_FIELD_BOXES
            ? img_boxes_move(&way, (float(*)[4])(uintptr_t)field->bytes, n, out, kept)
            : img_points_move(&way, (float(*)[2])(uintptr_t)field->bytes, n, out, kept);
    return AUG_OK;
}

/* Copies the rows of a follower whose leader's rows stayed. */
static AugStatus follow_rows(const ImgTargetsJob *job, uint32_t number, ImgTargetsMemory *memory,
                             uint8_t *out, AugError *error)
{
    const ImgTargetField *target = &job->targets->items[number];
    const ImgTargetField *leader = &job->targets->items[target->follows];
    const AugField *field = &job->sample->fields[target->field];
    const uint64_t n = job->sample->fields[leader->field].n_rows;
    if (field->n_rows != n)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the field '%s' has %llu rows and '%s', which it accompanies, %llu",
                        target->desc.name, (unsigned long long)field->n_rows, leader->desc.name,
                        (unsigned long long)n);
    const uint32_t *kept = (const uint32_t *)(void *)memory->kept.more[target->follows].bytes;
    memory->n_kept[number] = memory->n_kept[target->follows];
    for (uint32_t i = 0; i < memory->n_kept[number]; i++)
        memcpy(out + i * target->row_size,
               (const uint8_t *)field->bytes + kept[i] * target->row_size, target->row_size);
    return AUG_OK;
}

static AugStatus make_rows(const ImgTargetsJob *job, uint32_t number, uint32_t view,
                           ImgTargetsMemory *memory, void *out, AugError *error)
{
    const ImgTargetField *target = &job->targets->items[number];
    AUG_TRY(check_rows(target, &job->sample->fields[target->field], error));
    if (target->follows >= 0)
        return follow_rows(job, number, memory, out, error);
    return move_rows(job, number, view, memory, out, error);
}

static AugStatus run_mask(const ImgTargetsJob *job, const ImgTargetField *target,
                          ImgMaskMemory *memory, AugOut *outs, AugError *error)
{
    AUG_TRY(load_mask(job, target, memory, error));
    for (uint32_t v = 0; v < job->n_views; v++) {
        AugImage image;
        AUG_TRY(img_mask_run(memory, job->recipes[v], &image, error));
        copy_rows(&image, outs[target->tensor + v].bytes);
    }
    return AUG_OK;
}

AugStatus img_targets_run(const ImgTargetsJob *job, ImgTargetsMemory *memory, AugOut *outs,
                          AugError *error)
{
    const ImgTargets *targets = job->targets;
    for (uint32_t i = 0; i < targets->n; i++)
        if (targets->items[i].desc.kind == AUG_FIELD_MASK)
            AUG_TRY(run_mask(job, &targets->items[i], &memory->masks, outs, error));
    for (uint32_t v = 0; v < job->n_views; v++)
        for (uint32_t i = 0; i < targets->n; i++) {
            if (targets->items[i].desc.kind == AUG_FIELD_MASK)
                continue;
            AugOut *out = &outs[targets->items[i].tensor + v];
            AUG_TRY(make_rows(job, i, v, memory, out->bytes, error));
            out->n_rows = memory->n_kept[i];
        }
    return AUG_OK;
}

static AugStatus augment_mask(const ImgTargetsJob *job, uint32_t number, ImgTargetsMemory *memory,
                              AugField *field, AugError *error)
{
    AugImage image;
    AUG_TRY(load_mask(job, &job->targets->items[number], &memory->masks, error));
    AUG_TRY(img_mask_run(&memory->masks, job->recipes[0], &image, error));
    const size_t size = (size_t)image.height * (size_t)image.width;
    AUG_TRY(augi_buffer_reserve_field(&memory->made, number, size, error));
    copy_rows(&image, memory->made.more[number].bytes);
    *field = (AugField){.bytes = memory->made.more[number].bytes,
                        .size = size,
                        .height = image.height,
                        .width = image.width,
                        .channels = 1};
    return AUG_OK;
}

AugStatus img_targets_augment(const ImgTargetsJob *job, ImgTargetsMemory *memory, AugField *fields,
                              AugError *error)
{
    const ImgTargets *targets = job->targets;
    for (uint32_t i = 0; i < targets->n; i++) {
        const ImgTargetField *target = &targets->items[i];
        AugField *field = &fields[target->field];
        if (target->desc.kind == AUG_FIELD_MASK) {
            AUG_TRY(augment_mask(job, i, memory, field, error));
            continue;
        }
        /* As many as come in, which make_rows checks, are the most that stay. */
        const size_t size = job->sample->fields[target->field].size;
        AUG_TRY(augi_buffer_reserve_field(&memory->made, i, size + 1, error));
        uint8_t *made = memory->made.more[i].bytes;
        AUG_TRY(make_rows(job, i, 0, memory, made, error));
        *field = (AugField){.bytes = made,
                            .size = memory->n_kept[i] * target->row_size,
                            .n_rows = memory->n_kept[i]};
    }
    return AUG_OK;
}
