/* The choice of kernels, made once when a network is built. */
#include "trainer/nn/kernels/kernels.h"

AugStatus nn_kernels_choose(NnKernelChoice choice, const NnKernels **kernels, AugError *error)
{
    *kernels = &nn_kernels_baseline;
    if (choice == NN_KERNELS_REFERENCE)
        *kernels = &nn_kernels_reference;
    if (choice == NN_KERNELS_REFERENCE || choice == NN_KERNELS_BASELINE)
        return AUG_OK;
#if defined(__x86_64__) && !defined(NN_NO_AVX2)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        *kernels = &nn_kernels_avx2;
        return AUG_OK;
    }
#endif
    if (choice == NN_KERNELS_AVX2)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "kernels avx2 are not available on this processor; allowed are auto, "
                        "baseline, reference");
    return AUG_OK;
}
