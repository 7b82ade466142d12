/* Divergence of the network's distribution from the targets', sum over outputs and mean over samples
 * (torch.nn.KLDivLoss with reduction "batchmean"), in double.
 *
 * Source: Kullback and Leibler, "On Information and Sufficiency", 1951.
 */
#include "trainer/nn/losses/softmax.h"
#include "trainer/nn/losses/targets.h"

typedef struct KlDiv {
    bool from_logits, log_target;
} KlDiv;

static const AugParamDesc rows[] = {
    AUG_PARAM(KlDiv, from_logits, .fallback = "false",
              .help = "outputs are logits, of which log-softmax is taken first; else they are the "
                      "logarithms of shares, as a log_softmax layer makes them"),
    AUG_PARAM(KlDiv, log_target, .fallback = "false",
              .help = "targets are logarithms, too: values that a program gives, not classes"),
};

/* Share that a target means, and its logarithm; both 0 for a share of 0, whose product is 0. */
static double target_share(const KlDiv *kl, double t, double *log_share)
{
    *log_share = kl->log_target ? t : t > 0 ? augi_log(t) : 0;
    return kl->log_target ? augi_exp(t) : t;
}

/* One sample; d, if not NULL, becomes its gradient times share. */
static double sample_loss(const NnTargets *targets, uint32_t sample, const NnReal *x, double share,
                          NnReal *d)
{
    const KlDiv *kl = targets->node->params;
    NnSoftmax softmax = {0};
    double loss = 0, total = 0, log_t;
    if (kl->from_logits)
        softmax = nn_softmax(x, targets->n);
    for (size_t k = 0; k < targets->n; k++) {
        const double t = target_share(kl, nn_target(targets, sample, k), &log_t);
        total += t;
        loss += t * (log_t - nn_log_share(&softmax, x, k));
        if (d)
            d[k] = (NnReal)(-t * share);
    }
    for (size_t k = 0; k < targets->n && d && kl->from_logits; k++) {
        const double t = target_share(kl, nn_target(targets, sample, k), &log_t);
        const double p = augi_exp(nn_log_share(&softmax, x, k));
        d[k] = (NnReal)((p * total - t) * share);
    }
    return loss;
}

/* One shard; dx NULL: evaluation. */
static void kl_shard(const NnTask *task, const NnNode *node, NnReal *dx)
{
    const NnPass *pass = task->pass;
    const NnTargets targets = nn_targets(task, node);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnShardResult result = {.finite = true};
    for (uint32_t s = pass->first[task->part]; s < pass->first[task->part + 1]; s++) {
        if (!pass->kernels->all_finite(x, targets.n)) {
            result.finite = false;
            break;
        }
        if (targets.kind) {
            result.weight += 1;
            result.loss += sample_loss(&targets, s, x, 1.0 / pass->batch->n, dx);
            result.sums[0] += nn_target_class(&targets, s) == nn_largest(x, targets.n);
        }
        x += targets.n;
        dx = dx ? dx + targets.n : NULL;
    }
    pass->results[task->part] = result;
}

static void kl_train(const NnTask *task, const NnNode *node)
{
    kl_shard(task, node, nn_slot(task->pass, node->dx, task->part));
}

static void kl_evaluate(const NnTask *task, const NnNode *node)
{
    kl_shard(task, node, NULL);
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, kl_train}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, kl_evaluate}},
};

/* A class, and shares, are what they are. */
static unsigned compares(const void *params)
{
    return ((const KlDiv *)params)->log_target ? NN_TARGET_VALUES : ~0u;
}

static const NnScalar scalars[] = {{.name = "accuracy", .is_share = true}};

const NnLossDesc nn_loss_kl_div = {
    .name = "kl_div",
    .summary = "Divergence from the shares of the targets (torch.nn.KLDivLoss, batchmean)",
    .formula = "mean over samples of the sum of t * (log(t) - x)\n"
               "x: logarithms of shares, as log_softmax makes them; from_logits takes it first",
    .source = "Kullback and Leibler 1951; torch.nn.KLDivLoss",
    .example = "{kl_div: {from_logits: true}}",
    .params = AUG_PARAM_TABLE(KlDiv, rows),
    .targets = NN_TARGET_CLASS | NN_TARGET_SOFT | NN_TARGET_VALUES,
    .compares = compares,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .hooks = &hooks,
};
