/* Vectors of what trains: loss, optimizer, schedules, initial values, whole networks. Part of
 * nn_vector_case.h. */
#ifndef TEST_NN_VECTOR_TRAINING_H
#define TEST_NN_VECTOR_TRAINING_H

#include "tests/golden/nn_vector_case.h"
#include "trainer/nn/init.h"

/* A module with the case's parameters of those names that its table has; other names are counted
 * as unknown, but for those in `handled` (between blanks). given: more parameters as JSON members,
 * each for a case that has none of that name. module NULL: something is not known. */
static NnChoice vector_choice(const VectorCase *c, NnModuleKind kind, const char *handled,
                              const char *given)
{
    const NnModuleDesc *module = nn_module_find(kind, c->op);
    if (!module)
        return (NnChoice){0};
    json_t *params = json_loads(given, 0, NULL);
    const char *key;
    json_t *value;
    bool known = true;
    json_object_foreach((json_t *)(uintptr_t)c->params, key, value)
    {
        char word[64];
        snprintf(word, sizeof(word), " %s ", key);
        if (strstr(handled, word) || json_is_null(value))
            continue;
        bool has_row = false;
        for (size_t i = 0; i < module->params.n; i++)
            has_row = has_row || !strcmp(module->params.rows[i].name, key);
        known = known && has_row;
        json_object_set(params, key, value);
    }
    char *text = json_dumps(params, JSON_REAL_PRECISION(17));
    char *named = malloc(strlen(text) + strlen(c->op) + 16);
    snprintf(named, strlen(text) + strlen(c->op) + 16, "{%s: %s}", c->op, text);
    const NnChoice choice = known ? nn_fixture_choice(kind, named) : (NnChoice){0};
    json_decref(params);
    free(named);
    free(text);
    return choice;
}

/* A network of an identity and the loss: logits in, and their gradient at the identity's output. */
static NnNetwork *vector_loss_network(const VectorCase *c, const NnFixture *fixture,
                                      const VectorTensor *logits, const NnChoice *loss)
{
    NnNetwork *network = NULL;
    AugError error = {0};
    const NnNetworkSpec spec = {
        .input = {1, 1, (int32_t)logits->shape[1], true},
        .layers = fixture->layers,
        .n_layers = fixture->n_layers,
        .loss = *loss,
        .optimizer = nn_fixture_optimizer("sgd: {lr: 1}"),
        .max_batch = (uint32_t)logits->shape[0],
        .n_threads = 1,
        .kernels = c->kernels,
    };
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s", error.message);
    VectorTensor eye = {.n = logits->shape[1] * logits->shape[1]};
    eye.data = calloc(eye.n, sizeof(double));
    for (size_t i = 0; i < logits->shape[1]; i++)
        eye.data[i * logits->shape[1] + i] = 1;
    vector_write(network, "0.weight", &eye);
    free(eye.data);
    return network;
}

static VectorOutcome vector_run_loss(VectorCase *c)
{
    const char *reduction = json_string_value(json_object_get(c->params, "reduction"));
    const NnChoice loss = vector_choice(c, NN_MODULE_LOSS, " reduction ", "{}");
    if (!loss.module || (reduction && strcmp(reduction, "mean") != 0))
        return VECTOR_UNKNOWN;
    const VectorTensor logits = vector_tensor(c->inputs, "logits");
    const VectorTensor target = vector_tensor(c->inputs, "target");
    char text[64];
    snprintf(text, sizeof(text), "[linear: {features: %zu, bias: false}]", logits.shape[1]);
    NnFixture fixture = nn_fixture_make(text);
    NnNetwork *network = vector_loss_network(c, &fixture, &logits, &loss);
    float *data = malloc(logits.n * sizeof(*data)), *soft = malloc(target.n * sizeof(*soft));
    int64_t *labels = malloc(target.n * sizeof(*labels));
    for (size_t i = 0; i < logits.n; i++)
        data[i] = (float)logits.data[i];
    for (size_t i = 0; i < target.n; i++) {
        soft[i] = (float)target.data[i];
        labels[i] = (int64_t)target.data[i];
    }
    const NnBatch batch = {.data = data,
                           .dtype = AUG_DTYPE_F32,
                           .n = (uint32_t)logits.shape[0],
                           .labels = target.n_dims == 1 ? labels : NULL,
                           .soft = target.n_dims == 1 ? NULL : soft,
                           .values = nn_loss_targets(&loss) & NN_TARGET_VALUES ? soft : NULL};
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, &batch, &result, &error) == AUG_OK, "%s",
                  error.message);
    vector_compare(c, "loss", vector_double, &result.loss);
    NnReal *gradient = malloc(logits.n * sizeof(*gradient));
    harness_copy_out(network, network->graph.nodes[1].dy, logits.shape[1], gradient);
    vector_compare(c, "dlogits", vector_plain, gradient);
    nn_network_free(network);
    nn_fixture_free(&fixture);
    free(logits.data);
    free(target.data);
    free(data);
    free(soft);
    free(labels);
    free(gradient);
    return VECTOR_HOLDS;
}

/* Gradient of one step: given, or that of (w A w / 2 - b w) at the weights. */
static void vector_optimizer_gradient(const VectorCase *c, size_t step, const NnReal *w, size_t n,
                                      NnReal *g)
{
    const VectorTensor given = vector_tensor(c->inputs, "g"), a = vector_tensor(c->inputs, "A");
    const VectorTensor b = vector_tensor(c->inputs, "b");
    for (size_t i = 0; i < n; i++) {
        double value = given.n ? given.data[step * n + i] : -b.data[i];
        for (size_t k = 0; k < n && !given.n; k++)
            value += a.data[i * n + k] * (double)w[k];
        g[i] = (NnReal)value;
    }
    free(given.data);
    free(a.data);
    free(b.data);
}

static size_t vector_optimizer_steps(const VectorCase *c, size_t n)
{
    const VectorTensor g = vector_tensor(c->inputs, "g");
    const json_t *steps = json_object_get(c->inputs, "steps");
    const VectorTensor count = vector_tensor(c->inputs, json_is_object(steps) ? "steps" : "g");
    size_t result = g.n / n;
    if (json_is_integer(steps))
        result = (size_t)json_integer_value(steps);
    else if (json_is_object(steps))
        result = (size_t)count.data[0];
    free(g.data);
    free(count.data);
    return result;
}

/* The weights are those of a linear layer with one input; its gradients are put in place. */
static VectorOutcome vector_run_optimizer(VectorCase *c)
{
    const NnModuleDesc *module = nn_module_find(NN_MODULE_OPTIMIZER, c->op);
    const bool has_rate = !module || module->params.rows[0].fallback;
    const NnChoice optimizer =
        vector_choice(c, NN_MODULE_OPTIMIZER, "", has_rate ? "{}" : "{\"lr\": 0.001}");
    if (!optimizer.module)
        return VECTOR_UNKNOWN;
    const VectorTensor w0 = vector_tensor(c->inputs, "w0");
    char text[64];
    snprintf(text, sizeof(text), "[linear: {features: %zu, bias: false}]", w0.n);
    NnFixture fixture = nn_fixture_make(text);
    NnNetwork *network = NULL;
    AugError error = {0};
    const NnNetworkSpec spec = {
        .input = {1, 1, 1, true},
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = optimizer,
        .max_batch = 1,
        .n_threads = 1,
        .kernels = c->kernels,
    };
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s", error.message);
    vector_write(network, "0.weight", &w0);
    const size_t n_steps = vector_optimizer_steps(c, w0.n);
    NnReal *w = malloc((n_steps + 1) * w0.n * sizeof(*w)), *g = malloc(w0.n * sizeof(*g));
    nn_network_read_tensor(network, 0, w);
    for (size_t step = 0; step < n_steps; step++) {
        vector_optimizer_gradient(c, step, w + (step ? step - 1 : 0) * w0.n, w0.n, g);
        nn_tensor_pack(&network->blueprint.tensors[0], g, network->pass.gradients);
        nn_network_update(network, nn_optimizer_rates(&optimizer));
        nn_network_read_tensor(network, 0, w + step * w0.n);
    }
    const VectorTensor expected = vector_tensor(c->expect, "w");
    vector_compare(c, "w", vector_plain, w + (n_steps * w0.n - expected.n));
    nn_network_free(network);
    nn_fixture_free(&fixture);
    free(expected.data);
    free(w0.data);
    free(w);
    free(g);
    return VECTOR_HOLDS;
}

/* Rates of each step; lr times 1e6, if asked for. */
typedef struct VectorRates {
    NnRates *rates;
    double scale;
} VectorRates;

static double vector_lr(const void *context, size_t i)
{
    const VectorRates *r = context;
    return r->rates[i].lr * r->scale;
}

static double vector_momentum(const void *context, size_t i)
{
    return ((const VectorRates *)context)->rates[i].momentum;
}

/* A step is an epoch, so that it does not matter what a schedule counts. A figure, if there are
 * any, comes after each step. */
static NnRates *vector_all_rates(const VectorCase *c, const NnSchedule *schedule, size_t n)
{
    NnRates *rates = malloc((n + 1) * sizeof(*rates));
    NnScheduleState state = {0};
    const VectorTensor metric = vector_tensor(c->inputs, "metric");
    NnMoment now = {.total = (uint64_t)vector_number(c, "total_steps", (double)n),
                    .per_epoch = 1,
                    .base = {vector_number(c, "max_lr", vector_number(c, "base_lr", 0)), 0.9}};
    for (; now.t < n; now.t++) {
        rates[now.t] = nn_schedule_rates(schedule, &state, &now);
        if (now.t < metric.n)
            nn_schedule_observe(schedule, &state, &now, metric.data[now.t]);
    }
    free(metric.data);
    return rates;
}

/* What PyTorch has and a schedule of ours leaves to the run. */
static const char *vector_schedule_defaults(const VectorCase *c, char text[64])
{
    const char *anneal = json_string_value(json_object_get(c->params, "anneal_strategy"));
    snprintf(text, 64, "{\"anneal\": \"%s\"}", anneal ? anneal : "cos");
    if (!strcmp(c->op, "one_cycle"))
        return text;
    const bool has_length = !strcmp(c->op, "polynomial") || !strncmp(c->op, "warmup", 6);
    return has_length ? "{\"total_iters\": 5}" : "{}";
}

static VectorOutcome vector_run_schedule(VectorCase *c)
{
    char text[64];
    const NnChoice choice =
        vector_choice(c, NN_MODULE_SCHEDULE, " base_lr max_lr total_steps anneal_strategy ",
                      vector_schedule_defaults(c, text));
    if (!choice.module)
        return VECTOR_UNKNOWN;
    const NnSchedule schedule = {.stages = {{.choice = choice}}, .n_stages = 1};
    const VectorTensor lr = vector_tensor(c->expect, "lr");
    VectorRates rates = {vector_all_rates(c, &schedule, lr.n), 1};
    free(lr.data);
    vector_compare(c, "lr", vector_lr, &rates);
    vector_compare(c, "momentum", vector_momentum, &rates);
    rates.scale = 1e6;
    vector_compare(c, "lr_times_1e6", vector_lr, &rates);
    free(rates.rates);
    return VECTOR_HOLDS;
}

/* torch.nn.init.calculate_gain, or a gain that is given; 0: neither. */
static double vector_gain(const VectorCase *c)
{
    const char *name = json_string_value(json_object_get(c->params, "nonlinearity"));
    const double slope = vector_number(c, "a", 0.01);
    const struct {
        const char *name;
        double gain;
    } gains[] = {
        {"linear", 1},     {"sigmoid", 1}, {"tanh", 5.0 / 3},
        {"relu", sqrt(2)}, {"selu", 0.75}, {"leaky_relu", sqrt(2 / (1 + slope * slope))},
    };
    for (size_t i = 0; name && i < AUG_COUNT(gains); i++)
        if (!strcmp(name, gains[i].name))
            return gains[i].gain;
    return vector_number(c, "gain", 0);
}

static VectorOutcome vector_run_init(VectorCase *c)
{
    size_t rule = 0;
    while (nn_init_names[rule] && strcmp(nn_init_names[rule], c->op) != 0)
        rule++;
    const char *mode = json_string_value(json_object_get(c->params, "mode"));
    if (!nn_init_names[rule] || !vector_knows(c, " nonlinearity mode gain a "))
        return VECTOR_UNKNOWN;
    const VectorTensor shape = vector_tensor(c->inputs, "shape");
    double area = 1;
    for (size_t i = 2; i < shape.n; i++)
        area *= shape.data[i];
    const NnInitParams params = {
        .rule = {(int32_t)rule},
        .mode = {mode && !strcmp(mode, "fan_out") ? NN_FAN_OUT : NN_FAN_IN},
        .gain = vector_gain(c)};
    const NnInit init =
        nn_init_weights(&params, (NnFans){shape.data[1] * area, shape.data[0] * area});
    vector_compare(c, init.kind == NN_INIT_UNIFORM ? "bound" : "std", vector_double, &init.scale);
    free(shape.data);
    return VECTOR_HOLDS;
}

/* --- whole networks --------------------------------------------------------------------------- */

/* A tensor as make_nn_vectors.py sums it up: its scale, some values, three products with fixed
 * sequences; all but the first times the scale. */
typedef struct VectorDigest {
    const NnReal *values;
    size_t n;
    double scale;
} VectorDigest;

static double vector_digest(const void *context, size_t i)
{
    const VectorDigest *d = context;
    const size_t stride = d->n / 24 ? d->n / 24 : 1, n_some = (d->n + stride - 1) / stride;
    if (i == 0)
        return d->scale;
    if (i <= n_some)
        return (double)d->values[(i - 1) * stride] * d->scale;
    double sum = 0;
    for (size_t k = 0; k < d->n; k++)
        sum +=
            (double)d->values[k] * nn_fixture_value((uint32_t)(200 + i - n_some - 1), (uint32_t)k);
    return sum / sqrt((double)d->n) * d->scale;
}

static void vector_compare_digest(VectorCase *c, const char *name, const NnReal *values, size_t n)
{
    const json_t *json = json_object_get(json_object_get(c->expect, name), "data");
    const VectorDigest digest = {values, n, json_number_value(json_array_get(json, 0))};
    vector_compare(c, name, vector_digest, &digest);
}

/* All tensors of the network after a step, or their gradients. */
static void vector_compare_digests(VectorCase *c, const NnNetwork *network, const char *what,
                                   int step)
{
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        char name[100];
        nn_network_tensor(network, i, &info);
        const bool gradient = what[0] == 'g';
        if (info.kind == NN_TENSOR_STATE || (gradient && info.kind != NN_TENSOR_PARAMETER))
            continue;
        NnReal *values = malloc(info.n_values * sizeof(*values));
        if (gradient)
            nn_network_read_gradient(network, i, values);
        else
            nn_network_read_tensor(network, i, values);
        snprintf(name, sizeof(name), "%s.%d.%s", what, step, info.name);
        vector_compare_digest(c, name, values, info.n_values);
        free(values);
    }
}

/* Parameters as the script made them: a sequence per parameter, scaled, around 1 for the factors of
 * batch norm. */
static void vector_fill(const VectorCase *c, NnNetwork *network)
{
    uint32_t salt = 100;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        if (info.kind != NN_TENSOR_PARAMETER)
            continue;
        const json_t *scale = json_object_get(json_object_get(c->params, "scales"), info.name);
        ck_assert_msg(scale != NULL, "%s has no scale", info.name);
        const double center = info.desc.n_dims == 1 && strstr(info.name, "weight") ? 1 : 0;
        NnReal *values = malloc(info.n_values * sizeof(*values));
        for (size_t k = 0; k < info.n_values; k++)
            values[k] =
                (NnReal)(center + json_number_value(scale) * nn_fixture_value(salt, (uint32_t)k));
        nn_network_write_tensor(network, i, values);
        free(values);
        salt++;
    }
}

static NnNetwork *vector_network(const VectorCase *c, const NnFixture *fixture)
{
    NnNetwork *network = NULL;
    char optimizer[200], loss[64];
    snprintf(loss, sizeof(loss), "cross_entropy: {label_smoothing: %.17g}",
             vector_number(c, "label_smoothing", 0));
    snprintf(optimizer, sizeof(optimizer),
             "sgd: {lr: %.17g, momentum: %.17g, nesterov: %s, weight_decay: %.17g}",
             vector_number(c, "lr", 0), vector_number(c, "momentum", 0),
             vector_number(c, "nesterov", 0) ? "true" : "false",
             vector_number(c, "weight_decay", 0));
    AugError error = {0};
    const NnNetworkSpec spec = {
        .input = {vector_element(c, "input", 0, 1), vector_element(c, "input", 1, 1),
                  vector_element(c, "input", 2, 1), false},
        .layers = fixture->layers,
        .n_layers = fixture->n_layers,
        .loss = nn_fixture_choice(NN_MODULE_LOSS, loss),
        .optimizer = nn_fixture_optimizer(optimizer),
        .max_batch = (uint32_t)vector_number(c, "n", 1),
        .seed = (uint64_t)vector_number(c, "seed", 0),
        .n_threads = 2,
        .kernels = c->kernels,
    };
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s", error.message);
    return network;
}

/* Samples of a step, NCHW. */
static float *vector_samples(const NnNetwork *network, int step, size_t n)
{
    const size_t values = nn_shape_values(network->pass.input) * n;
    float *data = malloc(values * sizeof(*data));
    for (size_t i = 0; i < values; i++)
        data[i] = (float)nn_fixture_value((uint32_t)(300 + step), (uint32_t)i);
    return data;
}

static void vector_network_step(VectorCase *c, NnNetwork *network, int step)
{
    NnNetworkInfo info;
    nn_network_info(network, &info);
    int64_t labels[64];
    for (uint32_t i = 0; i < info.max_batch; i++)
        labels[i] = (3 * (int64_t)i + step) % info.n_classes;
    float *data = vector_samples(network, step, info.max_batch);
    const NnBatch batch = {.data = data,
                           .dtype = AUG_DTYPE_F32,
                           .layout = NN_LAYOUT_NCHW,
                           .n = info.max_batch,
                           .labels = labels};
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, &batch, &result, &error) == AUG_OK, "%s",
                  error.message);
    char name[32];
    snprintf(name, sizeof(name), "loss.%d", step);
    vector_compare(c, name, vector_double, &result.loss);
    vector_compare_digests(c, network, "gradient", step);
    nn_network_update(network,
                      (NnRates){vector_number(c, "lr", 0), vector_number(c, "momentum", 0)});
    vector_compare_digests(c, network, "value", step);
    free(data);
}

/* Two training steps from given weights, then an evaluation. */
static VectorOutcome vector_run_network(VectorCase *c)
{
    if (strcmp(c->op, "train") != 0)
        return VECTOR_UNKNOWN;
    NnFixture fixture = nn_fixture_make(json_string_value(json_object_get(c->params, "layers")));
    NnNetwork *network = vector_network(c, &fixture);
    vector_fill(c, network);
    vector_network_step(c, network, 0);
    vector_network_step(c, network, 1);
    NnNetworkInfo info;
    nn_network_info(network, &info);
    float *data = vector_samples(network, 2, info.max_batch);
    const NnBatch batch = {
        .data = data, .dtype = AUG_DTYPE_F32, .layout = NN_LAYOUT_NCHW, .n = info.max_batch};
    const size_t n = (size_t)info.max_batch * info.n_classes;
    NnReal *logits = malloc(n * sizeof(*logits));
    NnResult result;
    ck_assert_int_eq(nn_network_evaluate(network, &batch, logits, &result, NULL), AUG_OK);
    vector_compare_digest(c, "logits", logits, n);
    nn_network_free(network);
    nn_fixture_free(&fixture);
    free(data);
    free(logits);
    return VECTOR_HOLDS;
}

#endif
