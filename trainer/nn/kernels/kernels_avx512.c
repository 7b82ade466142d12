/* Kernels for CPUs with AVX-512 (F, BW, DQ, VL): the same source as the others', with vectors of 64
 * bytes, and dot and outer in tiles for 32 registers. CMake compiles this file with the flags it
 * needs. */
#include "trainer/nn/kernels/kernel_dot_rows.h"
#include "trainer/nn/kernels/kernel_draw.h"
#include "trainer/nn/kernels/kernel_outer.h"
#include "trainer/nn/kernels/kernel_table.h"

const NnKernels nn_kernels_avx512 = {
    .name = "avx512",
    .dot = dot,
    .outer = outer,
    .draw = draw,
    KERNEL_TABLE_REST,
};
