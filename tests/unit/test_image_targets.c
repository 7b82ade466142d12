/* Masks, boxes and points through operations: exact values, rows that drop with their companions,
 * and what is refused. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/support/targets_case.h"

static const AugSize small = {.height = 3, .width = 4};

/* Row y, column x is 10 y + x, as picture and as mask. */
static const uint8_t numbers[12] = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};

static const float one_box[4] = {0, 1, 3, 3};
static const float two_points[2][2] = {{0.5f, 2.5f}, {3.25f, 1}};
static const int64_t one_tag[1] = {42};
static const uint8_t two_marks[2][2] = {{5, 6}, {7, 8}};

static void set_small(AugField in[TARGETS_FIELDS])
{
    in[TARGETS_IMAGE] = targets_pixels(numbers, small, 1);
    in[TARGETS_MASK] = targets_pixels(numbers, small, 1);
    in[TARGETS_BOXES] = targets_rows(one_box, 1, sizeof(one_box));
    in[TARGETS_TAGS] = targets_rows(one_tag, 1, sizeof(one_tag[0]));
    in[TARGETS_POINTS] = targets_rows(two_points, 2, sizeof(two_points[0]));
    in[TARGETS_MARKS] = targets_rows(two_marks, 2, sizeof(two_marks[0]));
}

/* What an operation makes of the small sample. */
typedef struct Move {
    const char *pipeline;
    AugSize size;
    uint8_t mask[48];
    float box[4];
    uint32_t n_points;
    float points[2][2];
    uint8_t first_mark;
} Move;

static const Move moves[] = {
    {"[]",
     {3, 4},
     {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23},
     {0, 1, 3, 3},
     2,
     {{0.5f, 2.5f}, {3.25f, 1}},
     5},
    {"[HorizontalFlip: {p: 1}]",
     {3, 4},
     {3, 2, 1, 0, 13, 12, 11, 10, 23, 22, 21, 20},
     {1, 1, 4, 3},
     2,
     {{3.5f, 2.5f}, {0.75f, 1}},
     5},
    {"[VerticalFlip: {p: 1}]",
     {3, 4},
     {20, 21, 22, 23, 10, 11, 12, 13, 0, 1, 2, 3},
     {0, 0, 3, 2},
     2,
     {{0.5f, 0.5f}, {3.25f, 2}},
     5},
    {"[Transpose: {p: 1}]",
     {4, 3},
     {0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23},
     {1, 0, 3, 3},
     2,
     {{2.5f, 0.5f}, {1, 3.25f}},
     5},
    {"[Rotate: {limit: [90, 90], expand: true, p: 1}]",
     {4, 3},
     {3, 13, 23, 2, 12, 22, 1, 11, 21, 0, 10, 20},
     {1, 1, 3, 4},
     2,
     {{2.5f, 3.5f}, {1, 0.75f}},
     5},
    {"[Rotate: {limit: [180, 180], p: 1}]",
     {3, 4},
     {23, 22, 21, 20, 13, 12, 11, 10, 3, 2, 1, 0},
     {1, 0, 4, 2},
     2,
     {{3.5f, 0.5f}, {0.75f, 2}},
     5},
    {"[Rotate: {limit: [-90, -90], expand: true, p: 1}]",
     {4, 3},
     {20, 10, 0, 21, 11, 1, 22, 12, 2, 23, 13, 3},
     {0, 0, 2, 3},
     2,
     {{0.5f, 0.5f}, {2, 3.25f}},
     5},
    {"[CenterCrop: [1, 2]]", {1, 2}, {11, 12}, {0, 0, 2, 1}, 0, {{0}}, 0},
    {"[CenterCrop: [3, 2]]", {3, 2}, {1, 2, 11, 12, 21, 22}, {0, 1, 2, 3}, 0, {{0}}, 0},
    {"[CenterCrop: [1, 4]]", {1, 4}, {10, 11, 12, 13}, {0, 0, 3, 1}, 1, {{3.25f, 0}}, 7},
    {"[Pad: {padding: [1, 0, 2, 1], fill: 9}]",
     {4, 7},
     {0, 0, 1, 2, 3, 0, 0, 0, 10, 11, 12, 13, 0, 0, 0, 20, 21, 22, 23, 0, 0, 0, 0, 0, 0, 0, 0, 0},
     {1, 1, 4, 3},
     2,
     {{1.5f, 2.5f}, {4.25f, 1}},
     5},
    {"[Pad: {padding: [1, 0, 0, 1], padding_mode: edge}]",
     {4, 5},
     {0, 0, 1, 2, 3, 10, 10, 11, 12, 13, 20, 20, 21, 22, 23, 20, 20, 21, 22, 23},
     {1, 1, 4, 3},
     2,
     {{1.5f, 2.5f}, {4.25f, 1}},
     5},
    {"[Resize: {size: [6, 8]}]",
     {6, 8},
     {0,  0,  1,  1,  2,  2,  3,  3,  0,  0,  1,  1,  2,  2,  3,  3,
      10, 10, 11, 11, 12, 12, 13, 13, 10, 10, 11, 11, 12, 12, 13, 13,
      20, 20, 21, 21, 22, 22, 23, 23, 20, 20, 21, 21, 22, 22, 23, 23},
     {0, 2, 6, 6},
     2,
     {{1, 5}, {6.5f, 2}},
     5},
    /* Pixel i shows floor((i + .5) s): rows 1 of 3; columns 1 and 3 of 4. */
    {"[Resize: {size: [1, 2]}]",
     {1, 2},
     {11, 13},
     {0, 1 / 3.0f, 1.5f, 1},
     2,
     {{0.25f, 2.5f / 3}, {1.625f, 1 / 3.0f}},
     5},
    {"[Resize: {size: [2, 3], interpolation: bicubic}]",
     {2, 3},
     {0, 2, 3, 20, 22, 23},
     {0, 2 / 3.0f, 2.25f, 2},
     2,
     {{0.375f, 5 / 3.0f}, {2.4375f, 2 / 3.0f}},
     5},
};

/* The domain's two ways make the same: tensors of a batch, and fields. */
static void check_run(ImageCase *image_case, const AugField in[TARGETS_FIELDS],
                      const AugField wanted[TARGETS_FIELDS])
{
    static const int fields[] = {TARGETS_MASK, TARGETS_BOXES, TARGETS_POINTS, TARGETS_TAGS,
                                 TARGETS_MARKS};
    static float data[64];
    static double memory[AUG_COUNT(fields)][256];
    AugOut outs[1 + AUG_COUNT(fields)] = {{.bytes = data}};
    for (size_t i = 0; i < AUG_COUNT(fields); i++)
        outs[1 + i].bytes = memory[i];
    AugField copy[TARGETS_FIELDS];
    memcpy(copy, in, sizeof(copy));
    const AugSample sample = {.name = "some/sample", .fields = copy};
    const AugDomainJob job = {.key = &(AugKey){.seed = 7}, .samples = &sample, .n = 1};
    AugError error = {0};
    ck_assert_msg(aug_domain_image.run(image_case->plan, image_case->worker, &job, outs, &error) ==
                      AUG_OK,
                  "%s", error.message);
    for (size_t i = 0; i < AUG_COUNT(fields); i++) {
        const AugField *field = &wanted[fields[i]];
        ck_assert_mem_eq(memory[i], field->bytes, field->size);
        if (fields[i] != TARGETS_MASK)
            ck_assert_uint_eq(outs[1 + i].n_rows, field->n_rows);
    }
}

START_TEST(moves_are_exact)
{
    const Move *move = &moves[_i];
    ImageCase image_case;
    const AugDatasetInfo info = targets_info(small, 1);
    AugField in[TARGETS_FIELDS], out[TARGETS_FIELDS];
    set_small(in);
    targets_open(&image_case, move->pipeline, NULL, &info);
    targets_augment(&image_case, 0, in, out);
    const AugField *mask = &out[TARGETS_MASK];
    ck_assert_int_eq(mask->height, move->size.height);
    ck_assert_int_eq(mask->width, move->size.width);
    ck_assert_int_eq(mask->channels, 1);
    ck_assert_uint_eq(mask->size, (size_t)mask->height * (size_t)mask->width);
    for (size_t i = 0; i < mask->size; i++)
        ck_assert_msg(((const uint8_t *)mask->bytes)[i] == move->mask[i],
                      "%s: pixel %zu of the mask is %d, wanted %d", move->pipeline, i,
                      ((const uint8_t *)mask->bytes)[i], move->mask[i]);
    targets_assert_floats(&out[TARGETS_BOXES], move->box, 1, 4, move->pipeline);
    targets_assert_floats(&out[TARGETS_POINTS], move->points[0], move->n_points, 2, move->pipeline);
    ck_assert_uint_eq(out[TARGETS_TAGS].n_rows, 1);
    ck_assert_uint_eq(out[TARGETS_MARKS].n_rows, move->n_points);
    if (move->n_points)
        ck_assert_uint_eq(((const uint8_t *)out[TARGETS_MARKS].bytes)[0], move->first_mark);
    AugField made[TARGETS_FIELDS];
    memcpy(made, out, sizeof(made));
    check_run(&image_case, in, made);
    image_case_close(&image_case);
}
END_TEST

/* What changes values, and what erases, leaves targets alone. */
START_TEST(values_do_not_move_targets)
{
    ImageCase image_case;
    const AugDatasetInfo info = targets_info(small, 1);
    AugField in[TARGETS_FIELDS], out[TARGETS_FIELDS];
    set_small(in);
    targets_open(&image_case,
                 "[Cutout: 2, RandomBrightnessContrast: {p: 1}, GaussianBlur: {p: 1}, Equalize: "
                 "{p: 1}, GaussNoise: {p: 1}, RandomErasing: {p: 1}]",
                 NULL, &info);
    targets_augment(&image_case, 1, in, out);
    ck_assert_mem_ne(out[TARGETS_IMAGE].bytes, numbers, sizeof(numbers));
    ck_assert_mem_eq(out[TARGETS_MASK].bytes, numbers, sizeof(numbers));
    targets_assert_floats(&out[TARGETS_BOXES], one_box, 1, 4, "box");
    targets_assert_floats(&out[TARGETS_POINTS], two_points[0], 2, 2, "points");
    image_case_close(&image_case);
}
END_TEST

START_TEST(tensors_are_described)
{
    static const AugTensorSpec wanted[] = {
        {.name = "data", .sample = {AUG_DTYPE_F32, 3, {1, 2, 4}}, .axes = "chw"},
        {.name = "mask", .sample = {AUG_DTYPE_U8, 2, {2, 4}}, .axes = "hw"},
        {.name = "boxes", .sample = {AUG_DTYPE_F32, 2, {TARGETS_MOST, 4}}, true, "n4"},
        {.name = "points", .sample = {AUG_DTYPE_F32, 2, {TARGETS_MOST, 2}}, true, "n2"},
        {.name = "tags", .sample = {AUG_DTYPE_I64, 1, {TARGETS_MOST}}, true, "n"},
        {.name = "marks", .sample = {AUG_DTYPE_U8, 2, {TARGETS_MOST, 2}}, true, "nd"},
    };
    ImageCase image_case;
    const AugDatasetInfo info = targets_info(small, 1);
    targets_open(&image_case, "[CenterCrop: [2, 4]]", NULL, &info);
    ck_assert_uint_eq(image_case.desc.n_tensors, AUG_COUNT(wanted));
    ck_assert_uint_eq(image_case.desc.treated, (1u << TARGETS_FIELDS) - 1);
    for (size_t i = 0; i < AUG_COUNT(wanted); i++) {
        const AugTensorSpec *got = &image_case.desc.tensors[i];
        ck_assert_str_eq(got->name, wanted[i].name);
        ck_assert_str_eq(got->axes, wanted[i].axes);
        ck_assert_int_eq(got->ragged, wanted[i].ragged);
        ck_assert_int_eq(got->sample.dtype, wanted[i].sample.dtype);
        ck_assert_uint_eq(got->sample.n_dims, wanted[i].sample.n_dims);
        for (uint32_t k = 0; k < got->sample.n_dims; k++)
            ck_assert_uint_eq(got->sample.shape[k], wanted[i].sample.shape[k]);
    }
    image_case_close(&image_case);
}
END_TEST

/* Rows that a sample has. */
typedef struct Given {
    const float (*boxes)[4];
    uint32_t n_boxes;
    const float (*points)[2];
    uint32_t n_points;
} Given;

/* A sample of 20 x 20 with its rows; tags and marks are their numbers. */
typedef struct Rows {
    uint8_t pixels[400];
    int64_t tags[TARGETS_MOST];
    uint8_t marks[TARGETS_MOST][2];
    AugField in[TARGETS_FIELDS], out[TARGETS_FIELDS];
} Rows;

static void rows_run(Rows *rows, const char *pipeline, const char *output, const Given *given)
{
    const AugSize size = {.height = 20, .width = 20};
    const AugDatasetInfo info = targets_info(size, 1);
    for (int i = 0; i < TARGETS_MOST; i++) {
        rows->tags[i] = i;
        rows->marks[i][0] = rows->marks[i][1] = (uint8_t)i;
    }
    rows->in[TARGETS_IMAGE] = targets_pixels(rows->pixels, size, 1);
    rows->in[TARGETS_MASK] = targets_pixels(rows->pixels, size, 1);
    rows->in[TARGETS_BOXES] = targets_rows(given->boxes, given->n_boxes, sizeof(*given->boxes));
    rows->in[TARGETS_TAGS] = targets_rows(rows->tags, given->n_boxes, sizeof(rows->tags[0]));
    rows->in[TARGETS_POINTS] = targets_rows(given->points, given->n_points, sizeof(*given->points));
    rows->in[TARGETS_MARKS] = targets_rows(rows->marks, given->n_points, sizeof(rows->marks[0]));
    ImageCase image_case;
    targets_open(&image_case, pipeline, output, &info);
    targets_augment(&image_case, 0, rows->in, rows->out);
    /* Borrowed from a case that ends here. */
    static float moved_boxes[TARGETS_MOST][4], moved_points[TARGETS_MOST][2];
    const AugField *out = rows->out;
    memcpy(moved_boxes, out[TARGETS_BOXES].bytes, out[TARGETS_BOXES].size);
    memcpy(moved_points, out[TARGETS_POINTS].bytes, out[TARGETS_POINTS].size);
    memcpy(rows->tags, out[TARGETS_TAGS].bytes, out[TARGETS_TAGS].size);
    memcpy(rows->marks, out[TARGETS_MARKS].bytes, out[TARGETS_MARKS].size);
    rows->out[TARGETS_BOXES].bytes = moved_boxes;
    rows->out[TARGETS_POINTS].bytes = moved_points;
    image_case_close(&image_case);
}

static void check_tags(const Rows *rows, const int64_t *tags, uint32_t n)
{
    ck_assert_uint_eq(rows->out[TARGETS_TAGS].n_rows, n);
    ck_assert_uint_eq(rows->out[TARGETS_BOXES].n_rows, n);
    for (uint32_t i = 0; i < n; i++)
        ck_assert_int_eq(rows->tags[i], tags[i]);
}

/* The middle 10 x 10 begin at (5, 5): a whole box, one of which 8 of 16 pixels are left, one of
 * which 2 of 20 are, one outside, one that only touches the edge, one without area. */
static const float six_boxes[6][4] = {{6, 7, 10, 12},   {3, 8, 7, 12}, {14, 5, 24, 7},
                                      {16, 16, 19, 19}, {1, 6, 5, 9},  {8, 8, 8, 12}};

START_TEST(boxes_are_cut_and_dropped_with_their_tags)
{
    static const float cut[3][4] = {{1, 2, 5, 7}, {0, 3, 2, 7}, {9, 0, 10, 2}};
    static const struct {
        const char *output;
        uint32_t n;
    } rules[] = {
        {NULL, 3},
        {"{min_area: 2}", 3},
        {"{min_area: 2.5}", 2},
        {"{min_area: 8}", 2},
        {"{min_area: 8.5}", 1},
        {"{min_area: 21}", 0},
        {"{min_visibility: 0.1}", 3},
        {"{min_visibility: 0.11}", 2},
        {"{min_visibility: 0.5}", 2},
        {"{min_visibility: 1}", 1},
    };
    for (size_t i = 0; i < AUG_COUNT(rules); i++) {
        Rows rows = {0};
        rows_run(&rows, "[CenterCrop: 10]", rules[i].output,
                 &(Given){.boxes = six_boxes, .n_boxes = 6});
        targets_assert_floats(&rows.out[TARGETS_BOXES], cut[0], rules[i].n, 4,
                              rules[i].output ? rules[i].output : "no rule");
        check_tags(&rows, (const int64_t[]){0, 1, 2}, rules[i].n);
    }
}
END_TEST

/* Rows keep their order, whichever drop. */
START_TEST(tags_stay_in_step)
{
    static const float boxes[4][4] = {{0, 0, 4, 4}, {6, 6, 9, 9}, {16, 0, 20, 4}, {11, 12, 13, 14}};
    Rows rows = {0};
    rows_run(&rows, "[HorizontalFlip: {p: 1}, CenterCrop: 10]", NULL,
             &(Given){.boxes = boxes, .n_boxes = 4});
    targets_assert_floats(&rows.out[TARGETS_BOXES], (const float[]){6, 1, 9, 4, 2, 7, 4, 9}, 2, 4,
                          "boxes");
    check_tags(&rows, (const int64_t[]){1, 3}, 2);
}
END_TEST

START_TEST(points_outside_are_dropped_with_their_marks)
{
    /* The last but one lies on the edge of the crop, the last beyond it. */
    static const float points[5][2] = {{2, 10}, {6, 7.5f}, {12, 16}, {15, 5}, {15.01f, 5}};
    static const float all[5][2] = {{-3, 5}, {1, 2.5f}, {7, 11}, {10, 0}, {10.01f, 0}};
    static const float seen[2][2] = {{1, 2.5f}, {10, 0}};
    Rows rows = {0};
    rows_run(&rows, "[CenterCrop: 10]", NULL, &(Given){.points = points, .n_points = 5});
    targets_assert_floats(&rows.out[TARGETS_POINTS], seen[0], 2, 2, "seen");
    ck_assert_uint_eq(rows.out[TARGETS_MARKS].n_rows, 2);
    ck_assert_mem_eq(rows.marks, ((const uint8_t[]){1, 1, 3, 3}), 4);
    rows_run(&rows, "[CenterCrop: 10]", "{remove_invisible: false}",
             &(Given){.points = points, .n_points = 5});
    targets_assert_floats(&rows.out[TARGETS_POINTS], all[0], 5, 2, "all");
    ck_assert_uint_eq(rows.out[TARGETS_MARKS].n_rows, 5);
}
END_TEST

/* A place beyond float32 is as far off as one can be, and still a number. */
START_TEST(points_stay_finite)
{
    static const float points[2][2] = {{3e38f, -3e38f}, {1, 2}};
    static const float moved[2][2] = {{FLT_MAX, -FLT_MAX}, {2, 6}};
    Rows rows = {0};
    rows_run(&rows, "[Resize: {size: [60, 40]}]", "{remove_invisible: false}",
             &(Given){.points = points, .n_points = 2});
    ck_assert_uint_eq(rows.out[TARGETS_POINTS].n_rows, 2);
    ck_assert_mem_eq(rows.out[TARGETS_POINTS].bytes, moved, sizeof(moved));
}
END_TEST

/* A point on the edge is on the edge after a mirror, and stays. */
START_TEST(mirrors_keep_what_lies_on_an_edge)
{
    static const float points[4][2] = {{0, 3}, {20, 4}, {5, 0}, {5, 20}};
    static const float mirrored[4][2] = {{20, 17}, {0, 16}, {15, 20}, {15, 0}};
    static const float resized[4][2] = {{7, 2.55f}, {0, 2.4f}, {5.25f, 3}, {5.25f, 0}};
    Rows rows = {0};
    rows_run(&rows, "[HorizontalFlip: {p: 1}, VerticalFlip: {p: 1}]", NULL,
             &(Given){.points = points, .n_points = 4});
    targets_assert_floats(&rows.out[TARGETS_POINTS], mirrored[0], 4, 2, "mirrored");
    rows_run(&rows, "[HorizontalFlip: {p: 1}, VerticalFlip: {p: 1}, Resize: {size: [3, 7]}]", NULL,
             &(Given){.points = points, .n_points = 4});
    targets_assert_floats(&rows.out[TARGETS_POINTS], resized[0], 4, 2, "resized");
}
END_TEST

/* A margin after a crop covers what the crop had cut off: nothing comes back. */
START_TEST(what_was_cut_off_stays_away)
{
    static const float boxes[3][4] = {{0, 0, 4, 4}, {3, 8, 7, 12}, {6, 6, 9, 9}};
    static const float points[2][2] = {{2, 2}, {7, 8}};
    static const float left[2][4] = {{5, 8, 7, 12}, {6, 6, 9, 9}};
    static const char *const pipelines[] = {
        "[CenterCrop: 10, Pad: 5]",
        "[CenterCrop: 10, GaussianBlur: {p: 1}, Pad: 5]",
        "[CenterCrop: 10, Pad: {padding: 5, padding_mode: reflect}]",
        "[Pad: 5, CenterCrop: 10, CenterCrop: 20]",
    };
    for (size_t i = 0; i < AUG_COUNT(pipelines); i++) {
        Rows rows = {0};
        rows_run(&rows, pipelines[i], NULL,
                 &(Given){.boxes = boxes, .n_boxes = 3, .points = points, .n_points = 2});
        targets_assert_floats(&rows.out[TARGETS_BOXES], left[0], 2, 4, pipelines[i]);
        check_tags(&rows, (const int64_t[]){1, 2}, 2);
        targets_assert_floats(&rows.out[TARGETS_POINTS], points[1], 1, 2, pipelines[i]);
        rows_run(&rows, pipelines[i], "{min_visibility: 0.6, remove_invisible: false}",
                 &(Given){.boxes = boxes, .n_boxes = 3, .points = points, .n_points = 2});
        targets_assert_floats(&rows.out[TARGETS_BOXES], left[1], 1, 4, pipelines[i]);
        targets_assert_floats(&rows.out[TARGETS_POINTS], points[0], 2, 2, pipelines[i]);
    }
}
END_TEST

/* Turned by 45 degrees about (10, 10), the corner that a crop had cut off lies inside the result. Of
 * a box across the crop's corner (5, 5), which moves to sqrt 50 above the centre, the square up to
 * (7, 7) is left, which moves to sqrt 18 above it and reaches sqrt 2 to either side. */
START_TEST(a_turn_brings_nothing_back)
{
    static const float boxes[2][4] = {{2, 2, 4.5f, 4.5f}, {4, 4, 7, 7}};
    static const float points[2][2] = {{4, 4}, {10, 10}};
    const float far = (float)(10 - sqrt(50)), near = (float)(10 - sqrt(18));
    const float half = (float)sqrt(2);
    Rows rows = {0};
    rows_run(&rows, "[CenterCrop: 10, Pad: 5, Rotate: {limit: [-45, -45], p: 1}]", NULL,
             &(Given){.boxes = boxes, .n_boxes = 2, .points = points, .n_points = 2});
    targets_assert_floats(&rows.out[TARGETS_BOXES],
                          (const float[]){10 - half, far, 10 + half, near}, 1, 4, "box");
    targets_assert_floats(&rows.out[TARGETS_POINTS], points[1], 1, 2, "point");
}
END_TEST

/* The box is that of the polygon that is seen, not of the whole one cut by the result: of a long
 * box turned by 45 degrees, the result shows only what the middle square holds. */
START_TEST(boxes_are_around_what_is_seen)
{
    static const float boxes[1][4] = {{0, 9, 20, 11}};
    Rows rows = {0};
    rows_run(&rows, "[Rotate: {limit: [45, 45], p: 1}, CenterCrop: [20, 4]]", NULL,
             &(Given){.boxes = boxes, .n_boxes = 1});
    const float reach = (float)(2 + sqrt(2));
    targets_assert_floats(&rows.out[TARGETS_BOXES], (const float[]){0, 10 - reach, 4, 10 + reach},
                          1, 4, "turned");
}
END_TEST

START_TEST(no_rows_are_no_rows)
{
    Rows rows = {0};
    rows_run(&rows, "[CenterCrop: 10]", NULL, &(Given){0});
    for (int i = TARGETS_BOXES; i < TARGETS_FIELDS; i++) {
        ck_assert_uint_eq(rows.out[i].n_rows, 0);
        ck_assert_uint_eq(rows.out[i].size, 0);
    }
}
END_TEST

/* A polygon that is cut again and again stays bounded, and holds what is seen. */
START_TEST(many_cuts_stay_bounded)
{
    char pipeline[4096];
    size_t length = (size_t)snprintf(pipeline, sizeof(pipeline), "[");
    for (int i = 0; i < 24; i++)
        length += (size_t)snprintf(pipeline + length, sizeof(pipeline) - length,
                                   "Rotate: {limit: [7, 7], p: 1}, GaussianBlur: {p: 1}, ");
    snprintf(pipeline + length, sizeof(pipeline) - length, "CenterCrop: 18]");
    static const float boxes[1][4] = {{0, 0, 20, 20}};
    Rows rows = {0};
    rows_run(&rows, pipeline, NULL, &(Given){.boxes = boxes, .n_boxes = 1});
    const float *box = rows.out[TARGETS_BOXES].bytes;
    ck_assert_uint_eq(rows.out[TARGETS_BOXES].n_rows, 1);
    ck_assert(box[0] >= 0 && box[0] < 0.5f && box[1] >= 0 && box[1] < 0.5f);
    ck_assert(box[2] <= 18 && box[2] > 17.5f && box[3] <= 18 && box[3] > 17.5f);
}
END_TEST

/* One thing wrong with the rows of a sample. */
typedef struct Fault {
    int field;
    AugField value;
    const char *words;
} Fault;

static const float bad_rows[4][4] = {
    {0, 1, 3, 3}, {0, 1, NAN, 3}, {2, 1, 1, 3}, {0, 1, INFINITY, 3}};
static const int64_t many[2 * (TARGETS_MOST + 1)];

START_TEST(bad_rows_are_refused)
{
    const Fault faults[] = {
        {TARGETS_BOXES,
         {.bytes = bad_rows, .size = 31, .n_rows = 2},
         "the field 'boxes' has 31 bytes for 2 rows of 16 bytes"},
        {TARGETS_BOXES,
         {.bytes = bad_rows, .size = 16, .n_rows = UINT64_C(1) << 60},
         "the field 'boxes' has 1152921504606846976 rows; allowed are 24"},
        {TARGETS_BOXES,
         {.bytes = many, .size = 16 * 25, .n_rows = 25},
         "the field 'boxes' has 25 rows; allowed are 24"},
        {TARGETS_BOXES,
         {.bytes = bad_rows, .size = 32, .n_rows = 2},
         "row 1 of 'boxes' holds nan; allowed are finite numbers"},
        {TARGETS_BOXES,
         {.bytes = bad_rows[3], .size = 16, .n_rows = 1},
         "row 0 of 'boxes' holds inf; allowed are finite numbers"},
        {TARGETS_BOXES,
         {.bytes = bad_rows[2], .size = 16, .n_rows = 1},
         "row 0 of 'boxes' is 2, 1, 1, 3; allowed are boxes x0, y0, x1, y1 with"},
        {TARGETS_POINTS,
         {.bytes = bad_rows[1], .size = 16, .n_rows = 2},
         "row 1 of 'points' holds nan"},
        {TARGETS_POINTS,
         {.bytes = bad_rows, .size = 16, .n_rows = 1},
         "the field 'points' has 16 bytes for 1 rows of 8 bytes"},
        {TARGETS_TAGS,
         {.bytes = many, .size = 16, .n_rows = 2},
         "the field 'tags' has 2 rows and 'boxes', which it accompanies, 1"},
        {TARGETS_TAGS,
         {.bytes = many, .size = 7, .n_rows = 1},
         "the field 'tags' has 7 bytes for 1 rows of 8 bytes"},
        {TARGETS_MARKS,
         {.bytes = many, .size = 50, .n_rows = 25},
         "the field 'marks' has 25 rows; allowed are 24"},
    };
    ImageCase image_case;
    const AugDatasetInfo info = targets_info(small, 1);
    targets_open(&image_case, "[]", NULL, &info);
    for (size_t i = 0; i < AUG_COUNT(faults); i++) {
        AugField in[TARGETS_FIELDS];
        set_small(in);
        in[faults[i].field] = faults[i].value;
        targets_refused(&image_case, in, AUG_CORRUPT, faults[i].words);
    }
    image_case_close(&image_case);
}
END_TEST

START_TEST(bad_masks_are_refused)
{
    static const struct {
        AugSize size;
        int32_t channels;
        size_t missing;
        AugStatus status;
        const char *words;
    } faults[] = {
        {{4, 3},
         1,
         0,
         AUG_CORRUPT,
         "the mask has 4 x 3 pixels and its picture 3 x 4; they must be equal"},
        {{3, 4}, 3, 0, AUG_UNSUPPORTED, "the mask has 3 channels; allowed are class numbers"},
        {{3, 4}, 1, 1, AUG_CORRUPT, "11 bytes for a mask of 3 x 4 pixels"},
    };
    static const uint8_t pixels[36];
    ImageCase image_case;
    const AugDatasetInfo info = targets_info(small, 1);
    targets_open(&image_case, "[]", NULL, &info);
    for (size_t i = 0; i < AUG_COUNT(faults); i++) {
        AugField in[TARGETS_FIELDS];
        set_small(in);
        in[TARGETS_MASK] = targets_pixels(pixels, faults[i].size, faults[i].channels);
        in[TARGETS_MASK].size -= faults[i].missing;
        targets_refused(&image_case, in, faults[i].status, faults[i].words);
    }
    image_case_close(&image_case);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("targets of pictures");
    TCase *values = tcase_create("values");
    tcase_add_loop_test(values, moves_are_exact, 0, AUG_COUNT(moves));
    tcase_add_test(values, values_do_not_move_targets);
    tcase_add_test(values, tensors_are_described);
    suite_add_tcase(suite, values);
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, boxes_are_cut_and_dropped_with_their_tags);
    tcase_add_test(rows, tags_stay_in_step);
    tcase_add_test(rows, points_outside_are_dropped_with_their_marks);
    tcase_add_test(rows, points_stay_finite);
    tcase_add_test(rows, mirrors_keep_what_lies_on_an_edge);
    tcase_add_test(rows, what_was_cut_off_stays_away);
    tcase_add_test(rows, a_turn_brings_nothing_back);
    tcase_add_test(rows, boxes_are_around_what_is_seen);
    tcase_add_test(rows, no_rows_are_no_rows);
    tcase_add_test(rows, many_cuts_stay_bounded);
    suite_add_tcase(suite, rows);
    TCase *refusals = tcase_create("refusals");
    tcase_add_test(refusals, bad_rows_are_refused);
    tcase_add_test(refusals, bad_masks_are_refused);
    suite_add_tcase(suite, refusals);
    return test_run(suite);
}
