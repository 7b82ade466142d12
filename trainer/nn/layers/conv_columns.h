/* Convolutions as matrix products over columns: for each pixel of the output all that its kernel sees
 * is copied side by side. It costs copies, but holds for any dilation and number of groups, and for
 * transposed convolutions, which run the same steps the other way round.
 *
 * Of the two maps of a convolution the *wide* one is what the kernel slides over, the *narrow* one
 * has a pixel for each position of the kernel. A convolution goes from wide to narrow, a transposed
 * one from narrow to wide.
 */
#ifndef NN_LAYERS_CONV_COLUMNS_H
#define NN_LAYERS_CONV_COLUMNS_H

#include "trainer/nn/layer.h"

/* Rows or columns: extents of the maps, and how the kernel moves. */
typedef struct NnColumnsSide {
    size_t wide, narrow, kernel, stride, padding, dilation;
} NnColumnsSide;

/* One convolution. wide, narrow: channels of one group; narrow_pad: padded; n_rows: values that a
 * kernel sees, which are the rows of a group's matrix; matrix: values of that in memory. */
typedef struct NnColumns {
    NnColumnsSide rows, cols;
    size_t wide, narrow, groups, narrow_pad, n_rows, matrix;
} NnColumns;

/* A thread's memory.
 *
 * columns: of one row of the narrow map; pixels: that row, each pixel padded
 * back:    weights with rows and outputs exchanged; bias: of each group, padded
 */
typedef struct NnColumnsWork {
    NnReal *columns, *pixels, *back, *bias;
} NnColumnsWork;

/* Fills what follows from the other members. */
void nn_columns_derive(NnColumns *columns);

/* Extents of one side of the wide map that a kernel covers, with its dilation. */
static inline size_t nn_columns_reach(const NnColumnsSide *side)
{
    return side->dilation * (side->kernel - 1) + 1;
}

/* Declares the weight, whose desc has the narrow map's channels first, and memory; init: of it. */
void nn_columns_plan(NnBlueprint *blueprint, NnNode *node, const NnColumns *columns,
                     const AugTensorDesc *desc, NnInit init);

/* Values of the parts of a thread's scratch together. */
size_t nn_columns_values(const NnColumns *columns);

/* The parts of a thread's scratch. */
NnColumnsWork nn_columns_work(const NnTask *task, const NnColumns *columns);

/* Columns of one group for row `row` of the narrow map, from the wide map of a sample; and their sum
 * back into it. */
void nn_columns_gather(const NnColumns *columns, const NnReal *map, size_t row, size_t group,
                       NnReal *to);
void nn_columns_scatter(const NnColumns *columns, const NnReal *from, size_t row, size_t group,
                        NnReal *map);

/* A group's pixels of row `row` of the narrow map, padded; 0 where mask, if there is one, is not
 * positive. */
void nn_columns_pixels(const NnColumns *columns, const NnReal *map, const NnReal *mask, size_t row,
                       size_t group, NnReal *to);

/* Exchanges rows and outputs of the weights. */
void nn_columns_transpose(const NnColumns *columns, const NnReal *weights, NnReal *to);

/* The product that makes the narrow map's row of a group from its columns; and the one that makes
 * columns from padded pixels. bias, padded, may be NULL. */
void nn_columns_narrow(const NnPass *pass, const NnColumns *columns, NnDot job, size_t group);
void nn_columns_widen(const NnPass *pass, const NnColumns *columns, const NnColumnsWork *work,
                      size_t group);

/* What the pixels of a row of the narrow map see of its columns. */
NnWindow nn_columns_window(const NnColumns *columns, const NnReal *from);

/* Adds to a shard's part of the weights' gradient what the thread's pixels and what they see make, or
 * sets it, if `first`. */
void nn_columns_weights(const NnTask *task, const NnNode *node, const NnColumns *columns,
                        size_t group, NnWindow window, bool first);

/* The shard's sums of the bias's gradient, of which there are n_out; behind the weights' part. */
double *nn_columns_bias_sums(const NnPass *pass, const NnNode *node, const NnColumns *columns,
                             uint32_t shard);

/* Adds up the parts of the shards; n_out: values of the bias. */
void nn_columns_finish(const NnTask *task, const NnNode *node, const NnColumns *columns,
                       size_t n_out);

#endif
