/* The committed files of test vectors, tests/golden/nn, which tools/make_nn_vectors.py makes with
 * PyTorch, hold with all kernels; and what runs them notices what is wrong. The same source is compiled
 * with double values as test_nn_vectors_double.c.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "trainer/vectors/vectors.h"

/* Fewest files and cases, so that a folder that has become empty is noticed. */
#define LEAST_FILES 11
#define LEAST_CASES 200

/* Prints what does not hold. */
static void hear(void *context, const VectorCaseReport *report)
{
    (void)context;
    for (size_t i = 0; i < report->n_tensors; i++) {
        const VectorTensorReport *t = &report->tensors[i];
        if (!t->holds)
            printf("%s %s: %.2e of %.2e, value %zu is %.12g, not %.12g\n", report->name, t->name,
                   t->deviation, t->allowed, t->worst, t->got, t->expected);
    }
    if (report->message[0])
        printf("%s: %s\n", report->name, report->message);
}

static const VectorSettings settings = {.n_threads = 2, .hear = hear};

/* Runs every file of the folder. */
static void run_folder(NnKernelChoice kernels, uint32_t n_threads)
{
    const char *source = getenv("AUGD_SOURCE");
    char *folder = test_path("%s/tests/golden/nn", source ? source : ".");
    DIR *opened = opendir(folder);
    ck_assert_msg(opened != NULL, "%s", folder);
    size_t n_files = 0, n_cases = 0;
    for (struct dirent *entry; (entry = readdir(opened));) {
        if (!strstr(entry->d_name, ".json"))
            continue;
        const VectorSettings own = {.kernels = kernels, .n_threads = n_threads, .hear = hear};
        char *path = test_path("%s/%s", folder, entry->d_name);
        VectorFileReport report;
        AugError error = {0};
        ck_assert_msg(vector_run_file(path, &own, &report, &error) == AUG_OK, "%s: %s", path,
                      error.message);
        ck_assert_msg(report.outcome == VECTOR_HOLDS, "%s: see above", path);
        n_cases += report.n_cases;
        n_files++;
        free(path);
    }
    closedir(opened);
    free(folder);
    ck_assert_uint_ge(n_files, LEAST_FILES);
    ck_assert_uint_ge(n_cases, LEAST_CASES);
}

START_TEST(vectors_hold)
{
    run_folder(NN_KERNELS_AUTO, 2);
}
END_TEST

START_TEST(vectors_hold_with_baseline_kernels)
{
    run_folder(NN_KERNELS_BASELINE, 1);
}
END_TEST

START_TEST(vectors_hold_with_reference_kernels)
{
    run_folder(NN_KERNELS_REFERENCE, 1);
}
END_TEST

/* What one changed case comes to. */
typedef struct Change {
    const char *members;
    VectorOutcome outcome;
} Change;

static void check_change(const Change *change)
{
    char text[1000];
    VectorFileReport report;
    AugError error = {0};
    snprintf(text, sizeof(text),
             "{\"format\":1,\"cases\":[{\"name\":\"n\",\"kind\":\"layer\",%s}]}", change->members);
    ck_assert_msg(vector_run_text(text, strlen(text), "text", &settings, &report, &error) == AUG_OK,
                  "%s: %s", text, error.message);
    ck_assert_msg(report.outcome == change->outcome, "%s: %s", text,
                  vector_outcome_name(report.outcome));
}

#define X "\"inputs\":{\"x\":{\"shape\":[1,1,1,2],\"data\":[-1,2]}},"
#define Y(values) "\"expect\":{\"y\":{\"shape\":[1,1,1,2],\"data\":" values "}}"

static const Change changes[] = {
    {"\"op\":\"relu\"," X Y("[0,2]"), VECTOR_HOLDS},
    {"\"op\":\"relu\"," X Y("[0,2.01]"), VECTOR_FAILS},
    {"\"op\":\"relu\"," X "\"tol\":0.1," Y("[0,2.01]"),
     sizeof(NnReal) == sizeof(double) ? VECTOR_FAILS : VECTOR_HOLDS},
    {"\"op\":\"relu\"," X "\"expect\":{\"y\":{\"shape\":[1],\"data\":[2]}}", VECTOR_FAILS},
    {"\"op\":\"relu\"," X Y("[0,0]"), VECTOR_BROKEN},
    {"\"op\":\"relu\"," X Y("[0]"), VECTOR_BROKEN},
    {"\"op\":\"relu\"," X Y("[0,\"2\"]"), VECTOR_BROKEN},
    {"\"op\":\"relu\"," X "\"expect\":{}", VECTOR_BROKEN},
    {"\"op\":\"relu\"," X "\"params\":[]," Y("[0,2]"), VECTOR_BROKEN},
    {"\"op\":\"relu\"," X "\"tol\":-1," Y("[0,2]"), VECTOR_BROKEN},
    {"\"op\":\"relu\",\"inputs\":{}," Y("[0,2]"), VECTOR_BROKEN},
    {"\"op\":\"relu\",\"inputs\":{\"x\":{\"shape\":[99999999,99999999],\"data\":[1]}}," Y("[0,2]"),
     VECTOR_BROKEN},
    {"\"op\":\"relu\",\"inputs\":{\"x\":{\"shape\":[1,-2],\"data\":[1]}}," Y("[0,2]"),
     VECTOR_BROKEN},
    {"\"op\":\"relu\"," X "\"expect\":{\"z\":{\"shape\":[1,1,1,2],\"data\":[0,2]}}",
     VECTOR_UNKNOWN},
    {"\"op\":\"relu\"," X "\"params\":{\"slope\":1}," Y("[0,2]"), VECTOR_UNKNOWN},
    {"\"op\":\"relu\",\"inputs\":{\"x\":[-1,2],\"w\":{\"shape\":[1],\"data\":[1]}}," Y("[0,2]"),
     VECTOR_BROKEN},
    {"\"op\":\"relu\",\"inputs\":{\"x\":[-1,2],\"q\":[1]}," Y("[0,2]"), VECTOR_UNKNOWN},
    {"\"op\":\"mish\"," X Y("[0,2]"), VECTOR_UNKNOWN},
    {"\"op\":\"residual\"," X Y("[0,2]"), VECTOR_UNKNOWN},
    {"\"op\":\"conv2d\",\"params\":{\"stride\":0},\"inputs\":{\"x\":{\"shape\":[1,1,1,2],"
     "\"data\":"
     "[-1,2]},\"w\":{\"shape\":[1,1,1,1],\"data\":[1]}}," Y("[0,2]"),
     VECTOR_BROKEN},
    {"\"op\":\"embedding\",\"inputs\":{\"x\":[0,7],\"w\":{\"shape\":[2,1],\"data\":[1,2]}}," Y(
         "[1,2]"),
     VECTOR_BROKEN},
};

START_TEST(what_is_wrong_is_noticed)
{
    check_change(&changes[_i]);
}
END_TEST

/* A file that is none is refused with the place, and does not run. */
START_TEST(other_files_are_refused)
{
    static const char *const texts[] = {
        "",
        "[",
        "[]",
        "{}",
        "{\"format\":2,\"cases\":[{}]}",
        "{\"format\":1}",
        "{\"format\":1,\"cases\":{}}",
        "{\"format\":1,\"format\":1,\"cases\":[{}]}",
        "{\"format\":1,\"cases\":[1e999]}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        VectorFileReport report;
        AugError error = {0};
        ck_assert_msg(vector_run_text(texts[i], strlen(texts[i]), "text", &settings, &report,
                                      &error) == AUG_BAD_SPEC,
                      "%s", texts[i]);
        ck_assert_str_eq(error.where, "text");
        ck_assert_uint_eq(report.n_cases, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_vectors");
    TCase *tests = tcase_create("vectors");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, vectors_hold);
    tcase_add_test(tests, vectors_hold_with_baseline_kernels);
    tcase_add_test(tests, vectors_hold_with_reference_kernels);
    tcase_add_loop_test(tests, what_is_wrong_is_noticed, 0, AUG_COUNT(changes));
    tcase_add_test(tests, other_files_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
