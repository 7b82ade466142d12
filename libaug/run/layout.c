/* Placing the tensors of a batch, and its header. */
#include "libaug/run/layout.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "libaug/base/safetensors.h"

/* The anchor and the file's start are multiples of this: a cache line. */
#define ALIGNMENT 64

/* Elements of this size and more lie before the anchor. */
#define WIDE 4

/* Parts of a file: rows and wide tensors before the anchor, the first one at it, narrow ones
 * behind.
 */
typedef enum Part { PART_ROWS, PART_WIDE, PART_FIRST, PART_NARROW } Part;

static Part part_of(const AugTensorSpec *spec, uint32_t number, bool is_offsets)
{
    if (is_offsets)
        return PART_WIDE;
    if (spec->ragged)
        return PART_ROWS;
    if (number == 0)
        return PART_FIRST;
    return aug_dtype_size(spec->sample.dtype) >= WIDE ? PART_WIDE : PART_NARROW;
}

/* Adds the tensors of one part with elements of one size, in the plan's order. */
static void add_part(const AugiLayoutPlan *plan, Part part, size_t element, AugiBatchLayout *layout)
{
    for (uint32_t t = 0; t < plan->n_tensors; t++) {
        const AugTensorSpec *spec = &plan->tensors[t];
        for (int is_offsets = 0; is_offsets <= (int)spec->ragged; is_offsets++) {
            AugiPlaced placed = {.number = t, .is_offsets = is_offsets};
            const AugTensorDesc offsets = {
                .dtype = AUG_DTYPE_I64, .n_dims = 1, .shape = {(uint64_t)layout->n + 1}};
            placed.tensor.name = spec->name;
            placed.tensor.desc = is_offsets ? offsets : aug_tensor_spec_batch(spec, layout->n);
            if (part_of(spec, t, is_offsets) != part ||
                aug_dtype_size(placed.tensor.desc.dtype) != element)
                continue;
            if (is_offsets)
                snprintf(placed.name, sizeof(placed.name), "%s.offsets", spec->name);
            placed.tensor.size = aug_tensor_size(&placed.tensor.desc);
            layout->placed[layout->n_placed++] = placed;
        }
    }
}

/* The names of offsets lie in the layout itself, which its owner may move. */
static void set_names(AugiBatchLayout *layout)
{
    for (uint32_t i = 0; i < layout->n_placed; i++)
        if (layout->placed[i].is_offsets)
            layout->placed[i].tensor.name = layout->placed[i].name;
}

static void order(const AugiLayoutPlan *plan, uint32_t n, AugiBatchLayout *layout)
{
    static const size_t elements[] = {1, 2, 4, 8};
    layout->n = n;
    layout->n_placed = 0;
    /* The wider, the nearer to the anchor, so that what is between is a multiple of each size. */
    for (size_t e = 0; e < 4; e++) {
        add_part(plan, PART_ROWS, elements[e], layout);
        add_part(plan, PART_WIDE, elements[e], layout);
    }
    for (size_t e = 0; e < 4; e++)
        add_part(plan, PART_FIRST, elements[e], layout);
    for (size_t e = 4; e-- > 0;)
        add_part(plan, PART_NARROW, elements[e], layout);
    set_names(layout);
}

static bool is_before_anchor(const AugiLayoutPlan *plan, const AugiPlaced *placed)
{
    return part_of(&plan->tensors[placed->number], placed->number, placed->is_offsets) < PART_FIRST;
}

void augi_layout_begin(const AugiLayoutPlan *plan, uint32_t n, AugiBatchLayout *layout)
{
    order(plan, n, layout);
    size_t end = plan->anchor, next = plan->anchor;
    for (uint32_t i = layout->n_placed; i-- > 0;) {
        AugiPlaced *placed = &layout->placed[i];
        const bool is_rows = plan->tensors[placed->number].ragged && !placed->is_offsets;
        if (is_before_anchor(plan, placed) && !is_rows)
            placed->offset = end -= placed->tensor.size;
    }
    for (uint32_t i = 0; i < layout->n_placed; i++) {
        AugiPlaced *placed = &layout->placed[i];
        if (is_before_anchor(plan, placed))
            continue;
        placed->offset = next;
        next += placed->tensor.size;
    }
}

static void write_metadata(const AugiLayoutPlan *plan, const AugiReplacedList *replaced,
                           AugiJsonWriter *writer)
{
    augi_json_key(writer, "__metadata__");
    augi_json_object(writer);
    if (plan->class_names) {
        augi_json_key(writer, "class_names");
        augi_json_raw(writer, plan->class_names);
    }
    augi_replaced_write(replaced, writer);
    augi_json_object_end(writer);
}

/* Needs no memory that could be exhausted: the layout decides how large buffers are. */
static size_t write_json(const AugiLayoutPlan *plan, const AugiBatchLayout *layout,
                         const AugiReplacedList *replaced, char *text)
{
    AugiJsonWriter writer = {.text = text, .capacity = plan->header_capacity, .fixed = true};
    augi_json_object(&writer);
    if (plan->class_names || replaced->n > 0)
        write_metadata(plan, replaced, &writer);
    uint64_t offset = 0;
    for (uint32_t i = 0; i < layout->n_placed; i++) {
        augi_safetensors_write_entry(&writer, &layout->placed[i].tensor, offset);
        offset += layout->placed[i].tensor.size;
    }
    augi_json_object_end(&writer);
    assert(!writer.failed);
    return writer.size;
}

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Bytes of the tensors before the anchor, and of all. */
typedef struct Sizes {
    size_t before, all;
} Sizes;

static Sizes place_rows(const AugiLayoutPlan *plan, const uint64_t *n_rows, AugiBatchLayout *layout)
{
    Sizes sizes = {0};
    for (uint32_t i = layout->n_placed; i-- > 0;) {
        AugiPlaced *placed = &layout->placed[i];
        if (plan->tensors[placed->number].ragged && !placed->is_offsets) {
            placed->tensor.desc.shape[0] = n_rows[placed->number];
            placed->tensor.size = aug_tensor_size(&placed->tensor.desc);
        }
        sizes.all += placed->tensor.size;
        if (!is_before_anchor(plan, placed))
            continue;
        sizes.before += placed->tensor.size;
        placed->offset = plan->anchor - sizes.before;
    }
    set_names(layout);
    return sizes;
}

/* Start and size of the file whose header has so many bytes. */
static void place_file(const AugiLayoutPlan *plan, Sizes sizes, size_t length,
                       AugiBatchLayout *layout)
{
    layout->start = plan->anchor - round_up(8 + length + sizes.before);
    layout->size = plan->anchor - sizes.before - layout->start + sizes.all;
}

size_t augi_layout_end(const AugiLayoutPlan *plan, const uint64_t *n_rows,
                       const AugiReplacedList *replaced, AugiBatchLayout *layout, char *header)
{
    const Sizes sizes = place_rows(plan, n_rows, layout);
    const size_t length = write_json(plan, layout, replaced, header);
    place_file(plan, sizes, length, layout);
    return length;
}

void augi_layout_write_header(const AugiBatchLayout *layout, const char *header, size_t length,
                              uint8_t *buffer)
{
    const size_t size = layout->placed[0].offset - layout->start - 8;
    uint8_t *start = buffer + layout->start;
    augi_safetensors_write_length(start, size);
    memcpy(start + 8, header, length);
    memset(start + 8 + length, ' ', size - length);
}

/* Bytes of one entry beyond its name, written in full: 4 letters of type, a number of 20 digits for
 * each dimension, two for the offsets, and the words and marks between. */
#define ENTRY_SIZE (80 + 21 * (AUG_MAX_DIMS + 3))

static size_t room_for_replaced(const AugiLayoutPlan *plan)
{
    return augi_replaced_room(plan->replaceable, plan->batch_size, plan->n_samples);
}

bool augi_layout_plan(AugiLayoutPlan *plan)
{
    AugiBatchLayout layout;
    order(plan, plan->batch_size, &layout);
    size_t header = 64 + room_for_replaced(plan);
    if (plan->class_names)
        header += sizeof("\"__metadata__\":{\"class_names\":},") + strlen(plan->class_names);
    size_t before = 0, behind = 0;
    for (uint32_t i = 0; i < layout.n_placed; i++) {
        const AugiPlaced *placed = &layout.placed[i];
        size_t *sum = is_before_anchor(plan, placed) ? &before : &behind;
        /* A character of a name may need six in JSON. */
        header += 6 * strlen(placed->tensor.name) + ENTRY_SIZE;
        if ((placed->tensor.size == 0 && plan->tensors[placed->number].sample.n_dims > 0 &&
             !plan->tensors[placed->number].ragged) ||
            placed->tensor.size > SIZE_MAX / 4 ||
            __builtin_add_overflow(*sum, placed->tensor.size, sum))
            return false;
    }
    if (before > SIZE_MAX / 4 || behind > SIZE_MAX / 4)
        return false;
    plan->header_capacity = header;
    plan->anchor = round_up(8 + header + before);
    plan->capacity = round_up(plan->anchor + behind);
    return true;
}

size_t augi_layout_most(const AugiLayoutPlan *plan, char *header)
{
    AugiBatchLayout layout;
    uint64_t n_rows[AUG_MAX_TENSORS];
    for (uint32_t t = 0; t < plan->n_tensors; t++)
        n_rows[t] = plan->tensors[t].sample.shape[0] * plan->batch_size;
    augi_layout_begin(plan, plan->batch_size, &layout);
    const Sizes sizes = place_rows(plan, n_rows, &layout);
    const size_t length = write_json(plan, &layout, &(AugiReplacedList){0}, header);
    place_file(plan, sizes, length + room_for_replaced(plan), &layout);
    return layout.size;
}
