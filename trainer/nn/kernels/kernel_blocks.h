/* Blocks: the rows of a `dot` job in parts, so that no chain of float additions is long: the products
 * of a block are added up, and its sums are added to those of the blocks before it, which are in y.
 * Included by the kernel sources only.
 */
#ifndef NN_KERNEL_BLOCKS_H
#define NN_KERNEL_BLOCKS_H

#include "trainer/nn/kernels/vector.h"

/* Most rows in a block. What a sum loses grows with the length of its chain; but a tile takes some 50
 * steps of the processor to begin and to end, beside 6 and more for each row. A panel's part of the
 * weights, 16 kB of floats, stays in the first cache for all tiles. */
#define BLOCK_ROWS 256

/* Rows first..end-1 of the n_rows of a job, which is that of these rows but for its weights: whole
 * taps, or a part of one. */
typedef struct DotBlock {
    NnDot job;
    size_t n_rows, first, end;
} DotBlock;

/* The block that begins with a row, which is the first one or the end of another block; a job without
 * rows has one block. Taps that are longer than a block are cut into nearly equal parts, of a multiple of
 * 4 rows, as there are loops that take four at once. */
static inline DotBlock dot_block(const NnDot *job, size_t first)
{
    DotBlock block = {.job = *job, .n_rows = job->window.n_taps * job->window.run, .first = first};
    NnWindow *window = &block.job.window;
    if (block.n_rows > BLOCK_ROWS) {
        const size_t run = window->run, tap = first / run, done = first % run;
        const size_t n_parts = (run + BLOCK_ROWS - 1) / BLOCK_ROWS;
        const size_t part = ((run + n_parts - 1) / n_parts + 3) / 4 * 4, left = run - done;
        const size_t taps = run > BLOCK_ROWS ? 1 : BLOCK_ROWS / run, behind = window->n_taps - tap;
        window->x += tap * window->tap_step + done;
        window->n_taps = taps < behind ? taps : behind;
        window->run = left < part ? left : part;
    }
    block.end = first + window->n_taps * window->run;
    if (first > 0) {
        block.job.bias = NULL;
        block.job.add = true;
    }
    if (block.end < block.n_rows)
        block.job.relu = false;
    return block;
}

/* Makes a block the one behind it; false: it was the last. */
static inline bool dot_next_block(const NnDot *job, DotBlock *block)
{
    if (block->end == block->n_rows)
        return false;
    *block = dot_block(job, block->end);
    return true;
}

#endif
