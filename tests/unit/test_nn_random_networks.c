/* Random networks of all layers, residuals inside residuals included: each builds, its memory plan is
 * sound, its gradients do not depend on threads, on the plan, on whether layers share passes over memory,
 * or on the kernels.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/network.h"

#define N_NETWORKS 120
#define MAX_BATCH 19
#define SIDE 9
#define CHANNELS 2
#define CLASSES 3

/* A network being written: text, the shape so far, and the next random number. */
typedef struct Writer {
    char text[4000];
    int side, channels;
    bool flat;
    uint32_t salt, at;
} Writer;

/* 0..n-1. */
static int draw(Writer *w, int n)
{
    return (int)((nn_fixture_value(w->salt, w->at++) + 1) / 2 * n);
}

static void put(Writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(Writer *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t used = strlen(w->text);
    vsnprintf(w->text + used, sizeof(w->text) - used, format, arguments);
    va_end(arguments);
}

/* A layer that leaves the shape as it is. */
static void put_same_shape(Writer *w)
{
    switch (draw(w, 6)) {
    case 0:
        put(w, "batch_norm, ");
        break;
    case 1:
        put(w, "relu, ");
        break;
    case 2:
        put(w, "dropout: 0.2, ");
        break;
    case 3:
        put(w, "max_pool: {kernel: 3, stride: 1, padding: 1}, ");
        break;
    case 4:
        put(w, "avg_pool: {kernel: 3, stride: 1, padding: 1}, ");
        break;
    default:
        put(w, "conv: {filters: %d, padding: 1}, ", w->channels);
    }
}

static void put_residual(Writer *w, int depth)
{
    put(w, "residual: {branch: [");
    for (int i = draw(w, 3); i >= 0; i--)
        if (depth < 2 && draw(w, 4) == 0)
            put_residual(w, depth + 1);
        else
            put_same_shape(w);
    put(w, "]");
    if (draw(w, 2)) {
        put(w, ", shortcut: [");
        put_same_shape(w);
        put(w, "]");
    }
    put(w, "}, ");
}

/* A layer that changes the shape. */
static void put_change(Writer *w)
{
    const int filters = 1 + draw(w, 12);
    if (w->side >= 4 && draw(w, 2)) {
        put(w, "max_pool: 2, ");
        w->side /= 2;
    } else if (w->side >= 4 && draw(w, 2)) {
        put(w, "conv: {filters: %d, stride: 2, padding: 1}, ", filters);
        w->side = (w->side + 1) / 2;
        w->channels = filters;
    } else {
        put(w, "conv: {filters: %d, kernel: 1}, ", filters);
        w->channels = filters;
    }
}

static void write_network(Writer *w, uint32_t salt)
{
    *w = (Writer){.side = SIDE, .channels = CHANNELS, .salt = salt};
    put(w, "[");
    for (int i = draw(w, 6); i >= 0; i--) {
        const int kind = draw(w, 4);
        if (kind == 0)
            put_residual(w, 0);
        else if (kind == 1)
            put_change(w);
        else
            put_same_shape(w);
    }
    put(w, "flatten, ");
    if (draw(w, 2))
        put(w, "linear: %d, relu, ", 1 + draw(w, 30));
    put(w, "linear: %d]", CLASSES);
}

static NnNetwork *build_with(const char *text, uint32_t n_threads, NnKernelChoice kernels,
                             bool separate)
{
    const NnNetworkSpec spec = {.input = {SIDE, SIDE, CHANNELS, false},
                                .max_batch = MAX_BATCH,
                                .seed = 2,
                                .n_threads = n_threads,
                                .kernels = kernels,
                                .separate = separate};
    return nn_fixture_network(text, "sgd: {lr: 0.1}", spec);
}

static NnNetwork *build(const char *text, uint32_t n_threads, NnKernelChoice kernels)
{
    return build_with(text, n_threads, kernels, false);
}

/* All gradients in a row, in the order of the arenas; the caller frees them. */
static NnReal *gradients(NnNetwork *network, const char *text, size_t *n)
{
    static float data[MAX_BATCH * SIDE * SIDE * CHANNELS];
    static int64_t labels[MAX_BATCH];
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (float)nn_fixture_value(1, i);
    for (int i = 0; i < MAX_BATCH; i++)
        labels[i] = i % CLASSES;
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = MAX_BATCH, .labels = labels};
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, &batch, &result, &error) == AUG_OK, "%s: %s", text,
                  error.message);
    *n = network->blueprint.n_trained;
    NnReal *copy = malloc(*n * sizeof(*copy));
    memcpy(copy, network->pass.gradients, *n * sizeof(*copy));
    return copy;
}

/* Gives every slot memory of its own, so that sharing cannot be at fault. */
static void spread_slots(NnNetwork *network)
{
    size_t end = 0;
    for (uint32_t i = 0; i < network->blueprint.n_slots; i++) {
        network->slot_offset[i] = end;
        end += network->blueprint.slots[i].size;
    }
    free(network->pass.shards);
    network->pass.shards = aligned_alloc(64, (end * NN_SHARDS / 64 + 1) * 64);
    memset(network->pass.shards, 0xff, end * NN_SHARDS);
    network->pass.shard_size = end;
}

static void assert_no_overlap(const NnBlueprint *blueprint, const char *text)
{
    for (uint32_t i = 0; i < blueprint->n_slots; i++)
        for (uint32_t k = 0; k < i; k++) {
            const NnSlot *a = &blueprint->slots[i], *b = &blueprint->slots[k];
            const bool together = a->first <= b->last && b->first <= a->last;
            const bool apart = a->offset >= b->offset + b->size || b->offset >= a->offset + a->size;
            ck_assert_msg(!together || apart, "%s: slots %u and %u", text, i, k);
        }
}

START_TEST(plans_and_threads_do_not_change_gradients)
{
    for (uint32_t salt = 0; salt < N_NETWORKS; salt++) {
        Writer w;
        size_t n, m;
        write_network(&w, 1000 + salt);
        NnNetwork *one = build(w.text, 1, NN_KERNELS_AUTO);
        NnNetwork *many = build(w.text, 3, NN_KERNELS_AUTO);
        assert_no_overlap(&one->blueprint, w.text);
        spread_slots(many);
        NnReal *a = gradients(one, w.text, &n), *b = gradients(many, w.text, &m);
        ck_assert_msg(n == m && !memcmp(a, b, n * sizeof(*a)), "%s", w.text);
        free(a);
        free(b);
        nn_network_free(one);
        nn_network_free(many);
    }
}
END_TEST

START_TEST(sharing_passes_does_not_change_gradients)
{
    for (uint32_t salt = 0; salt < N_NETWORKS; salt++) {
        Writer w;
        size_t n, m;
        write_network(&w, 1000 + salt);
        NnNetwork *shared = build(w.text, 2, NN_KERNELS_AUTO);
        NnNetwork *apart = build_with(w.text, 2, NN_KERNELS_AUTO, true);
        NnReal *a = gradients(shared, w.text, &n), *b = gradients(apart, w.text, &m);
        ck_assert_msg(n == m && !memcmp(a, b, n * sizeof(*a)), "%s", w.text);
        free(a);
        free(b);
        nn_network_free(shared);
        nn_network_free(apart);
    }
}
END_TEST

START_TEST(kernels_agree)
{
    for (uint32_t salt = 0; salt < N_NETWORKS; salt++) {
        Writer w;
        size_t n, m;
        write_network(&w, 1000 + salt);
        NnNetwork *best = build(w.text, 1, NN_KERNELS_AUTO);
        NnNetwork *plain = build(w.text, 1, NN_KERNELS_REFERENCE);
        NnReal *a = gradients(best, w.text, &n), *b = gradients(plain, w.text, &m);
        double square = 0, difference = 0;
        for (size_t i = 0; i < n; i++) {
            square += (double)b[i] * (double)b[i];
            difference += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        }
        /* A value near a rectifier's or a maximum's edge may fall to the other side, which moves
         * some gradients; a wrong kernel moves all. */
        ck_assert_msg(difference <= 1e-4 * square, "%s: %g of %g", w.text, sqrt(difference),
                      sqrt(square));
        free(a);
        free(b);
        nn_network_free(best);
        nn_network_free(plain);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_random_networks");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, plans_and_threads_do_not_change_gradients);
    tcase_add_test(tests, sharing_passes_does_not_change_gradients);
    tcase_add_test(tests, kernels_agree);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
