/* Picture, mask, box and point through random chains of geometries: they stay together, and each is
 * what it would be without the windows that a recipe narrows its work to. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/geometry/stage.h"
#include "tests/support/support.h"
#include "tests/support/targets_case.h"

enum { MOST_OPS = 5 };

/* A pipeline as text, which grows. */
typedef struct Chain {
    char text[1024];
    size_t length;
} Chain;

static void add(Chain *chain, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(Chain *chain, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = sizeof(chain->text) - chain->length;
    chain->length += (size_t)vsnprintf(chain->text + chain->length, room, format, arguments);
    va_end(arguments);
    ck_assert_uint_lt(chain->length, sizeof(chain->text));
}

static int pick(AugRng *rng, int low, int high)
{
    return (int)aug_rng_integer(rng, low, high);
}

/* Sizes of a result: around those of the picture, which is about side. */
static int pick_side(AugRng *rng, int side)
{
    return pick(rng, side * 8 / 10, side * 13 / 10);
}

static void add_crop(Chain *chain, AugRng *rng, int side)
{
    const int height = pick_side(rng, side), width = pick_side(rng, side);
    if (aug_rng_below(rng, 2))
        add(chain, "CenterCrop: [%d, %d]", height, width);
    else
        add(chain, "RandomCrop: {size: [%d, %d], padding: [%d, %d], pad_if_needed: true}", height,
            width, pick(rng, 0, 9), pick(rng, 0, 9));
}

static void add_pad(Chain *chain, AugRng *rng)
{
    static const char *const modes[] = {"constant", "edge"};
    add(chain, "Pad: {padding: [%d, %d, %d, %d], padding_mode: %s}", pick(rng, 0, 30),
        pick(rng, 0, 30), pick(rng, 0, 30), pick(rng, 0, 30), modes[aug_rng_below(rng, 2)]);
}

static void add_resize(Chain *chain, AugRng *rng, int side)
{
    static const char *const filters[] = {"bilinear", "bicubic"};
    const int height = pick_side(rng, side), width = pick_side(rng, side);
    if (aug_rng_below(rng, 2))
        add(chain, "Resize: {size: [%d, %d], interpolation: %s}", height, width,
            filters[aug_rng_below(rng, 2)]);
    else
        add(chain, "RandomResizedCrop: {size: [%d, %d], scale: [0.6, 1], ratio: [0.8, 1.25]}",
            height, width);
}

static void add_rotation(Chain *chain, AugRng *rng)
{
    static const char *const modes[] = {"constant", "edge"};
    add(chain, "Rotate: {limit: %d, expand: %s, border_mode: %s, p: 1}", pick(rng, 1, 180),
        aug_rng_below(rng, 2) ? "true" : "false", modes[aug_rng_below(rng, 2)]);
}

/* One of all geometries that there are; rigid: none that makes new values. */
static void add_geometry(Chain *chain, AugRng *rng, int side, bool rigid)
{
    static const char *const turns[] = {"HorizontalFlip", "VerticalFlip", "Transpose",
                                        "RandomRotate90"};
    switch (aug_rng_below(rng, rigid ? 6 : 10)) {
    case 0:
    case 1:
    case 2:
        add(chain, "%s", turns[aug_rng_below(rng, AUG_COUNT(turns))]);
        break;
    case 3:
    case 4:
        add_crop(chain, rng, side);
        break;
    case 5:
        add_pad(chain, rng);
        break;
    case 6:
    case 7:
        add_resize(chain, rng, side);
        break;
    default:
        add_rotation(chain, rng);
    }
}

/* A blob PEAK exp(-r^2 / 2 sigma^2) in picture and mask. As a mask it is 250 discs in one another,
 * of which the largest has the radius at which the value falls below one half; why both are of
 * these sizes is said at what is measured. */
typedef struct Blob {
    AugSize size;
    double x, y;
    uint8_t *picture, *mask;
    float box[4];
} Blob;

#define PICTURE_SIGMA 5.0
#define MASK_SIGMA 16.0
#define PEAK 250.0
#define RADIUS (MASK_SIGMA * 3.5255) /* sqrt(2 ln(2 PEAK)) */

/* The value at a place, as a byte. */
static uint8_t blob_at(const Blob *blob, double sigma, double x, double y)
{
    const double dx = x - blob->x, dy = y - blob->y;
    return (uint8_t)(PEAK * exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) + 0.5);
}

static Blob blob_make(AugRng *rng)
{
    Blob blob = {.size = {.height = pick(rng, 300, 400), .width = pick(rng, 300, 400)}};
    const int32_t n = blob.size.height * blob.size.width;
    blob.x = blob.size.width * aug_rng_uniform(rng, 0.42, 0.58);
    blob.y = blob.size.height * aug_rng_uniform(rng, 0.42, 0.58);
    blob.picture = malloc((size_t)n);
    blob.mask = malloc((size_t)n);
    ck_assert(blob.picture && blob.mask);
    for (int32_t i = 0; i < n; i++) {
        const double x = i % blob.size.width + 0.5, y = i / blob.size.width + 0.5;
        blob.picture[i] = blob_at(&blob, PICTURE_SIGMA, x, y);
        blob.mask[i] = blob_at(&blob, MASK_SIGMA, x, y);
    }
    /* A pixel belongs to the blob by its centre; its own corners reach half a pixel further. */
    const double reach = RADIUS + 0.5;
    blob.box[0] = (float)(blob.x - reach);
    blob.box[1] = (float)(blob.y - reach);
    blob.box[2] = (float)(blob.x + reach);
    blob.box[3] = (float)(blob.y + reach);
    return blob;
}

/* A ring of points around blob and box, inside the picture: as it is convex, all of that is seen if
 * they are. */
enum { RING = 16 };

static void ring_make(const Blob *blob, float points[1 + RING][2])
{
    const double turn = acos(-1) / RING;
    const double radius = sqrt(2) * (RADIUS + 0.5) / cos(turn);
    points[0][0] = (float)blob->x;
    points[0][1] = (float)blob->y;
    for (int i = 0; i < RING; i++) {
        points[1 + i][0] = (float)(blob->x + radius * cos(2 * turn * i));
        points[1 + i][1] = (float)(blob->y + radius * sin(2 * turn * i));
    }
}

/* Moments of a picture or mask, and the box around what is not zero. */
typedef struct Moments {
    double at[2];
    double box[4];
} Moments;

static Moments measure(const AugField *field)
{
    Moments moments = {.box = {field->width, field->height, 0, 0}};
    const uint8_t *value = field->bytes;
    double sum = 0;
    for (int32_t y = 0; y < field->height; y++)
        for (int32_t x = 0; x < field->width; x++, value += field->channels) {
            if (*value == 0)
                continue;
            sum += *value;
            moments.at[0] += *value * (x + 0.5);
            moments.at[1] += *value * (y + 0.5);
            moments.box[0] = fmin(moments.box[0], x + 0.5);
            moments.box[1] = fmin(moments.box[1], y + 0.5);
            moments.box[2] = fmax(moments.box[2], x + 0.5);
            moments.box[3] = fmax(moments.box[3], y + 0.5);
        }
    moments.at[0] /= sum;
    moments.at[1] /= sum;
    return moments;
}

/* How far the centre of a pixel of the mask may lie from where the pixel that it shows is taken to:
 * at most half a pixel, on each axis, of every picture between two stages. */
static void find_slack(const ImgRecipe *recipe, double slack[2])
{
    slack[0] = slack[1] = 1e-3; /* fixed-point places of warps */
    for (uint32_t first = 1; first < recipe->geometry.n_stages; first++) {
        double points[3][2] = {{0, 0}, {1, 0}, {0, 1}};
        for (uint32_t i = first; i < recipe->geometry.n_stages; i++)
            img_stage_map_points(&recipe->stages[i], false, points, 3);
        for (int axis = 0; axis < 2; axis++)
            slack[axis] += 0.5 * fabs(points[1][axis] - points[0][axis]) +
                           0.5 * fabs(points[2][axis] - points[0][axis]);
    }
}

/* Lengths of the blob's axes after a chain as shares of those before, from four points of the ring
 * at right angles: the least is at least low. */
static bool is_large_enough(const float *points, double low, double high)
{
    const float *ring = points + 2;
    double a[2], b[2];
    for (int axis = 0; axis < 2; axis++) {
        a[axis] = (double)(ring[axis] - ring[RING + axis]) / 2;
        b[axis] = (double)(ring[RING / 2 + axis] - ring[RING * 3 / 2 + axis]) / 2;
    }
    /* Singular values of the matrix whose columns are a and b. */
    const double sum = a[0] * a[0] + a[1] * a[1] + b[0] * b[0] + b[1] * b[1];
    const double product = a[0] * b[1] - a[1] * b[0];
    const double root = sqrt(fmax(sum * sum - 4 * product * product, 0));
    const double unit = sqrt(2) * (RADIUS + 0.5) / cos(acos(-1) / RING);
    return sqrt((sum - root) / 2) >= low * unit && sqrt((sum + root) / 2) <= high * unit;
}

/* Picture, mask, box and point agree within this, in pixels of the result.
 *
 * For the picture that leaves room for rounding to bytes. At random by up to half a value it moves
 * the centroid by 0.002. But where one half of the blob is rounded up throughout, by a quarter on
 * average, because its pixels come to lie half between two others, the moment of a half disc, 2/3
 * r^3, makes 0.023 for a sigma of 5, and more for a larger one; two such passes fit. */
#define TOLERANCE 0.05

static void check_near(const char *what, const double got[2], const float *wanted,
                       const Chain *chain)
{
    for (int axis = 0; axis < 2; axis++)
        ck_assert_msg(fabs(got[axis] - (double)wanted[axis]) < TOLERANCE,
                      "%s: the %s is at %.4f on axis %d, the point at %.4f", chain->text, what,
                      got[axis], axis, (double)wanted[axis]);
}

/* Where the centroid of the mask must be, in a result of which each pixel shows the pixel that its
 * centre comes from, stage after stage: nearest sampling alone, from the formula of the blob.
 * nudge: of places, which decides about those between two pixels. */
static void find_sampled(const ImgRecipe *recipe, const Blob *blob, const AugField *mask,
                         double nudge, double at[2])
{
    double sum = 0;
    at[0] = at[1] = 0;
    for (int32_t i = 0; i < mask->height * mask->width; i++) {
        if (((const uint8_t *)mask->bytes)[i] == 0)
            continue;
        const double x = i % mask->width + 0.5, y = i / mask->width + 0.5;
        double point[1][2] = {{x, y}};
        for (uint32_t k = recipe->geometry.n_stages; k-- > 0;) {
            img_stage_map_points(&recipe->stages[k], true, point, 1);
            for (int axis = 0; axis < 2; axis++)
                point[0][axis] = floor(point[0][axis] + nudge) + 0.5;
        }
        const double value = blob_at(blob, MASK_SIGMA, point[0][0], point[0][1]);
        sum += value;
        at[0] += value * x;
        at[1] += value * y;
    }
    at[0] /= sum;
    at[1] /= sum;
}

static void check_box(const ImgRecipe *recipe, const Moments *mask, const float box[4],
                      const Chain *chain)
{
    double slack[2];
    find_slack(recipe, slack);
    for (int i = 0; i < 4; i++) {
        const double inside = i < 2 ? mask->box[i] - (double)box[i] : (double)box[i] - mask->box[i];
        ck_assert_msg(inside > -slack[i % 2],
                      "%s: the box ends at %.3f, the mask's centres at %.3f", chain->text,
                      (double)box[i], mask->box[i]);
    }
}

/* The mask is where nearest sampling puts it, and that is where the point is, but for the sampling's
 * own shift. Each value is moved by up to half a pixel on each axis; if at random, the centroid is
 * moved by sqrt(sum of x^2 |grad v|^2 / 12) / sum of v = 0.081 / sigma: 0.005 for a sigma of 16 in
 * each pass, and a chain has few passes and stretches the blob by at most 1.5. But where pixels are
 * in step with those before (a resize of 300 to 299, or of 4 to 3, a turn by one degree), all of a
 * blob are moved the same way, up to half a pixel, whatever its size. Returns whether that left it
 * within the tolerance. */
static bool check_mask(const ImgRecipe *recipe, const Blob *blob,
                       const AugField out[TARGETS_FIELDS], const Chain *chain)
{
    const float *point = out[TARGETS_POINTS].bytes;
    const Moments mask = measure(&out[TARGETS_MASK]);
    check_box(recipe, &mask, out[TARGETS_BOXES].bytes, chain);
    double below[2], above[2];
    find_sampled(recipe, blob, &out[TARGETS_MASK], -1e-9, below);
    find_sampled(recipe, blob, &out[TARGETS_MASK], 1e-9, above);
    /* Of places between two pixels each stage may take either, and a turn brings the choice on one
     * axis to the other. Warps walk in fixed point, so a few pixels are others. */
    const double choice = fabs(above[0] - below[0]) + fabs(above[1] - below[1]);
    bool is_near = true;
    for (int axis = 0; axis < 2; axis++) {
        const double middle = (below[axis] + above[axis]) / 2;
        ck_assert_msg(fabs(mask.at[axis] - middle) < choice / 2 + 0.005,
                      "%s: the mask is at %.4f on axis %d, sampled at %.4f +- %.4f", chain->text,
                      mask.at[axis], axis, middle, choice / 2);
        is_near = is_near && fabs(mask.at[axis] - (double)point[axis]) < TOLERANCE;
    }
    return is_near;
}

/* Returns whether the mask could be compared, too. */
static bool check_blob(const ImgRecipe *recipe, const Blob *blob,
                       const AugField out[TARGETS_FIELDS], const Chain *chain)
{
    const float *point = out[TARGETS_POINTS].bytes;
    const Moments picture = measure(&out[TARGETS_IMAGE]);
    check_near("picture", picture.at, point, chain);
    ck_assert_uint_eq(out[TARGETS_BOXES].n_rows, 1);
    const float *box = out[TARGETS_BOXES].bytes;
    const double middle[2] = {((double)box[0] + (double)box[2]) / 2,
                              ((double)box[1] + (double)box[3]) / 2};
    check_near("box", middle, point, chain);
    return check_mask(recipe, blob, out, chain);
}

/* How a chain could be measured: not where it cuts the blob or makes it too small or too large; not
 * the mask where its pixels are in step. */
typedef enum Measured { MEASURED, MASK_IN_STEP, OUT_OF_SIGHT } Measured;

static Measured run_chain(AugRng *rng, uint64_t round)
{
    Blob blob = blob_make(rng);
    Chain chain = {0};
    const int n = pick(rng, 1, MOST_OPS);
    for (int i = 0; i < n; i++) {
        add(&chain, i ? ", " : "[");
        add_geometry(&chain, rng, 350, false);
    }
    add(&chain, "]");
    float points[1 + RING][2];
    ring_make(&blob, points);
    static const int64_t tag = 1;
    static const uint8_t marks[1 + RING][2];
    AugField in[TARGETS_FIELDS], out[TARGETS_FIELDS];
    in[TARGETS_IMAGE] = targets_pixels(blob.picture, blob.size, 1);
    in[TARGETS_MASK] = targets_pixels(blob.mask, blob.size, 1);
    in[TARGETS_BOXES] = targets_rows(blob.box, 1, sizeof(blob.box));
    in[TARGETS_TAGS] = targets_rows(&tag, 1, sizeof(tag));
    in[TARGETS_POINTS] = targets_rows(points, 1 + RING, sizeof(points[0]));
    in[TARGETS_MARKS] = targets_rows(marks, 1 + RING, sizeof(marks[0]));
    ImageCase image_case;
    const AugDatasetInfo info = targets_info(blob.size, 1);
    targets_open_any_size(&image_case, chain.text, &info);
    targets_augment(&image_case, round, in, out);
    Measured measured = OUT_OF_SIGHT;
    if (out[TARGETS_POINTS].n_rows == 1 + RING &&
        is_large_enough(out[TARGETS_POINTS].bytes, 0.75, 1.5))
        measured =
            check_blob(&image_case.worker->recipe, &blob, out, &chain) ? MEASURED : MASK_IN_STEP;
    image_case_close(&image_case);
    free(blob.picture);
    free(blob.mask);
    return measured;
}

START_TEST(blob_mask_box_and_point_stay_together)
{
    const int n_chains = (int)test_rounds(1000);
    AugRng rng = aug_rng_make(&(AugKey){.seed = 41});
    int counts[3] = {0}, n = 0;
    for (; counts[MEASURED] < n_chains && n < n_chains * 3 / 2; n++)
        counts[run_chain(&rng, (uint64_t)n)]++;
    ck_assert_msg(counts[MEASURED] == n_chains,
                  "of %d chains, %d cut the blob, and %d have masks in step with the grid", n,
                  counts[OUT_OF_SIGHT], counts[MASK_IN_STEP]);
}
END_TEST

/* A square object through chains that keep its sides upright, cuts included. */
typedef struct Square {
    AugSize size;
    ImgWindow at;
    uint8_t *pixels;
} Square;

static Square square_make(AugRng *rng)
{
    Square square = {.size = {.height = pick(rng, 12, 60), .width = pick(rng, 12, 60)}};
    ImgWindow *at = &square.at;
    at->x0 = pick(rng, 0, square.size.width - 2);
    at->y0 = pick(rng, 0, square.size.height - 2);
    at->x1 = pick(rng, at->x0 + 1, square.size.width);
    at->y1 = pick(rng, at->y0 + 1, square.size.height);
    square.pixels = calloc((size_t)square.size.height, (size_t)square.size.width);
    ck_assert_ptr_nonnull(square.pixels);
    for (int32_t y = at->y0; y < at->y1; y++)
        memset(square.pixels + y * square.size.width + at->x0, 9, (size_t)(at->x1 - at->x0));
    return square;
}

/* Without a resize the box is exactly that of the mask, and dropped where that is empty. With one,
 * a pixel is shown by its centre, so that the mask's sides are off by up to half a pixel, and a
 * sliver may show in no pixel at all. */
static void check_square(const AugField out[TARGETS_FIELDS], double slack, const Chain *chain)
{
    const Moments mask = measure(&out[TARGETS_MASK]);
    const bool is_seen = mask.box[2] > 0;
    const float *box = out[TARGETS_BOXES].bytes;
    if (out[TARGETS_BOXES].n_rows == 0) {
        ck_assert_msg(!is_seen, "%s: the box is dropped, and the mask seen", chain->text);
        return;
    }
    if (!is_seen) {
        ck_assert_msg((double)(box[2] - box[0]) < 2 * slack ||
                          (double)(box[3] - box[1]) < 2 * slack,
                      "%s: the box is %g, %g, %g, %g, and the mask not seen", chain->text,
                      (double)box[0], (double)box[1], (double)box[2], (double)box[3]);
        return;
    }
    for (int i = 0; i < 4; i++) {
        const double edge = mask.box[i] + (i < 2 ? -0.5 : 0.5);
        ck_assert_msg(fabs(edge - (double)box[i]) <= slack + 1e-4,
                      "%s: side %d of the box is at %.4f, of the mask at %g", chain->text, i,
                      (double)box[i], edge);
    }
}

/* At most one resize, somewhere in the chain. The margin of an edge repeats an object that touches
 * it, which is no part of it, so margins are constant. */
static Chain upright_chain(AugRng *rng, bool resizes)
{
    Chain chain = {0};
    const int n = pick(rng, 1, MOST_OPS), resize = resizes ? pick(rng, 0, n - 1) : n;
    for (int i = 0; i < n; i++) {
        add(&chain, i ? ", " : "[");
        if (i == resize)
            add_resize(&chain, rng, 36);
        else if (aug_rng_below(rng, 4) == 0)
            add(&chain, "Pad: [%d, %d, %d, %d]", pick(rng, 0, 9), pick(rng, 0, 9), pick(rng, 0, 9),
                pick(rng, 0, 9));
        else if (aug_rng_below(rng, 2))
            add(&chain, "RandomCrop: {size: [%d, %d], pad_if_needed: true}", pick(rng, 4, 40),
                pick(rng, 4, 40));
        else
            add(&chain, "RandomRotate90, HorizontalFlip, Transpose");
    }
    add(&chain, "]");
    return chain;
}

START_TEST(boxes_are_those_of_masks_whatever_is_cut)
{
    const uint64_t n_rounds = test_rounds(2000);
    AugRng rng = aug_rng_make(&(AugKey){.seed = 42});
    for (uint64_t round = 0; round < n_rounds; round++) {
        Square square = square_make(&rng);
        const Chain chain = upright_chain(&rng, round % 2);
        const ImgWindow at = square.at;
        const float box[4] = {(float)at.x0, (float)at.y0, (float)at.x1, (float)at.y1};
        static const int64_t tag = 1;
        AugField in[TARGETS_FIELDS] = {{0}}, out[TARGETS_FIELDS];
        in[TARGETS_IMAGE] = in[TARGETS_MASK] = targets_pixels(square.pixels, square.size, 1);
        in[TARGETS_BOXES] = targets_rows(box, 1, sizeof(box));
        in[TARGETS_TAGS] = targets_rows(&tag, 1, sizeof(tag));
        ImageCase image_case;
        const AugDatasetInfo info = targets_info(square.size, 1);
        targets_open_any_size(&image_case, chain.text, &info);
        targets_augment(&image_case, round, in, out);
        check_square(out, round % 2 ? 0.5 : 0, &chain);
        image_case_close(&image_case);
        free(square.pixels);
    }
}
END_TEST

/* A copy of a field of pixels; the caller frees its bytes. */
static AugField copy_of(const AugField *field)
{
    AugField copy = *field;
    uint8_t *bytes = malloc(field->size + 1);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, field->bytes, field->size);
    copy.bytes = bytes;
    return copy;
}

static void check_crop(const AugField *whole, const AugField *part, const Chain *chain)
{
    const int32_t y0 = (int32_t)rint((whole->height - part->height) / 2.0);
    const int32_t x0 = (int32_t)rint((whole->width - part->width) / 2.0);
    const size_t pixel_size = (size_t)whole->channels;
    for (int32_t y = 0; y < part->height; y++) {
        const uint8_t *row =
            (const uint8_t *)whole->bytes + (size_t)((y0 + y) * whole->width + x0) * pixel_size;
        const uint8_t *got = (const uint8_t *)part->bytes + (size_t)(y * part->width) * pixel_size;
        for (size_t i = 0; i < (size_t)part->width * pixel_size; i++)
            ck_assert_msg(row[i] == got[i],
                          "%s: row %d, byte %zu of %d x %d is %d, of the whole %d", chain->text, y,
                          i, part->height, part->width, got[i], row[i]);
    }
}

/* A chain and what it makes with a crop of the middle behind it. between: what stands before the
 * crop, in both. */
static void check_windows(AugRng *rng, uint64_t round, const Chain *chain, const char *between)
{
    const AugSize size = {.height = pick(rng, 8, 60), .width = pick(rng, 8, 60)};
    uint8_t *pixels = image_pixels(size.height, size.width, 3, (uint32_t)round);
    uint8_t *mask = image_pixels(size.height, size.width, 1, (uint32_t)round + 1);
    AugField in[TARGETS_FIELDS] = {{0}}, out[TARGETS_FIELDS], whole[2];
    in[TARGETS_IMAGE] = targets_pixels(pixels, size, 3);
    in[TARGETS_MASK] = targets_pixels(mask, size, 1);
    const AugDatasetInfo info = targets_info(size, 3);
    Chain first = {0}, second = {0};
    add(&first, "[%s%s]", chain->text, between);
    ImageCase image_case;
    targets_open_any_size(&image_case, first.text, &info);
    targets_augment(&image_case, round, in, out);
    whole[0] = copy_of(&out[TARGETS_IMAGE]);
    whole[1] = copy_of(&out[TARGETS_MASK]);
    image_case_close(&image_case);
    add(&second, "[%s%s, CenterCrop: [%d, %d]]", chain->text, between,
        pick(rng, 1, whole[0].height), pick(rng, 1, whole[0].width));
    targets_open_any_size(&image_case, second.text, &info);
    targets_augment(&image_case, round, in, out);
    check_crop(&whole[0], &out[TARGETS_IMAGE], &second);
    check_crop(&whole[1], &out[TARGETS_MASK], &second);
    image_case_close(&image_case);
    free((void *)(uintptr_t)whole[0].bytes);
    free((void *)(uintptr_t)whole[1].bytes);
    free(pixels);
    free(mask);
}

static Chain open_chain(AugRng *rng, bool rigid)
{
    Chain chain = {0};
    const int n = pick(rng, 1, MOST_OPS - 1);
    for (int i = 0; i < n; i++) {
        add(&chain, "%s", i ? ", " : "");
        add_geometry(&chain, rng, 36, rigid);
    }
    return chain;
}

/* Behind a step that is no geometry a crop is a window and nothing else. */
START_TEST(windows_change_no_pixel)
{
    const uint64_t n_rounds = test_rounds(500);
    AugRng rng = aug_rng_make(&(AugKey){.seed = 43});
    static const char *const steps[] = {", RandomBrightnessContrast: {p: 1}",
                                        ", GaussianBlur: {p: 1}", ", Equalize: {p: 1}",
                                        ", Cutout: {size: 5}, GaussNoise: {p: 1}"};
    for (uint64_t round = 0; round < n_rounds; round++) {
        const Chain chain = open_chain(&rng, false);
        check_windows(&rng, round, &chain, steps[aug_rng_below(&rng, AUG_COUNT(steps))]);
    }
}
END_TEST

/* A crop that joins the moves before it makes what they and the crop make apart. */
START_TEST(joined_crops_change_no_pixel)
{
    const uint64_t n_rounds = test_rounds(500);
    AugRng rng = aug_rng_make(&(AugKey){.seed = 44});
    for (uint64_t round = 0; round < n_rounds; round++) {
        Chain chain = {0};
        const Chain moves = open_chain(&rng, true);
        if (round % 2) {
            add_resize(&chain, &rng, 36);
            add(&chain, ", ");
        }
        add(&chain, "%s", moves.text);
        check_windows(&rng, round, &chain, "");
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chains of geometries");
    TCase *together = tcase_create("targets");
    tcase_set_timeout(together, 120);
    tcase_add_test(together, blob_mask_box_and_point_stay_together);
    tcase_add_test(together, boxes_are_those_of_masks_whatever_is_cut);
    suite_add_tcase(suite, together);
    TCase *windows = tcase_create("windows");
    tcase_set_timeout(windows, 60);
    tcase_add_test(windows, windows_change_no_pixel);
    tcase_add_test(windows, joined_crops_change_no_pixel);
    suite_add_tcase(suite, windows);
    return test_run(suite);
}
