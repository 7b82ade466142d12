/* Training speed of nn: images a second on pictures of 28x28, batch 128, made-up data.
 *
 *   bench_nn [NET] [THREADS] [SECONDS]
 *
 * NET is lenet, bn3, res8 or demo (default: all); bench/nn_torch.py measures the same networks in
 * PyTorch. The best of some rounds is printed; on a busy machine the figure per CPU second is the
 * better one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/tree.h"
#include "trainer/model/model_reading.h"

#define BATCH 128
#define PIXELS (28 * 28)
#define ROUNDS 5

typedef struct Net {
    const char *name, *layers;
} Net;

static const Net nets[] = {
    {"lenet",
     "[conv: {filters: 32, padding: 1}, relu, max_pool: 2, conv: {filters: 64, padding: 1}, "
     "relu, max_pool: 2, flatten, linear: 128, relu, dropout: 0.25, linear: 10]"},
    {"bn3", "[conv: {filters: 16, padding: 1, bias: false}, batch_norm, relu, max_pool: 2, "
            "conv: {filters: 32, padding: 1, bias: false}, batch_norm, relu, max_pool: 2, "
            "conv: {filters: 64, padding: 1, bias: false}, batch_norm, relu, global_avg_pool, "
            "flatten, linear: 10]"},
    {"demo", "[conv: {filters: 16, padding: 1, bias: false}, batch_norm, relu, max_pool: 2, "
             "conv: {filters: 32, padding: 1, bias: false}, batch_norm, relu, max_pool: 2, "
             "conv: {filters: 64, padding: 1, bias: false}, batch_norm, relu, "
             "flatten, dropout: 0.2, linear: 10]"},
    {"res8",
     "[conv: {filters: 16, padding: 1, bias: false}, batch_norm, relu, "
     "residual: {branch: [conv: {filters: 16, padding: 1, bias: false}, batch_norm, relu, "
     "conv: {filters: 16, padding: 1, bias: false}, batch_norm]}, relu, "
     "residual: {branch: [conv: {filters: 32, stride: 2, padding: 1, bias: false}, batch_norm, "
     "relu, "
     "conv: {filters: 32, padding: 1, bias: false}, batch_norm], "
     "shortcut: [conv: {filters: 32, kernel: 1, stride: 2, bias: false}, batch_norm]}, relu, "
     "residual: {branch: [conv: {filters: 64, stride: 2, padding: 1, bias: false}, batch_norm, "
     "relu, "
     "conv: {filters: 64, padding: 1, bias: false}, batch_norm], "
     "shortcut: [conv: {filters: 64, kernel: 1, stride: 2, bias: false}, batch_norm]}, relu, "
     "global_avg_pool, flatten, linear: 10]"},
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static _Noreturn void fail(const AugError *error)
{
    fprintf(stderr, "bench_nn: %s: %s\n", error->where, error->message);
    exit(1);
}

static NnNetwork *build(const char *layers, uint32_t n_threads)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugLimits limits;
    AugiTreeDocument *document;
    aug_limits_init(&limits);
    if (augi_tree_parse(&document, layers, strlen(layers), "layers", &limits, &problems) != AUG_OK)
        fail(&error);
    TrainModelMemory memory = {.arena = augi_arena_new()};
    TrainModelReading reading = {.memory = &memory, .problems = &problems};
    static const char optimizer[] = "{lr: 0.01, momentum: 0.9, nesterov: true, weight_decay: 5e-4}";
    AugiTreeDocument *options;
    if (augi_tree_parse(&options, optimizer, strlen(optimizer), "optimizer", &limits, &problems) !=
        AUG_OK)
        fail(&error);
    const NnModuleDesc *sgd = nn_module_find(NN_MODULE_OPTIMIZER, "sgd");
    NnNetworkSpec spec = {
        .input = {28, 28, 1, false},
        .optimizer = {sgd, train_model_bind(&reading, &sgd->params, &options->root, NULL, "sgd")},
        .max_batch = BATCH,
        .n_threads = n_threads,
    };
    spec.layers = train_model_layers(&reading, &document->root, "layers", &spec.n_layers);
    NnNetwork *network;
    if (problems.n || nn_network_new(&network, &spec, &error) != AUG_OK)
        fail(&error);
    augi_arena_free(memory.arena);
    augi_tree_free(options);
    augi_tree_free(document);
    return network;
}

/* Images a second of the clock, and a second of CPU time of all threads. */
typedef struct Speed {
    double wall, cpu;
} Speed;

/* The best round by each clock. */
static Speed measure(NnNetwork *network, double duration)
{
    static float data[BATCH * PIXELS];
    static int64_t labels[BATCH];
    for (size_t i = 0; i < BATCH * PIXELS; i++)
        data[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
    for (int i = 0; i < BATCH; i++)
        labels[i] = i * 7 % 10;
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = BATCH, .labels = labels};
    Speed best = {0, 0};
    for (int round = 0; round < ROUNDS; round++) {
        const double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        int steps = 0;
        do {
            NnResult result;
            AugError error = {0};
            if (nn_network_train(network, &batch, (NnRates){0.01, 0.9}, &result, &error) != AUG_OK)
                fail(&error);
            steps++;
        } while (seconds(CLOCK_MONOTONIC) - start < duration / ROUNDS);
        const double images = (double)steps * BATCH;
        const double rate = images / (seconds(CLOCK_MONOTONIC) - start);
        const double cpu_rate = images / (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
        best.wall = rate > best.wall ? rate : best.wall;
        best.cpu = cpu_rate > best.cpu ? cpu_rate : best.cpu;
    }
    return best;
}

int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : "all";
    const uint32_t n_threads = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
    const double duration = argc > 3 ? strtod(argv[3], NULL) : 2;
    for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
        if (strcmp(wanted, "all") != 0 && strcmp(wanted, nets[i].name) != 0)
            continue;
        NnNetwork *network = build(nets[i].layers, n_threads);
        NnNetworkInfo info;
        nn_network_info(network, &info);
        const Speed speed = measure(network, duration);
        printf("%-6s %7llu parameters, %u threads, %s: %6.0f images/s, %6.0f per CPU second, "
               "%5.1f s for 60,000\n",
               nets[i].name, (unsigned long long)info.n_parameters, info.n_threads, info.kernels,
               speed.wall, speed.cpu, 60000 / speed.wall);
        nn_network_free(network);
    }
    return 0;
}
