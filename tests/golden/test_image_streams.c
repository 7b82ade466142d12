/* Draws and pixels as they were when they were pinned: a change of any stream of random numbers, of
 * their use, or of a kernel's rounding shows here, and must come with a new AUG_ENGINE.
 *
 * image_streams.txt has a line for each pipeline: what it is ("image" or "mix"), a digest, and the
 * pipeline. Every example of every operation on pictures and of every group has one. Where
 * AUGD_WRITE_GOLDEN is set, the program writes the file: "1" adds what is missing and overwrites
 * no line, "anew" also gives every line the digest that it has now, for a change that is meant. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

enum { KEYS = 8, BATCH = 13 };

static uint64_t add(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static const uint64_t hash_start = UINT64_C(0xcbf29ce484222325);

static uint64_t image_digest(const char *pipeline)
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(&image_case, pipeline, 3, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    uint8_t *pixels = image_pixels(57, 83, 3, 1);
    const AugSample sample = image_sample(pixels, 57, 83, 3);
    uint64_t hash = hash_start;
    for (uint64_t k = 0; k < KEYS; k++) {
        const AugImage image = image_case_picture(&image_case, k, &sample);
        for (int32_t y = 0; y < image.height; y++)
            hash = add(hash, image.pixels + (size_t)y * image.row_size,
                       (size_t)image.width * (size_t)image.channels);
    }
    free(pixels);
    image_case_close(&image_case);
    return hash;
}

static uint64_t mix_digest(const char *list)
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open_mix(&image_case, list, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", list, error.message);
    const AugOp *op = &image_case.ops.ops[0];
    uint64_t hash = hash_start;
    for (uint64_t number = 0; number < KEYS; number++) {
        ImgMixItem items[BATCH];
        uint32_t scratch[BATCH];
        AugRng rng = aug_rng_make(
            &(AugKey){.seed = 7, .sample = number, .position = (uint16_t)AUG_POSITION_BATCH});
        ImgMix mix = {
            .n = BATCH, .extent = {.height = 57, .width = 83}, .items = items, .scratch = scratch};
        for (uint32_t i = 0; i < BATCH; i++)
            items[i] = (ImgMixItem){.base = {.partner = i, .share = 1}};
        img_op_hooks(op->desc)->mix(op->params, &rng, &mix);
        for (uint32_t i = 0; i < BATCH; i++) {
            const int32_t box[4] = {items[i].y0, items[i].x0, items[i].y1, items[i].x1};
            hash = add(hash, &items[i].base.partner, sizeof(items[i].base.partner));
            hash = add(hash, &items[i].base.share, sizeof(items[i].base.share));
            hash = add(hash, box, sizeof(box));
        }
    }
    image_case_close(&image_case);
    return hash;
}

/* "KIND DIGEST PIPELINE"; comments begin with #. */
typedef struct Line {
    bool mixes;
    uint64_t digest;
    const char *pipeline;
} Line;

static bool read_line(const char *text, Line *line)
{
    char kind[8], digits[17];
    int rest = 0;
    if (text[0] == '#' || sscanf(text, "%7s %16s %n", kind, digits, &rest) != 2)
        return false;
    line->mixes = strcmp(kind, "mix") == 0;
    line->digest = strtoull(digits, NULL, 16);
    line->pipeline = text + rest;
    return true;
}

static char *golden_path(void)
{
    const char *source = getenv("AUGD_SOURCE");
    return test_path("%s/tests/golden/image_streams.txt", source ? source : ".");
}

/* Pinned pipelines; text is owned, the lines point into it. */
typedef struct Golden {
    char *text;
    Line lines[1000];
    int n;
} Golden;

static void golden_read(Golden *golden)
{
    char *path = golden_path();
    size_t size;
    golden->text = (char *)test_read_file(path, &size);
    free(path);
    for (char *next, *text = golden->text; text && *text; text = next) {
        next = strchr(text, '\n');
        if (next)
            *next++ = 0;
        ck_assert_int_lt(golden->n, (int)AUG_COUNT(golden->lines));
        golden->n += read_line(text, &golden->lines[golden->n]);
    }
    ck_assert_int_gt(golden->n, 20);
}

static bool golden_has(const Golden *golden, const char *pipeline)
{
    for (int i = 0; i < golden->n; i++)
        if (strcmp(golden->lines[i].pipeline, pipeline) == 0)
            return true;
    return false;
}

static uint64_t digest_of(bool mixes, const char *pipeline)
{
    return mixes ? mix_digest(pipeline) : image_digest(pipeline);
}

/* With the digest that the pipeline has now. */
static void print_line(const Line *line, FILE *file)
{
    const unsigned long long digest = digest_of(line->mixes, line->pipeline);
    fprintf(file, "%-5s %016llx %s\n", line->mixes ? "mix" : "image", digest, line->pipeline);
}

static bool writes_anew(void)
{
    const char *wish = getenv("AUGD_WRITE_GOLDEN");
    return wish && strcmp(wish, "anew") == 0;
}

/* All lines as they are now; comments stay. */
static void write_anew(void)
{
    char *path = golden_path();
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (char *next, *at = text; at && *at; at = next) {
        next = strchr(at, '\n');
        if (next)
            *next++ = 0;
        Line line;
        if (read_line(at, &line))
            print_line(&line, file);
        else
            fprintf(file, "%s\n", at);
    }
    ck_assert_int_eq(fclose(file), 0);
    free(text);
    free(path);
}

START_TEST(pinned_streams)
{
    if (writes_anew())
        write_anew();
    Golden golden = {0};
    golden_read(&golden);
    for (int i = 0; i < golden.n; i++) {
        const Line *line = &golden.lines[i];
        const uint64_t got = digest_of(line->mixes, line->pipeline);
        ck_assert_msg(got == line->digest, "%s: %016llx, pinned %016llx", line->pipeline,
                      (unsigned long long)got, (unsigned long long)line->digest);
    }
    free(golden.text);
}
END_TEST

/* Adds a line to the file, or says which one is missing and returns 1. */
static int pin(bool mixes, const char *pipeline, FILE *file)
{
    print_line(&(Line){.mixes = mixes, .pipeline = pipeline}, file ? file : stdout);
    return file ? 0 : 1;
}

/* Operations of other domains have golden tests of their own. */
static int pin_examples(const AugOpDesc *desc, const Golden *golden, FILE *file)
{
    int n_missing = 0;
    for (size_t e = 0; e < desc->n_examples; e++) {
        char *pipeline = test_path("[%s: %s]", desc->name, desc->examples[e].params);
        if (!golden_has(golden, pipeline))
            n_missing += pin(desc->scope == AUG_OP_BATCH, pipeline, file);
        free(pipeline);
    }
    return n_missing;
}

START_TEST(every_example_is_pinned)
{
    Golden golden = {0};
    golden_read(&golden);
    char *path = golden_path();
    FILE *file = getenv("AUGD_WRITE_GOLDEN") ? fopen(path, "a") : NULL;
    int n_missing = 0;
    for (size_t i = 0; i < augi_n_ops; i++)
        if (!augi_ops[i]->domain || augi_ops[i]->domain == &aug_domain_image)
            n_missing += pin_examples(augi_ops[i], &golden, file);
    ck_assert_msg(n_missing == 0, "%s lacks the %d lines above; AUGD_WRITE_GOLDEN=1 adds them",
                  path, n_missing);
    if (file)
        fclose(file);
    free(golden.text);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image streams");
    TCase *golden = tcase_create("golden");
    tcase_set_timeout(golden, 60);
    tcase_add_test(golden, pinned_streams);
    tcase_add_test(golden, every_example_is_pinned);
    suite_add_tcase(suite, golden);
    return test_run(suite);
}
