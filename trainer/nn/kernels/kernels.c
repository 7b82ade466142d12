/* The choice of kernels, made once when a network is built. */
#include "trainer/nn/kernels/kernels.h"

#include <stdio.h>
#include <string.h>

#define CHOICE_NAME(NAME, word) [NN_KERNELS_##NAME] = word,

const char *const nn_kernel_names[NN_N_KERNEL_CHOICES + 1] = {NN_KERNEL_CHOICES(CHOICE_NAME)};

#if defined(__x86_64__) && !defined(NN_NO_CPU_KERNELS)
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

/* A table, and whether this CPU can run it (NULL: every CPU that the program runs on). */
typedef struct Table {
    NnKernelChoice choice;
    const NnKernels *kernels;
    bool (*runs)(void);
} Table;

/* Those of this build, the fastest first. */
static const Table tables[] = {
#if defined(__x86_64__) && !defined(NN_NO_CPU_KERNELS)
    {NN_KERNELS_AVX512, &nn_kernels_avx512, has_avx512},
    {NN_KERNELS_AVX2, &nn_kernels_avx2, has_avx2},
#endif
#if defined(__aarch64__) && !defined(NN_NO_CPU_KERNELS)
    {NN_KERNELS_NEON, &nn_kernels_neon, NULL},
#endif
    {NN_KERNELS_BASELINE, &nn_kernels_baseline, NULL},
    {NN_KERNELS_REFERENCE, &nn_kernels_reference, NULL},
};

AugStatus nn_kernels_choose(NnKernelChoice choice, const NnKernels **kernels, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(tables); i++) {
        const Table *table = &tables[i];
        if ((choice == NN_KERNELS_AUTO || choice == table->choice) &&
            (!table->runs || table->runs())) {
            *kernels = table->kernels;
            return AUG_OK;
        }
    }
    char names[96] = "auto";
    for (size_t i = 0, used = strlen(names); i < AUG_COUNT(tables) && used < sizeof(names); i++)
        if (!tables[i].runs || tables[i].runs())
            used += (size_t)snprintf(names + used, sizeof(names) - used, ", %s",
                                     nn_kernel_names[tables[i].choice]);
    return AUG_FAIL(error, AUG_UNSUPPORTED, "kernels",
                    "%s kernels are not available on this processor; allowed are %s",
                    choice < NN_N_KERNEL_CHOICES ? nn_kernel_names[choice] : "such", names);
}
