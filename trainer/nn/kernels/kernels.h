/* Kernels: the inner loops of all layers, as a table that exists once per instruction set.
 *
 * Glossary. A *pixel* is one position of a map (for linear layers: one sample); its C values lie
 * together. A *panel* is 16 neighbouring outputs of a weight matrix: the matrix of `rows` inputs
 * by `n_out` outputs is stored panel after panel, each as rows x 16 values (the last panel: x 8 if
 * that suffices), unused values zero. So one tile of registers reads its weights in one stream.
 *
 * Guarantees. A kernel's result depends on its arguments only, value by value in a fixed order.
 * The tables differ in dot and outer (rounding of fused multiply-add); all other kernels give the
 * same bits in every table. Long sums of products are sums of the sums of some hundred, so that they
 * lose little. Kernels are pure: any thread, no memory of their own.
 */
#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include "trainer/nn/nn.h"

/* Outputs in a full panel: two AVX2 vectors, so that a tile of 6 pixels holds 12 sums in the 16
 * registers. */
#define NN_PANEL 16
/* Vectors of parameters and channels of copies are padded to this. */
#define NN_ALIGN_VALUES 8

/* n rounded up to NN_ALIGN_VALUES. */
static inline size_t nn_padded(size_t n)
{
    return (n + NN_ALIGN_VALUES - 1) / NN_ALIGN_VALUES * NN_ALIGN_VALUES;
}

/* Width of the panel that holds output `out` (16 or 8). */
static inline size_t nn_panel_width(size_t n_out, size_t out)
{
    size_t rest = nn_padded(n_out) - out / NN_PANEL * NN_PANEL;
    return rest < NN_PANEL ? rest : NN_PANEL;
}

/* Place of (row, out) in a panelled matrix. */
static inline size_t nn_panel_index(size_t rows, size_t n_out, size_t row, size_t out)
{
    size_t panel = out / NN_PANEL * NN_PANEL;
    return panel * rows + row * nn_panel_width(n_out, out) + (out - panel);
}

/* What each output pixel sees of a map. Output (row, col) reads, for each of n_taps rows of the
 * kernel, `run` values from x + row*row_step + col*col_step + tap*tap_step on: kernel columns and
 * channels are neighbours in memory. Steps in values. A linear layer has one row, one tap and a
 * column per sample. n_maps: maps of the same kind, map_step apart; 0: one. */
typedef struct NnWindow {
    const NnReal *x;
    size_t n_rows, n_cols, row_step, col_step;
    size_t n_taps, tap_step, run;
    size_t n_maps, map_step;
} NnWindow;

/* Maps of a window. */
static inline size_t nn_window_maps(const NnWindow *window)
{
    return window->n_maps ? window->n_maps : 1;
}

/* y[pixel][out] = bias[out] + sum over taps and run of x * weights[row][out], row = tap*run + r;
 * to which what was there is added if add; negative results become 0 if relu. weights panelled; bias
 * padded, or NULL; the pixels of y lie y_row_step and y_col_step apart, its maps y_map_step. y overlaps
 * neither x nor weights: it holds sums of parts on the way. */
typedef struct NnDot {
    NnWindow window;
    const NnReal *weights, *bias;
    NnReal *y;
    size_t y_row_step, y_col_step, n_out;
    bool relu;
    size_t y_map_step;
    bool add;
} NnDot;

/* dw[first_row + row][out] = sum over pixels of x * dy[pixel][out], added to what was there if add.
 * dw panelled, with dw_rows rows; dy padded to 8 outputs, its pixels dy_row_step and dy_col_step
 * apart, its maps dy_map_step. The unused values of dw are set too: they become zero, as those of dy are. */
typedef struct NnOuter {
    NnWindow window;
    const NnReal *dy;
    size_t dy_row_step, dy_col_step, dy_map_step;
    NnReal *dw;
    size_t dw_rows, first_row, n_out;
    bool add;
} NnOuter;

/* Normalisation of n_pixels by n_channels values. mean, scale, shift, mean_d, slope: n_channels
 * each.
 *
 * forward:  y = (x - mean) * scale + shift, plus another array if there is one, then ReLU if asked
 * backward: dx = scale * (d - mean_d - (x - mean) * slope), where d is dy, or with ReLU 0 where y
 *           was not positive; y is computed again, which costs less than reading it
 * backward_grouped: dx = scale * d - mean_d - (x - mean) * slope, for channels that share statistics
 */
typedef struct NnNorm {
    size_t n_pixels, n_channels;
    const NnReal *x, *mean, *scale, *shift, *plus, *dy, *mean_d, *slope;
    NnReal *y, *dx;
    bool relu;
} NnNorm;

/* Random decisions about n values: keep[i] is 1 where word i % 4 of a block of the generator
 * (aug_philox4x32) is at least threshold, else 0. The block's counter is i / 4, and then `counter`;
 * threshold is 2^32 at most, which keeps none. */
typedef struct NnDraw {
    uint32_t counter[3], key[2];
    uint64_t threshold;
    uint8_t *keep;
    size_t n;
} NnDraw;

/* Sums over pixels, one per channel, in double across blocks of 64 pixels; they are set, not added
 * to. The kernels:
 *
 * sums:       first = sum of x, where mask is positive (mask NULL: everywhere)
 * norm_sums:  first = sum of d, second = sum of d * (x - mean), with d as in NnNorm's backward; or
 *             with d = x - mean if dy is NULL
 */
typedef struct NnSums {
    size_t n_pixels, n_channels;
    const NnReal *x, *mask;
    const NnReal *dy, *mean, *scale, *shift;
    bool relu;
    double *first, *second;
} NnSums;

/* Maximum or mean of windows of one sample's map; padding counts as absent (max) or as zeros (mean,
 * if count_padding). chosen: for max, the place of the maximum in its window (row-major), one byte
 * an output; the first of equals, and NaN wins. x, y: forward; dx, dy: backward, dx is set; mask: for
 * max, dy counts where this is positive (NULL: everywhere).
 *
 * adaptive: windows are those of PyTorch's adaptive pooling, out of them in each direction; kernel,
 *           stride and padding do not count. The maximum of these is kept in places: the number of
 *           its pixel in the map, one for an output */
typedef struct NnPool2d {
    NnShape in, out;
    int32_t kernel_h, kernel_w, stride_h, stride_w, pad_h, pad_w;
    bool count_padding, adaptive;
    const NnReal *x, *dy, *mask;
    NnReal *y, *dx;
    uint8_t *chosen;
    int32_t *places;
} NnPool2d;

/* Where an output row or column of a resampled map comes from: two of the input's, and the share of
 * the second. */
typedef struct NnResampleTap {
    int32_t first, second;
    NnReal share;
} NnResampleTap;

/* Resampling of one sample's map: rows and cols have a tap for each of the output. x, y: forward; dx,
 * dy: backward, dx is set; sums: room for a row of the input. */
typedef struct NnResample {
    NnShape in, out;
    const NnResampleTap *rows, *cols;
    const NnReal *x, *dy;
    NnReal *y, *dx, *sums;
} NnResample;

/* Activations and what their parameters a and b are:
 *
 * leaky_relu: slope below 0; elu: a of a (e^x - 1) below 0; softplus: beta, and the threshold of
 * beta x behind which it is linear; the others have none */
#define NN_ACTIVATIONS(X)     \
    X(LEAKY_RELU, leaky_relu) \
    X(ELU, elu)               \
    X(GELU, gelu)             \
    X(GELU_TANH, gelu_tanh)   \
    X(SILU, silu)             \
    X(TANH, tanh)             \
    X(SIGMOID, sigmoid)       \
    X(SOFTPLUS, softplus)     \
    X(HARDSWISH, hardswish)

#define NN_ACTIVATION_NAME(NAME, name) NN_ACTIVATION_##NAME,
/* Their numbers. */
typedef enum NnActivation { NN_ACTIVATIONS(NN_ACTIVATION_NAME) NN_N_ACTIVATIONS } NnActivation;

/* n values. Forward: out = f(x); backward: out = dy * f'(x). out overlaps neither. */
typedef struct NnActivate {
    const NnReal *x, *dy;
    NnReal *out;
    size_t n;
    NnReal a, b;
} NnActivate;

/* Functions of rows of values, such as the channels of a pixel. */
#define NN_ROW_FUNCTIONS(X)     \
    X(SOFTMAX, softmax)         \
    X(LOG_SOFTMAX, log_softmax) \
    X(L2_NORMALIZE, l2_normalize)

#define NN_ROW_NAME(NAME, name) NN_ROW_##NAME,
/* Their numbers. */
typedef enum NnRowFunction { NN_ROW_FUNCTIONS(NN_ROW_NAME) NN_N_ROW_FUNCTIONS } NnRowFunction;

/* n_rows rows of n values. Forward: out = f(from). Backward: out = dx; from is the output of both
 * softmaxes, the input of l2_normalize. eps: l2_normalize's smallest norm. out overlaps neither. */
typedef struct NnRows {
    const NnReal *from, *dy;
    NnReal *out;
    size_t n_rows, n;
    double eps;
} NnRows;

/* Normalization of n_rows rows of n values each by its own statistics.
 *
 * gamma, beta:   n values, or NULL
 * centered:      by mean and variance; else by the mean square
 * dgamma, dbeta: n values each that are added to; NULL: not asked for. dx NULL: not asked for */
typedef struct NnRowNorm {
    const NnReal *x, *dy, *gamma, *beta;
    NnReal *y, *dx;
    double *dgamma, *dbeta;
    size_t n_rows, n;
    double eps;
    bool centered;
} NnRowNorm;

/* Convolution of one padded map in which every channel has its own kernel. Output (row, col) sees
 * x + row*x_row + col*x_col on: position (k, l) of the kernel tap_row*k + tap_col*l further. Outputs
 * and dy lie side by side, n_channels each. Weights and dw: n_channels values for each position of
 * the kernel, row-major, w_step apart. bias may be NULL.
 *
 * forward: y is set; backward: dx, a map as x, is added to; weights: dw is added to */
typedef struct NnDepthwise {
    size_t n_rows, n_cols, n_channels, kernel_h, kernel_w;
    size_t x_row, x_col, tap_row, tap_col, w_step;
    const NnReal *x, *weights, *bias, *dy;
    NnReal *y, *dx, *dw;
} NnDepthwise;

/* A convolution of n maps, one after the other, as a whole: without groups or dilation.
 *
 * weights: panelled; its rows are the kernel's, in order row, column, input channel. bias: padded, or
 *          NULL
 * forward:  y from x; negative results become 0 if relu
 * backward: dw (panelled, set) from x and dy, and dx from weights and dy; NULL: not asked for. With
 *           relu dy counts only where y is positive
 * scratch:  64-byte aligned, of scratch_size bytes
 */
typedef struct NnConvolution {
    NnShape in, out;
    AugSize kernel, stride, padding;
    uint32_t n;
    bool relu;
    const NnReal *x, *weights, *bias, *dy;
    NnReal *y, *dx, *dw;
    void *scratch;
    size_t scratch_size;
} NnConvolution;

/* One table. */
typedef struct NnKernels {
    const char *name;
    void (*dot)(const NnDot *job);
    void (*outer)(const NnOuter *job);
    void (*draw)(const NnDraw *job);
    void (*depthwise_forward)(const NnDepthwise *job);
    void (*depthwise_backward)(const NnDepthwise *job);
    void (*depthwise_weights)(const NnDepthwise *job);
    void (*norm_forward)(const NnNorm *job);
    void (*norm_backward)(const NnNorm *job);
    void (*norm_backward_grouped)(const NnNorm *job);
    void (*sums)(const NnSums *job);
    void (*norm_sums)(const NnSums *job);
    void (*max_pool_forward)(const NnPool2d *job);
    void (*max_pool_backward)(const NnPool2d *job);
    void (*adaptive_max_forward)(const NnPool2d *job);
    void (*adaptive_max_backward)(const NnPool2d *job);
    void (*avg_pool_forward)(const NnPool2d *job);
    void (*avg_pool_backward)(const NnPool2d *job);
    /* y = max(x, 0); dx = dy where y > 0, else 0. dx may be dy. */
    void (*relu_forward)(NnReal *y, const NnReal *x, size_t n);
    void (*relu_backward)(NnReal *dx, const NnReal *dy, const NnReal *y, size_t n);
    /* y = a + b, then ReLU if asked. y may be a. */
    void (*add)(NnReal *y, const NnReal *a, const NnReal *b, size_t n, bool relu);
    void (*resample_forward)(const NnResample *job);
    void (*resample_backward)(const NnResample *job);
    /* By NnActivation. */
    void (*activation_forward[NN_N_ACTIVATIONS])(const NnActivate *job);
    void (*activation_backward[NN_N_ACTIVATIONS])(const NnActivate *job);
    /* By NnRowFunction. */
    void (*row_forward[NN_N_ROW_FUNCTIONS])(const NnRows *job);
    void (*row_backward[NN_N_ROW_FUNCTIONS])(const NnRows *job);
    void (*row_norm_forward)(const NnRowNorm *job);
    void (*row_norm_backward)(const NnRowNorm *job);
    /* y = x * factor[mask], factor 0 or scale. */
    void (*mask)(NnReal *y, const NnReal *x, const uint8_t *mask, NnReal scale, size_t n);
    /* y = sum of NN_SHARDS arrays by the fixed tree ((0+1)+(2+3))+... */
    void (*tree)(NnReal *y, const NnReal *const parts[NN_SHARDS], size_t n);
    /* Whether no value is infinite or NaN. */
    bool (*all_finite)(const NnReal *x, size_t n);
    /* n rounds of products and additions in registers alone, as many as dot could make at best;
     * returns the operations, two for each of these. Writes a sum, so that they are made. */
    uint64_t (*peak)(size_t n, NnReal *sum);
    /* Of plug-ins only, else NULL; all three or none. What forward and backward refuse (false) is made
     * of dot and outer; whether they do depends on sizes only. scratch: bytes that both need for up to
     * n maps, 0 if they would refuse. */
    size_t (*conv_scratch)(const NnConvolution *job);
    bool (*conv_forward)(const NnConvolution *job);
    bool (*conv_backward)(const NnConvolution *job);
} NnKernels;

/* Plain loops, for comparison. */
extern const NnKernels nn_kernels_reference;
/* For any CPU that the distribution supports, by the compiler's vectors. */
extern const NnKernels nn_kernels_baseline;
#if defined(__x86_64__) && !defined(NN_NO_CPU_KERNELS)
/* Only after a check of the CPU. */
extern const NnKernels nn_kernels_avx2;
extern const NnKernels nn_kernels_avx512;
#endif

#if defined(__aarch64__) && !defined(NN_NO_CPU_KERNELS)
/* For every CPU of the architecture. */
extern const NnKernels nn_kernels_neon;
#endif

/* Table of a choice that is no plug-in; UNSUPPORTED if this CPU or build lacks it. */
AUG_MUST_CHECK AugStatus nn_kernels_choose(NnKernelChoice choice, const NnKernels **kernels,
                                           AugError *error);

#endif
