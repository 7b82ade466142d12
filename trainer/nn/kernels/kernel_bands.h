/* Bands: the pixels of an `outer` job in parts that fit the first cache, as every tile of the weight
 * matrix goes over them again. Included by the kernel sources only.
 */
#ifndef NN_KERNEL_BANDS_H
#define NN_KERNEL_BANDS_H

#include "trainer/nn/kernels/vector.h"

/* Values of x and dy in a band: 16 kB of floats, half a usual first cache. */
#define BAND_VALUES 4096
/* Least pixels in a band, so that reading and writing the tiles does not count beside their work. */
#define BAND_PIXELS 128

/* Rows of a band: as many as fit. */
static inline size_t band_rows(const NnOuter *job)
{
    const NnWindow *window = &job->window;
    const size_t values = window->n_cols * (window->col_step + job->dy_col_step) + 1;
    const size_t least = (BAND_PIXELS + window->n_cols - 1) / window->n_cols;
    const size_t fit = BAND_VALUES / values;
    return fit < least ? least : fit;
}

/* The part of a job that begins at row `row` of map `map`; over n_maps maps and n_rows rows. */
static inline NnOuter band_of(const NnOuter *job, size_t map, size_t row, size_t n_maps,
                              size_t n_rows)
{
    NnOuter part = *job;
    part.window.x += map * job->window.map_step + row * job->window.row_step;
    part.dy += map * job->dy_map_step + row * job->dy_row_step;
    part.window.n_maps = n_maps;
    part.window.n_rows = n_rows;
    part.add = job->add || map > 0 || row > 0;
    return part;
}

/* n, or what is left of `all` from `first` on. */
static inline size_t band_end(size_t first, size_t n, size_t all)
{
    return n < all - first ? n : all - first;
}

/* Calls work(&part) for every band: of some rows of a map, or of some whole maps. */
#define FOR_BANDS(job, work)                                                            \
    const size_t rows_ = (job)->window.n_rows, n_ = band_rows(job);                     \
    const size_t all_ = nn_window_maps(&(job)->window), maps_ = rows_ ? n_ / rows_ : 0; \
    for (size_t map_ = 0; map_ < all_; map_ += maps_ ? maps_ : 1)                       \
        for (size_t row_ = 0; row_ < rows_; row_ += maps_ ? rows_ : n_) {               \
            const NnOuter part_ =                                                       \
                band_of((job), map_, row_, band_end(map_, maps_ ? maps_ : 1, all_),     \
                        maps_ ? rows_ : band_end(row_, n_, rows_));                     \
            work(&part_);                                                               \
        }

#endif
