/* Bands: the pixels of an `outer` job in parts that fit the first cache, as every tile of the weight
 * matrix goes over them again; a band's products are added up, and then the sums of the bands, so no
 * chain of float additions is long. Included by the kernel sources only.
 */
#ifndef NN_KERNEL_BANDS_H
#define NN_KERNEL_BANDS_H

#include "trainer/nn/kernels/vector.h"

/* Values of x and dy in a band: 16 kB of floats, half a usual first cache. */
#define BAND_VALUES 4096
/* Least pixels in a band, so that reading and writing the tiles does not count beside their work. */
#define BAND_PIXELS 128
/* Most columns in a band; a row that is longer has several. */
#define BAND_COLS 256

/* What a band has at most: some whole maps, or some whole rows of one, or a part of a row. */
typedef struct Bands {
    size_t maps, rows, cols;
} Bands;

/* Rows of a band: as many as fit. */
static inline size_t band_rows(const NnOuter *job)
{
    const NnWindow *window = &job->window;
    const size_t values = window->n_cols * (window->col_step + job->dy_col_step) + 1;
    const size_t least = (BAND_PIXELS + window->n_cols - 1) / window->n_cols;
    const size_t fit = BAND_VALUES / values;
    return fit < least ? least : fit;
}

/* The bands of a job. */
static inline Bands bands_of(const NnOuter *job)
{
    const size_t n_rows = job->window.n_rows, n_cols = job->window.n_cols;
    if (n_cols > BAND_COLS)
        return (Bands){1, 1, BAND_COLS};
    const size_t rows = band_rows(job);
    return rows < n_rows ? (Bands){1, rows, n_cols} : (Bands){rows / n_rows, n_rows, n_cols};
}

/* n, or what is left of `all` from `first` on. */
static inline size_t band_end(size_t first, size_t n, size_t all)
{
    return n < all - first ? n : all - first;
}

/* The band of a job that begins at a map, row and column. */
static inline NnOuter band_at(const NnOuter *job, const Bands *bands, size_t map, size_t row,
                              size_t col)
{
    NnOuter band = *job;
    NnWindow *window = &band.window;
    window->x += map * window->map_step + row * window->row_step + col * window->col_step;
    band.dy += map * job->dy_map_step + row * job->dy_row_step + col * job->dy_col_step;
    window->n_maps = band_end(map, bands->maps, nn_window_maps(&job->window));
    window->n_rows = band_end(row, bands->rows, job->window.n_rows);
    window->n_cols = band_end(col, bands->cols, job->window.n_cols);
    band.add = job->add || map > 0 || row > 0 || col > 0;
    return band;
}

/* Calls work(&band) for every band. */
#define FOR_BANDS(job, work)                                                          \
    const Bands bands_ = bands_of(job);                                               \
    const size_t maps_ = nn_window_maps(&(job)->window);                              \
    for (size_t map_ = 0; map_ < maps_; map_ += bands_.maps)                          \
        for (size_t row_ = 0; row_ < (job)->window.n_rows; row_ += bands_.rows)       \
            for (size_t col_ = 0; col_ < (job)->window.n_cols; col_ += bands_.cols) { \
                const NnOuter band_ = band_at((job), &bands_, map_, row_, col_);      \
                work(&band_);                                                         \
            }

#endif
