/* Walks the registry of kinds of data sets: what every kind must hold, without a test of its own.
 * Of a kind that needs no file the example is opened and read; the others must refuse, by name, what
 * is not their file.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "tests/support/datasets.h"

START_TEST(descriptors_are_complete)
{
    const AugDatasetKind *kind = augi_dataset_kinds[_i];
    ck_assert_ptr_eq(augi_dataset_kind_find(kind->name), kind);
    ck_assert(kind->open && kind->close && kind->read && kind->label);
    for (const char *c = kind->name; *c; c++)
        ck_assert_msg(islower(*c) || isdigit(*c) || *c == '_', "%s: a name in lower case",
                      kind->name);
    const size_t length = kind->summary ? strlen(kind->summary) : 0;
    ck_assert_msg(length > 0 && kind->summary[length - 1] != '.' && !strchr(kind->summary, '\n'),
                  "%s: the summary is one line without full stop", kind->name);
    if (_i > 0)
        ck_assert_str_lt(augi_dataset_kinds[_i - 1]->name, kind->name);
    for (size_t k = 0; k < kind->params.n; k++)
        ck_assert_msg(kind->params.rows[k].help, "%s.%s has no help", kind->name,
                      kind->params.rows[k].name);
}
END_TEST

/* The files of the examples are not here, but their form must be right. */
START_TEST(examples_parse)
{
    const AugDatasetKind *kind = augi_dataset_kinds[_i];
    const size_t length = strlen(kind->name);
    ck_assert_msg(strncmp(kind->example, kind->name, length) == 0 && kind->example[length] == ':',
                  "%s: the example '%s' is of another kind", kind->name, kind->example);
    AugError error = {0};
    AugDataset *dataset;
    const AugStatus status = aug_dataset_open(&dataset, kind->example, NULL, &error);
    const bool is_absent = augi_dataset_kind_has_path(kind) && status == AUG_NOT_FOUND;
    ck_assert_msg(status == AUG_OK || is_absent, "%s: %s: %s", kind->example, error.where,
                  error.message);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(unknown_parameters_are_refused)
{
    const AugDatasetKind *kind = augi_dataset_kinds[_i];
    test_refuse(AUG_BAD_SPEC, "no_such_key", "%s,no_such_key=1", kind->example);
}
END_TEST

/* What one reading gives: where it differs from the first, the message says it. */
static void check_again(const AugDataset *dataset, uint64_t index, const AugSample *first)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    AugBuffer buffer = {0};
    AugSample again;
    AugError error = {0};
    ck_assert_msg(aug_dataset_read(dataset, index, &buffer, &again, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    ck_assert_str_eq(again.name, first->name);
    for (uint32_t f = 0; f < info->n_fields; f++) {
        const AugField *a = &first->fields[f], *b = &again.fields[f];
        ck_assert_msg(a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0,
                      "%s: field %s differs the second time", first->name, info->fields[f].name);
    }
    aug_buffer_fini(&buffer);
}

/* A data set that was opened is a numbered list, the same for every reader. */
static void check_samples(const AugDataset *dataset)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    ck_assert_uint_gt(info->n_samples, 0);
    ck_assert_uint_gt(info->n_fields, 0);
    const uint64_t indices[] = {0, info->n_samples / 2, info->n_samples - 1};
    AugBuffer buffer = {0};
    for (size_t i = 0; i < AUG_COUNT(indices); i++) {
        AugSample sample;
        AugError error = {0};
        ck_assert_msg(aug_dataset_read(dataset, indices[i], &buffer, &sample, &error) == AUG_OK,
                      "%s: %s", error.where, error.message);
        ck_assert_msg(sample.name[0], "sample %zu has no name", (size_t)indices[i]);
        const int64_t label = aug_dataset_label(dataset, indices[i]);
        ck_assert_msg(-1 <= label && label < (int64_t)info->n_classes, "label %d of %u classes",
                      (int)label, info->n_classes);
        check_again(dataset, indices[i], &sample);
    }
    AugSample sample;
    AugError error = {0};
    ck_assert_int_ne(aug_dataset_read(dataset, info->n_samples, &buffer, &sample, &error), AUG_OK);
    ck_assert(error.message[0]);
    aug_buffer_fini(&buffer);
}

START_TEST(what_needs_no_file_is_read)
{
    const AugDatasetKind *kind = augi_dataset_kinds[_i];
    if (augi_dataset_kind_has_path(kind))
        return;
    AugDataset *dataset = test_open("%s", kind->example);
    check_samples(dataset);
    char *first = test_fingerprint("%s", kind->example);
    char *again = test_fingerprint("%s", kind->example);
    ck_assert_str_eq(first, again);
    free(first);
    free(again);
    aug_dataset_unref(dataset);
}
END_TEST

/* Opens what is there instead of the kind's file. It may be a data set after all; then its samples
 * can be read, or fail with a sentence. */
static void try_path(const AugDatasetKind *kind, const char *path)
{
    char *location = test_path("%s:%s", kind->name, path);
    AugError error = {0};
    AugDataset *dataset;
    const AugStatus status = aug_dataset_open(&dataset, location, NULL, &error);
    ck_assert_msg(status == AUG_OK || (!dataset && error.message[0] && error.where[0]),
                  "%s: '%s' at '%s' is no sentence", location, error.message, error.where);
    for (uint64_t i = 0; status == AUG_OK && i < aug_dataset_info(dataset)->n_samples; i++) {
        AugBuffer buffer = {0};
        AugSample sample;
        const AugStatus found = aug_dataset_read(dataset, i, &buffer, &sample, &error);
        ck_assert_msg(found == AUG_OK || error.message[0], "%s: no sentence", location);
        aug_buffer_fini(&buffer);
    }
    aug_dataset_unref(dataset);
    free(location);
}

START_TEST(what_is_no_file_of_the_kind_is_no_crash)
{
    const AugDatasetKind *kind = augi_dataset_kinds[_i];
    if (!augi_dataset_kind_has_path(kind))
        return;
    char *absent = test_path("%s/absent-%s", test_folder(), kind->name);
    test_refuse(AUG_NOT_FOUND, "absent-", "%s:%s", kind->name, absent);
    uint8_t noise[4096];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof(noise); i++) {
        state = state * 1664525u + 1013904223u;
        noise[i] = (uint8_t)(state >> 24);
    }
    char *folder = test_make_folder("folder-%s", kind->name);
    try_path(kind, folder);
    char *file = test_path("%s/file-%s", test_folder(), kind->name);
    static const size_t sizes[] = {0, 1, 16, 512, sizeof(noise)};
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        test_replace_file(file, noise, sizes[i]);
        try_path(kind, file);
        test_write_gzip(file, noise, sizes[i]);
        try_path(kind, file);
    }
    free(file);
    free(folder);
    free(absent);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kinds of data sets");
    TCase *every = tcase_create("every kind");
    const int n = (int)augi_n_dataset_kinds;
    tcase_add_loop_test(every, descriptors_are_complete, 0, n);
    tcase_add_loop_test(every, examples_parse, 0, n);
    tcase_add_loop_test(every, unknown_parameters_are_refused, 0, n);
    tcase_add_loop_test(every, what_needs_no_file_is_read, 0, n);
    tcase_add_loop_test(every, what_is_no_file_of_the_kind_is_no_crash, 0, n);
    suite_add_tcase(suite, every);
    return test_run(suite);
}
