/* Plain loops of dot, outer and draw: the yardstick of the fast kernels. The other kernels are shared;
 * they are checked against PyTorch's values. */
#include "aug/random.h"
#include "trainer/nn/kernels/kernel_bands.h"
#include "trainer/nn/kernels/kernel_blocks.h"
#include "trainer/nn/kernels/kernel_table.h"

/* All products of a block. */
static void dot_all(const DotBlock *block)
{
    const NnDot *job = &block->job;
    const NnWindow *window = &job->window;
    const size_t rows = window->n_taps * window->run, map = window->n_rows * window->n_cols;
    for (size_t i = 0; i < nn_window_maps(window) * map; i++) {
        const size_t pixel = i % map;
        const NnReal *x = window->x + i / map * window->map_step +
                          pixel / window->n_cols * window->row_step +
                          pixel % window->n_cols * window->col_step;
        NnReal *y = job->y + i / map * job->y_map_step + pixel / window->n_cols * job->y_row_step +
                    pixel % window->n_cols * job->y_col_step;
        for (size_t out = 0; out < job->n_out; out++) {
            NnReal sum = job->bias ? job->bias[out] : 0;
            for (size_t row = 0; row < rows; row++)
                sum += x[row / window->run * window->tap_step + row % window->run] *
                       job->weights[nn_panel_index(block->n_rows, job->n_out, block->first + row,
                                                   out)];
            sum += job->add ? y[out] : 0;
            y[out] = job->relu && sum <= 0 ? 0 : sum;
        }
    }
}

static void dot(const NnDot *job)
{
    DotBlock block = dot_block(job, 0);
    do
        dot_all(&block);
    while (dot_next_block(job, &block));
}

/* All products of a band. */
static void outer_band(const NnOuter *job)
{
    const NnWindow *window = &job->window;
    const size_t rows = window->n_taps * window->run, map = window->n_rows * window->n_cols;
    for (size_t row = 0; row < rows; row++) {
        const NnReal *x = window->x + row / window->run * window->tap_step + row % window->run;
        for (size_t out = 0; out < nn_padded(job->n_out); out++) {
            NnReal *dw =
                job->dw + nn_panel_index(job->dw_rows, job->n_out, job->first_row + row, out);
            NnReal sum = 0;
            for (size_t i = 0; i < nn_window_maps(window) * map; i++) {
                const size_t y = i % map / window->n_cols, col = i % window->n_cols;
                sum +=
                    x[i / map * window->map_step + y * window->row_step + col * window->col_step] *
                    job->dy[i / map * job->dy_map_step + y * job->dy_row_step +
                            col * job->dy_col_step + out];
            }
            *dw = job->add ? *dw + sum : sum;
        }
    }
}

static void outer(const NnOuter *job)
{
    FOR_BANDS(job, outer_band)
}

/* Four values share a block of the generator. */
static void draw(const NnDraw *job)
{
    uint32_t words[4] = {0};
    for (size_t i = 0; i < job->n; i++) {
        const uint32_t counter[4] = {(uint32_t)(i / 4), job->counter[0], job->counter[1],
                                     job->counter[2]};
        if (i % 4 == 0)
            aug_philox4x32(counter, job->key, words);
        job->keep[i] = words[i % 4] >= job->threshold;
    }
}

const NnKernels nn_kernels_reference = {
    .name = "reference",
    .dot = dot,
    .outer = outer,
    .draw = draw,
    KERNEL_TABLE_REST,
};
