/* A network as a file for other programs: ONNX (github.com/onnx/onnx, operator set 13).
 *
 * The model computes what evaluation does: no dropout, running statistics. Its input "input" is
 * [N, channels, height, width], or [N, features], of float32; of a network that reads indices it is
 * [N, positions] of int32. Its output "output" is what the loss sees: [N, outputs], or
 * [N, channels, height, width]. Parameters have the names that the network gives them.
 */
#ifndef NN_EXPORT_H
#define NN_EXPORT_H

#include "trainer/nn/nn.h"

/* A note in the file, for whoever looks into it. */
typedef struct NnOnnxNote {
    const char *key, *value;
} NnOnnxNote;

/* How to write it. Zero-initialised is usable; everything is borrowed for the call.
 *
 * keep_norms:  batch norms stay operators of their own; else each that follows a convolution or a
 *              linear layer becomes part of its weights
 * bytes:       the input is uint8, and the model begins with its division by 255
 * mean, scale: with bytes: a value for each channel (or feature) that is subtracted after this
 *              division, and one that is divided by then; NULL: neither
 * notes:       n_notes of them
 */
typedef struct NnOnnxOptions {
    bool keep_norms, bytes;
    const double *mean, *scale;
    const NnOnnxNote *notes;
    size_t n_notes;
} NnOnnxOptions;

/* Writes a network as an ONNX model; the caller frees the bytes. UNSUPPORTED names a layer that ONNX
 * cannot express, such as a batch norm without running statistics; TOO_LARGE: it would have 2 GiB
 * or more, which Protocol Buffers do not allow. *bytes is NULL on failure. No step may run
 * meanwhile. */
AUG_MUST_CHECK AugStatus nn_network_export_onnx(const NnNetwork *network,
                                                const NnOnnxOptions *options, uint8_t **bytes,
                                                size_t *size, AugError *error);

#endif
