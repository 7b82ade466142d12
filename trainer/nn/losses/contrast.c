/* Every row of a batch compared with all others, forward and backward. */
#include "trainer/nn/losses/contrast.h"

#include <float.h>
#include <math.h>

#include "libaug/base/exact_math.h"
#include "trainer/nn/losses/lanes.h"

/* Smallest length that a row is divided by (torch.nn.functional.normalize). */
#define EPS 1e-12

/* What a row found, behind its unit vector: its length, the log of its sum, and its positives. */
enum { FOUND_LENGTH, FOUND_LOG_SUM, FOUND_POSITIVES, N_FOUND };

/* The batch as a loss sees it. finite: memory that shards share: for each shard whether its values
 * are; all: behind it, the rows, of stride doubles each. */
typedef struct Rows {
    const NnPass *pass;
    const NnNode *node;
    const int64_t *labels;
    double *finite, *all;
    size_t n_values, stride;
    uint32_t n, per_sample;
} Rows;

static Rows rows_of(const NnPass *pass, const NnNode *node)
{
    const unsigned targets = ((const NnLossDesc *)(const void *)node->module)->targets;
    const size_t n = nn_shape_values(node->in);
    double *shared = (double *)(void *)(pass->shared + node->shared);
    return (Rows){.pass = pass,
                  .node = node,
                  .labels = targets & NN_TARGET_GROUPS ? pass->batch->labels : NULL,
                  .finite = shared,
                  .all = shared + NN_SHARDS,
                  .n_values = n,
                  .stride = nn_lanes_padded(n) + N_FOUND,
                  .n = nn_all_rows(pass, node),
                  .per_sample = node->in_rows};
}

static double *unit(const Rows *rows, uint32_t i)
{
    return rows->all + i * rows->stride;
}

static double *found(const Rows *rows, uint32_t i)
{
    return unit(rows, i) + rows->stride - N_FOUND;
}

/* Similarity of two rows, and whether the second is a positive of the first. */
static double similarity(const Rows *rows, uint32_t i, uint32_t j)
{
    const double temperature = ((const NnContrast *)rows->node->params)->temperature;
    return nn_lanes_product(unit(rows, i), unit(rows, j), rows->stride - N_FOUND) / temperature;
}

static bool belongs(const Rows *rows, uint32_t i, uint32_t j)
{
    const uint32_t a = i / rows->per_sample, b = j / rows->per_sample;
    return a == b || (rows->labels && rows->labels[a] >= 0 && rows->labels[a] == rows->labels[b]);
}

/* Whether there is something to compare, in this shard and all others. */
static bool is_whole(const Rows *rows)
{
    const unsigned targets = ((const NnLossDesc *)(const void *)rows->node->module)->targets;
    for (uint32_t s = 0; s < NN_SHARDS; s++)
        if (rows->finite[s] == 0)
            return false;
    return rows->labels || !(targets & NN_TARGET_GROUPS);
}

/* Unit rows of a shard. */
static void normalize(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Rows rows = rows_of(pass, node);
    const uint32_t first = nn_first_row(pass, node, task->part);
    const uint32_t n = nn_rows_in(pass, node, task->part);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    for (uint32_t i = first; i < first + n; i++, x += rows.n_values) {
        double *to = unit(&rows, i);
        for (size_t k = 0; k < nn_lanes_padded(rows.n_values); k++)
            to[k] = k < rows.n_values ? (double)x[k] : 0;
        const double length = sqrt(nn_lanes_product(to, to, nn_lanes_padded(rows.n_values)));
        for (size_t k = 0; k < rows.n_values; k++)
            to[k] /= length > EPS ? length : EPS;
        found(&rows, i)[FOUND_LENGTH] = length;
    }
    x = nn_slot(pass, node->x, task->part);
    rows.finite[task->part] = pass->kernels->all_finite(x, n * rows.n_values);
}

/* The loss of row i; *is_right: of all others the most similar one is a positive. */
static double row_loss(const Rows *rows, uint32_t i, bool *is_right)
{
    double top = -DBL_MAX, sum = 0, positive = 0, n_positives = 0;
    *is_right = false;
    for (uint32_t j = 0; j < rows->n; j++) {
        if (j == i)
            continue;
        const double s = similarity(rows, i, j);
        const bool positively = belongs(rows, i, j);
        /* The sum is kept relative to the largest so far. */
        if (s > top) {
            sum = sum * (sum > 0 ? augi_exp(top - s) : 0) + 1;
            top = s;
            *is_right = positively;
        } else {
            sum += augi_exp(s - top);
        }
        positive += positively ? s : 0;
        n_positives += positively;
    }
    double *result = found(rows, i);
    result[FOUND_LOG_SUM] = sum > 0 ? top + augi_log(sum) : 0;
    result[FOUND_POSITIVES] = n_positives;
    return n_positives > 0 ? result[FOUND_LOG_SUM] - positive / n_positives : 0;
}

static void compare(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Rows rows = rows_of(pass, node);
    const uint32_t first = nn_first_row(pass, node, task->part);
    const uint32_t end = first + nn_rows_in(pass, node, task->part);
    NnShardResult result = {.finite = rows.finite[task->part] != 0};
    uint32_t n_right = 0;
    if (!is_whole(&rows)) {
        pass->results[task->part] = result;
        return;
    }
    for (uint32_t i = first; i < end; i++) {
        bool is_right;
        result.loss += row_loss(&rows, i, &is_right);
        n_right += is_right;
    }
    result.loss /= rows.per_sample;
    result.weight = nn_shard_samples(pass, task->part);
    result.sums[0] = (double)n_right / rows.per_sample;
    pass->results[task->part] = result;
}

/* Derivative of the mean loss by similarity ij, seen from row i: what the sum of i gives, less what
 * the positive does. */
static double pair_slope(const Rows *rows, uint32_t i, double s, bool positively)
{
    const double *own = found(rows, i);
    if (own[FOUND_POSITIVES] == 0)
        return 0;
    const double share = augi_exp(s - own[FOUND_LOG_SUM]);
    return (share - (positively ? 1 / own[FOUND_POSITIVES] : 0)) / rows->n;
}

/* Gradient of row i: of its unit vector, in `sum`, and from that of the row. */
static void row_gradient(const Rows *rows, uint32_t i, double *sum, NnReal *dx)
{
    const double temperature = ((const NnContrast *)rows->node->params)->temperature;
    const size_t n = nn_lanes_padded(rows->n_values);
    const double *own = unit(rows, i);
    for (size_t k = 0; k < n; k++)
        sum[k] = 0;
    for (uint32_t j = 0; j < rows->n; j++) {
        if (j == i)
            continue;
        const double s = similarity(rows, i, j), *other = unit(rows, j);
        const bool positively = belongs(rows, i, j);
        const double slope =
            pair_slope(rows, i, s, positively) + pair_slope(rows, j, s, positively);
        for (size_t k = 0; k < n; k++)
            sum[k] += slope * other[k];
    }
    const double length = found(rows, i)[FOUND_LENGTH];
    const double along = length > EPS ? nn_lanes_product(sum, own, n) : 0;
    const double scale = 1 / (temperature * (length > EPS ? length : EPS));
    for (size_t k = 0; k < rows->n_values; k++)
        dx[k] = (NnReal)((sum[k] - along * own[k]) * scale);
}

static void slope(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Rows rows = rows_of(pass, node);
    const uint32_t first = nn_first_row(pass, node, task->part);
    const uint32_t end = first + nn_rows_in(pass, node, task->part);
    NnReal *dx = nn_slot(pass, node->dx, task->part);
    const bool whole = is_whole(&rows);
    for (uint32_t i = first; i < end && whole; i++, dx += rows.n_values)
        row_gradient(&rows, i, task->scratch, dx);
}

static void contrast_plan(NnBlueprint *blueprint, NnNode *node)
{
    const size_t n = nn_lanes_padded(nn_shape_values(node->in));
    const size_t n_rows = nn_blueprint_max_rows(blueprint, node);
    node->shared =
        nn_blueprint_shared(blueprint, (NN_SHARDS + n_rows * (n + N_FOUND)) * sizeof(double));
    nn_blueprint_scratch(blueprint, n * sizeof(double));
}

const NnScalar nn_contrast_scalars[1] = {{.name = "accuracy", .is_share = true}};

const NnLayerHooks nn_contrast_hooks = {
    .plan = contrast_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X, normalize},
                {NN_PHASE_ON_SHARD_AFTER, NN_USES_X, compare},
                {NN_PHASE_ON_SHARD_AFTER, NN_USES_X | NN_USES_DX, slope}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, normalize},
                 {NN_PHASE_ON_SHARD_AFTER, NN_USES_X, compare}},
};
