/* Functions of whole rows of values: softmax, its logarithm, L2 normalization, and the normalization
 * of rows by their mean and variance. Included by the kernel sources only.
 *
 * Sums are of doubles, in ROW_LANES parts whatever the CPU's vectors are, so they lose nothing that
 * a float could show, and give the same bits in every table.
 */
#ifndef NN_KERNEL_ROWS_H
#define NN_KERNEL_ROWS_H

#include "trainer/nn/kernels/kernel_math.h"

/* Two AVX2 vectors of doubles. */
#define ROW_LANES 8

/* Sum of the parts, by a tree. */
ALWAYS_INLINE double row_join(const double part[ROW_LANES])
{
    return ((part[0] + part[4]) + (part[2] + part[6])) +
           ((part[1] + part[5]) + (part[3] + part[7]));
}

/* Sum of n values. */
ALWAYS_INLINE double row_sum(const NnReal *x, size_t n)
{
    double part[ROW_LANES] = {0};
    size_t i = 0;
    for (; i + ROW_LANES <= n; i += ROW_LANES)
        for (size_t k = 0; k < ROW_LANES; k++)
            part[k] += (double)x[i + k];
    for (; i < n; i++)
        part[0] += (double)x[i];
    return row_join(part);
}

/* Sum of n products. */
ALWAYS_INLINE double row_product(const NnReal *x, const NnReal *y, size_t n)
{
    double part[ROW_LANES] = {0};
    size_t i = 0;
    for (; i + ROW_LANES <= n; i += ROW_LANES)
        for (size_t k = 0; k < ROW_LANES; k++)
            part[k] += (double)x[i + k] * (double)y[i + k];
    for (; i < n; i++)
        part[0] += (double)x[i] * (double)y[i];
    return row_join(part);
}

/* The largest of n values. */
ALWAYS_INLINE NnReal row_largest(const NnReal *x, size_t n)
{
    NnReal largest = x[0];
    for (size_t i = 1; i < n; i++)
        largest = x[i] > largest ? x[i] : largest;
    return largest;
}

/* y = e^(x - shift). */
ALWAYS_INLINE void row_exp(NnReal *restrict y, const NnReal *restrict x, NnReal shift, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = math_exp(x[i] - shift);
}

/* y = (x - shift) * scale. */
ALWAYS_INLINE void row_scale(NnReal *y, const NnReal *x, NnReal shift, NnReal scale, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = (x[i] - shift) * scale;
}

/* y = e^(x - m) / sum of that, where m, the largest, keeps it in range. */
ALWAYS_INLINE void softmax_row(const NnRows *job, const NnReal *x, NnReal *y)
{
    row_exp(y, x, row_largest(x, job->n), job->n);
    row_scale(y, y, 0, (NnReal)(1 / row_sum(y, job->n)), job->n);
}

/* dx = y (dy - sum of dy y). */
ALWAYS_INLINE void softmax_row_back(const NnRows *job, const NnReal *y, const NnReal *dy,
                                    NnReal *dx)
{
    const NnReal mean = (NnReal)row_product(dy, y, job->n);
    for (size_t i = 0; i < job->n; i++)
        dx[i] = y[i] * (dy[i] - mean);
}

/* y = x - m - log(sum of e^(x - m)). */
ALWAYS_INLINE void log_softmax_row(const NnRows *job, const NnReal *x, NnReal *y)
{
    const NnReal largest = row_largest(x, job->n);
    row_exp(y, x, largest, job->n);
    const NnReal rest = (NnReal)log(row_sum(y, job->n));
    for (size_t i = 0; i < job->n; i++)
        y[i] = (x[i] - largest) - rest;
}

/* dx = dy - e^y * sum of dy. */
ALWAYS_INLINE void log_softmax_row_back(const NnRows *job, const NnReal *y, const NnReal *dy,
                                        NnReal *dx)
{
    const NnReal sum = (NnReal)row_sum(dy, job->n);
    row_exp(dx, y, 0, job->n);
    for (size_t i = 0; i < job->n; i++)
        dx[i] = dy[i] - dx[i] * sum;
}

/* y = x / max(norm, eps). */
ALWAYS_INLINE void l2_normalize_row(const NnRows *job, const NnReal *x, NnReal *y)
{
    const double norm = sqrt(row_product(x, x, job->n));
    row_scale(y, x, 0, (NnReal)(1 / (norm > job->eps ? norm : job->eps)), job->n);
}

/* With u = x / norm, dx = (dy - u * sum of dy u) / norm; where eps stands for the norm, dx is
 * dy / eps. */
ALWAYS_INLINE void l2_normalize_row_back(const NnRows *job, const NnReal *x, const NnReal *dy,
                                         NnReal *dx)
{
    const double norm = sqrt(row_product(x, x, job->n)), by = norm > job->eps ? norm : job->eps;
    const double along = norm < job->eps ? 0 : row_product(dy, x, job->n) / (by * by);
    const NnReal slope = (NnReal)along, scale = (NnReal)(1 / by);
    for (size_t i = 0; i < job->n; i++)
        dx[i] = (dy[i] - x[i] * slope) * scale;
}

#define ROW_LOOPS(NAME, name)                                                  \
    static void name##_forward(const NnRows *job)                              \
    {                                                                          \
        for (size_t r = 0; r < job->n_rows; r++)                               \
            name##_row(job, job->from + r * job->n, job->out + r * job->n);    \
    }                                                                          \
    static void name##_backward(const NnRows *job)                             \
    {                                                                          \
        for (size_t r = 0; r < job->n_rows; r++)                               \
            name##_row_back(job, job->from + r * job->n, job->dy + r * job->n, \
                            job->out + r * job->n);                            \
    }

/* The loops over rows. */
NN_ROW_FUNCTIONS(ROW_LOOPS)

/* Mean of a row, or 0, and the inverse of its deviation from it, in two passes: so a large mean
 * costs no digits. */
ALWAYS_INLINE void row_moments(const NnRowNorm *job, const NnReal *x, double *mean, double *inverse)
{
    const double n = (double)job->n;
    const NnReal guess = job->centered ? (NnReal)(row_sum(x, job->n) / n) : 0;
    double sum[ROW_LANES] = {0}, squares[ROW_LANES] = {0};
    size_t i = 0;
    for (; i + ROW_LANES <= job->n; i += ROW_LANES)
        for (size_t k = 0; k < ROW_LANES; k++) {
            const double d = (double)(x[i + k] - guess);
            sum[k] += d;
            squares[k] += d * d;
        }
    for (; i < job->n; i++) {
        const double d = (double)(x[i] - guess);
        sum[0] += d;
        squares[0] += d * d;
    }
    const double rest = job->centered ? row_join(sum) / n : 0;
    *mean = (double)guess + rest;
    *inverse = 1 / sqrt(row_join(squares) / n - rest * rest + job->eps);
}

static void row_norm_forward(const NnRowNorm *job)
{
    for (size_t r = 0; r < job->n_rows; r++) {
        const NnReal *x = job->x + r * job->n, *gamma = job->gamma, *beta = job->beta;
        NnReal *y = job->y + r * job->n;
        double mean, inverse;
        row_moments(job, x, &mean, &inverse);
        row_scale(y, x, (NnReal)mean, (NnReal)inverse, job->n);
        for (size_t i = 0; gamma && i < job->n; i++)
            y[i] = y[i] * gamma[i];
        for (size_t i = 0; beta && i < job->n; i++)
            y[i] = y[i] + beta[i];
    }
}

/* Adds a row's part to the gradients of gamma and beta. */
ALWAYS_INLINE void row_norm_add(const NnRowNorm *job, const NnReal *x, const NnReal *dy,
                                NnReal mean, NnReal inverse)
{
    for (size_t i = 0; job->dgamma && i < job->n; i++)
        job->dgamma[i] += (double)(dy[i] * ((x[i] - mean) * inverse));
    for (size_t i = 0; job->dbeta && i < job->n; i++)
        job->dbeta[i] += (double)dy[i];
}

/* With d = gamma dy and u = (x - mean) * inverse, dx = inverse (d - mean of d - u * mean of d u);
 * the mean of d only where x was centered. */
static void row_norm_backward(const NnRowNorm *job)
{
    const double n = (double)job->n;
    for (size_t r = 0; r < job->n_rows; r++) {
        const NnReal *x = job->x + r * job->n, *dy = job->dy + r * job->n;
        double exact_mean, exact_inverse;
        row_moments(job, x, &exact_mean, &exact_inverse);
        const NnReal mean = (NnReal)exact_mean, inverse = (NnReal)exact_inverse;
        row_norm_add(job, x, dy, mean, inverse);
        if (!job->dx)
            continue;
        NnReal *dx = job->dx + r * job->n;
        for (size_t i = 0; i < job->n; i++)
            dx[i] = job->gamma ? dy[i] * job->gamma[i] : dy[i];
        const double sum = row_sum(dx, job->n);
        const double product = row_product(dx, x, job->n) - exact_mean * sum;
        const NnReal mean_d = job->centered ? (NnReal)(sum / n) : 0;
        const NnReal slope = (NnReal)(product * exact_inverse * exact_inverse / n);
        for (size_t i = 0; i < job->n; i++)
            dx[i] = inverse * (dx[i] - mean_d - (x[i] - mean) * slope);
    }
}

#define ROW_FORWARD(NAME, name) [NN_ROW_##NAME] = name##_forward,
#define ROW_BACKWARD(NAME, name) [NN_ROW_##NAME] = name##_backward,
/* The members of a kernel table. */
#define KERNEL_TABLE_ROWS                                                                   \
    .row_forward = {NN_ROW_FUNCTIONS(ROW_FORWARD)},                                         \
    .row_backward = {NN_ROW_FUNCTIONS(ROW_BACKWARD)}, .row_norm_forward = row_norm_forward, \
    .row_norm_backward = row_norm_backward

#endif
