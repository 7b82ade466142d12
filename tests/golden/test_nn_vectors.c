/* Runs test vectors: JSON files of cases that another implementation computed. With file names as
 * arguments it prints for each case and tensor the largest deviation and whether it holds, and
 * exits with 0 if all hold, 1 if one does not, 3 if a case names something unknown. Without, it
 * runs the files of tests/golden/nn, which tools/make_nn_vectors.py makes with PyTorch.
 *
 * The format: {"format": 1, "made_with": "...", "cases": [{"name", "kind", "op", "params",
 * "inputs", "expect", "tol"}]}. A tensor is {"shape": [..], "data": [row-major]}; images are NCHW.
 * A value holds if |got - expected| <= tol * max(1, max|expected|). A tensor whose expected values
 * are all zero is an error of the file, unless the case's name ends in "_zero".
 *
 * The same source is compiled with double values as test_nn_vectors_double.c.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "tests/golden/nn_vector_case.h"
#include "tests/support/support.h"

/* In double all that remains is rounding of sums. In float 2e-5 is 170 roundings: sums of some
 * hundred terms and their products. */
#define DEFAULT_TOLERANCE (sizeof(NnReal) == sizeof(double) ? 1e-10 : 2e-5)

static VectorOutcome run_kind(VectorCase *c, const char *kind)
{
    static const struct {
        const char *kind;
        VectorOutcome (*run)(VectorCase *c);
    } kinds[] = {
        {"layer", vector_run_layer},         {"dropout", vector_run_dropout},
        {"norm", vector_run_norm},           {"loss", vector_run_loss},
        {"optimizer", vector_run_optimizer}, {"schedule", vector_run_schedule},
        {"init", vector_run_init},           {"network", vector_run_network},
    };
    for (size_t i = 0; i < AUG_COUNT(kinds); i++)
        if (!strcmp(kind, kinds[i].kind))
            return kinds[i].run(c);
    return VECTOR_UNKNOWN;
}

/* Every expected tensor must have been compared. */
static bool all_compared(const VectorCase *c)
{
    if (c->n_compared == json_object_size(c->expect))
        return true;
    printf("%s: %zu of %zu expected tensors were compared\n", c->name, c->n_compared,
           json_object_size(c->expect));
    return false;
}

static VectorOutcome run_case(const json_t *json, NnKernelChoice kernels, bool prints)
{
    const json_t *tolerance = json_object_get(json, "tol");
    VectorCase c = {
        .name = json_string_value(json_object_get(json, "name")),
        .op = json_string_value(json_object_get(json, "op")),
        .params = json_object_get(json, "params"),
        .inputs = json_object_get(json, "inputs"),
        .expect = json_object_get(json, "expect"),
        .tolerance = tolerance ? json_number_value(tolerance) : DEFAULT_TOLERANCE,
        .kernels = kernels,
        .prints = prints,
        .holds = true,
    };
    const char *kind = json_string_value(json_object_get(json, "kind"));
    if (!c.name || !c.op || !kind || !c.expect) {
        printf("a case lacks name, op, kind or expect\n");
        return VECTOR_FAILS;
    }
    const VectorOutcome outcome = run_kind(&c, kind);
    if (outcome == VECTOR_UNKNOWN) {
        printf("%s: %s %s with these params is unknown here\n", c.name, kind, c.op);
        return outcome;
    }
    return c.holds && all_compared(&c) ? VECTOR_HOLDS : VECTOR_FAILS;
}

/* The worst outcome of a file's cases; *n counts them. */
static VectorOutcome run_file(const char *path, NnKernelChoice kernels, bool prints, size_t *n)
{
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    if (!file || json_integer_value(json_object_get(file, "format")) != 1) {
        printf("%s: not a file of vectors in format 1: %s\n", path, file ? "" : error.text);
        json_decref(file);
        return VECTOR_FAILS;
    }
    VectorOutcome worst = VECTOR_HOLDS;
    size_t i;
    json_t *json;
    json_array_foreach(json_object_get(file, "cases"), i, json)
    {
        const VectorOutcome outcome = run_case(json, kernels, prints);
        if (outcome > worst)
            worst = outcome;
        ++*n;
    }
    json_decref(file);
    return worst;
}

/* The committed files, and how many cases each must at least have. */
static const struct {
    const char *name;
    size_t n_cases;
} files[] = {
    {"layers", 22},      {"norms", 30}, {"dropouts", 2},      {"losses", 6},
    {"activations", 38}, {"maps", 19},  {"convolutions", 15}, {"optimizers", 7},
    {"schedules", 7},    {"inits", 4},  {"networks", 3},
};

static void check_file(int i, NnKernelChoice kernels)
{
    const char *source = getenv("AUGD_SOURCE");
    char *path = test_path("%s/tests/golden/nn/%s.json", source ? source : ".", files[i].name);
    size_t n = 0;
    const VectorOutcome outcome = run_file(path, kernels, false, &n);
    ck_assert_msg(outcome == VECTOR_HOLDS, "%s: see above", path);
    ck_assert_msg(n >= files[i].n_cases, "%s has %zu cases", path, n);
    free(path);
}

START_TEST(vectors_hold)
{
    check_file(_i, NN_KERNELS_AUTO);
}
END_TEST

START_TEST(vectors_hold_with_baseline_kernels)
{
    check_file(_i, NN_KERNELS_BASELINE);
}
END_TEST

START_TEST(vectors_hold_with_reference_kernels)
{
    check_file(_i, NN_KERNELS_REFERENCE);
}
END_TEST

/* The runner must notice what is wrong: a changed value, a tensor of zeros, an unknown word. */
START_TEST(the_runner_notices)
{
    static const struct {
        const char *change;
        VectorOutcome outcome;
    } cases[] = {
        {"\"op\":\"relu\",\"expect\":{\"y\":{\"shape\":[1,1,1,2],\"data\":[0,2]}}", VECTOR_HOLDS},
        {"\"op\":\"relu\",\"expect\":{\"y\":{\"shape\":[1,1,1,2],\"data\":[0,2.01]}}",
         VECTOR_FAILS},
        {"\"op\":\"relu\",\"expect\":{\"y\":{\"shape\":[1,1,1,2],\"data\":[0,0]}}", VECTOR_FAILS},
        {"\"op\":\"relu\",\"expect\":{\"z\":{\"shape\":[1,1,1,2],\"data\":[0,2]}}", VECTOR_FAILS},
        {"\"op\":\"mish\",\"expect\":{\"y\":{\"shape\":[1,1,1,2],\"data\":[0,2]}}", VECTOR_UNKNOWN},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char text[400];
        snprintf(text, sizeof(text),
                 "{\"name\":\"n\",\"kind\":\"layer\",\"params\":{},\"inputs\":{\"x\":{\"shape\":"
                 "[1,1,1,2],\"data\":[-1,2]}},%s}",
                 cases[i].change);
        json_t *json = json_loads(text, 0, NULL);
        ck_assert_ptr_nonnull(json);
        ck_assert_msg(run_case(json, NN_KERNELS_AUTO, false) == cases[i].outcome, "case %zu", i);
        json_decref(json);
    }
}
END_TEST

/* Files given as arguments, and what came of them. The test's process is not forked. */
static char **paths;
static VectorOutcome worst_outcome;

START_TEST(given_file)
{
    size_t n = 0;
    const VectorOutcome outcome = run_file(paths[_i], NN_KERNELS_AUTO, true, &n);
    printf("%s: %zu cases\n", paths[_i], n);
    worst_outcome = outcome > worst_outcome ? outcome : worst_outcome;
}
END_TEST

static int run_given(int n)
{
    static const int exit_codes[] = {[VECTOR_HOLDS] = 0, [VECTOR_FAILS] = 1, [VECTOR_UNKNOWN] = 3};
    Suite *suite = suite_create("nn_vectors");
    TCase *tests = tcase_create("given");
    tcase_add_loop_test(tests, given_file, 0, n);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    const bool crashed = srunner_ntests_failed(runner) > 0;
    if (crashed)
        srunner_print(runner, CK_NORMAL);
    srunner_free(runner);
    return crashed ? 1 : exit_codes[worst_outcome];
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        paths = argv + 1;
        return run_given(argc - 1);
    }
    Suite *suite = suite_create("nn_vectors");
    TCase *tests = tcase_create("vectors");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, vectors_hold, 0, AUG_COUNT(files));
    tcase_add_loop_test(tests, vectors_hold_with_baseline_kernels, 0, AUG_COUNT(files));
    tcase_add_loop_test(tests, vectors_hold_with_reference_kernels, 0, AUG_COUNT(files));
    tcase_add_test(tests, the_runner_notices);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
