/* Every byte of our decoding and resizing against the real Pillow's, over 300 photographs. */
#include <sys/wait.h>

#include "image/codec/codec.h"
#include "image/geometry/resample.h"
#include "tests/support/pictures.h"

static AugLimits limits;
static ImgDecoder *decoder;
static ImgResampleScratch scratch;

/* Pictures of the archive by their order in it. */
typedef struct Archive {
    uint8_t *bytes;
    size_t size, at;
} Archive;

static FILE *start_pillow(const char *path)
{
    const char *source = getenv("AUGD_SOURCE");
    char *command = test_path("/usr/bin/python3 %s/tests/integration/pillow_oracle.py resize %s",
                              source ? source : ".", path);
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    free(command);
    return pipe;
}

/* The next n bytes; the caller frees them. */
static uint8_t *read_bytes(FILE *pipe, size_t n)
{
    uint8_t *bytes = malloc(n);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, n, pipe), n);
    return bytes;
}

static void expect_bytes(const AugImage *found, const uint8_t *want, const char *what)
{
    const size_t row_size = (size_t)found->width * 3;
    for (int32_t y = 0; y < found->height; y++) {
        const uint8_t *row = test_pixel(found, 0, y);
        if (memcmp(row, want + (size_t)y * row_size, row_size) == 0)
            continue;
        for (size_t i = 0; i < row_size; i++) {
            const uint8_t value = want[(size_t)y * row_size + i];
            if (row[i] != value)
                ck_abort_msg("%s: row %d, byte %zu is %d, Pillow's %d", what, y, i, row[i], value);
        }
    }
}

/* Decodes the next JPEG of the archive, which must be the one named, in full or only a window. */
static TestMember next_photograph(Archive *archive, const char *name)
{
    TestMember member;
    do {
        ck_assert(test_tar_next(archive->bytes, archive->size, &archive->at, &member));
    } while (!strstr(member.name, ".jpg"));
    ck_assert_str_eq(member.name, name);
    return member;
}

static ImgSource decode(const TestMember *member, const ImgWindow *window)
{
    ImgHeader header;
    AugError error = {0};
    ImgSource source = {0};
    ImgWindow got;
    ck_assert_msg(img_header(member->bytes, member->size, &limits, &header, &error) == AUG_OK,
                  "%s: %s", member->name, error.message);
    const ImgDecodeJob job = {.bytes = member->bytes,
                              .size = member->size,
                              .header = &header,
                              .channels = 3,
                              .window = window};
    ck_assert_msg(img_decode(decoder, &job, &limits, &source.pixels, &got, &error) == AUG_OK,
                  "%s: %s", member->name, error.message);
    source.x = got.x0;
    source.y = got.y0;
    source.width = header.width;
    source.height = header.height;
    return source;
}

static ImgFilter filter_of(const char *name)
{
    return strcmp(name, "box") == 0       ? IMG_FILTER_BOX
           : strcmp(name, "bicubic") == 0 ? IMG_FILTER_BICUBIC
                                          : IMG_FILTER_BILINEAR;
}

/* One line "resize ..." and its bytes: from the whole picture's window that the job needs. */
static void check_resize(FILE *pipe, const char *line, const TestMember *member, int32_t width,
                         int32_t height)
{
    char filter[16];
    double box[4];
    int32_t out_width = 0;
    int32_t out_height = 0;
    ck_assert_int_eq(sscanf(line, "resize %15s %lf %lf %lf %lf %d %d", filter, &box[0], &box[1],
                            &box[2], &box[3], &out_width, &out_height),
                     7);
    ImgResample job = img_resample_make(filter_of(filter), width, height, out_width, out_height);
    job.x0 = box[0];
    job.y0 = box[1];
    job.x1 = box[2];
    job.y1 = box[3];
    AugError error = {0};
    ck_assert_msg(img_resample_check(&job, &error) == AUG_OK, "%s: %s", line, error.message);
    const ImgWindow needs = img_resample_needs(&job);
    const ImgSource source = decode(member, &needs);
    const AugImage out = test_picture(out_width, out_height, 3, 0);
    ck_assert_msg(img_resample(&scratch, &job, &source, &out, &error) == AUG_OK, "%s: %s", line,
                  error.message);
    uint8_t *want = read_bytes(pipe, (size_t)out_width * (size_t)out_height * 3);
    char *what = test_path("%s, %s", member->name, line);
    expect_bytes(&out, want, what);
    free(what);
    free(want);
    free(out.pixels);
}

START_TEST(every_byte_is_pillow_s)
{
    char *path = test_data("imagenet-sample-300.tar");
    if (!path)
        return;
    Archive archive = {0};
    archive.bytes = test_read_file(path, &archive.size);
    FILE *pipe = start_pillow(path);
    aug_limits_init(&limits);
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
    TestMember member = {0};
    int32_t width = 0;
    int32_t height = 0;
    int n_pictures = 0;
    int n_resizes = 0;
    char line[512];
    while (fgets(line, sizeof(line), pipe) && strcmp(line, "end\n") != 0) {
        char name[128];
        if (sscanf(line, "picture %127s %d %d", name, &width, &height) == 3) {
            member = next_photograph(&archive, name);
            uint8_t *want = read_bytes(pipe, (size_t)width * (size_t)height * 3);
            const ImgSource all = decode(&member, NULL);
            ck_assert_int_eq(all.width, width);
            ck_assert_int_eq(all.height, height);
            expect_bytes(&all.pixels, want, name);
            free(want);
            n_pictures++;
        } else {
            check_resize(pipe, line, &member, width, height);
            n_resizes++;
        }
    }
    const int exit_code = WEXITSTATUS(pclose(pipe));
    if (exit_code == 77) {
        test_skip("/usr/bin/python3 has no Pillow");
    } else {
        ck_assert_int_eq(exit_code, 0);
        ck_assert_int_eq(n_pictures, 300);
        ck_assert_int_eq(n_resizes, 3000);
        printf("%d pictures and %d resizes are equal to Pillow's in every byte\n", n_pictures,
               n_resizes);
    }
    img_resample_scratch_fini(&scratch);
    img_decoder_free(decoder);
    free(archive.bytes);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pillow resize");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 280);
    tcase_add_test(tests, every_byte_is_pillow_s);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
