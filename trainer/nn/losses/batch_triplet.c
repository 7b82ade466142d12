/* Triplets of the rows that a batch happens to hold: an anchor, a positive of its sample or class, and
 * a negative of neither; d is the Euclidean distance of two rows.
 *
 *   all        every triplet; the mean over those whose loss is above 0
 *   semi_hard  for each anchor and positive the nearest negative that is farther than the positive, or
 *              else the farthest; the mean over these pairs
 *   hard       for each anchor its farthest positive and its nearest negative; the mean over anchors
 *
 * Memory that all shards share holds the rows, their distances, and by each anchor what its distances
 * count; it takes three phases, as a row's gradient needs what all others found, and their number.
 *
 * Sources: Schroff, Kalenichenko and Philbin, "FaceNet", 2015 (semi-hard); Hermans, Beyer and Leibe, "In
 * Defense of the Triplet Loss for Person Re-Identification", 2017 (batch all, batch hard).
 */
#include <math.h>

#include "trainer/nn/loss.h"
#include "trainer/nn/losses/lanes.h"

enum { MINING_SEMI_HARD, MINING_HARD, MINING_ALL };
static const char *const mining_names[] = {"semi_hard", "hard", "all", NULL};

typedef struct BatchTriplet {
    double margin;
    AugChoice mining;
} BatchTriplet;

static const AugParamDesc rows[] = {
    AUG_PARAM(BatchTriplet, margin, .fallback = "1", .low = 0, .low_open = true, .high = 1e6,
              .help = "by how much nearer; 0.2 is usual behind l2_normalize"),
    AUG_PARAM(BatchTriplet, mining, .fallback = "semi_hard", .choices = mining_names,
              .help = "which triplets of the batch"),
};

/* Shared memory as one shard sees it. finite, found: for each shard whether its rows are, and how many
 * losses it has the mean of; x: rows of stride doubles; distances, counts: n times n, those of an anchor
 * together: count (i, j) times the direction from j to i is added to the gradients of i and, turned
 * round, of j. */
typedef struct Batch {
    const NnPass *pass;
    const BatchTriplet *params;
    const int64_t *labels;
    double *finite, *found, *x, *distances, *counts;
    size_t n_values, stride;
    uint32_t n, per_sample;
} Batch;

static Batch batch_of(const NnPass *pass, const NnNode *node)
{
    const size_t n_values = nn_shape_values(node->in), stride = nn_lanes_padded(n_values);
    const uint32_t n = nn_all_rows(pass, node);
    double *shared = (double *)(void *)(pass->shared + node->shared);
    double *x = shared + 2 * (size_t)NN_SHARDS, *distances = x + n * stride;
    return (Batch){.pass = pass,
                   .params = node->params,
                   .labels = pass->batch->labels,
                   .finite = shared,
                   .found = shared + NN_SHARDS,
                   .x = x,
                   .distances = distances,
                   .counts = distances + (size_t)n * n,
                   .n_values = n_values,
                   .stride = stride,
                   .n = n,
                   .per_sample = node->in_rows};
}

static bool belongs(const Batch *batch, uint32_t i, uint32_t j)
{
    const uint32_t a = i / batch->per_sample, b = j / batch->per_sample;
    return a == b || (batch->labels[a] >= 0 && batch->labels[a] == batch->labels[b]);
}

/* Whether there is something to compare, in this shard and all others. */
static bool is_whole(const Batch *batch)
{
    for (uint32_t s = 0; s < NN_SHARDS; s++)
        if (batch->finite[s] == 0)
            return false;
    return batch->labels != NULL;
}

/* Rows of a shard. */
static void take(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Batch batch = batch_of(pass, node);
    const uint32_t first = nn_first_row(pass, node, task->part);
    const uint32_t n = nn_rows_in(pass, node, task->part);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    batch.finite[task->part] = pass->kernels->all_finite(x, n * batch.n_values);
    for (uint32_t i = first; i < first + n; i++, x += batch.n_values)
        for (size_t k = 0; k < batch.stride; k++)
            batch.x[i * batch.stride + k] = k < batch.n_values ? (double)x[k] : 0;
}

static double distance(const Batch *batch, uint32_t i, uint32_t j)
{
    const double *a = batch->x + i * batch->stride, *b = batch->x + j * batch->stride;
    return sqrt(nn_lanes_squares(a, b, batch->stride));
}

/* An anchor: its distances and counts, and the sum and number of its losses. */
typedef struct Anchor {
    const Batch *batch;
    uint32_t row;
    const double *distances;
    double *counts, loss, n;
} Anchor;

static bool is_positive(const Anchor *a, uint32_t j)
{
    return j != a->row && belongs(a->batch, a->row, j);
}

static bool is_negative(const Anchor *a, uint32_t j)
{
    return !belongs(a->batch, a->row, j);
}

/* Adds the loss of a triplet; at the bend its derivative is 0, as that of torch.relu. */
static void add_triplet(Anchor *a, uint32_t positive, uint32_t negative)
{
    const double loss = a->distances[positive] - a->distances[negative] + a->batch->params->margin;
    if (!(loss > 0))
        return;
    a->loss += loss;
    a->counts[positive] += 1;
    a->counts[negative] -= 1;
    a->n += a->batch->params->mining.value == MINING_ALL;
}

static void add_all(Anchor *a)
{
    for (uint32_t p = 0; p < a->batch->n; p++)
        for (uint32_t j = 0; is_positive(a, p) && j < a->batch->n; j++)
            if (is_negative(a, j))
                add_triplet(a, p, j);
}

/* The nearest negative that is farther than this, else the farthest; of equals the first. n: there is
 * none. */
static uint32_t find_negative(const Anchor *a, double than)
{
    uint32_t nearest = a->batch->n, farthest = a->batch->n;
    for (uint32_t j = 0; j < a->batch->n; j++) {
        if (!is_negative(a, j))
            continue;
        const double d = a->distances[j];
        if (d > than && (nearest == a->batch->n || d < a->distances[nearest]))
            nearest = j;
        if (farthest == a->batch->n || d > a->distances[farthest])
            farthest = j;
    }
    return nearest < a->batch->n ? nearest : farthest;
}

static void add_semi_hard(Anchor *a)
{
    for (uint32_t p = 0; p < a->batch->n; p++) {
        const uint32_t j = is_positive(a, p) ? find_negative(a, a->distances[p]) : a->batch->n;
        if (j == a->batch->n)
            continue;
        add_triplet(a, p, j);
        a->n += 1;
    }
}

static void add_hard(Anchor *a)
{
    const uint32_t n = a->batch->n, j = find_negative(a, -1);
    uint32_t farthest = n;
    for (uint32_t p = 0; p < n; p++)
        if (is_positive(a, p) && (farthest == n || a->distances[p] > a->distances[farthest]))
            farthest = p;
    if (farthest == n || j == n)
        return;
    add_triplet(a, farthest, j);
    a->n += 1;
}

/* Whether the nearest of all other rows is a positive, the first of equals. */
static bool is_right(const Anchor *a)
{
    uint32_t nearest = a->batch->n;
    for (uint32_t j = 0; j < a->batch->n; j++)
        if (j != a->row && (nearest == a->batch->n || a->distances[j] < a->distances[nearest]))
            nearest = j;
    return nearest < a->batch->n && is_positive(a, nearest);
}

/* Fills the distances and counts of an anchor. */
static Anchor compare_row(const Batch *batch, uint32_t i)
{
    double *distances = batch->distances + (size_t)i * batch->n;
    Anchor anchor = {.batch = batch,
                     .row = i,
                     .distances = distances,
                     .counts = batch->counts + (size_t)i * batch->n};
    for (uint32_t j = 0; j < batch->n; j++) {
        distances[j] = distance(batch, i, j);
        anchor.counts[j] = 0;
    }
    if (batch->params->mining.value == MINING_ALL)
        add_all(&anchor);
    else if (batch->params->mining.value == MINING_HARD)
        add_hard(&anchor);
    else
        add_semi_hard(&anchor);
    return anchor;
}

static void compare(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Batch batch = batch_of(pass, node);
    const uint32_t first = nn_first_row(pass, node, task->part);
    const uint32_t end = first + nn_rows_in(pass, node, task->part);
    NnShardResult result = {.finite = batch.finite[task->part] != 0};
    uint32_t n_right = 0;
    batch.found[task->part] = 0;
    for (uint32_t i = first; is_whole(&batch) && i < end; i++) {
        const Anchor anchor = compare_row(&batch, i);
        result.loss += anchor.loss;
        result.weight += anchor.n;
        n_right += is_right(&anchor);
    }
    result.sums[0] = (double)n_right / batch.per_sample;
    batch.found[task->part] = result.weight;
    pass->results[task->part] = result;
}

/* Gradient of row i: each distance in which it stands pulls it along the line to the other row. */
static void row_gradient(const Batch *batch, uint32_t i, double share, double *sum, NnReal *dx)
{
    const double *own = batch->x + i * batch->stride;
    for (size_t k = 0; k < batch->n_values; k++)
        sum[k] = 0;
    for (uint32_t j = 0; j < batch->n; j++) {
        const size_t at = (size_t)i * batch->n + j, back = (size_t)j * batch->n + i;
        const double count = batch->counts[at] + batch->counts[back], d = batch->distances[at];
        const double *other = batch->x + j * batch->stride;
        /* Rows that are equal have no direction, as in torch.cdist. */
        for (size_t k = 0; count != 0 && d > 0 && k < batch->n_values; k++)
            sum[k] += count * ((own[k] - other[k]) / d);
    }
    for (size_t k = 0; k < batch->n_values; k++)
        dx[k] = (NnReal)(sum[k] * share);
}

static void slope(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Batch batch = batch_of(pass, node);
    const uint32_t first = nn_first_row(pass, node, task->part);
    const uint32_t end = first + nn_rows_in(pass, node, task->part);
    NnReal *dx = nn_slot(pass, node->dx, task->part);
    double n = 0;
    for (uint32_t s = 0; s < NN_SHARDS; s++)
        n += batch.found[s];
    const bool whole = is_whole(&batch);
    for (uint32_t i = first; i < end && whole; i++, dx += batch.n_values)
        row_gradient(&batch, i, n > 0 ? 1 / n : 0, task->scratch, dx);
}

static void batch_triplet_plan(NnBlueprint *blueprint, NnNode *node)
{
    const size_t n = nn_lanes_padded(nn_shape_values(node->in));
    const size_t n_rows = nn_blueprint_max_rows(blueprint, node);
    node->shared = nn_blueprint_shared(blueprint, (2 * NN_SHARDS + n_rows * (n + 2 * n_rows)) *
                                                      sizeof(double));
    nn_blueprint_scratch(blueprint, n * sizeof(double));
}

static const NnLayerHooks hooks = {
    .plan = batch_triplet_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X, take},
                {NN_PHASE_ON_SHARD_AFTER, NN_USES_X, compare},
                {NN_PHASE_ON_SHARD_AFTER, NN_USES_X | NN_USES_DX, slope}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, take},
                 {NN_PHASE_ON_SHARD_AFTER, NN_USES_X, compare}},
};

static const NnScalar scalars[] = {{.name = "accuracy", .is_share = true}};

const NnLossDesc nn_loss_batch_triplet = {
    .name = "batch_triplet",
    .summary = "Nearer to rows of its class than to others: triplets that the batch has",
    .formula = "mean of max(d(a, p) - d(a, n) + margin, 0), d the Euclidean distance\n"
               "a: any row; p: another one of a's class or sample; n: one of neither\n"
               "semi_hard: each a and p with the nearest n that is farther than p, else the\n"
               "farthest; mean over pairs that have an n\n"
               "hard: each a with its farthest p and its nearest n; mean over rows that have both\n"
               "all: all triplets; mean over those that are above 0\n"
               "A label below 0 is no class. It depends on the batch's size and classes\n"
               "accuracy: rows to which one of their class is the nearest of all",
    .source = "Schroff, Kalenichenko and Philbin 2015 (semi-hard); Hermans, Beyer and Leibe 2017 "
              "(hard, all)",
    .example = "{batch_triplet: {margin: 0.2, mining: hard}}",
    .params = AUG_PARAM_TABLE(BatchTriplet, rows),
    .targets = NN_TARGET_GROUPS,
    .least_rows = 1,
    .most_rows = UINT32_MAX,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .hooks = &hooks,
};
