/* The output's normalization: presets, and means and deviations given by hand. */
#include <stdio.h>

#include "image/domain/domain.h"
#include "libaug/spec/param_kind.h"

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

/* The map that may stand in place of a name. */
typedef struct ByHand {
    AugNumbers mean, std;
} ByHand;

static const AugParamDesc by_hand_rows[] = {
    AUG_PARAM(ByHand, mean, IMG_MEAN_BOUNDS,
              .help = "mean to subtract, one number or one per channel, for values of 0 to 1"),
    AUG_PARAM(ByHand, std, IMG_STD_BOUNDS, .help = "deviation to divide by, like mean"),
};
static const AugParamTable by_hand_table = AUG_PARAM_TABLE(ByHand, by_hand_rows);

static bool read_map(const AugParamTarget *target, const AugiTree *at, ImgNormalizeParam *param)
{
    ByHand given;
    char path[64];
    const size_t mistakes = target->problems->n;
    snprintf(path, sizeof(path), "%s.%s", target->path, target->row->name);
    augi_params_bind(&by_hand_table, at, NULL, path, &given, target->problems);
    if (target->problems->n > mistakes)
        return false;
    if (given.mean.n == 0 || given.std.n == 0)
        return augi_param_complain(target, at, "a map with an empty list");
    *param = (ImgNormalizeParam){.preset = NONE, .mean = given.mean, .std = given.std};
    return true;
}

static bool read_normalize(const AugParamTarget *target, const AugiTree *at, void *field)
{
    ImgNormalizeParam *param = field;
    if (at->kind == AUGI_TREE_MAP)
        return read_map(target, at, param);
    const int32_t preset = augi_param_find_choice(target->row, at);
    if (preset < 0)
        return augi_param_complain_choice(target, at);
    *param = (ImgNormalizeParam){.preset = preset};
    return true;
}

/* A map is gone once the section is settled. */
static const char *normalize_word(const AugParamDesc *row, const void *field)
{
    return row->choices[((const ImgNormalizeParam *)field)->preset];
}

static void write_normalize_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_object(writer);
    augi_json_key(writer, "type");
    augi_json_string(writer, "object");
    augi_json_key(writer, "properties");
    augi_json_object(writer);
    for (size_t i = 0; i < by_hand_table.n; i++) {
        augi_json_key(writer, by_hand_rows[i].name);
        augi_param_write_schema(&by_hand_rows[i], writer);
    }
    augi_json_object_end(writer);
    augi_json_key(writer, "required");
    augi_json_list(writer);
    for (size_t i = 0; i < by_hand_table.n; i++)
        augi_json_string(writer, by_hand_rows[i].name);
    augi_json_list_end(writer);
    augi_json_key(writer, "additionalProperties");
    augi_json_bool(writer, false);
    augi_json_object_end(writer);
}

const AugParamKind img_kind_normalize = {
    .text = "name or map {mean, std}",
    .allowed = "a map {mean: ..., std: ...}",
    .size = sizeof(ImgNormalizeParam),
    .read = read_normalize,
    .word = normalize_word,
    .write_forms = write_normalize_forms,
};

AugStatus img_output_settle(void *params, AugError *error)
{
    ImgOutputParams *output = params;
    if (output->normalize.mean.n == 0)
        return AUG_OK;
    if (output->mean.n || output->std.n)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "normalize gives mean and std, and they stand beside it too; give them "
                        "once");
    output->mean = output->normalize.mean;
    output->std = output->normalize.std;
    output->normalize = (ImgNormalizeParam){.preset = NONE};
    return AUG_OK;
}

/* One number serves all channels; otherwise there must be one for each. */
static bool spread(const double *values, int32_t n, int32_t channels, double out[AUG_MAX_CHANNELS])
{
    if (n != 1 && n != channels)
        return false;
    for (int32_t c = 0; c < channels; c++)
        out[c] = values[n == 1 ? 0 : c];
    return true;
}

static AugStatus complain(const char *what, int32_t n, int32_t channels, AugError *error)
{
    char allowed[32] = "1";
    if (channels > 1)
        snprintf(allowed, sizeof(allowed), "1 or %d", channels);
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "output: %s has %d values and the pictures have %d channel%s; give %s%s", what,
                    n, channels, channels == 1 ? "" : "s", allowed,
                    channels == 1 || channels == 3 ? ", or set color" : "");
}

AugStatus img_normalize_resolve(const ImgOutputParams *params, int32_t channels,
                                ImgNormalize *normalize, AugError *error)
{
    const int32_t chosen = params->normalize.preset;
    const Preset *preset = &presets[chosen];
    *normalize = (ImgNormalize){.applies = chosen != NONE || params->mean.n || params->std.n};
    if (!spread(preset->mean, preset->n, channels, normalize->mean) ||
        !spread(preset->std, preset->n, channels, normalize->std))
        return complain(img_normalize_names[chosen], preset->n, channels, error);
    if (params->mean.n && !spread(params->mean.values, params->mean.n, channels, normalize->mean))
        return complain("mean", params->mean.n, channels, error);
    if (params->std.n && !spread(params->std.values, params->std.n, channels, normalize->std))
        return complain("std", params->std.n, channels, error);
    if (normalize->applies && params->dtype.value != IMG_TYPE_FLOAT32)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "output: dtype %s holds pixel values 0 to %s, which cannot be normalized; "
                        "use dtype: float32 or normalize: none",
                        params->dtype.value == IMG_TYPE_UINT8 ? "uint8" : "uint16",
                        params->dtype.value == IMG_TYPE_UINT8 ? "255" : "65535");
    return AUG_OK;
}
