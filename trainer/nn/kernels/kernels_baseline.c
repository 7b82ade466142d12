/* Kernels for every CPU of the architecture, by the compiler's vectors of 16 bytes. */
#include "trainer/nn/kernels/kernel_dot.h"
#include "trainer/nn/kernels/kernel_draw.h"
#include "trainer/nn/kernels/kernel_outer.h"
#include "trainer/nn/kernels/kernel_table.h"

const NnKernels nn_kernels_baseline = {
    .name = "baseline",
    .dot = dot,
    .outer = outer,
    .draw = draw,
    KERNEL_TABLE_REST,
};
