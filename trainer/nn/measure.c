/* Where the time of a network goes: seconds and operations of each layer, and the CPU's peak. */
#include <string.h>
#include <time.h>

#include "libaug/base/clock.h"
#include "trainer/nn/network.h"

/* Seconds that a processor spent on this thread: they do not grow while others have it. */
static double thread_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whether an instruction belongs to the way back: gradients, and what is made ready for them. */
static bool is_backward(const NnInstruction *instruction, const NnNode *node)
{
    return instruction->backward || instruction->phase == &node->hooks->prepare ||
           instruction->phase == &node->hooks->finish;
}

void nn_network_run_measured(const NnNetwork *network, const NnInstruction *instruction,
                             const NnTask *task, uint32_t thread)
{
    const NnNode *node = &network->graph.nodes[instruction->node];
    NnNodeTimes *times = &network->times[thread * network->graph.n_nodes + instruction->node];
    const double begin = thread_seconds();
    instruction->phase->run(task, node);
    const double seconds = thread_seconds() - begin;
    if (is_backward(instruction, node))
        times->backward += seconds;
    else
        times->forward += seconds;
}

void nn_network_measure(NnNetwork *network, bool on)
{
    network->measures = on;
    if (!on)
        return;
    network->n_measured = 0;
    memset(network->times, 0,
           network->n_threads * network->graph.n_nodes * sizeof(*network->times));
}

/* Adds what a node did. */
static void add_node(const NnNetwork *network, uint32_t number, NnLayerTimes *times)
{
    const NnNode *node = &network->graph.nodes[number];
    for (uint32_t thread = 0; thread < network->n_threads; thread++) {
        const NnNodeTimes *own = &network->times[thread * network->graph.n_nodes + number];
        times->forward_s += own->forward;
        times->backward_s += own->backward;
    }
    if (!node->hooks->products || !node->used)
        return;
    const double rows = (double)network->n_measured * node->in_rows;
    const double work = 2 * rows * (double)node->hooks->products(node);
    times->forward_work += work;
    times->backward_work += work * ((node->learns ? 1 : 0) + (node->dx != NN_NONE ? 1 : 0));
}

void nn_network_layer_times(const NnNetwork *network, size_t index, NnLayerTimes *times)
{
    uint32_t number = 0;
    for (;; number++)
        if (network->graph.nodes[number].listed && index-- == 0)
            break;
    *times = (NnLayerTimes){0};
    add_node(network, number, times);
}

void nn_network_other_times(const NnNetwork *network, NnLayerTimes *times)
{
    *times = (NnLayerTimes){0};
    for (uint32_t i = 0; i < network->graph.n_nodes; i++)
        if (!network->graph.nodes[i].listed)
            add_node(network, i, times);
}

/* --- peak ------------------------------------------------------------------------------------- */

/* Rounds between two looks at the clock, some microseconds; and seconds in all. */
#define PEAK_ROUNDS 2000
#define PEAK_SECONDS 0.1

/* Operations a second of each thread's part; the parts end together. */
typedef struct Peak {
    const NnNetwork *network;
    double end_s;
    double rates[NN_SHARDS];
    NnReal sums[NN_SHARDS];
} Peak;

static void peak_part(void *context, uint32_t part, uint32_t thread)
{
    Peak *peak = context;
    const double begin = thread_seconds();
    double work = 0;
    (void)thread;
    while (augi_clock_seconds() < peak->end_s)
        work += (double)peak->network->pass.kernels->peak(PEAK_ROUNDS, &peak->sums[part]);
    peak->rates[part] = work > 0 ? work / (thread_seconds() - begin) : 0;
}

double nn_network_peak(NnNetwork *network)
{
    Peak peak = {.network = network, .end_s = augi_clock_seconds() + PEAK_SECONDS};
    double rate = 0;
    nn_pool_run(network->pool, network->n_threads < NN_SHARDS ? network->n_threads : NN_SHARDS,
                peak_part, &peak);
    for (uint32_t i = 0; i < NN_SHARDS; i++)
        rate += peak.rates[i];
    return rate;
}
