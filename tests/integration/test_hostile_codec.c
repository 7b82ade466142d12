/* 1,648 hostile pictures through header and decoder: each is decoded or refused in words, quickly,
 * in bounded memory. Meant to be run under the address and undefined-behaviour sanitizers too. */
#include <sys/resource.h>
#include <time.h>

#include "image/codec/codec.h"
#include "tests/support/pictures.h"

/* Longest time for one file: a sanitizer on a busy machine is slow. */
#define MAX_SECONDS 20.0

/* Most memory of the process. The largest picture allowed here takes 48 MB of pixels and, if it is
 * progressive, 96 MB of coefficients; the archive has 10 MB; sanitizers keep 256 MB of freed memory
 * and map as much again. */
#define MAX_RESIDENT_KIB (1024L * 1024)

#define MAX_PIXELS (16u << 20)

static AugLimits limits;
static ImgDecoder *decoder;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Header and decode, in full and of a window, of a copy of exactly the file's size. */
static AugStatus try_file(const TestMember *member, uint64_t *state, AugError *error)
{
    uint8_t *copy = malloc(member->size ? member->size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, member->bytes, member->size);
    ImgHeader header;
    AugStatus status = img_header(copy, member->size, &limits, &header, error);
    for (int i = 0; i < 2 && status == AUG_OK; i++) {
        const ImgWindow window = i ? img_window_all(header.width, header.height)
                                   : test_window(state, header.width, header.height);
        const ImgDecodeJob job = {.bytes = copy,
                                  .size = member->size,
                                  .header = &header,
                                  .channels = test_random(state) % 2 ? 3 : 1,
                                  .window = &window};
        AugImage out;
        ImgWindow got;
        const AugStatus part = img_decode(decoder, &job, &limits, &out, &got, error);
        /* Damage may lie outside of the window; the full decode decides. */
        if (i == 1)
            status = part;
        if (part == AUG_OK)
            ck_assert_int_eq(out.channels, job.channels);
    }
    free(copy);
    return status;
}

/* Whether the manifest says that Pillow decoded the file. */
static bool pillow_decodes(const char *manifest, const char *name)
{
    char *start = test_path("\n%s\t", name);
    const char *line = strstr(manifest, start);
    free(start);
    ck_assert_msg(line, "%s is not in the manifest", name);
    line++;
    const size_t length = strcspn(line, "\n");
    const char *found = strstr(line, "\tok\t");
    return found && found < line + length;
}

/* What became of the files. */
typedef struct Tally {
    int n, n_decoded, n_refused[32], n_pillow, n_both, n_only_here;
} Tally;

static void expect_words(const TestMember *member, AugStatus status, const AugError *error)
{
    ck_assert_msg(status == AUG_CORRUPT || status == AUG_UNSUPPORTED || status == AUG_TOO_LARGE,
                  "%s: %s: %s", member->name, aug_status_name(status), error->message);
    ck_assert_msg(strlen(error->message) > 20, "%s: \"%s\" is no sentence", member->name,
                  error->message);
}

static void take_file(const TestMember *member, const char *manifest, uint64_t *state, Tally *tally)
{
    AugError error = {0};
    const double start = now();
    const AugStatus status = try_file(member, state, &error);
    const double seconds = now() - start;
    ck_assert_msg(seconds < MAX_SECONDS, "%s took %.1f s", member->name, seconds);
    const bool readable =
        strncmp(member->name, "jpeg/", 5) == 0 || strncmp(member->name, "png/", 4) == 0;
    const bool pillow = readable && pillow_decodes(manifest, member->name);
    tally->n++;
    tally->n_pillow += pillow;
    if (status == AUG_OK) {
        tally->n_decoded++;
        tally->n_both += pillow;
        tally->n_only_here += readable && !pillow;
        return;
    }
    expect_words(member, status, &error);
    tally->n_refused[status]++;
    if (pillow && getenv("TEST_VERBOSE"))
        printf("%s: %s\n", member->name, error.message);
}

START_TEST(every_file_is_decoded_or_refused)
{
    char *tar_path = test_data("hostile-images.tar");
    char *manifest_path = test_data("hostile-images.manifest.tsv");
    if (!tar_path || !manifest_path)
        return;
    size_t tar_size = 0;
    size_t manifest_size = 0;
    uint8_t *tar = test_read_file(tar_path, &tar_size);
    char *manifest = (char *)test_read_file(manifest_path, &manifest_size);
    aug_limits_init(&limits);
    limits.max_pixels = MAX_PIXELS;
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
    uint64_t state = 149;
    Tally tally = {0};
    size_t at = 0;
    TestMember member;
    while (test_tar_next(tar, tar_size, &at, &member))
        take_file(&member, manifest, &state, &tally);
    printf(
        "%d files: %d decoded, %d damaged, %d of another format or kind, %d too large; of %d JPEG "
        "and PNG files that Pillow decodes %d are decoded here, and %d that it does not\n",
        tally.n, tally.n_decoded, tally.n_refused[AUG_CORRUPT], tally.n_refused[AUG_UNSUPPORTED],
        tally.n_refused[AUG_TOO_LARGE], tally.n_pillow, tally.n_both, tally.n_only_here);
    ck_assert_int_eq(tally.n, 1648);
    /* Pillow takes damage that is refused here: a few dozen files, not more. */
    ck_assert_int_ge(tally.n_both, tally.n_pillow * 9 / 10);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    ck_assert_msg(usage.ru_maxrss < MAX_RESIDENT_KIB, "%ld KiB of memory", usage.ru_maxrss);
    img_decoder_free(decoder);
    free(manifest);
    free(tar);
    free(manifest_path);
    free(tar_path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostile codec");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 280);
    tcase_add_test(tests, every_file_is_decoded_or_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
