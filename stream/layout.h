/* Inside of streams: where the tensors lie in a batch that came as bytes.
 *
 * All full batches of a stream have one header (but those that name replaced samples), and the last
 * of an epoch another, so a header is parsed and compared with the announcement when it comes for
 * the first time, and then known by its bytes.
 */
#ifndef STREAM_LAYOUT_H
#define STREAM_LAYOUT_H

#include "stream/stream.h"

/* Full batches, the last of an epoch, and two more; headers that differ from batch to batch, of
 * ragged tensors or with replaced samples, fall out again. */
#define STREAM_MAX_LAYOUTS 4

/* What the name of a ragged tensor is followed by in the name of its row numbers. */
#define STREAM_OFFSETS ".offsets"

/* One announced tensor in a batch; bytes of tensor and offsets are not set.
 *
 * place, offsets_place: where tensor and offsets begin, from the start of the batch; offsets of a
 *                       ragged one only
 */
typedef struct StreamPlaced {
    AugTensor tensor;
    size_t place, offsets_place;
} StreamPlaced;

/* One header and what it says.
 *
 * header, header_size: its bytes, the eight of its length included; NULL: none yet
 * size:      of the whole batch
 * placed:    the announced tensors, in that order
 * replaced:  what it says was replaced; owned
 * last_used: for choosing the one to forget
 */
typedef struct StreamLayout {
    uint8_t *header;
    size_t header_size, size;
    uint32_t n_samples;
    StreamPlaced *placed;
    AugReplaced *replaced;
    uint32_t n_replaced;
    uint64_t last_used;
} StreamLayout;

/* Those that are known. Zero-initialise. n_parsed: headers that were parsed so far. */
typedef struct StreamLayouts {
    StreamLayout kept[STREAM_MAX_LAYOUTS];
    uint64_t n_lookups, n_parsed;
} StreamLayouts;

/* Fills n_samples, what was replaced and, in tensors and offsets (info->n_tensors of each), what
 * lies where in the batch that bytes and size of *batch give. Fails with AUG_CORRUPT (or as
 * augi_safetensors_parse) if it is not as announced. */
AUG_MUST_CHECK AugStatus stream_layouts_apply(StreamLayouts *layouts, const StreamInfo *info,
                                              StreamBatch *batch, AugTensor *tensors,
                                              const int64_t **offsets, AugError *error);

/* Frees all; accepts zeroed ones. */
void stream_layouts_fini(StreamLayouts *layouts);

#endif
