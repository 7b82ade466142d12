/* Cases of kind "metric": what is counted of outputs and classes. */
#include <math.h>
#include <string.h>

#include "trainer/run/metrics.h"
#include "trainer/vectors/case.h"

/* Outputs and the classes of n samples. */
typedef struct Outputs {
    size_t n, n_classes;
    NnReal *logits;
    int64_t *labels;
} Outputs;

static AugStatus read_outputs(VectorCase *c, Outputs *outputs)
{
    VectorTensor logits, target;
    AUG_TRY(vector_needed_input(c, "logits", &logits));
    AUG_TRY(vector_needed_input(c, "target", &target));
    outputs->n = logits.shape[0];
    outputs->n_classes = logits.shape[1];
    if (logits.n_dims > 2 || target.n != outputs->n || outputs->n_classes > TRAIN_MAX_CONFUSION)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "logits must be [samples, classes] of at most %d classes, and target a "
                        "class for each of %zu samples",
                        TRAIN_MAX_CONFUSION, outputs->n);
    AUG_TRY(vector_to_reals(c, &logits, &outputs->logits));
    AUG_TRY(vector_take(c, target.n, sizeof(int64_t), &outputs->labels));
    for (size_t i = 0; i < target.n; i++) {
        if (!(target.data[i] >= 0 && target.data[i] < (double)outputs->n_classes) ||
            floor(target.data[i]) != target.data[i])
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "target %zu, %g, is none of %zu classes",
                            i, target.data[i], outputs->n_classes);
        outputs->labels[i] = (int64_t)target.data[i];
    }
    return AUG_OK;
}

static AugStatus compare_counts(VectorCase *c, const Outputs *outputs, bool whole)
{
    TrainMetrics metrics;
    const size_t k = outputs->n_classes;
    const NnBatch batch = {.n = (uint32_t)outputs->n, .labels = outputs->labels};
    const NnResult result = {.n = batch.n};
    double *values;
    AUG_TRY(vector_take(c, k * k, sizeof(*values), &values));
    AUG_TRY(train_metrics_init(&metrics, (uint32_t)k, false, &c->error));
    train_metrics_add(&metrics, &batch, outputs->logits, &result);
    for (size_t i = 0; i < k * k && whole; i++)
        values[i] = (double)metrics.confusion[i];
    if (!whole)
        values[0] = train_metrics_accuracy(&metrics);
    train_metrics_fini(&metrics);
    return vector_compare(c, "value", values, whole ? k * k : 1);
}

/* Share of samples whose class is among the k largest outputs. */
static AugStatus compare_top(VectorCase *c, const Outputs *outputs)
{
    int64_t k = 1;
    size_t n_right = 0;
    AUG_TRY(vector_whole(c, "k", 0, 1, TRAIN_MAX_CONFUSION, &k));
    for (size_t i = 0; i < outputs->n; i++)
        n_right += nn_rank(outputs->logits + i * outputs->n_classes, outputs->n_classes,
                           (size_t)outputs->labels[i]) < (size_t)k;
    const double share = (double)n_right / (double)outputs->n;
    return vector_compare(c, "value", &share, 1);
}

AugStatus vector_run_metric(VectorCase *c)
{
    Outputs outputs;
    const bool is_top = !strcmp(c->op, "top_k");
    if (!is_top && strcmp(c->op, "accuracy") != 0 && strcmp(c->op, "confusion") != 0)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    AUG_TRY(read_outputs(c, &outputs));
    if (is_top)
        return compare_top(c, &outputs);
    return compare_counts(c, &outputs, !strcmp(c->op, "confusion"));
}
