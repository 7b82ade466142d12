/* Plug-in "onednn": convolutions of bf16 values by oneDNN, for processors that multiply them twice as
 * fast as floats. Everything that stays is float: weights, activations and gradients are rounded to
 * bf16 (8 bits of precision) as they enter a convolution, its sums and results are float. All else,
 * and convolutions that oneDNN has only plain loops for, is left to the own kernels.
 *
 * Every call describes its primitives anew and finds their code in oneDNN's cache, so nothing is kept
 * here. A call works on the thread that makes it: oneDNN splits its work by OpenMP's number of
 * threads, which is set to 1 for each of them, so bits do not depend on threads.
 */
#include <omp.h>
#include <stdatomic.h>
#include <string.h>

#include "trainer/nn/plugin.h"
#include "trainer/plugins/onednn_api.h"

/* Of each part of the scratch: oneDNN reads whole cache lines. */
#define ALIGNMENT 64

/* The processor; made once, kept until the program ends. */
static _Atomic(dnnl_engine_t) engine;

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* --- values ----------------------------------------------------------------------------------- */

/* n values to the nearest of 16 bits, of equals to the even one; NaN stays NaN. Where mask is not
 * positive, 0 (mask NULL: nowhere). */
__attribute__((target("avx512f,avx512bw,avx512vl"))) static void
narrow(uint16_t *restrict to, const float *restrict from, const float *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float value = mask && !(mask[i] > 0) ? 0 : from[i];
        uint32_t bits;
        memcpy(&bits, &value, sizeof(bits));
        const uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
        const uint32_t quiet = bits >> 16 | 0x40;
        to[i] = (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : nearest);
    }
}

/* Rows of a matrix of weights. */
static size_t n_rows(const NnConvolution *job)
{
    return (size_t)job->kernel.height * (size_t)job->kernel.width * (size_t)job->in.channels;
}

/* Whether the panels are all full: then a matrix is what oneDNN calls Ohwi16o. */
static bool is_full(const NnConvolution *job)
{
    return job->out.channels % NN_PANEL == 0;
}

/* Copies between a panelled matrix and its plain form, row after row. */
static void unpanel(const NnConvolution *job, const float *panels, float *plain)
{
    const size_t rows = n_rows(job), n = (size_t)job->out.channels;
    for (size_t row = 0; row < rows; row++)
        for (size_t out = 0; out < n; out++)
            plain[row * n + out] = panels[nn_panel_index(rows, n, row, out)];
}

static void panel(const NnConvolution *job, const float *plain, float *panels)
{
    const size_t rows = n_rows(job), n = (size_t)job->out.channels;
    for (size_t row = 0; row < rows; row++)
        for (size_t out = 0; out < nn_padded(n); out++)
            panels[nn_panel_index(rows, n, row, out)] = out < n ? plain[row * n + out] : 0;
}

/* --- primitives ------------------------------------------------------------------------------- */

/* One convolution described: whether it will be fast, and what it needs. */
typedef struct Primitive {
    dnnl_primitive_desc_t desc;
    LayoutRef weights;
    size_t weights_size, scratchpad_size;
} Primitive;

/* Whether oneDNN has more than plain loops for it. */
static bool is_fast(dnnl_primitive_desc_t desc)
{
    const char *name = NULL;
    return dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name) == dnnl_success &&
           name && !strstr(name, "ref");
}

/* Size of an argument's memory. */
static size_t size_of(dnnl_primitive_desc_t desc, int argument)
{
    const LayoutRef layout = dnnl_primitive_desc_query_md(desc, dnnl_query_exec_arg_md, argument);
    return layout ? dnnl_memory_desc_get_size(layout) : 0;
}

static void primitive_free(Primitive *primitive)
{
    if (primitive->desc)
        dnnl_primitive_desc_destroy(primitive->desc);
    primitive->desc = NULL;
}

/* Describes one direction; hint: the forward one's, for the others. The caller frees it. */
static bool primitive_make(Primitive *primitive, const NnConvolution *job, Direction direction,
                           dnnl_primitive_desc_t hint)
{
    Wanted wanted = {.job = job,
                     .engine = atomic_load(&engine),
                     .x = direction == BACKWARD_DATA ? dnnl_f32 : dnnl_bf16,
                     .y = direction == FORWARD ? dnnl_f32 : dnnl_bf16,
                     .weights = direction == BACKWARD_WEIGHTS ? dnnl_f32 : dnnl_bf16,
                     .hint = hint};
    Geometry geometry;
    memset(primitive, 0, sizeof(*primitive));
    if (!geometry_make(&geometry, &wanted) ||
        dnnl_primitive_attr_create(&wanted.attributes) != dnnl_success)
        return false;
    dnnl_primitive_attr_set_scratchpad_mode(wanted.attributes, dnnl_scratchpad_mode_user);
    if (describe(&primitive->desc, &wanted, &geometry, direction) != dnnl_success)
        primitive->desc = NULL;
    dnnl_primitive_attr_destroy(wanted.attributes);
    geometry_free(&geometry);
    if (!primitive->desc)
        return false;
    const int weights = direction == BACKWARD_WEIGHTS ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS;
    primitive->weights =
        dnnl_primitive_desc_query_md(primitive->desc, dnnl_query_exec_arg_md, weights);
    primitive->weights_size = size_of(primitive->desc, weights);
    primitive->scratchpad_size = size_of(primitive->desc, DNNL_ARG_SCRATCHPAD);
    return is_fast(primitive->desc);
}

/* An argument of a primitive and where its values are. */
typedef struct Argument {
    int number;
    const void *values;
} Argument;

#define MAX_ARGUMENTS 4

/* Runs a primitive on this thread. */
static bool run(dnnl_primitive_desc_t desc, const Argument *arguments, int n)
{
    dnnl_exec_arg_t filled[MAX_ARGUMENTS];
    dnnl_primitive_t primitive = NULL;
    dnnl_stream_t stream = NULL;
    int made = 0;
    bool done = dnnl_primitive_create(&primitive, desc) == dnnl_success &&
                dnnl_stream_create(&stream, atomic_load(&engine), dnnl_stream_default_flags) ==
                    dnnl_success;
    for (; done && made < n; made += done) {
        const LayoutRef layout =
            dnnl_primitive_desc_query_md(desc, dnnl_query_exec_arg_md, arguments[made].number);
        filled[made].arg = arguments[made].number;
        /* Inputs are not written; the interface has no const. */
        done = dnnl_memory_create(&filled[made].memory, layout, atomic_load(&engine),
                                  (void *)(uintptr_t)arguments[made].values) == dnnl_success;
    }
    done = done && dnnl_primitive_execute(primitive, stream, n, filled) == dnnl_success &&
           dnnl_stream_wait(stream) == dnnl_success;
    for (int i = 0; i < made; i++)
        dnnl_memory_destroy(filled[i].memory);
    if (stream)
        dnnl_stream_destroy(stream);
    if (primitive)
        dnnl_primitive_destroy(primitive);
    return done;
}

/* Parts of a job's scratch: its input and its outputs' gradient as bf16, a plain matrix of weights,
 * one in the primitive's order, and what is left, for the primitive. */
typedef struct Parts {
    uint16_t *x, *dy;
    float *plain;
    void *weights;
    void *rest;
    size_t weights_size, rest_size;
} Parts;

static size_t values(NnShape shape)
{
    return (size_t)shape.height * (size_t)shape.width * (size_t)shape.channels;
}

/* Bytes before the matrix in the primitive's order. */
static size_t fixed_size(const NnConvolution *job)
{
    return aligned(job->n * values(job->in) * sizeof(uint16_t)) +
           aligned(job->n * values(job->out) * sizeof(uint16_t)) +
           aligned(n_rows(job) * (size_t)job->out.channels * sizeof(float));
}

/* Cuts the scratch for a primitive; false if it does not suffice. */
static bool cut(const NnConvolution *job, const Primitive *primitive, Parts *parts)
{
    unsigned char *at = job->scratch;
    const size_t fixed = fixed_size(job), weights = aligned(primitive->weights_size);
    parts->x = (uint16_t *)(void *)at;
    at += aligned(job->n * values(job->in) * sizeof(uint16_t));
    parts->dy = (uint16_t *)(void *)at;
    at += aligned(job->n * values(job->out) * sizeof(uint16_t));
    parts->plain = (float *)(void *)at;
    parts->weights = (unsigned char *)job->scratch + fixed;
    parts->rest = (unsigned char *)job->scratch + fixed + weights;
    return fixed + weights + primitive->scratchpad_size <= job->scratch_size;
}

/* Runs the reorder of weights between the job's panels and a primitive's order. panels: the job's;
 * narrows: from panels, else to them. */
static bool reorder(const NnConvolution *job, const Primitive *primitive, Parts *parts,
                    const float *panels, bool narrows)
{
    dnnl_dims_t dims;
    Layout own;
    dnnl_primitive_desc_t desc = NULL;
    weight_dims(job, dims);
    if (!layout_make(&own, dims, dnnl_f32, is_full(job) ? dnnl_Ohwi16o : dnnl_hwio))
        return false;
    const LayoutRef from = narrows ? LAYOUT_REF(own) : primitive->weights;
    const LayoutRef to = narrows ? primitive->weights : LAYOUT_REF(own);
    dnnl_engine_t cpu = atomic_load(&engine);
    const bool made =
        dnnl_reorder_primitive_desc_create(&desc, from, cpu, to, cpu, NULL) == dnnl_success;
    const void *ours = is_full(job) ? panels : parts->plain;
    const Argument arguments[] = {{DNNL_ARG_FROM, narrows ? ours : parts->weights},
                                  {DNNL_ARG_TO, narrows ? parts->weights : ours}};
    if (made && narrows && !is_full(job))
        unpanel(job, panels, parts->plain);
    const bool done = made && run(desc, arguments, AUG_COUNT(arguments));
    if (made)
        dnnl_primitive_desc_destroy(desc);
    layout_free(&own);
    return done;
}

/* --- kernels ---------------------------------------------------------------------------------- */

static size_t conv_scratch(const NnConvolution *job)
{
    size_t most = 0;
    omp_set_num_threads(1);
    Primitive forward, backward;
    const bool made = primitive_make(&forward, job, FORWARD, NULL);
    for (Direction d = FORWARD; made && d <= BACKWARD_WEIGHTS; d++) {
        if (primitive_make(&backward, job, d, d == FORWARD ? NULL : forward.desc)) {
            const size_t size = aligned(backward.weights_size) + backward.scratchpad_size;
            most = size > most ? size : most;
        }
        primitive_free(&backward);
    }
    primitive_free(&forward);
    return most ? fixed_size(job) + most : 0;
}

/* Adds the bias, and rectifies. */
static void finish_pixels(const NnConvolution *job)
{
    const size_t n = (size_t)job->out.channels, end = job->n * values(job->out);
    for (size_t at = 0; job->bias && at < end; at += n)
        for (size_t k = 0; k < n; k++)
            job->y[at + k] += job->bias[k];
    for (size_t i = 0; job->relu && i < end; i++)
        job->y[i] = job->y[i] <= 0 ? 0 : job->y[i];
}

static bool conv_forward(const NnConvolution *job)
{
    Primitive forward;
    Parts parts;
    omp_set_num_threads(1);
    bool done = primitive_make(&forward, job, FORWARD, NULL) && cut(job, &forward, &parts) &&
                reorder(job, &forward, &parts, job->weights, true);
    if (done) {
        const Argument arguments[] = {{DNNL_ARG_SRC, parts.x},
                                      {DNNL_ARG_WEIGHTS, parts.weights},
                                      {DNNL_ARG_DST, job->y},
                                      {DNNL_ARG_SCRATCHPAD, parts.rest}};
        narrow(parts.x, job->x, NULL, job->n * values(job->in));
        done = run(forward.desc, arguments, AUG_COUNT(arguments));
    }
    primitive_free(&forward);
    if (done)
        finish_pixels(job);
    return done;
}

/* dx from the weights and the outputs' gradient, which is in its part already. */
static bool backward_data(const NnConvolution *job, dnnl_primitive_desc_t hint)
{
    Primitive primitive;
    Parts parts;
    bool done = primitive_make(&primitive, job, BACKWARD_DATA, hint) &&
                cut(job, &primitive, &parts) &&
                reorder(job, &primitive, &parts, job->weights, true);
    if (done) {
        const Argument arguments[] = {{DNNL_ARG_DIFF_DST, parts.dy},
                                      {DNNL_ARG_WEIGHTS, parts.weights},
                                      {DNNL_ARG_DIFF_SRC, job->dx},
                                      {DNNL_ARG_SCRATCHPAD, parts.rest}};
        done = run(primitive.desc, arguments, AUG_COUNT(arguments));
    }
    primitive_free(&primitive);
    return done;
}

/* dw from the input and the outputs' gradient. */
static bool backward_weights(const NnConvolution *job, dnnl_primitive_desc_t hint)
{
    Primitive primitive;
    Parts parts;
    bool done =
        primitive_make(&primitive, job, BACKWARD_WEIGHTS, hint) && cut(job, &primitive, &parts);
    if (done) {
        const Argument arguments[] = {{DNNL_ARG_SRC, parts.x},
                                      {DNNL_ARG_DIFF_DST, parts.dy},
                                      {DNNL_ARG_DIFF_WEIGHTS, parts.weights},
                                      {DNNL_ARG_SCRATCHPAD, parts.rest}};
        narrow(parts.x, job->x, NULL, job->n * values(job->in));
        done = run(primitive.desc, arguments, AUG_COUNT(arguments)) &&
               reorder(job, &primitive, &parts, job->dw, false);
    }
    if (done && !is_full(job))
        panel(job, parts.plain, job->dw);
    primitive_free(&primitive);
    return done;
}

static bool conv_backward(const NnConvolution *job)
{
    Primitive forward;
    Parts parts;
    omp_set_num_threads(1);
    bool done = primitive_make(&forward, job, FORWARD, NULL) && cut(job, &forward, &parts);
    if (done)
        narrow(parts.dy, job->dy, job->relu ? job->y : NULL, job->n * values(job->out));
    done = done && (!job->dw || backward_weights(job, forward.desc)) &&
           (!job->dx || backward_data(job, forward.desc));
    primitive_free(&forward);
    return done;
}

/* --- plug-in ---------------------------------------------------------------------------------- */

static const char *open_kernels(NnKernels *kernels)
{
    /* Each number of this list has the bits of those that it includes. */
    const unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
    if ((isa & dnnl_cpu_isa_avx512_core_bf16) != dnnl_cpu_isa_avx512_core_bf16)
        return "it has neither avx512_bf16 nor amx, and bf16 by other instructions is slower than "
               "floats";
    dnnl_engine_t made, none = NULL;
    if (dnnl_engine_create(&made, dnnl_cpu, 0) != dnnl_success)
        return "oneDNN has no engine for it";
    if (!atomic_compare_exchange_strong(&engine, &none, made))
        dnnl_engine_destroy(made);
    kernels->conv_scratch = conv_scratch;
    kernels->conv_forward = conv_forward;
    kernels->conv_backward = conv_backward;
    return NULL;
}

/* What trainer/nn/plugin.c looks for. */
extern __attribute__((visibility("default"))) const NnPlugin nn_plugin;
const NnPlugin nn_plugin = {NN_PLUGIN_LAYOUT, sizeof(NnReal), open_kernels};
