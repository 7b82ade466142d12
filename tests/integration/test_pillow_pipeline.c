/* Whole pipelines against the real Pillow, on photographs, byte for byte: decoding, turning
 * upright, cropping, resizing and mirroring in one fused pass equal
 * mirror(exif_transpose(open(f)).resize(size, BILINEAR, box)). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <zlib.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

/* An archive as a data set, one pipeline, and the list of results to check. */
typedef struct Photographs {
    char *path;
    AugDataset *dataset;
    AugBuffer buffer;
    ImageCase image_case;
    char *list_path;
    FILE *list;
} Photographs;

/* False where the data is not here. */
static bool photographs_open(Photographs *photographs, const char *archive, const char *pipeline)
{
    *photographs = (Photographs){.path = test_data(archive)};
    if (!photographs->path)
        return false;
    AugError error = {0};
    char *location = test_path("tar:%s", photographs->path);
    AugStatus status = aug_dataset_open(&photographs->dataset, location, NULL, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    free(location);
    status = image_case_open_any_size(&photographs->image_case, pipeline, 0, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    photographs->list_path = test_path("%s/list", test_folder());
    photographs->list = fopen(photographs->list_path, "w");
    ck_assert_ptr_nonnull(photographs->list);
    return true;
}

static void photographs_close(Photographs *photographs)
{
    image_case_close(&photographs->image_case);
    aug_buffer_fini(&photographs->buffer);
    aug_dataset_unref(photographs->dataset);
    free(photographs->list_path);
    free(photographs->path);
}

/* Where the resize of the recipe that just ran takes its pixels: a box of the upright picture.
 * Pictures on their side have a stage that turns before it; mirrors are behind it. */
static ImgWindow box_of(const ImgRecipe *recipe, ImgOrient upright)
{
    const ImgStage *stage = &recipe->stages[recipe->geometry.n_stages - 1];
    if (upright & IMG_ORIENT_TRANSPOSE)
        return stage->box;
    /* The mirror that makes it upright was moved behind the resize. */
    return img_orient_source(upright, stage->source, stage->box);
}

static void run_photograph(Photographs *photographs, uint64_t index)
{
    AugError error = {0};
    AugSample sample;
    AugStatus status =
        aug_dataset_read(photographs->dataset, index, &photographs->buffer, &sample, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    ImgWorker *worker = photographs->image_case.worker;
    ImgSampleInfo info;
    ck_assert_int_eq(img_inspect(worker->plan, &sample.fields[0], &info, &error), AUG_OK);
    const AugImage image = image_case_picture(&photographs->image_case, index, &sample);
    const ImgRecipe *recipe = &worker->recipe;
    const ImgStage *stage = &recipe->stages[recipe->geometry.n_stages - 1];
    const ImgWindow box = box_of(recipe, info.upright);
    /* What is left of the orientation without the part that makes the picture upright. */
    const ImgOrient rest = info.upright & IMG_ORIENT_TRANSPOSE
                               ? stage->view.orient
                               : img_orient_then(info.upright, stage->view.orient);
    uLong sum = 0;
    for (int32_t y = 0; y < image.height; y++)
        sum = crc32(sum, image.pixels + (size_t)y * image.row_size, (uInt)image.width * 3);
    fprintf(photographs->list, "%s %d %d %d %d %d %d %d %lu\n", sample.name, box.x0, box.y0, box.x1,
            box.y1, image.width, image.height, rest == IMG_ORIENT_MIRROR_X, sum);
}

/* Runs the whole archive and lets Pillow check the list. */
static void check_archive(const char *archive, const char *pipeline)
{
    Photographs photographs;
    if (!photographs_open(&photographs, archive, pipeline))
        return;
    const uint64_t n = aug_dataset_info(photographs.dataset)->n_samples;
    for (uint64_t index = 0; index < n; index++)
        run_photograph(&photographs, index);
    ck_assert_int_eq(fclose(photographs.list), 0);
    const char *source = getenv("AUGD_SOURCE");
    char *command = test_path("/usr/bin/python3 %s/tests/integration/pillow_pipeline.py '%s' '%s'",
                              source ? source : ".", photographs.path, photographs.list_path);
    fflush(stdout);
    const int result = system(command);
    ck_assert_msg(WIFEXITED(result) && (WEXITSTATUS(result) == 0 || WEXITSTATUS(result) == 77),
                  "%s on %s differs from Pillow", pipeline, archive);
    if (WEXITSTATUS(result) == 77)
        test_skip("/usr/bin/python3 has no Pillow");
    free(command);
    photographs_close(&photographs);
}

START_TEST(random_resized_crops)
{
    check_archive("imagenet-sample-300.tar", "[RandomResizedCrop: 224, HorizontalFlip]");
}
END_TEST

START_TEST(whole_pictures)
{
    check_archive("imagenet-sample-300.tar", "[Resize: 256]");
}
END_TEST

START_TEST(pictures_on_their_side)
{
    check_archive("exif-orientation-landscape.tar",
                  "[RandomResizedCrop: {size: [150, 200], scale: [0.05, 0.5]}, HorizontalFlip]");
    check_archive("exif-orientation-landscape.tar", "[Resize: [211, 307]]");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pipelines against Pillow");
    TCase *pillow = tcase_create("photographs");
    tcase_set_timeout(pillow, 200);
    tcase_add_test(pillow, random_resized_crops);
    tcase_add_test(pillow, whole_pictures);
    tcase_add_test(pillow, pictures_on_their_side);
    suite_add_tcase(suite, pillow);
    return test_run(suite);
}
