/* Plug-ins: what is said where there is none or the wrong one; and where one was built, its values
 * beside those of the plain loops, and the same bits for any number of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/network.h"
#include "trainer/nn/plugin.h"

/* Those that this build made; AUTO ends the list. */
#ifndef TEST_PLUGINS
#define TEST_PLUGINS
#endif
static const NnKernelChoice built[] = {TEST_PLUGINS NN_KERNELS_AUTO};

/* Of one picture. */
#define MOST_PIXELS 299
#define CHANNELS 12
#define N 21

/* Loads a plug-in that was built. Only one that refuses the processor is left out. */
static bool load(NnKernelChoice choice, NnKernels *kernels)
{
    AugError error = {0};
    if (nn_plugin_load(choice, kernels, &error) == AUG_OK)
        return true;
    ck_assert_msg(strstr(error.message, "on this processor") != NULL, "%s", error.message);
    test_skip("%s", error.message);
    return false;
}

static void refuse(const char *folder, const char *why)
{
    NnKernels kernels;
    AugError error = {0};
    setenv("AUG_PLUGINS", folder, 1);
    ck_assert_int_eq(nn_plugin_load(NN_KERNELS_LIBXSMM, &kernels, &error), AUG_UNSUPPORTED);
    ck_assert_str_eq(error.where, "kernels");
    ck_assert_msg(strstr(error.message, why) != NULL, "'%s' does not say '%s'", error.message, why);
}

/* A file of that name which is not a module hides those in other folders. */
START_TEST(no_module)
{
    char *path = test_path("%s/libaugtrain_libxsmm.so", test_folder());
    test_write_file(path, "text", 4);
    refuse(test_folder(), "cannot be loaded");
    free(path);
}
END_TEST

/* Any library that exports nothing of the name. */
START_TEST(another_library)
{
    static const char *const places[] = {"/lib/x86_64-linux-gnu/libm.so.6",
                                         "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6"};
    char *path = test_path("%s/libaugtrain_libxsmm.so", test_folder());
    size_t i = 0;
    while (i < AUG_COUNT(places) && access(places[i], R_OK) != 0)
        i++;
    if (i == AUG_COUNT(places)) {
        test_skip("the C library's libm is nowhere where it is looked for");
    } else {
        ck_assert_int_eq(symlink(places[i], path), 0);
        refuse(test_folder(), "of another version");
    }
    free(path);
}
END_TEST

/* Where nothing is found, every place is named. */
START_TEST(none_there)
{
    if (built[0] == NN_KERNELS_AUTO)
        refuse(test_folder(), "there is no libaugtrain_libxsmm.so in /");
}
END_TEST

/* What nobody asked for is not taken. */
START_TEST(never_by_itself)
{
    const NnKernels *kernels;
    AugError error = {0};
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_AUTO, &kernels, NULL), AUG_OK);
    for (NnKernelChoice i = NN_KERNELS_FIRST_PLUGIN; i <= NN_KERNELS_LAST_PLUGIN; i++) {
        ck_assert_str_ne(kernels->name, nn_kernel_names[i]);
        ck_assert_int_eq(nn_kernels_choose(i, &kernels, &error), AUG_UNSUPPORTED);
    }
}
END_TEST

/* Networks that have every form of product: strides, a kernel of one pixel that leaves others out, many
 * and few channels, panels of 8 and 16, two of 16 side by side, sums of several blocks, rectifiers,
 * biases, linear layers; and rows that are longer than what is computed at once, with a rest. */
static const struct {
    int32_t height, width;
    const char *layers;
} shapes[] = {
    {15, 15,
     "[conv: {filters: 24, padding: 1}, batch_norm, relu, conv: {filters: 40, stride: 2}, relu, "
     "conv: {filters: 56, padding: 1}, relu, "
     "conv: {filters: 9, kernel: 1, stride: 2, bias: false}, conv: {filters: 16, padding: 1}, "
     "relu, "
     "flatten, linear: 33, relu, linear: 5]"},
    {1, 299,
     "[conv: {filters: 32, padding: 1}, relu, conv: {filters: 8, padding: 1}, relu, "
     "global_avg_pool, linear: 5]"},
};

/* Weights of a network after some steps. */
static NnReal *train(int shape, uint32_t n_threads, NnKernelChoice kernels, size_t *n)
{
    NnFixture fixture = nn_fixture_make(shapes[shape].layers);
    const NnNetworkSpec spec = {
        .input = {shapes[shape].height, shapes[shape].width, CHANNELS, false},
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = nn_fixture_optimizer("sgd: {lr: 0.05, momentum: 0.9}"),
        .max_batch = N,
        .seed = 3,
        .n_threads = n_threads,
        .kernels = kernels,
    };
    static NnReal data[N * MOST_PIXELS * CHANNELS];
    static int64_t labels[N];
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (NnReal)nn_fixture_value(4, i);
    for (uint32_t i = 0; i < N; i++)
        labels[i] = i % 5;
    AugError error = {0};
    NnNetwork *network;
    if (nn_network_new(&network, &spec, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    NnResult result;
    for (uint32_t step = 0; step < 3; step++) {
        const NnBatch batch = {
            .data = data, .dtype = AUG_DTYPE_F32, .n = N - 2 * step, .labels = labels};
        ck_assert_int_eq(nn_network_train(network, &batch, (NnRates){0.05, 0.9}, &result, &error),
                         AUG_OK);
    }
    *n = network->blueprint.n_trained;
    NnReal *weights = malloc(*n * sizeof(*weights));
    memcpy(weights, network->pass.parameters, *n * sizeof(*weights));
    nn_network_free(network);
    nn_fixture_free(&fixture);
    return weights;
}

static void compare_threads(int shape, NnKernelChoice choice)
{
    static const uint32_t counts[] = {2, 3, 8};
    size_t n, m;
    NnReal *one = train(shape, 1, choice, &n);
    for (size_t i = 0; i < AUG_COUNT(counts); i++) {
        NnReal *many = train(shape, counts[i], choice, &m);
        ck_assert_uint_eq(m, n);
        ck_assert_mem_eq(one, many, n * sizeof(*one));
        free(many);
    }
    free(one);
}

START_TEST(any_number_of_threads)
{
    NnKernels kernels;
    if (!load(built[_i], &kernels))
        return;
    for (int shape = 0; shape < (int)AUG_COUNT(shapes); shape++)
        compare_threads(shape, built[_i]);
}
END_TEST

/* For weights of at most 1 after three steps whose sums have up to 500 products. bf16 is off by 2^-9 in
 * every value that enters a convolution. */
static double tolerance_of(NnKernelChoice choice)
{
    return choice == NN_KERNELS_ONEDNN ? 2e-2 : 2e-5;
}

static void compare_values(int shape, NnKernelChoice choice)
{
    size_t n, m;
    NnReal *expected = train(shape, 2, NN_KERNELS_REFERENCE, &n);
    NnReal *got = train(shape, 2, choice, &m);
    ck_assert_uint_eq(m, n);
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        const double off = fabs((double)got[i] - (double)expected[i]);
        worst = off > worst ? off : worst;
    }
    ck_assert_msg(worst <= tolerance_of(choice), "%s: network %d is off by %g",
                  nn_kernel_names[choice], shape, worst);
    ck_assert_msg(worst > 0, "%s computes nothing of its own", nn_kernel_names[choice]);
    free(expected);
    free(got);
}

START_TEST(values_of_plain_loops)
{
    NnKernels kernels;
    if (!load(built[_i], &kernels))
        return;
    for (int shape = 0; shape < (int)AUG_COUNT(shapes); shape++)
        compare_values(shape, built[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_plugins");
    TCase *tests = tcase_create("plugins");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, no_module);
    tcase_add_test(tests, another_library);
    tcase_add_test(tests, none_there);
    tcase_add_test(tests, never_by_itself);
    tcase_add_loop_test(tests, any_number_of_threads, 0, AUG_COUNT(built) - 1);
    tcase_add_loop_test(tests, values_of_plain_loops, 0, AUG_COUNT(built) - 1);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
