/* The parts of oneDNN's C interface that differ between its versions 2 and 3, in one form. Included by
 * onednn.c alone; everything is static. */
#ifndef ONEDNN_API_H
#define ONEDNN_API_H

#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>

#include "trainer/nn/kernels/kernels.h"

/* Which gradient a convolution makes, or its outputs. */
typedef enum Direction {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHTS,
} Direction;

/* What a convolution works on: types of values, sizes, and what a primitive is made with.
 *
 * x, y, weights: types; weights are in whatever order the primitive likes
 * hint:          the forward primitive's description, for a backward one
 */
typedef struct Wanted {
    const NnConvolution *job;
    dnnl_engine_t engine;
    dnnl_primitive_attr_t attributes;
    dnnl_data_type_t x, y, weights;
    dnnl_primitive_desc_t hint;
} Wanted;

#if DNNL_VERSION_MAJOR >= 3
/* How values lie in memory; owned, and borrowed. */
typedef dnnl_memory_desc_t Layout;
typedef const_dnnl_memory_desc_t LayoutRef;
#define LAYOUT_REF(layout) (layout)

/* A layout of four dimensions; false if oneDNN refuses it. */
static inline bool layout_make(Layout *layout, const dnnl_dims_t dims, dnnl_data_type_t type,
                               dnnl_format_tag_t tag)
{
    return dnnl_memory_desc_create_with_tag(layout, 4, dims, type, tag) == dnnl_success;
}

/* Ends what layout_make began. */
static inline void layout_free(Layout *layout)
{
    dnnl_memory_desc_destroy(*layout);
}

#else
/* How values lie in memory, and a pointer to that. */
typedef dnnl_memory_desc_t Layout;
/* Borrowed. */
typedef const dnnl_memory_desc_t *LayoutRef;
#define LAYOUT_REF(layout) (&(layout))

/* A layout of four dimensions; false if oneDNN refuses it. */
static inline bool layout_make(Layout *layout, const dnnl_dims_t dims, dnnl_data_type_t type,
                               dnnl_format_tag_t tag)
{
    return dnnl_memory_desc_init_by_tag(layout, 4, dims, type, tag) == dnnl_success;
}

/* Nothing is held. */
static inline void layout_free(Layout *layout)
{
    (void)layout;
}
#endif

/* Layouts of a convolution's values, and its strides and borders. */
typedef struct Geometry {
    Layout x, y, weights;
    dnnl_dims_t strides, before, after;
} Geometry;

/* Sizes of the weights, in oneDNN's order. */
static inline void weight_dims(const NnConvolution *job, dnnl_dims_t dims)
{
    dims[0] = job->out.channels;
    dims[1] = job->in.channels;
    dims[2] = job->kernel.height;
    dims[3] = job->kernel.width;
}

/* Border behind the last row or column that the last window reaches; below 0 where some of the input
 * is not seen. */
static inline dnnl_dim_t border_after(int32_t in, int32_t out, int32_t kernel, int32_t stride,
                                      int32_t padding)
{
    return (dnnl_dim_t)(out - 1) * stride + kernel - in - padding;
}

/* Fills it for what is wanted; false if oneDNN refuses a layout. */
static inline bool geometry_make(Geometry *g, const Wanted *wanted)
{
    const NnConvolution *job = wanted->job;
    const dnnl_dims_t x = {job->n, job->in.channels, job->in.height, job->in.width};
    const dnnl_dims_t y = {job->n, job->out.channels, job->out.height, job->out.width};
    dnnl_dims_t weights;
    weight_dims(job, weights);
    g->strides[0] = job->stride.height;
    g->strides[1] = job->stride.width;
    g->before[0] = job->padding.height;
    g->before[1] = job->padding.width;
    g->after[0] = border_after(job->in.height, job->out.height, job->kernel.height,
                               job->stride.height, job->padding.height);
    g->after[1] = border_after(job->in.width, job->out.width, job->kernel.width, job->stride.width,
                               job->padding.width);
    return layout_make(&g->x, x, wanted->x, dnnl_nhwc) &&
           layout_make(&g->y, y, wanted->y, dnnl_nhwc) &&
           layout_make(&g->weights, weights, wanted->weights, dnnl_format_tag_any);
}

/* Ends what geometry_make began. */
static inline void geometry_free(Geometry *g)
{
    layout_free(&g->x);
    layout_free(&g->y);
    layout_free(&g->weights);
}

#if DNNL_VERSION_MAJOR >= 3
/* Makes the description of a convolution's primitive in a direction. */
static inline dnnl_status_t describe(dnnl_primitive_desc_t *desc, const Wanted *w,
                                     const Geometry *g, Direction direction)
{
    const dnnl_dims_t dense = {0, 0};
    if (direction == FORWARD)
        return dnnl_convolution_forward_primitive_desc_create(
            desc, w->engine, dnnl_forward_training, dnnl_convolution_direct, g->x, g->weights, NULL,
            g->y, g->strides, dense, g->before, g->after, w->attributes);
    if (direction == BACKWARD_DATA)
        return dnnl_convolution_backward_data_primitive_desc_create(
            desc, w->engine, dnnl_convolution_direct, g->x, g->weights, g->y, g->strides, dense,
            g->before, g->after, w->hint, w->attributes);
    return dnnl_convolution_backward_weights_primitive_desc_create(
        desc, w->engine, dnnl_convolution_direct, g->x, g->weights, NULL, g->y, g->strides, dense,
        g->before, g->after, w->hint, w->attributes);
}
#else
/* Makes the description of a convolution's primitive in a direction. */
static inline dnnl_status_t describe(dnnl_primitive_desc_t *desc, const Wanted *w,
                                     const Geometry *g, Direction direction)
{
    dnnl_convolution_desc_t conv;
    dnnl_status_t status;
    if (direction == FORWARD)
        status = dnnl_convolution_forward_desc_init(&conv, dnnl_forward_training,
                                                    dnnl_convolution_direct, &g->x, &g->weights,
                                                    NULL, &g->y, g->strides, g->before, g->after);
    else if (direction == BACKWARD_DATA)
        status = dnnl_convolution_backward_data_desc_init(&conv, dnnl_convolution_direct, &g->x,
                                                          &g->weights, &g->y, g->strides, g->before,
                                                          g->after);
    else
        status = dnnl_convolution_backward_weights_desc_init(&conv, dnnl_convolution_direct, &g->x,
                                                             &g->weights, NULL, &g->y, g->strides,
                                                             g->before, g->after);
    if (status != dnnl_success)
        return status;
    return dnnl_primitive_desc_create(desc, &conv, w->attributes, w->engine, w->hint);
}
#endif

#endif
