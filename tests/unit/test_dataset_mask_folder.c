/* Folders of pictures and masks: pairs, their order, partners that lack, files that change. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/datasets.h"

/* Writes a file of the test's folder, whose content is its name, making its folders. */
static void put(const char *name)
{
    char *path = test_path("%s/%s", test_folder(), name);
    char *slash = strrchr(path, '/');
    *slash = 0;
    free(test_make_folder("%s", path));
    *slash = '/';
    test_replace_file(path, name, strlen(name));
    free(path);
}

static void take_away(const char *name)
{
    char *path = test_path("%s/%s", test_folder(), name);
    ck_assert_int_eq(remove(path), 0);
    free(path);
}

static void check_pair(const AugDataset *dataset, uint64_t index, const char *name,
                       const char *image, const char *mask)
{
    test_sample(dataset, index, name, -1, image, strlen(image));
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, index, &buffer, &sample, NULL), AUG_OK);
    ck_assert_uint_eq(sample.fields[1].size, strlen(mask));
    ck_assert_mem_eq(sample.fields[1].bytes, mask, strlen(mask));
    ck_assert_mem_eq(sample.fields[0].bytes, image, strlen(image));
    aug_buffer_fini(&buffer);
}

START_TEST(pairs_have_the_order_of_the_pictures)
{
    put("images/b.jpg");
    put("images/a.jpeg");
    put("images/a-b.PNG");
    put("images/deep/er/b.jpg");
    put("images/notes.txt");
    put("images/.hidden.jpg");
    put("masks/a.png");
    put("masks/a-b.png");
    put("masks/b.PNG");
    put("masks/deep/er/b.png");
    put("masks/colours.txt");
    AugDataset *dataset = test_open("mask_folder:%s", test_folder());
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    ck_assert_uint_eq(info->n_samples, 4);
    ck_assert_uint_eq(info->n_classes, 0);
    ck_assert_uint_eq(info->n_fields, 2);
    ck_assert_int_eq(info->fields[0].kind, AUG_FIELD_IMAGE);
    ck_assert_int_eq(info->fields[1].kind, AUG_FIELD_MASK);
    ck_assert_int_eq(info->fields[1].form, AUG_FORM_ENCODED);
    ck_assert_int_eq(info->fields[1].tensor.dtype, AUG_DTYPE_U8);
    ck_assert_uint_eq(info->fields[1].tensor.shape[0], 0);
    ck_assert_uint_eq(info->fields[1].tensor.shape[2], 1);
    check_pair(dataset, 0, "a-b.PNG", "images/a-b.PNG", "masks/a-b.png");
    check_pair(dataset, 1, "a.jpeg", "images/a.jpeg", "masks/a.png");
    check_pair(dataset, 2, "b.jpg", "images/b.jpg", "masks/b.PNG");
    check_pair(dataset, 3, "deep/er/b.jpg", "images/deep/er/b.jpg", "masks/deep/er/b.png");
    test_read_from_threads(dataset);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(folders_and_names_can_be_others)
{
    put("JPEGImages/a.gif");
    put("labels/a_L.png");
    AugDataset *dataset = test_open("mask_folder:%s,images=JPEGImages,masks=labels,mask_suffix=_L,"
                                    "extensions=gif bmp",
                                    test_folder());
    check_pair(dataset, 0, "a.gif", "JPEGImages/a.gif", "labels/a_L.png");
    aug_dataset_unref(dataset);
    /* Both may be one folder. */
    put("both/a.jpg");
    put("both/a_mask.png");
    dataset = test_open("mask_folder:%s,images=both,masks=both,mask_suffix=_mask,extensions=jpg",
                        test_folder());
    check_pair(dataset, 0, "a.jpg", "both/a.jpg", "both/a_mask.png");
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(a_partner_that_lacks_is_named)
{
    put("images/a.jpg");
    put("images/deep/b.jpg");
    put("masks/a.png");
    test_refuse(AUG_NOT_FOUND,
                "images: 'deep/b.jpg' has no mask; looked for 'deep/b.png' in 'masks'",
                "mask_folder:%s", test_folder());
    put("masks/deep/b.jpg");
    test_refuse(AUG_NOT_FOUND, "'deep/b.jpg' has no mask", "mask_folder:%s", test_folder());
    put("masks/deep/b.png");
    put("masks/c.png");
    test_refuse(AUG_NOT_FOUND, "masks: 'c.png' is the mask of no picture in 'images'",
                "mask_folder:%s", test_folder());
    take_away("masks/c.png");
    put("images/a.png");
    test_refuse(AUG_CORRUPT, "images: 'a.jpg' and 'a.png' differ only in their endings",
                "mask_folder:%s", test_folder());
    take_away("images/a.png");
    put("masks/a.PNG");
    test_refuse(AUG_CORRUPT, "masks: 'a.PNG' and 'a.png' differ only in their endings",
                "mask_folder:%s", test_folder());
    take_away("masks/a.PNG");
    test_refuse(AUG_NOT_FOUND, "'a.jpg' has no mask; looked for 'a_m.png'",
                "mask_folder:%s,mask_suffix=_m", test_folder());
    test_refuse(AUG_NOT_FOUND, "msks: does not exist; did you mean", "mask_folder:%s,masks=msks",
                test_folder());
    test_refuse(AUG_NOT_FOUND, "images: no pictures were found; looked for names that end in",
                "mask_folder:%s,extensions=gif", test_folder());
    free(test_make_folder("%s/empty", test_folder()));
    test_refuse(AUG_NOT_FOUND, "empty: no pictures were found", "mask_folder:%s,masks=empty",
                test_folder());
}
END_TEST

START_TEST(a_changed_mask_is_refused)
{
    put("images/a.jpg");
    put("masks/a.png");
    AugDataset *dataset = test_open("mask_folder:%s", test_folder());
    char *path = test_path("%s/masks/a.png", test_folder());
    test_write_file(path, "other", 5);
    test_read_fails(dataset, 0, AUG_CHANGED, "a.png: the file has 5 bytes; it had 11");
    take_away("masks/a.png");
    test_read_fails(dataset, 0, AUG_CHANGED, "a.png: the file is gone");
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(fingerprints_see_masks)
{
    put("images/a.jpg");
    put("masks/a.png");
    char *first = test_fingerprint("mask_folder:%s", test_folder());
    char *again = test_fingerprint("mask_folder:%s/", test_folder());
    ck_assert_str_eq(first, again);
    char *path = test_path("%s/masks/a.png", test_folder());
    test_write_file(path, "masks/b.png ", 12);
    char *other = test_fingerprint("mask_folder:%s", test_folder());
    ck_assert_str_ne(first, other);
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_resident_size = 4;
    test_refuse_under(&limits, AUG_TOO_LARGE, "the 4 bytes allowed", "mask_folder:%s",
                      test_folder());
    free(path);
    free(first);
    free(again);
    free(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_mask_folder");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, pairs_have_the_order_of_the_pictures);
    tcase_add_test(tests, folders_and_names_can_be_others);
    tcase_add_test(tests, a_partner_that_lacks_is_named);
    tcase_add_test(tests, a_changed_mask_is_refused);
    tcase_add_test(tests, fingerprints_see_masks);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
