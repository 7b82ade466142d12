/* nn: a small neural network library for CPUs. What a program needs to build, train, evaluate and
 * save a network; how layers are made is in layer.h, how their memory and order are planned in
 * blueprint.h.
 *
 * Glossary. A *layer* is what a user writes: a descriptor, its parameters and a name. A *network*
 * is built once from a list of layers; all shapes and all memory are fixed then. A *shard* is one
 * of NN_SHARDS fixed parts of a batch.
 *
 * Guarantees. The same network, batches, seed and kernels give the same bytes for any number of
 * threads: a batch is always cut into the same shards, and what the shards add up is combined in
 * one fixed order. Kernels for different CPUs agree within rounding only. After nn_network_new no
 * memory is allocated. The library keeps no globals, prints nothing and does not exit.
 *
 * Formulas and order of operations are PyTorch's, and so are defaults, but for those that
 * docs/trainer.md lists.
 *
 * Threads. A network belongs to one thread at a time; it works with threads of its own inside.
 */
#ifndef NN_NN_H
#define NN_NN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/batch.h"
#include "aug/status.h"
#include "libaug/spec/param.h"

/* The library is float; the gradient checks compile the same sources with double. */
#ifndef NN_REAL
#define NN_REAL float
#endif
/* Type of all values inside a network. */
typedef NN_REAL NnReal;

/* Parts that every batch is cut into, whatever the number of threads: sample i of n belongs to
 * shard s where s*n/16 <= i < (s+1)*n/16. A multiple of the usual core counts, and few enough that
 * 16 partial gradients stay small. */
#define NN_SHARDS 16

/* Extent of one sample between two layers.
 *
 * flat: the H*W*C values count as one list of features (after flatten or linear), in PyTorch's
 *       order channel, row, column
 */
typedef struct NnShape {
    int32_t height, width, channels;
    bool flat;
} NnShape;

/* --- modules ---------------------------------------------------------------------------------- */

/* Lists that a network is put together from. Each has a file with one line a module; a module is a
 * file with one descriptor. */
typedef enum NnModuleKind {
    NN_MODULE_LAYER,
    NN_MODULE_LOSS,
    NN_MODULE_OPTIMIZER,
    NN_MODULE_SCHEDULE,
    NN_MODULE_INIT,
    NN_N_MODULE_KINDS,
} NnModuleKind;

/* What help, documentation and model files show of a module; any may be NULL but the first two.
 *
 * name:    as in a model file
 * summary: one line, no full stop
 * formula: what it computes, in lines of plain text
 * source:  the paper, or what it is equal to
 * example: as in a model file. Of a layer: the layers of a small network with this one in it that
 *          make three values of a picture of 7 x 7 x 3, run by the conformance suite
 * is_default: is taken where a model file names none
 * params:  rows for libaug's parser, help and schema. The first row is the one of the short form
 *          ("conv: 32"); a table without rows has the short form "relu"
 */
#define NN_MODULE_MEMBERS \
    const char *name;     \
    const char *summary;  \
    const char *formula;  \
    const char *source;   \
    const char *example;  \
    bool is_default;      \
    AugParamTable params

/* These members, as every kind of descriptor begins with them. */
typedef struct NnModuleDesc {
    NN_MODULE_MEMBERS;
} NnModuleDesc;

/* Begin of a descriptor: the members by their names, and all of them as `module`. */
#define NN_MODULE              \
    union {                    \
        NnModuleDesc module;   \
        struct {               \
            NN_MODULE_MEMBERS; \
        };                     \
    }

/* A module that a user chose. Borrowed until what it is given to returns, unless that says more.
 *
 * module: from one of the lists; NULL: none
 * params: filled by augi_params_bind with module->params; NULL: all defaults
 */
typedef struct NnChoice {
    const NnModuleDesc *module;
    const void *params;
} NnChoice;

/* "layer", "loss", ...; and how many modules a list has. */
const char *nn_module_kind_name(NnModuleKind kind);
size_t nn_n_modules(NnModuleKind kind);

/* Module `index` of a list, sorted by name. */
const NnModuleDesc *nn_module_at(NnModuleKind kind, size_t index);

/* The list's default, or NULL. */
const NnModuleDesc *nn_module_default(NnModuleKind kind);

/* Module by name, NULL if there is none; nearest known name to a wrong one, or NULL. Any thread. */
const NnModuleDesc *nn_module_find(NnModuleKind kind, const char *name);
const char *nn_module_nearest(NnModuleKind kind, const char *wrong);

/* --- layers ----------------------------------------------------------------------------------- */

/* How the library runs a layer; defined in layer.h. */
struct NnLayerHooks;

/* Kind of a layer.
 *
 * has_branches: takes lists of layers (branch, and optionally shortcut) instead of running itself
 * hooks:        for the library
 */
typedef struct NnLayerDesc {
    NN_MODULE;
    bool has_branches;
    const struct NnLayerHooks *hooks;
} NnLayerDesc;

/* All kinds of layers, sorted by name. */
extern const NnLayerDesc *const nn_layers[];
extern const size_t nn_n_layers;

/* Layer kind by name, NULL if there is none. Any thread. */
const NnLayerDesc *nn_layer_find(const char *name);

/* Whether a kind reads whole numbers, such as the ids of words, instead of values. */
bool nn_layer_reads_indices(const NnLayerDesc *desc);

/* One layer of a network. Everything is borrowed until nn_network_new returns.
 *
 * params:   filled by augi_params_bind with desc->params; NULL for a table without rows
 * name:     first part of its tensors' names ("stem" gives "stem.weight"); NULL: its index in its
 *           list, as nn.Sequential counts
 * where:    place in the user's file, for error messages; may be NULL
 * branch:   has_branches only: the layers whose output is added to the input
 * shortcut: has_branches only: layers that the input passes before it is added; none: as it is
 * from:     n_from names of what it reads: layers before it, of its own list or of one around it, or
 *           "input"; none: what stands before it
 */
typedef struct NnLayerSpec {
    const NnLayerDesc *desc;
    const void *params;
    const char *name;
    const char *where;
    const struct NnLayerSpec *branch, *shortcut;
    size_t n_branch, n_shortcut;
    const char *const *from;
    size_t n_from;
} NnLayerSpec;

/* --- loss, optimizer, schedule ---------------------------------------------------------------- */

/* Most figures of a loss. */
#define NN_MAX_SCALARS 4

/* A figure that a loss has beside itself, as a mean over samples. is_share: of samples, 0 to 1, so
 * that it has an interval and is shown as a percentage. */
typedef struct NnScalar {
    const char *name;
    bool is_share;
} NnScalar;

/* What a loss compares outputs with. */
typedef enum NnTarget {
    NN_TARGET_CLASS = 1,
    NN_TARGET_SOFT = 2,
    NN_TARGET_CLASSES = 4,
    NN_TARGET_VALUES = 8,
    NN_TARGET_INPUT = 16,
    NN_TARGET_PAIRS = 32,
    NN_TARGET_GROUPS = 64,
    NN_TARGET_TRIPLETS = 128,
} NnTarget;

/* Which of these a loss takes. CLASS: a number per sample (NnBatch.labels). SOFT: shares per class,
 * CLASSES: 0 or 1 per class (NnBatch.soft). VALUES: as many as outputs (NnBatch.values). INPUT: the
 * network's own input, PAIRS: the other rows of a sample; both need nothing of the batch. GROUPS: a
 * number per sample (NnBatch.labels) that is equal where samples belong together; below 0: to no
 * other. TRIPLETS: the rows of a sample are an anchor, one like it and one unlike it. */
unsigned nn_loss_targets(const NnChoice *loss);

/* The figures of a loss, whose parameters are bound. */
const NnScalar *nn_loss_scalars(const NnChoice *loss, size_t *n);

/* Whether a loss, whose parameters are bound, leaves samples with this label out. */
bool nn_loss_ignores(const NnChoice *loss, int64_t label);

/* Learning rate and momentum of one step. The momentum is what a user calls so, or the first beta:
 * the weight of the past in the average of gradients; 0: the optimizer has none. */
typedef struct NnRates {
    double lr, momentum;
} NnRates;

/* Whether a step is made of all batches of an epoch together. */
bool nn_optimizer_whole_set(const NnChoice *optimizer);

/* What the optimizer's own parameters say, around which a schedule moves. */
NnRates nn_optimizer_rates(const NnChoice *optimizer);

/* Most stages of a schedule, and values that a stage keeps. */
#define NN_MAX_STAGES 8
#define NN_MAX_SCHEDULE_STATE 4

/* One stage of a schedule.
 *
 * steps, epochs: how long it is; both 0: as long as its own parameters say (a warm-up), or to the
 *                end
 */
typedef struct NnScheduleStage {
    NnChoice choice;
    uint64_t steps, epochs;
} NnScheduleStage;

/* Stages one after the other; each counts its steps from its own begin, as PyTorch's SequentialLR.
 * n_stages 0: the optimizer's rates at every step. Its parameters are borrowed as long as it is
 * used. */
typedef struct NnSchedule {
    NnScheduleStage stages[NN_MAX_STAGES];
    size_t n_stages;
} NnSchedule;

/* What stages remember from metric to metric, to be saved with a run. All zero at the begin. */
typedef struct NnScheduleState {
    double values[NN_MAX_STAGES][NN_MAX_SCHEDULE_STATE];
} NnScheduleState;

/* Where a run is: t: steps made, of total; per_epoch: steps of one pass over the data; base: the
 * optimizer's own rates. */
typedef struct NnMoment {
    uint64_t t, total, per_epoch;
    NnRates base;
} NnMoment;

/* Checks what the rows cannot, for a run of so many steps. */
AUG_MUST_CHECK AugStatus nn_schedule_check(const NnSchedule *schedule, uint64_t total,
                                           uint64_t per_epoch, AugError *error);

/* Rates of the step that comes after moment->t; a pure function of what it is given. */
NnRates nn_schedule_rates(const NnSchedule *schedule, const NnScheduleState *state,
                          const NnMoment *moment);

/* Name of the figure that the stage of this moment wants to be told after each evaluation; NULL:
 * none. */
const char *nn_schedule_metric(const NnSchedule *schedule, const NnMoment *moment);

/* Tells it; rises: the figure is better when it is larger. */
void nn_schedule_observe(const NnSchedule *schedule, NnScheduleState *state, const NnMoment *moment,
                         double metric, bool rises);

/* --- network ---------------------------------------------------------------------------------- */

/* Which kernels compute. AUTO takes the fastest own ones that the CPU has; REFERENCE are plain loops;
 * the last ones are plug-ins (plugin.h), which only those get who ask for them. */
#define NN_KERNEL_CHOICES(X)  \
    X(AUTO, "auto")           \
    X(REFERENCE, "reference") \
    X(BASELINE, "baseline")   \
    X(AVX2, "avx2")           \
    X(AVX512, "avx512")       \
    X(NEON, "neon")           \
    X(LIBXSMM, "libxsmm")     \
    X(ONEDNN, "onednn")

#define NN_KERNEL_CHOICE(NAME, word) NN_KERNELS_##NAME,
/* Their numbers. */
typedef enum NnKernelChoice {
    NN_KERNEL_CHOICES(NN_KERNEL_CHOICE) NN_N_KERNEL_CHOICES,
    NN_KERNELS_FIRST_PLUGIN = NN_KERNELS_LIBXSMM,
    NN_KERNELS_LAST_PLUGIN = NN_KERNELS_ONEDNN,
} NnKernelChoice;

/* Their words by number, and NULL. */
extern const char *const nn_kernel_names[NN_N_KERNEL_CHOICES + 1];

/* Most groups that a network is given. */
#define NN_MAX_GROUPS 32

/* What the optimizer does differently with some parameters.
 *
 * match:    pattern of parameters' names, with * and ? ("body.*"); one that fits none is an error
 * frozen:   layers whose weight fits stay as they are, with all their tensors, and work as in
 *           evaluation; of other layers the parameters that fit do ("*.bias"), whose gradients are zero.
 *           It is an error if groups before have all of them
 * lr_scale: times the rate
 * weight_decay, l1: instead of the optimizer's, for all tensors that fit; below 0: the optimizer's
 */
typedef struct NnGroupSpec {
    const char *match;
    bool frozen;
    double lr_scale, weight_decay, l1;
} NnGroupSpec;

/* What a network is built from. Zero is valid for every member that has "0:".
 *
 * input:      of one sample; flat only if the samples are vectors
 * input_rows: rows of a sample, each of that shape, such as its views; 0: 1
 * input_indices: its values are whole numbers (int32_t), such as the ids of words
 * loss:       none: the default of its list
 * compares_input: of the loss's targets it is the network's input (NN_TARGET_INPUT)
 * optimizer:  not for inference
 * groups:     the first whose pattern fits a tensor holds for it
 * accumulates: nn_network_accumulate will be called; takes memory for one more set of gradients
 * max_batch:  samples of the largest batch it will ever see, training or evaluation
 * seed:       of the initial weights and of dropout
 * n_threads:  working threads, the caller's included; 0: one for each CPU of the process
 * max_memory: bytes that all arenas together may take; 0: 8 GiB
 * inference:  no gradients and no optimizer: only nn_network_evaluate works
 * empty:      all tensors begin at zero, as they will be written: what a file says of initializations may
 *             take time without bound (orthogonal)
 * no_loss:    inference only: outputs are of any shape and compared with nothing
 * output:     with no_loss: full name of the layer whose output is the network's ("3.branch.0"); what
 *             that does not need is not computed. NULL: the last
 * separate:   every layer runs by itself, also where neighbours could share a pass over memory; for
 *             comparison
 */
typedef struct NnNetworkSpec {
    NnShape input;
    uint32_t input_rows;
    bool input_indices;
    const NnLayerSpec *layers;
    size_t n_layers;
    NnChoice loss;
    bool compares_input;
    NnChoice optimizer;
    const NnGroupSpec *groups;
    size_t n_groups;
    bool accumulates;
    uint32_t max_batch;
    uint64_t seed;
    uint32_t n_threads;
    uint64_t max_memory;
    NnKernelChoice kernels;
    bool inference, empty, no_loss, separate;
    const char *output;
} NnNetworkSpec;

/* Opaque; made by nn_network_new, ended by nn_network_free. */
typedef struct NnNetwork NnNetwork;

/* Builds a network with freshly initialised weights. Errors (BAD_SPEC) name the layer, what it got
 * and what it needs; where is the layer's place. TOO_LARGE if max_memory does not suffice;
 * UNSUPPORTED if the CPU lacks the kernels asked for. *network is set only on AUG_OK. */
AUG_MUST_CHECK AugStatus nn_network_new(NnNetwork **network, const NnNetworkSpec *spec,
                                        AugError *error);

/* Stops the threads and frees all memory; NULL does nothing. */
void nn_network_free(NnNetwork *network);

/* Sizes in bytes of the arenas, and what else a program prints before the first step.
 *
 * n_parameters:    trainable values, as PyTorch counts them
 * n_indices:       its input are indices below this; 0: values
 * activation_size: everything that a step works in: activations, their gradients, partial
 *                  gradients of the shards, scratch of the threads
 * output_rows:     rows of a sample in the output
 * kernels:         "avx512"; one of nn_kernel_names
 */
typedef struct NnNetworkInfo {
    NnShape input, output;
    uint64_t n_parameters;
    size_t parameter_size, gradient_size, optimizer_size, activation_size;
    uint32_t n_classes, n_indices, output_rows, n_threads, max_batch;
    const char *kernels;
} NnNetworkInfo;

/* Fills info. Any thread while no step runs. */
void nn_network_info(const NnNetwork *network, NnNetworkInfo *info);

/* One layer as built, in reading order with branches unfolded. Strings are the network's.
 *
 * name: "3.branch.0"; kind: the descriptor's name; fused: runs as part of the layer before it
 */
typedef struct NnLayerInfo {
    const char *name;
    const char *kind;
    NnShape output;
    uint64_t n_parameters;
    bool fused;
} NnLayerInfo;

/* Number of layers that a user wrote, those in branches included. */
size_t nn_network_n_layers(const NnNetwork *network);
/* Fills info for layer `index`, below nn_network_n_layers. */
void nn_network_layer(const NnNetwork *network, size_t index, NnLayerInfo *info);

/* --- steps ------------------------------------------------------------------------------------ */

/* Order of the values of an image batch. */
typedef enum NnLayout {
    NN_LAYOUT_NHWC,
    NN_LAYOUT_NCHW,
} NnLayout;

/* One batch, borrowed during a call.
 *
 * data:   n samples of the network's input shape, AUG_DTYPE_F32 as they are or AUG_DTYPE_U8 divided
 *         by 255; layout does not matter for flat samples
 * labels: n class numbers, each in 0..classes-1, or what the loss ignores; or numbers of groups
 * soft:   n * classes probabilities, instead of labels (mixed samples); need not add up to one.
 *         A sample counts as correct if its largest probability has the largest logit. For several
 *         classes per sample, 0 or 1 for each
 * values: n * outputs targets of that kind
 * views:  where the network's input has more rows per sample: data of the second row of every
 *         sample, of the third, and so on
 *
 * Indices are AUG_DTYPE_I32.
 */
typedef struct NnBatch {
    const void *data;
    AugDtype dtype;
    NnLayout layout;
    uint32_t n;
    const int64_t *labels;
    const float *soft;
    const float *values;
    const void *const *views;
} NnBatch;

/* Place of the largest of n values, the first of equals. */
size_t nn_largest(const NnReal *values, size_t n);

/* How many of n values stand before value `which` in their order, the largest first: those that are
 * larger, and equal ones before it. Among the k largest it is where that is below k. */
size_t nn_rank(const NnReal *values, size_t n, size_t which);

/* Class that a sample of a batch counts as: its label, or the largest of its shares. One that is no
 * class, as of samples that a loss ignores, is n_classes or more. */
size_t nn_batch_class(const NnBatch *batch, size_t sample, size_t n_classes);

/* Outcome of one batch. loss is the mean over the samples by their weights (label smoothing
 * included), weight the sum of these, n unless the loss has weights. sums are those of its figures
 * over all samples but the n_ignored that the loss leaves out: for classes, how many samples'
 * largest output (the first of equals) is that of their class. */
typedef struct NnResult {
    double loss, weight;
    uint32_t n, n_ignored;
    double sums[NN_MAX_SCALARS];
} NnResult;

/* Forward and backward: fills the gradients of the mean loss and advances the running statistics of
 * batch norm. Dropout draws by (seed, nn_network_steps, layer, sample, value). BAD_ARGUMENT: batch
 * empty or above max_batch, a label out of range. CORRUPT: a value that is not finite; the message
 * names the first layer that made one and the step. Nothing is changed by a call that fails, but
 * the gradients are undefined. */
AUG_MUST_CHECK AugStatus nn_network_gradients(NnNetwork *network, const NnBatch *batch,
                                              NnResult *result, AugError *error);

/* Whether a batch of n samples can be trained on, or else evaluated: AUG_BAD_ARGUMENT names the first
 * layer whose statistics need more values than these have. */
AUG_MUST_CHECK AugStatus nn_network_check_batch(const NnNetwork *network, uint32_t n, bool trains,
                                                AugError *error);

/* Adds the gradients of the last nn_network_gradients to those before, times the weight of its
 * samples; the next nn_network_update takes the mean over all. Dropout goes on as if the batches were one. */
void nn_network_accumulate(NnNetwork *network);

/* Norm of all gradients together that the next nn_network_update takes, before clipping: of what
 * nn_network_gradients left, or of the mean over all that was accumulated. */
double nn_network_gradient_norm(NnNetwork *network);

/* One optimizer step with the gradients of the last nn_network_gradients, clipped if the optimizer
 * says so; advances nn_network_steps. CORRUPT: the sum of accumulated gradients, or a parameter after
 * the step, has a value that is not finite; the message names it and the step. In the second case the
 * network is of no more use. */
AUG_MUST_CHECK AugStatus nn_network_update(NnNetwork *network, NnRates rates, AugError *error);

/* nn_network_gradients, then nn_network_update. */
AUG_MUST_CHECK AugStatus nn_network_train(NnNetwork *network, const NnBatch *batch, NnRates rates,
                                          NnResult *result, AugError *error);

/* Forward in evaluation mode: running statistics, no dropout, no label smoothing. logits: room for
 * n * rows * classes values, sample after sample, or NULL. Without the targets that the loss needs, loss and sums are 0.
 * Errors as nn_network_gradients. */
AUG_MUST_CHECK AugStatus nn_network_evaluate(NnNetwork *network, const NnBatch *batch,
                                             NnReal *logits, NnResult *result, AugError *error);

/* Optimizer steps made so far. Setting it belongs to restoring a saved run: dropout and the first
 * momentum step depend on it, and averages over all batches, which are taken for one a step. */
uint64_t nn_network_steps(const NnNetwork *network);
void nn_network_set_steps(NnNetwork *network, uint64_t steps);

/* Where steps are made of several batches, how many these were in all; after nn_network_set_steps. */
void nn_network_set_batches(NnNetwork *network, uint64_t batches);

/* --- measuring -------------------------------------------------------------------------------- */

/* What one layer did in nn_network_gradients: processor seconds of all threads, and floating-point
 * operations of its matrix products, two for each product and its addition. */
typedef struct NnLayerTimes {
    double forward_s, backward_s, forward_work, backward_work;
} NnLayerTimes;

/* Begins to measure each layer, forgetting what was measured before, or ends it. */
void nn_network_measure(NnNetwork *network, bool on);

/* What was measured of layer `index`, below nn_network_n_layers; what is fused counts for the layer
 * that does it. */
void nn_network_layer_times(const NnNetwork *network, size_t index, NnLayerTimes *times);

/* The same of what is no layer: taking in the batch, and the loss. */
void nn_network_other_times(const NnNetwork *network, NnLayerTimes *times);

/* Floating-point operations a second that all threads together can make with these kernels' vectors:
 * multiplications and additions in registers alone. Takes a tenth of a second. */
double nn_network_peak(NnNetwork *network);

/* --- averages --------------------------------------------------------------------------------- */

/* A running average of a network's parameters and buffers; belongs to the network's thread. */
typedef struct NnAverage NnAverage;

/* Takes memory for one more set of weights. The network must outlive it. *out is set only on AUG_OK.
 */
AUG_MUST_CHECK AugStatus nn_average_new(NnAverage **out, NnNetwork *network, AugError *error);

/* NULL does nothing. */
void nn_average_free(NnAverage *average);

/* After each step: average += (1 - decay) * (weights - average); after the first one the weights
 * themselves (torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn and use_buffers). */
void nn_average_update(NnAverage *average, double decay);

/* Exchanges average and weights: to evaluate or save what was averaged, and to go on after. */
void nn_average_swap(NnAverage *average);

/* --- tensors ---------------------------------------------------------------------------------- */

/* PARAMETER: trained ("0.weight"). BUFFER: carried along ("1.running_mean"). A model is both, with
 * the names that PyTorch's state_dict has. STATE: of the optimizer ("exp_avg.0.weight"); needed to
 * go on with a run. */
typedef enum NnTensorKind {
    NN_TENSOR_PARAMETER,
    NN_TENSOR_BUFFER,
    NN_TENSOR_STATE,
} NnTensorKind;

/* One named tensor, shaped as in PyTorch: OIHW for convolutions, [out, in] for linear layers. The
 * name is the network's. decays: weight decay applies to it. */
typedef struct NnTensorInfo {
    const char *name;
    NnTensorKind kind;
    AugTensorDesc desc;
    size_t n_values;
    bool decays;
} NnTensorInfo;

/* The tensors in a fixed order: parameters and buffers by layer, then states. */
size_t nn_network_n_tensors(const NnNetwork *network);
void nn_network_tensor(const NnNetwork *network, size_t index, NnTensorInfo *info);

/* Index of a tensor by name; false if there is none. */
bool nn_network_find_tensor(const NnNetwork *network, const char *name, size_t *index);

/* Copies a tensor out or in, n_values in PyTorch's layout. */
void nn_network_read_tensor(const NnNetwork *network, size_t index, NnReal *values);
void nn_network_write_tensor(NnNetwork *network, size_t index, const NnReal *values);

/* Copies the gradient of a PARAMETER out, n_values in PyTorch's layout. */
void nn_network_read_gradient(const NnNetwork *network, size_t index, NnReal *values);

#endif
