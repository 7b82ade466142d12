/* Plug-in "libxsmm": dot and outer as batch-reduce products of small matrices, which libxsmm compiles
 * at run time for the shapes that occur and the processor it finds.
 *
 * libxsmm's matrices have their columns one after the other. For dot, a row of output pixels is
 * C = A B: C has a column per pixel and a row per output of a panel, A is the panel's weights under
 * one kernel column (rows: outputs), B what the pixels see there (a column per pixel); all kernel
 * columns and rows are one reduction. For outer, the gradient of a panel's weights under one kernel
 * column is C = A B', with A the outputs' gradient and B what the pixels see; all rows of pixels are
 * one reduction.
 *
 * Compiled kernels are libxsmm's own, kept until the program ends and found again by their shape: one
 * shape is the same code for every thread, so bits do not depend on threads. What has too few values
 * per pixel for a product, as the first layer of a network, is left to the own kernels.
 */
#include <libxsmm.h>
#include <stdatomic.h>

#include "trainer/nn/plugin.h"

/* Products of one reduction: kernels of up to 16 x 16 pixels in one. */
#define MAX_PRODUCTS 256
/* Values of a pixel under one kernel column that make a product worth its call. */
#define MIN_DEPTH 8
/* Pixels in a row that make a product worth its call: the own kernels put pixels of several rows and
 * maps side by side, and rows of 4 took them half the time (of 8 a tenth less, of 16 as long). */
#define MIN_PIXELS 6
/* Columns of one product: more would not fit the cache beside the weights. */
#define MAX_COLUMNS 64

/* The own kernels, for what is not a product of matrices. They depend on the processor only, so that
 * every network stores the same here. */
static _Atomic(void (*)(const NnDot *)) own_dot;
static _Atomic(void (*)(const NnOuter *)) own_outer;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Values that two neighbouring pixels do not share, in one kernel column: the largest number that
 * divides both the step between pixels and the run of a kernel's row. */
static size_t depth_of(const NnWindow *window)
{
    size_t a = window->col_step, b = window->run;
    while (b) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* --- dot -------------------------------------------------------------------------------------- */

/* The products of a job that are the same for all its pixels. depth: values of each; offsets in bytes
 * from the panel's weights and from the first pixel. */
typedef struct Products {
    size_t depth;
    unsigned long long n;
    unsigned long long weights[MAX_PRODUCTS], x[MAX_PRODUCTS];
} Products;

/* Products of a panel of a width; false if there are too many. */
static bool plan_products(const NnWindow *window, size_t width, Products *products)
{
    const size_t per_tap = window->run / products->depth;
    products->n = window->n_taps * per_tap;
    if (products->n > MAX_PRODUCTS)
        return false;
    for (size_t i = 0; i < products->n; i++) {
        const size_t at = i / per_tap * window->tap_step + i % per_tap * products->depth;
        products->weights[i] = i * products->depth * width * sizeof(float);
        products->x[i] = at * sizeof(float);
    }
    return true;
}

/* The compiled product of n_out outputs by n_pixels; NULL if libxsmm cannot. It adds to what is
 * there, the bias or zeros. */
static libxsmm_smmfunction_reducebatch_offs find_dot(const NnDot *job, const Products *products,
                                                     size_t width, size_t n_out, size_t n_pixels)
{
    const libxsmm_blasint lda = (libxsmm_blasint)width;
    const libxsmm_blasint ldb = (libxsmm_blasint)job->window.col_step;
    const libxsmm_blasint ldc = (libxsmm_blasint)job->y_col_step;
    const float one = 1;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_offs((libxsmm_blasint)n_out, (libxsmm_blasint)n_pixels,
                                                (libxsmm_blasint)products->depth, &lda, &ldb, &ldc,
                                                &one, &one, &flags, &prefetch);
}

static void begin_pixels(const NnDot *job, NnReal *y, size_t out, size_t n_out, size_t n_pixels)
{
    for (size_t p = 0; p < n_pixels; p++)
        for (size_t k = 0; k < n_out; k++)
            y[p * job->y_col_step + k] = job->bias ? job->bias[out + k] : 0;
}

static void rectify_pixels(const NnDot *job, NnReal *y, size_t n_out, size_t n_pixels)
{
    for (size_t p = 0; p < n_pixels; p++)
        for (size_t k = 0; k < n_out; k++) {
            NnReal *value = &y[p * job->y_col_step + k];
            *value = *value <= 0 ? 0 : *value;
        }
}

/* All pixels of the panel that begins with output `out`; false if libxsmm cannot. */
static bool dot_panel(const NnDot *job, size_t out, Products *products)
{
    const NnWindow *window = &job->window;
    const size_t width = nn_panel_width(job->n_out, out), n_out = least(width, job->n_out - out);
    const NnReal *weights = job->weights + out * window->n_taps * window->run;
    if (!plan_products(window, width, products))
        return false;
    for (size_t i = 0; i < nn_window_maps(window) * window->n_rows; i++)
        for (size_t col = 0; col < window->n_cols; col += MAX_COLUMNS) {
            const size_t map = i / window->n_rows, row = i % window->n_rows;
            const size_t n = least(MAX_COLUMNS, window->n_cols - col);
            const NnReal *x = window->x + map * window->map_step + row * window->row_step;
            NnReal *y = job->y + map * job->y_map_step + row * job->y_row_step +
                        col * job->y_col_step + out;
            const libxsmm_smmfunction_reducebatch_offs product =
                find_dot(job, products, width, n_out, n);
            if (!product)
                return false;
            begin_pixels(job, y, out, n_out, n);
            product(weights, x + col * window->col_step, y, &products->n, products->weights,
                    products->x);
            if (job->relu)
                rectify_pixels(job, y, n_out, n);
        }
    return true;
}

static void dot(const NnDot *job)
{
    Products products = {.depth = depth_of(&job->window)};
    /* With a stride some pixels of an input see nothing; a compiled reduction is of at least one. What is
     * added to must not be begun and left to the others. */
    bool done = products.depth >= MIN_DEPTH && job->window.n_cols >= MIN_PIXELS &&
                job->window.n_taps > 0 && job->window.run > 0 && !job->add;
    for (size_t out = 0; done && out < job->n_out; out += NN_PANEL)
        done = dot_panel(job, out, &products);
    if (!done)
        atomic_load (&own_dot)(job);
}

/* --- outer ------------------------------------------------------------------------------------ */

/* The compiled product for a panel of a width, over rows of n_pixels pixels. */
static libxsmm_smmfunction_reducebatch_strd find_outer(const NnOuter *job, size_t width,
                                                       size_t depth)
{
    const NnWindow *window = &job->window;
    const libxsmm_blasint lda = (libxsmm_blasint)job->dy_col_step;
    const libxsmm_blasint ldb = (libxsmm_blasint)window->col_step;
    const libxsmm_blasint ldc = (libxsmm_blasint)width;
    const float one = 1, beta = job->add ? 1 : 0;
    const int flags = LIBXSMM_GEMM_FLAG_TRANS_B, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_strd((libxsmm_blasint)width, (libxsmm_blasint)depth,
                                                (libxsmm_blasint)window->n_cols,
                                                (libxsmm_blasint)(job->dy_row_step * sizeof(float)),
                                                (libxsmm_blasint)(window->row_step * sizeof(float)),
                                                &lda, &ldb, &ldc, &one, &beta, &flags, &prefetch);
}

static bool outer_panel(const NnOuter *job, size_t out, size_t depth)
{
    const NnWindow *window = &job->window;
    const size_t width = nn_panel_width(job->n_out, out), rows = window->n_taps * window->run;
    const libxsmm_smmfunction_reducebatch_strd product = find_outer(job, width, depth);
    const unsigned long long n_rows = window->n_rows;
    if (!product)
        return false;
    for (size_t row = 0; row < rows; row += depth)
        product(job->dy + out, window->x + row / window->run * window->tap_step + row % window->run,
                job->dw + out * job->dw_rows + (job->first_row + row) * width, &n_rows);
    return true;
}

/* One map. */
static void outer_map(const NnOuter *job, size_t depth)
{
    bool done = true;
    for (size_t out = 0; done && out < job->n_out; out += NN_PANEL)
        done = outer_panel(job, out, depth);
    if (!done)
        atomic_load (&own_outer)(job);
}

static void outer(const NnOuter *job)
{
    const size_t depth = depth_of(&job->window);
    NnOuter map = *job;
    if (depth < MIN_DEPTH || job->window.n_cols < MIN_PIXELS || job->window.n_rows == 0) {
        atomic_load (&own_outer)(job);
        return;
    }
    map.window.n_maps = 1;
    for (size_t i = 0; i < nn_window_maps(&job->window); i++) {
        outer_map(&map, depth);
        map.window.x += job->window.map_step;
        map.dy += job->dy_map_step;
        map.add = true;
    }
}

/* --- plug-in ---------------------------------------------------------------------------------- */

static const char *open_kernels(NnKernels *kernels)
{
    libxsmm_init();
    if (libxsmm_get_target_archid() < LIBXSMM_X86_AVX2)
        return "it has no AVX2";
    atomic_store(&own_dot, kernels->dot);
    atomic_store(&own_outer, kernels->outer);
    kernels->dot = dot;
    kernels->outer = outer;
    return NULL;
}

/* What trainer/nn/plugin.c looks for. */
extern __attribute__((visibility("default"))) const NnPlugin nn_plugin;
const NnPlugin nn_plugin = {NN_PLUGIN_LAYOUT, sizeof(NnReal), open_kernels};
