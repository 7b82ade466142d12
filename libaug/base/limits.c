/* Defaults of the limits, and whether given ones can be used. */
#include "libaug/base/limits.h"

#include <stddef.h>

const char *const augi_hint_names[] = {
    [AUG_HINTS_FEW] = "row",
    [AUG_HINTS_MORE] = "16",
    [AUG_HINTS_MANY] = "8",
    [AUG_HINTS_NONE] = "off",
    NULL,
};

void aug_limits_init(AugLimits *limits)
{
    *limits = (AugLimits){
        .version = AUG_LIMITS_VERSION,
        /* What a JPEG can state at most. */
        .max_side = 65535,
        /* 178,956,970 pixels is where Pillow refuses; half of it is where Pillow begins to warn. */
        .max_pixels = UINT64_C(89478485),
        .max_encoded_size = UINT64_C(256) << 20,
        /* Encoders write about ten; a hostile file can hold tens of thousands. */
        .max_scans = 500,
        .max_spec_size = 1u << 20,
        .max_spec_nodes = 100000,
        .max_spec_depth = 32,
        .max_batch = AUG_MAX_BATCH,
        /* A frame's payload on the wire stays below 2 GiB (libuv's largest single write). */
        .max_batch_size = (UINT64_C(1) << 31) - 4096,
        /* 2^40: what a random key can name. */
        .max_samples = UINT64_C(1) << 40,
        .max_threads = 1024,
        /* ImageNet's index takes 0.1 GB, CIFAR 0.2, EMNIST 0.6; what is larger belongs in tar. */
        .max_resident_size = UINT64_C(4) << 30,
        /* ImageNet-21k has 21,841; the number of a label fits seven digits. */
        .max_classes = 1u << 20,
        /* A worker's time of 4 to 8 seconds. The largest picture allowed may have 44 passes: it can
         * be a progressive JPEG of ten scans, resized and turned. */
        .max_sample_work = UINT64_C(4000000000),
        .hints = AUG_HINTS_FEW,
    };
}

AugStatus augi_limits_check(const AugLimits *limits, AugError *error)
{
    if (limits->version != AUG_LIMITS_VERSION)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "limits",
                        "the limits have the version %u; allowed is %d, which aug_limits_init sets",
                        limits->version, AUG_LIMITS_VERSION);
    if (limits->max_batch < 1 || limits->max_batch > AUG_MAX_BATCH)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "limits",
                        "max_batch is %u; allowed are 1 to %d samples", limits->max_batch,
                        AUG_MAX_BATCH);
    if ((uint32_t)limits->hints > AUG_HINTS_NONE)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "limits",
                        "hints is %u; allowed are 0 to %d (AugHintDetail)", (uint32_t)limits->hints,
                        AUG_HINTS_NONE);
    return AUG_OK;
}
