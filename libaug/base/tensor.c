/* Names and sizes of element types and tensors. */
#include "libaug/base/tensor.h"

#include <string.h>

static const struct {
    const char *name;
    size_t size;
} dtypes[] = {
#define DTYPE_ROW(name, number, size) [AUG_DTYPE_##name] = {#name, size},
    AUG_DTYPE_MAP(DTYPE_ROW)
#undef DTYPE_ROW
};

const char *aug_dtype_name(AugDtype dtype)
{
    return dtypes[dtype].name;
}

size_t aug_dtype_size(AugDtype dtype)
{
    return dtypes[dtype].size;
}

bool augi_dtype_find(const char *name, AugDtype *dtype)
{
    for (size_t i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++)
        if (dtypes[i].name && strcmp(dtypes[i].name, name) == 0) {
            *dtype = (AugDtype)i;
            return true;
        }
    return false;
}

const char *augi_dtype_names(void)
{
    /* Every name follows a comma; the first one is cut off. */
#define DTYPE_NAME(name, number, size) ", " #name
    static const char names[] = AUG_DTYPE_MAP(DTYPE_NAME);
    return names + 2;
#undef DTYPE_NAME
}

size_t aug_tensor_size(const AugTensorDesc *desc)
{
    size_t size = aug_dtype_size(desc->dtype);
    for (uint32_t i = 0; i < desc->n_dims; i++)
        if (__builtin_mul_overflow(size, desc->shape[i], &size))
            return 0;
    return size;
}

AugTensorDesc aug_tensor_spec_batch(const AugTensorSpec *spec, uint32_t n)
{
    AugTensorDesc desc = spec->sample;
    if (spec->ragged) {
        if (__builtin_mul_overflow(desc.shape[0], (uint64_t)n, &desc.shape[0]))
            desc.shape[0] = UINT64_MAX;
        return desc;
    }
    for (uint32_t i = desc.n_dims; i > 0; i--)
        desc.shape[i] = desc.shape[i - 1];
    desc.shape[0] = n;
    desc.n_dims++;
    return desc;
}
