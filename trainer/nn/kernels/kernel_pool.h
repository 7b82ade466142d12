/* Pooling kernels. Included by the kernel sources only. */
#ifndef NN_KERNEL_POOL_H
#define NN_KERNEL_POOL_H

#include <math.h>

#include "trainer/nn/kernels/vector.h"

/* Part of a window that lies on the map, for one output position. */
typedef struct PoolSpan {
    int32_t first, end, origin;
} PoolSpan;

/* In one direction, for output number `out`. */
static inline PoolSpan pool_span(int32_t out, int32_t stride, int32_t pad, int32_t kernel,
                                 int32_t extent)
{
    const int32_t origin = out * stride - pad;
    return (PoolSpan){.first = origin > 0 ? origin : 0,
                      .end = origin + kernel < extent ? origin + kernel : extent,
                      .origin = origin};
}

/* The same for adaptive pooling: output `out` of n_out is over floor(out * extent / n_out) to
 * ceil((out + 1) * extent / n_out) - 1. */
static inline PoolSpan pool_adaptive_span(int32_t out, int32_t n_out, int32_t extent)
{
    const int64_t first = (int64_t)out * extent / n_out;
    const int64_t end = (((int64_t)out + 1) * extent + n_out - 1) / n_out;
    return (PoolSpan){.first = (int32_t)first, .end = (int32_t)end, .origin = (int32_t)first};
}

/* A window on its map: the part that lies on it, and where its output is. */
typedef struct PoolWindow {
    PoolSpan rows, cols;
    size_t out;
} PoolWindow;

/* Place of a pixel in a map. */
static inline size_t pool_at(NnShape shape, int32_t row, int32_t col)
{
    return ((size_t)row * (size_t)shape.width + (size_t)col) * (size_t)shape.channels;
}

/* The window of one output. */
static inline PoolWindow pool_window(const NnPool2d *job, int32_t oy, int32_t ox)
{
    if (job->adaptive)
        return (PoolWindow){pool_adaptive_span(oy, job->out.height, job->in.height),
                            pool_adaptive_span(ox, job->out.width, job->in.width),
                            pool_at(job->out, oy, ox)};
    return (PoolWindow){pool_span(oy, job->stride_h, job->pad_h, job->kernel_h, job->in.height),
                        pool_span(ox, job->stride_w, job->pad_w, job->kernel_w, job->in.width),
                        pool_at(job->out, oy, ox)};
}

/* Calls work(job, &window, channel, lanes) for every window and vector of channels. */
#define FOR_WINDOWS(job, work)                                       \
    for (int32_t oy_ = 0; oy_ < (job)->out.height; oy_++)            \
        for (int32_t ox_ = 0; ox_ < (job)->out.width; ox_++) {       \
            const PoolWindow window_ = pool_window((job), oy_, ox_); \
            const size_t n_ = (size_t)(job)->out.channels;           \
            size_t c_ = 0;                                           \
            for (; c_ + LANES <= n_; c_ += LANES)                    \
                work((job), &window_, c_, LANES);                    \
            if (c_ < n_)                                             \
                work((job), &window_, c_, n_ - c_);                  \
        }

/* Number of a position in its window, row-major. */
ALWAYS_INLINE int32_t pool_place(const NnPool2d *job, const PoolWindow *window, int32_t row,
                                 int32_t col)
{
    return (row - window->rows.origin) * job->kernel_w + col - window->cols.origin;
}

/* The maximum of n_rows x n_cols positions; constants in the call for the usual window. */
ALWAYS_INLINE void max_pool_positions(const NnPool2d *job, const PoolWindow *window, size_t c,
                                      const size_t lanes, const int32_t n_rows,
                                      const int32_t n_cols)
{
    const size_t row_step = pool_at(job->in, 1, 0), col_step = (size_t)job->in.channels;
    const NnReal *x = job->x + pool_at(job->in, window->rows.first, window->cols.first) + c;
    const int32_t first = pool_place(job, window, window->rows.first, window->cols.first);
    Vec best = vec_all((NnReal)-INFINITY);
    VecMask place = (VecMask){0} + first;
    for (int32_t row = 0; row < n_rows; row++, x += row_step)
        for (int32_t col = 0; col < n_cols; col++) {
            const Vec value = vec_load_some(x + (size_t)col * col_step, lanes);
            const VecMask better = (value > best) | (value != value);
            const VecMask here = (VecMask){0} + (first + row * job->kernel_w + col);
            best = vec_select(better, value, best);
            place = (VecMask)vec_select(better, (Vec)here, (Vec)place);
        }
    vec_store_some(job->y + window->out + c, best, lanes);
    const VecBytes bytes = __builtin_convertvector(place, VecBytes);
    memcpy(job->chosen + window->out + c, &bytes, lanes);
}

/* Work of max_pool_forward on a window. */
ALWAYS_INLINE void max_pool_window(const NnPool2d *job, const PoolWindow *window, size_t c,
                                   const size_t lanes)
{
    const int32_t n_rows = window->rows.end - window->rows.first;
    const int32_t n_cols = window->cols.end - window->cols.first;
    if (n_rows == 2 && n_cols == 2)
        max_pool_positions(job, window, c, lanes, 2, 2);
    else
        max_pool_positions(job, window, c, lanes, n_rows, n_cols);
}

static void max_pool_forward(const NnPool2d *job)
{
    FOR_WINDOWS(job, max_pool_window)
}

/* Whether every position of the map lies in one window, so that gradients can be set in one pass.
 */
static bool max_pool_tiles(const NnPool2d *job)
{
    return job->pad_h == 0 && job->pad_w == 0 && job->stride_h == job->kernel_h &&
           job->stride_w == job->kernel_w && job->out.height * job->kernel_h == job->in.height &&
           job->out.width * job->kernel_w == job->in.width;
}

/* The gradient of a window's output for one of its positions. */
typedef struct MaxPoolShare {
    Vec dy;
    VecMask chosen;
} MaxPoolShare;

/* Share of a window in some channels. */
ALWAYS_INLINE MaxPoolShare max_pool_share(const NnPool2d *job, const PoolWindow *window, size_t c,
                                          const size_t lanes)
{
    VecBytes bytes = {0};
    memcpy(&bytes, job->chosen + window->out + c, lanes);
    Vec dy = vec_load_some(job->dy + window->out + c, lanes);
    if (job->mask)
        dy = vec_where_positive(vec_load_some(job->mask + window->out + c, lanes), dy);
    return (MaxPoolShare){dy, __builtin_convertvector(bytes, VecMask)};
}

/* dy where a position was chosen, else 0. */
ALWAYS_INLINE Vec max_pool_at(MaxPoolShare share, int32_t place)
{
    return (Vec)((share.chosen == (VecMask){0} + place) & (VecMask)share.dy);
}

/* Sets n_rows x n_cols positions; constants in the call for the usual window. */
ALWAYS_INLINE void max_pool_spread(const NnPool2d *job, const PoolWindow *window, size_t c,
                                   const size_t lanes, const int32_t n_rows, const int32_t n_cols)
{
    const size_t row_step = pool_at(job->in, 1, 0), col_step = (size_t)job->in.channels;
    NnReal *dx = job->dx + pool_at(job->in, window->rows.first, window->cols.first) + c;
    const MaxPoolShare share = max_pool_share(job, window, c, lanes);
    for (int32_t row = 0; row < n_rows; row++, dx += row_step)
        for (int32_t col = 0; col < n_cols; col++)
            vec_store_some(dx + (size_t)col * col_step, max_pool_at(share, row * n_cols + col),
                           lanes);
}

/* Sets the gradients of one window that lies on the map as a whole. */
ALWAYS_INLINE void max_pool_set(const NnPool2d *job, const PoolWindow *window, size_t c,
                                const size_t lanes)
{
    if (job->kernel_h == 2 && job->kernel_w == 2)
        max_pool_spread(job, window, c, lanes, 2, 2);
    else
        max_pool_spread(job, window, c, lanes, job->kernel_h, job->kernel_w);
}

/* Adds the gradients of one window to what other windows gave. */
ALWAYS_INLINE void max_pool_add(const NnPool2d *job, const PoolWindow *window, size_t c,
                                const size_t lanes)
{
    const MaxPoolShare share = max_pool_share(job, window, c, lanes);
    for (int32_t row = window->rows.first; row < window->rows.end; row++)
        for (int32_t col = window->cols.first; col < window->cols.end; col++) {
            NnReal *dx = job->dx + pool_at(job->in, row, col) + c;
            const Vec d = max_pool_at(share, pool_place(job, window, row, col));
            vec_store_some(dx, vec_load_some(dx, lanes) + d, lanes);
        }
}

static void max_pool_backward(const NnPool2d *job)
{
    if (max_pool_tiles(job)) {
        FOR_WINDOWS(job, max_pool_set)
        return;
    }
    memset(job->dx, 0, pool_at(job->in, job->in.height, 0) * sizeof(NnReal));
    FOR_WINDOWS(job, max_pool_add)
}

/* 1 / values that a window's mean is over. */
static inline NnReal avg_pool_share(const NnPool2d *job, const PoolWindow *window)
{
    const PoolSpan rows = window->rows, cols = window->cols;
    if (!job->count_padding)
        return 1 / (NnReal)((rows.end - rows.first) * (cols.end - cols.first));
    /* As PyTorch: the window is cut at the far edge of the padding, not before. */
    const int32_t below = job->in.height + job->pad_h - rows.origin;
    const int32_t right = job->in.width + job->pad_w - cols.origin;
    return 1 / (NnReal)((below < job->kernel_h ? below : job->kernel_h) *
                        (right < job->kernel_w ? right : job->kernel_w));
}

/* Columns that are added as they are; a float sum of so many loses at most 5 bits of its 24. */
#define AVG_CHUNK 32

/* Sum of a window in chunks; what is lost when they are added is kept and added at the end (Knuth's
 * two-sum), so that large windows are as exact as small ones. */
ALWAYS_INLINE Vec avg_pool_sum(const NnPool2d *job, const PoolWindow *window, size_t c,
                               const size_t lanes)
{
    Vec sum = {0}, lost = {0};
    for (int32_t row = window->rows.first; row < window->rows.end; row++)
        for (int32_t col = window->cols.first; col < window->cols.end;) {
            Vec chunk = {0};
            for (int32_t k = 0; k < AVG_CHUNK && col < window->cols.end; k++, col++)
                chunk += vec_load_some(job->x + pool_at(job->in, row, col) + c, lanes);
            const Vec joined = sum + chunk, part = joined - sum;
            lost += (sum - (joined - part)) + (chunk - part);
            sum = joined;
        }
    return sum + lost;
}

/* Work of avg_pool_forward on a window. */
ALWAYS_INLINE void avg_pool_window(const NnPool2d *job, const PoolWindow *window, size_t c,
                                   const size_t lanes)
{
    const Vec sum = avg_pool_sum(job, window, c, lanes);
    vec_store_some(job->y + window->out + c, sum * avg_pool_share(job, window), lanes);
}

static void avg_pool_forward(const NnPool2d *job){FOR_WINDOWS(job, avg_pool_window)}

/* Work of avg_pool_backward on a window. */
ALWAYS_INLINE
    void avg_pool_give(const NnPool2d *job, const PoolWindow *window, size_t c, const size_t lanes)
{
    const Vec d = vec_load_some(job->dy + window->out + c, lanes) * avg_pool_share(job, window);
    for (int32_t row = window->rows.first; row < window->rows.end; row++)
        for (int32_t col = window->cols.first; col < window->cols.end; col++) {
            NnReal *dx = job->dx + pool_at(job->in, row, col) + c;
            vec_store_some(dx, vec_load_some(dx, lanes) + d, lanes);
        }
}

static void avg_pool_backward(const NnPool2d *job)
{
    memset(job->dx, 0, pool_at(job->in, job->in.height, 0) * sizeof(NnReal));
    FOR_WINDOWS(job, avg_pool_give)
}

#endif
