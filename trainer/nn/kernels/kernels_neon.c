/* Kernels for AArch64, all of whose CPUs have NEON with fused multiply-add and 32 registers: the
 * baseline's source and vectors, with tiles that fill these registers. */
#define NN_NEON
#include "trainer/nn/kernels/kernel_dot.h"
#include "trainer/nn/kernels/kernel_draw.h"
#include "trainer/nn/kernels/kernel_outer.h"
#include "trainer/nn/kernels/kernel_table.h"

const NnKernels nn_kernels_neon = {
    .name = "neon",
    .dot = dot,
    .outer = outer,
    .draw = draw,
    KERNEL_TABLE_REST,
};
