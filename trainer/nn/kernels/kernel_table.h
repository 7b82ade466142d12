/* The members of a kernel table that dot and outer do not differ in. Included by the kernel sources
 * only. */
#ifndef NN_KERNEL_TABLE_H
#define NN_KERNEL_TABLE_H

#include "trainer/nn/kernels/kernel_activations.h"
#include "trainer/nn/kernels/kernel_adaptive.h"
#include "trainer/nn/kernels/kernel_depthwise.h"
#include "trainer/nn/kernels/kernel_loops.h"
#include "trainer/nn/kernels/kernel_norm.h"
#include "trainer/nn/kernels/kernel_resample.h"
#include "trainer/nn/kernels/kernel_rows.h"

#define KERNEL_TABLE_REST                                                                   \
    KERNEL_TABLE_ACTIVATIONS, KERNEL_TABLE_ROWS, KERNEL_TABLE_DEPTHWISE,                    \
        .norm_forward = norm_forward, .norm_backward_grouped = norm_backward_grouped,       \
        .norm_backward = norm_backward, .sums = sums, .norm_sums = norm_sums,               \
        .max_pool_forward = max_pool_forward, KERNEL_TABLE_ADAPTIVE, KERNEL_TABLE_RESAMPLE, \
        .max_pool_backward = max_pool_backward, .avg_pool_forward = avg_pool_forward,       \
        .avg_pool_backward = avg_pool_backward, .relu_forward = relu_forward,               \
        .relu_backward = relu_backward, .add = add, .mask = mask, .tree = tree,             \
        .all_finite = all_finite, .peak = peak

#endif
