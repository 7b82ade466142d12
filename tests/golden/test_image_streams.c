/* Draws and pixels as they were when they were pinned: a change of any stream of random numbers, of
 * their use, or of a kernel's rounding shows here, and must come with a new AUG_ENGINE.
 *
 * image_streams.txt has a line for each pipeline: what it is ("image" or "mix"), a digest, and the
 * pipeline. After a change that is meant, AUGD_WRITE_GOLDEN=1 writes the digests anew. */
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

/* Runs every line; in a rewrite new receives the file as it should be. */
static void check_lines(char *content, FILE *new)
{
    int n = 0;
    for (char *next, *text = content; text && *text; text = next) {
        next = strchr(text, '\n');
        if (next)
            *next++ = 0;
        Line line;
        if (!read_line(text, &line)) {
            if (new)
                fprintf(new, "%s\n", text);
            continue;
        }
        const uint64_t got = line.mixes ? mix_digest(line.pipeline) : image_digest(line.pipeline);
        if (new)
            fprintf(new, "%-5s %016llx %s\n", line.mixes ? "mix" : "image", (unsigned long long)got,
                    line.pipeline);
        else
            ck_assert_msg(got == line.digest, "%s: %016llx, pinned %016llx", line.pipeline,
                          (unsigned long long)got, (unsigned long long)line.digest);
        n++;
    }
    ck_assert_int_gt(n, 20);
}

START_TEST(pinned_streams)
{
    char *path = golden_path();
    size_t size;
    uint8_t *content = test_read_file(path, &size);
    FILE *new = getenv("AUGD_WRITE_GOLDEN") ? fopen(path, "w") : NULL;
    check_lines((char *)content, new);
    if (new)
        fclose(new);
    free(content);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image streams");
    TCase *golden = tcase_create("golden");
    tcase_set_timeout(golden, 60);
    tcase_add_test(golden, pinned_streams);
    suite_add_tcase(suite, golden);
    return test_run(suite);
}
