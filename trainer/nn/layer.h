/* How a layer is made: what its file provides, and what the library provides to it.
 *
 * A network is a list of *nodes* in the order they run: the batch, the layers, the loss. A layer's
 * work is cut into *phases*; the library runs all phases of all nodes in order, forward and then
 * backward, many of them at once where nothing lies between them:
 *
 * - a phase ON_SHARD runs once per shard and sees that shard's samples only;
 * - a phase ON_SHARD_AFTER is that, but not before every shard is done with all that comes before, so
 *   that it may read what others made;
 * - a phase ON_SLICE runs once for each of NN_SHARDS slices of whatever the layer likes, after
 *   every shard is done;
 * - a phase ONCE runs alone, after every shard is done.
 *
 * What a shard holds (activations, their gradients, what a layer saves) lies in *slots* of its own
 * memory, planned by the time of their first and last use: each phase states what it touches.
 *
 * A node may have several inputs, and any number of readers: what flows back from them is added
 * before the node's own backward phases run.
 *
 * To add a layer: its file with a descriptor in layers/, and a line in layers.list.
 */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "trainer/nn/kernels/kernels.h"
#include "trainer/nn/tensor.h"

/* No slot, no tensor, no node. */
#define NN_NONE UINT32_MAX

/* Most inputs of a node. */
#define NN_MAX_INPUTS 8

/* What a phase sees of the batch and the memory; below. */
typedef struct NnPass NnPass;
/* One layer as it runs; below. */
typedef struct NnNode NnNode;
/* Where layers declare what they need; blueprint.h. */
typedef struct NnBlueprint NnBlueprint;
/* An ONNX model that is being written; onnx.h. */
struct NnOnnx;

/* One call of a phase: the shard or slice, and memory of the thread (scratch_size bytes, at least as
 * much as was planned, 64-byte aligned, with any content). */
typedef struct NnTask {
    const NnPass *pass;
    uint32_t part;
    void *scratch;
    size_t scratch_size;
} NnTask;

/* How often a phase runs and when. */
typedef enum NnPhaseKind {
    NN_PHASE_NONE,
    NN_PHASE_ON_SHARD,
    NN_PHASE_ON_SHARD_AFTER,
    NN_PHASE_ON_SLICE,
    NN_PHASE_ONCE,
} NnPhaseKind;

/* What a phase reads or writes: all inputs, output, their gradients, and the layer's own two slots.
 * PARTS are the gradients that the readers of a node made, for the library. */
enum {
    NN_USES_X = 1,
    NN_USES_Y = 2,
    NN_USES_DX = 4,
    NN_USES_DY = 8,
    NN_USES_SAVED = 16,
    NN_USES_PARTIAL = 32,
    NN_USES_PARTS = 64,
};

/* One phase: when it runs, what it uses, what it does. */
typedef struct NnPhase {
    NnPhaseKind kind;
    unsigned uses;
    void (*run)(const NnTask *task, const NnNode *node);
} NnPhase;

/* Most phases of one direction. */
#define NN_MAX_PHASES 4

/* What a layer provides. Members that are not named are optional.
 *
 * shape:      output shape for an input shape, or an error whose message continues "layer 5 (conv): "
 * join:       the same for several inputs; at least two
 * max_inputs: how many it takes; 0: one
 * plan:       declares tensors and memory (nn_blueprint_*). Called once; node->ins and node->out are
 *             set
 * aliases:    the output is the input: no phases run. For a rectifier, only when fused
 * fuses:      can apply a following rectifier itself when node->relu is set
 * masks:      can mask the gradient of its input as a rectifier that made the input does
 *             (node->masks). takes_mask: spares itself that for its rectifier then (node->masked)
 * sums:       the output is the sum of all inputs
 * output_job: job that makes the output of some pixels, of which x, y and n_pixels are to be set, once
 *             its phases ran; these make none where node->left is set
 * reads_norm: can make the output of a norm itself where it reads it; then x is the norm's input
 *             (node->before)
 * takes_sum:  can add what node->plus has to its output, and apply a rectifier then (node->sum)
 * shares:     the gradient of every input is the output's; backward runs for a rectifier only
 * limit:      takes indices instead of values: how many there are, 0 and up
 * rows:       rows of a sample in the output, or an error as shape's; NULL: as many as in the input
 * input_gradient: job that makes dx of some pixels, of which x, dy, dx and n_pixels are to be set
 * takes_norm: its backward can make its output's gradient so, where a node that has input_gradient is
 *             the only reader: what lies between the two is not stored then (node->norm)
 * adds:       its backward can add the gradient of its input to what is there; its only input
 * products:   multiplications of the forward pass on one row; NULL: too few to count
 * prepare:    before a training step's forward phases
 * forward:    training
 * evaluate:   evaluation; may use X, Y, and of the layer's own slots what forward's phases use
 * backward:   writes dx, if node->dx is not NN_NONE; of several inputs each of dxs that is not
 * finish:     after all backward phases of all nodes, if node->learns: parameters' gradients
 * commit:     after a step without errors; what outlives the step (running statistics) changes here
 * onnx:       adds it to an ONNX model and returns the name of its output (onnx.h); NULL: it has no
 *             form there
 * fold_onnx:  in evaluation it is a factor and a summand for each of the n outputs of the layer before:
 *             fills both. False: it is not, or they are not n
 */
typedef struct NnLayerHooks {
    AugStatus (*shape)(const void *params, NnShape in, NnShape *out, AugError *error);
    AugStatus (*join)(const void *params, const NnShape *ins, uint32_t n, NnShape *out,
                      AugError *error);
    uint32_t max_inputs;
    void (*plan)(NnBlueprint *blueprint, NnNode *node);
    bool aliases, fuses, masks, takes_mask, sums, takes_sum, shares;
    uint32_t (*limit)(const void *params);
    AugStatus (*rows)(const void *params, uint32_t in, uint32_t *out, AugError *error);
    NnNorm (*output_job)(const NnPass *pass, const NnNode *node);
    bool (*reads_norm)(const NnKernels *kernels, const NnNode *node);
    NnNorm (*input_gradient)(const NnPass *pass, const NnNode *node);
    bool (*takes_norm)(const NnKernels *kernels, const NnNode *node);
    bool (*adds)(const NnKernels *kernels, const NnNode *node);
    uint64_t (*products)(const NnNode *node);
    NnPhase prepare, finish;
    NnPhase forward[NN_MAX_PHASES], evaluate[NN_MAX_PHASES], backward[NN_MAX_PHASES];
    void (*commit)(const NnPass *pass, const NnNode *node);
    const char *(*onnx)(struct NnOnnx *onnx, const NnNode *node);
    bool (*fold_onnx)(struct NnOnnx *onnx, const NnNode *node, size_t n, double *factors,
                      double *summands);
} NnLayerHooks;

/* One layer as it runs.
 *
 * module, hooks: what it is
 * params:      a copy of what the user gave, all members resolved
 * name, where: for messages and tensors; of the network
 * number:      its own, for draws of random numbers
 * inputs:      nodes that it reads; ins: their shapes, xs: their slots, dxs: slots of the gradients
 *              that it makes for them, or NN_NONE. input, in, x and dx are the first of them
 * in_rows, out_rows: rows of a sample, in all inputs and in the output. indices: the output's values
 *              are whole numbers (int32_t, side by side)
 * n_readers:   nodes that read its output
 * alias, fused: output is the input's memory; and its work is done by the node before
 * relu:        applies the rectifier that follows
 * used:        the loss depends on it
 * learns:      it has parameters that are trained; frozen: its tensors stay as they are, and it
 *              works as in evaluation
 * active:      the loss depends on learning here or before: gradients flow back to its output
 * listed:      is a layer that the user wrote
 * by_batch:    what it gives for a sample depends on the batch in evaluation, too: that runs the
 *              phases of training
 * min_values:  values per channel that training needs at least (2 for batch norm)
 * y, dy, saved, partial: slots, or NN_NONE
 * dy_parts:    slots of what each reader gives back, n_dy_parts of them; dy is their sum, or the
 *              only one. dy_shared: others read that slot too, so it must not be changed
 * norm:        its only reader, which leaves it to this node to make dy: what is in the slot dy is that
 *              of norm's output. given: it is such a norm, and dx is left out
 * before:      the norm before it, whose output it makes itself: x is that norm's. left: it is such a
 *              norm, and y is left out
 * masks:       dx is 0 where the rectifier of the node before has it so. masked: dy is that of its only
 *              reader, which masks
 * adds:        dx is added to what is there
 * sum:         its only reader, a sum whose output this node makes as its own, rectifier included: it
 *              adds that of the node `other`, in the slot plus. made_by: of such a sum, the node that
 *              makes it, or NN_NONE
 * weight, bias, mean, variance: tensors, or NN_NONE
 * shared:      offset in the memory that all shards share
 */
struct NnNode {
    const NnModuleDesc *module;
    const NnLayerHooks *hooks;
    void *params;
    char *name;
    char *where;
    union {
        NnShape in;
        NnShape ins[NN_MAX_INPUTS];
    };
    union {
        uint32_t input;
        uint32_t inputs[NN_MAX_INPUTS];
    };
    union {
        uint32_t x;
        uint32_t xs[NN_MAX_INPUTS];
    };
    union {
        uint32_t dx;
        uint32_t dxs[NN_MAX_INPUTS];
    };
    NnShape out;
    uint32_t number, n_inputs, n_readers, in_rows, out_rows;
    bool indices, alias, fused, relu, used, learns, frozen, active, listed, dy_shared, given;
    bool by_batch, adds, left, masks, masked;
    uint32_t min_values;
    uint32_t y, dy, saved, partial;
    uint32_t *dy_parts;
    uint32_t n_dy_parts;
    uint32_t weight, bias, mean, variance;
    size_t shared;
    const NnNode *norm, *sum, *before;
    uint32_t other, plus, made_by;
};

/* Sums over the samples of a shard, filled by the loss: of the loss, times the weight of each sample;
 * of these weights; and of the loss's figures. n_ignored: samples that are in none of them. finite:
 * all that it saw was. */
typedef struct NnShardResult {
    double loss, weight;
    double sums[NN_MAX_SCALARS];
    uint32_t n_ignored;
    bool finite;
} NnShardResult;

/* Everything a phase may look at; const while a program runs.
 *
 * parameters, gradients, states: arenas; a tensor's offset counts from their starts. Buffers are in
 *              parameters
 * slot_offset: of each slot in a shard's memory
 * first:       number of the first sample of each shard, and the batch's size at the end
 * step, seed:  keys of dropout
 * n_batches:   batches that gave gradients so far; several make a step where they are accumulated
 * n_before:    samples whose gradients were accumulated for the next step
 * results:     of the loss, one per shard
 * logits:      where evaluation copies the outputs to; may be NULL
 */
struct NnPass {
    const NnKernels *kernels;
    const NnTensor *tensors;
    NnReal *parameters, *gradients, *states;
    unsigned char *shards, *shared;
    size_t shard_size;
    const size_t *slot_offset;
    uint32_t first[NN_SHARDS + 1];
    const NnBatch *batch;
    NnShape input;
    uint64_t step, seed, n_batches;
    uint32_t n_before;
    NnShardResult *results;
    NnReal *logits;
};

/* Values in one row. */
static inline size_t nn_shape_values(NnShape shape)
{
    return (size_t)shape.height * (size_t)shape.width * (size_t)shape.channels;
}

/* Memory of a slot in a shard. */
static inline void *nn_slot(const NnPass *pass, uint32_t slot, uint32_t shard)
{
    return pass->shards + shard * pass->shard_size + pass->slot_offset[slot];
}

/* Rows of a node's input, or of its output, in a shard: its samples times the rows of each. */
static inline uint32_t nn_rows_in(const NnPass *pass, const NnNode *node, uint32_t shard)
{
    return (pass->first[shard + 1] - pass->first[shard]) * node->in_rows;
}
static inline uint32_t nn_rows_out(const NnPass *pass, const NnNode *node, uint32_t shard)
{
    return (pass->first[shard + 1] - pass->first[shard]) * node->out_rows;
}

/* Number of a shard's first row of a node's input, and rows of the whole batch. */
static inline uint32_t nn_first_row(const NnPass *pass, const NnNode *node, uint32_t shard)
{
    return pass->first[shard] * node->in_rows;
}
static inline uint32_t nn_all_rows(const NnPass *pass, const NnNode *node)
{
    return pass->first[NN_SHARDS] * node->in_rows;
}

/* Samples in a shard. */
static inline uint32_t nn_shard_samples(const NnPass *pass, uint32_t shard)
{
    return pass->first[shard + 1] - pass->first[shard];
}

/* Samples in the batch. */
static inline uint32_t nn_pass_samples(const NnPass *pass)
{
    return pass->first[NN_SHARDS];
}

/* Values of a parameter or buffer. */
static inline NnReal *nn_values(const NnPass *pass, uint32_t tensor)
{
    return pass->parameters + pass->tensors[tensor].offset;
}

/* Gradient of a parameter, laid out as its values. */
static inline NnReal *nn_gradient(const NnPass *pass, uint32_t tensor)
{
    return pass->gradients + pass->tensors[tensor].offset;
}

/* The part of n things that belongs to a slice: first..end-1, in multiples of `unit` so that slices
 * do not share a cache line. */
static inline void nn_slice(size_t n, size_t unit, uint32_t slice, size_t *first, size_t *end)
{
    const size_t units = (n + unit - 1) / unit;
    *first = units * slice / NN_SHARDS * unit;
    *end = units * (slice + 1) / NN_SHARDS * unit;
    if (*first > n)
        *first = n;
    if (*end > n)
        *end = n;
}

/* Sum of one value of each shard, by the fixed tree; first is shard 0's, the next `step` bytes on.
 */
static inline double nn_tree_sum(const void *first, size_t step)
{
    double sum[NN_SHARDS];
    for (size_t s = 0; s < NN_SHARDS; s++)
        sum[s] = *(const double *)((const unsigned char *)first + s * step);
    for (size_t distance = 1; distance < NN_SHARDS; distance *= 2)
        for (size_t s = 0; s < NN_SHARDS; s += 2 * distance)
            sum[s] += sum[s + distance];
    return sum[0];
}

/* --- planning (blueprint.c)
 * ------------------------------------------------------------------------ */

/* Declares a matrix of weights, panelled in memory: shape as in PyTorch, its first dimension the
 * outputs, the others those of `inner` in the order channel, row, column. Its initial values are
 * random. Returns the tensor's number. */
uint32_t nn_blueprint_matrix(NnBlueprint *blueprint, const NnNode *node, const AugTensorDesc *desc,
                             NnShape inner, NnInit init);

/* The same for `groups` matrices, one after the other: each has an equal part of the outputs. */
uint32_t nn_blueprint_matrices(NnBlueprint *blueprint, const NnNode *node,
                               const AugTensorDesc *desc, NnShape inner, uint32_t groups,
                               NnInit init);

/* Declares a vector with one value per feature of `inner`, filled with `value`, or random where
 * init.kind says so. suffix: "bias". */
uint32_t nn_blueprint_vector(NnBlueprint *blueprint, const NnNode *node, const char *suffix,
                             NnTensorKind kind, NnShape inner, NnInit init);

/* Declares a parameter of any shape with as many values as inner has, which lie in its order: row,
 * column, channel; in PyTorch's order they are channel, row, column. */
uint32_t nn_blueprint_values(NnBlueprint *blueprint, const NnNode *node, const char *suffix,
                             const AugTensorDesc *desc, NnShape inner, NnInit init);

/* Declares a table of n_rows rows of n values, the weight; row `zero` begins as zeros, if there is
 * such a row. */
uint32_t nn_blueprint_table(NnBlueprint *blueprint, const NnNode *node, uint32_t n_rows, uint32_t n,
                            int64_t zero, NnInit init);

/* Declares memory per shard, of sample_size bytes for each of its samples plus fixed_size bytes.
 * Returns the slot. */
uint32_t nn_blueprint_slot(NnBlueprint *blueprint, size_t sample_size, size_t fixed_size);

/* Declares memory that all shards share; returns its offset. */
size_t nn_blueprint_shared(NnBlueprint *blueprint, size_t size);

/* Declares memory of a thread during one phase. */
void nn_blueprint_scratch(NnBlueprint *blueprint, size_t size);

/* Largest batch that the network will see. */
uint32_t nn_blueprint_max_batch(const NnBlueprint *blueprint);

/* Rows of the largest batch in a node's input. */
uint32_t nn_blueprint_max_rows(const NnBlueprint *blueprint, const NnNode *node);

/* The kernels that will compute. */
const NnKernels *nn_blueprint_kernels(const NnBlueprint *blueprint);

/* Whether gradients will be asked for. */
bool nn_blueprint_trains(const NnBlueprint *blueprint);

#endif
