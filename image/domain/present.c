/* Drawing: a copy of the picture, then masks, then outlines, then points.
 *
 * Coordinates are those of the sample, where pixel i covers [i, i + 1).
 */
#include "image/domain/present.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param.h"

#define CHANNELS 3

/* Colours that are told apart on most pictures; class c has row c modulo their number. */
static const uint8_t colours[][CHANNELS] = {
    {230, 25, 75},  {60, 180, 75},  {255, 225, 25}, {0, 130, 200},
    {245, 130, 48}, {145, 30, 180}, {70, 240, 240}, {240, 50, 230},
};

/* Of what has no class. */
static const uint8_t plain[CHANNELS] = {250, 250, 250};

/* What is drawn on. thick: of lines, in pixels of the picture, so that one pixel is left where the
 * picture is reduced for showing. */
typedef struct Drawing {
    const AugDatasetInfo *info;
    const AugSample *sample;
    AugImage *picture;
    int32_t thick;
} Drawing;

static const uint8_t *colour_of(int64_t class)
{
    return colours[(uint64_t) class % AUG_COUNT(colours)];
}

static uint8_t *pixel_at(const AugImage *picture, int32_t y, int32_t x)
{
    return picture->pixels + (size_t)y * picture->row_size + (size_t)x * CHANNELS;
}

/* A value of a picture in 8 bits. */
static uint8_t value_at(const AugField *field, size_t number, AugDtype dtype)
{
    const uint8_t *at = (const uint8_t *)field->bytes + number * aug_dtype_size(dtype);
    uint16_t wide;
    float real;
    switch (dtype) {
    case AUG_DTYPE_U16:
        memcpy(&wide, at, sizeof(wide));
        return (uint8_t)((wide * 255u + 32767) / 65535);
    case AUG_DTYPE_F32:
        memcpy(&real, at, sizeof(real));
        return (uint8_t)(fminf(fmaxf(real, 0), 1) * 255 + 0.5f);
    default:
        return *at;
    }
}

static AugStatus copy_picture(const AugField *field, AugDtype dtype, AugImage *picture,
                              AugError *error)
{
    const size_t n = (size_t)field->height * (size_t)field->width;
    const size_t n_channels = (size_t)field->channels;
    uint8_t *to = malloc(n * CHANNELS);
    if (!to)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a picture");
    *picture = (AugImage){.pixels = to,
                          .height = field->height,
                          .width = field->width,
                          .channels = CHANNELS,
                          .row_size = (size_t)field->width * CHANNELS};
    /* One channel three times; of more than three the first three. */
    for (size_t i = 0; i < n * CHANNELS; i++) {
        const size_t channel = n_channels < CHANNELS ? 0 : i % CHANNELS;
        to[i] = value_at(field, i / CHANNELS * n_channels + channel, dtype);
    }
    return AUG_OK;
}

static void draw_mask(const Drawing *drawing, const AugField *mask)
{
    const AugImage *picture = drawing->picture;
    const uint8_t *classes = mask->bytes;
    for (int32_t y = 0; y < picture->height && y < mask->height; y++)
        for (int32_t x = 0; x < picture->width && x < mask->width; x++) {
            const uint8_t class = classes[(size_t)y * (size_t)mask->width + (size_t)x];
            uint8_t *pixel = pixel_at(picture, y, x);
            for (int c = 0; class && c < CHANNELS; c++)
                pixel[c] = (uint8_t)((pixel[c] + colour_of(class - 1)[c] + 1) / 2);
        }
}

/* A coordinate as a pixel's number; far outside is still outside. */
static int32_t pixel_number(float at)
{
    return at > -1e6f && at < 1e6f ? (int32_t)floorf(at) : at > 0 ? 1000000 : -1000000;
}

/* Fills columns x0..x1-1 of rows y0..y1-1, as far as they lie in the picture. */
static void fill(const Drawing *drawing, const int32_t corners[4], const uint8_t *colour)
{
    const AugImage *picture = drawing->picture;
    const int32_t x0 = corners[0] > 0 ? corners[0] : 0, y0 = corners[1] > 0 ? corners[1] : 0;
    for (int32_t y = y0; y < corners[3] && y < picture->height; y++)
        for (int32_t x = x0; x < corners[2] && x < picture->width; x++)
            memcpy(pixel_at(picture, y, x), colour, CHANNELS);
}

/* The outline lies in the box: its outermost pixels, those that the box only touches included. */
static void draw_box(const Drawing *drawing, const float box[4], const uint8_t *colour)
{
    const int32_t t = drawing->thick;
    const int32_t x0 = pixel_number(box[0]), y0 = pixel_number(box[1]);
    const int32_t x1 = pixel_number(ceilf(box[2])), y1 = pixel_number(ceilf(box[3]));
    fill(drawing, (int32_t[4]){x0, y0, x1, y0 + t}, colour);
    fill(drawing, (int32_t[4]){x0, y1 - t, x1, y1}, colour);
    fill(drawing, (int32_t[4]){x0, y0, x0 + t, y1}, colour);
    fill(drawing, (int32_t[4]){x1 - t, y0, x1, y1}, colour);
}

/* A square around a point: its pixel, and as many on each side as lines are thick. */
static void draw_point(const Drawing *drawing, const float at[2], int32_t reach,
                       const uint8_t *colour)
{
    const int32_t x = pixel_number(at[0]), y = pixel_number(at[1]);
    fill(drawing, (int32_t[4]){x - reach, y - reach, x + reach + 1, y + reach + 1}, colour);
}

/* A line, in steps of at most one pixel; nothing is drawn of one that is longer than any picture.
 */
static void draw_line(const Drawing *drawing, const float from[2], const float to[2],
                      const uint8_t *colour)
{
    const float dx = to[0] - from[0], dy = to[1] - from[1];
    const float length = fmaxf(fabsf(dx), fabsf(dy));
    if (!(length < 1e6f))
        return;
    const int32_t n = (int32_t)ceilf(length) + 1;
    for (int32_t i = 0; i <= n; i++) {
        const float share = (float)i / (float)n;
        draw_point(drawing, (float[2]){from[0] + share * dx, from[1] + share * dy},
                   drawing->thick / 2, colour);
    }
}

/* Number of the field of classes that accompanies the rows of another one; -1 if there is none. */
static int find_classes(const AugDatasetInfo *info, const char *name)
{
    for (uint32_t i = 0; i < info->n_fields; i++)
        if (info->fields[i].follows && strcmp(info->fields[i].follows, name) == 0 &&
            info->fields[i].tensor.dtype == AUG_DTYPE_I64)
            return (int)i;
    return -1;
}

/* classes: number of the field that has the classes of the rows; -1: there is none. */
static const uint8_t *row_colour(const Drawing *drawing, int classes, uint64_t row)
{
    int64_t class;
    const AugField *field = classes >= 0 ? &drawing->sample->fields[classes] : NULL;
    if (!field || (row + 1) * sizeof(class) > field->size)
        return plain;
    memcpy(&class, (const uint8_t *)field->bytes + row * sizeof(class), sizeof(class));
    return colour_of(class);
}

static void draw_boxes(const Drawing *drawing, uint32_t number)
{
    const AugField *field = &drawing->sample->fields[number];
    const float *boxes = field->bytes;
    const int classes = find_classes(drawing->info, drawing->info->fields[number].name);
    for (uint64_t i = 0; i < field->size / (4 * sizeof(float)); i++)
        draw_box(drawing, boxes + 4 * i, row_colour(drawing, classes, i));
}

static void draw_points(const Drawing *drawing, uint32_t number)
{
    const AugField *field = &drawing->sample->fields[number];
    const float *points = field->bytes;
    const int classes = find_classes(drawing->info, drawing->info->fields[number].name);
    for (uint64_t i = 0; i < field->size / (2 * sizeof(float)); i++)
        draw_point(drawing, points + 2 * i, drawing->thick, row_colour(drawing, classes, i));
}

static void draw_polygon(const Drawing *drawing, uint32_t number)
{
    const AugField *field = &drawing->sample->fields[number];
    const float *points = field->bytes;
    const uint64_t n = field->size / (2 * sizeof(float));
    for (uint64_t i = 0; i < n; i++)
        draw_line(drawing, points + 2 * i, points + 2 * ((i + 1) % n), plain);
}

static void draw_field(const Drawing *drawing, uint32_t number)
{
    const AugFieldKind kind = drawing->info->fields[number].kind;
    if (kind == AUG_FIELD_MASK)
        draw_mask(drawing, &drawing->sample->fields[number]);
    else if (kind == AUG_FIELD_POLYGONS)
        draw_polygon(drawing, number);
    else if (kind == AUG_FIELD_BOXES)
        draw_boxes(drawing, number);
    else
        draw_points(drawing, number);
}

static AugStatus present(const AugDatasetInfo *info, const AugSample *sample, AugPresentation *out,
                         AugError *error)
{
    /* What lies below comes first. */
    static const AugFieldKind drawn[] = {AUG_FIELD_MASK, AUG_FIELD_POLYGONS, AUG_FIELD_BOXES,
                                         AUG_FIELD_POINTS};
    *out = (AugPresentation){0};
    const int image = aug_dataset_field(info, AUG_FIELD_IMAGE);
    if (image < 0 || sample->fields[image].height < 1)
        return AUG_OK;
    AUG_TRY(copy_picture(&sample->fields[image], info->fields[image].tensor.dtype, &out->picture,
                         error));
    out->shown = 1u << image;
    const AugImage *picture = &out->picture;
    const int32_t longer = picture->height > picture->width ? picture->height : picture->width;
    const Drawing drawing = {
        .info = info,
        .sample = sample,
        .picture = &out->picture,
        .thick = (longer + AUG_PRESENTED_SIDE - 1) / AUG_PRESENTED_SIDE,
    };
    for (size_t k = 0; k < AUG_COUNT(drawn); k++)
        for (uint32_t i = 0; i < info->n_fields; i++) {
            if (info->fields[i].kind != drawn[k])
                continue;
            draw_field(&drawing, i);
            out->shown |= 1u << i;
        }
    return AUG_OK;
}

const AugPresenter img_presenter = {.present = present};
