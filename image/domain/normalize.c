/* The output's normalization: presets, and means and deviations given by hand. */
#include "image/domain/domain.h"

/* Means and standard deviations over the training sets, values in 0..1, as torchvision and the
 * papers' code use them. */
typedef struct Preset {
    int32_t n;
    double mean[3], std[3];
} Preset;

enum { NONE, IMAGENET, CIFAR10, CIFAR100, MNIST, FASHION_MNIST, HALF };

const char *const img_normalize_names[] = {
    [NONE] = "none",       [IMAGENET] = "imagenet",
    [CIFAR10] = "cifar10", [CIFAR100] = "cifar100",
    [MNIST] = "mnist",     [FASHION_MNIST] = "fashion_mnist",
    [HALF] = "half",       NULL,
};

static const Preset presets[] = {
    [NONE] = {1, {0}, {1}},
    [IMAGENET] = {3, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}},
    [CIFAR10] = {3, {0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}},
    [CIFAR100] = {3, {0.5071, 0.4865, 0.4409}, {0.2673, 0.2564, 0.2762}},
    [MNIST] = {1, {0.1307}, {0.3081}},
    [FASHION_MNIST] = {1, {0.2860}, {0.3530}},
    [HALF] = {1, {0.5}, {0.5}},
};

/* One number serves all channels; otherwise there must be one for each. */
static bool spread(const double *values, int32_t n, int32_t channels, double out[3])
{
    if (n != 1 && n != channels)
        return false;
    for (int c = 0; c < 3; c++)
        out[c] = values[n == 1 ? 0 : c];
    return true;
}

static AugStatus complain(const char *what, int32_t n, int32_t channels, AugError *error)
{
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "output: %s has %d values and the pictures have %d channel%s; give 1 or %d, or "
                    "set color",
                    what, n, channels, channels == 1 ? "" : "s", channels);
}

AugStatus img_normalize_resolve(const ImgOutputParams *params, int32_t channels,
                                ImgNormalize *normalize, AugError *error)
{
    const Preset *preset = &presets[params->normalize.value];
    *normalize = (ImgNormalize){.applies = params->normalize.value != NONE || params->mean.n ||
                                           params->std.n};
    if (!spread(preset->mean, preset->n, channels, normalize->mean) ||
        !spread(preset->std, preset->n, channels, normalize->std))
        return complain(img_normalize_names[params->normalize.value], preset->n, channels, error);
    if (params->mean.n && !spread(params->mean.values, params->mean.n, channels, normalize->mean))
        return complain("mean", params->mean.n, channels, error);
    if (params->std.n && !spread(params->std.values, params->std.n, channels, normalize->std))
        return complain("std", params->std.n, channels, error);
    if (normalize->applies && params->dtype.value == IMG_TYPE_UINT8)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "output: dtype uint8 holds pixel values 0 to 255, which cannot be "
                        "normalized; use dtype: float32 or normalize: none");
    return AUG_OK;
}
