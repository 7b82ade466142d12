/* Kernels for CPUs with AVX2 and FMA: the same source as the baseline's, with vectors of 32 bytes
 * and fused multiply-add. CMake compiles this file with the flags it needs. */
#include "trainer/nn/kernels/kernel_dot.h"
#include "trainer/nn/kernels/kernel_draw.h"
#include "trainer/nn/kernels/kernel_outer.h"
#include "trainer/nn/kernels/kernel_table.h"

const NnKernels nn_kernels_avx2 = {
    .name = "avx2",
    .dot = dot,
    .outer = outer,
    .draw = draw,
    KERNEL_TABLE_REST,
};
