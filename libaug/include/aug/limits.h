/* The bounds on everything that comes from outside: one versioned struct, one place.
 *
 * Nothing read from a file, a socket or a spec is used as a size or an index before it was compared
 * with one of these.
 */
#ifndef AUG_LIMITS_H
#define AUG_LIMITS_H

#include <stdint.h>

#include "aug/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Channels of a picture at most. */
#define AUG_MAX_CHANNELS 16

/* Version of the struct below; a caller built against an older header passes a smaller one. */
#define AUG_LIMITS_VERSION 3

/* Samples in one batch that no limit can exceed: what the language of specs and the network library
 * are made for. */
#define AUG_MAX_BATCH 65536
/* Samples that are rearranged at once (AugOrder): a loader keeps two windows, of 8 MiB each,
 * and takes 24 MiB more for each while it is sorted by length. */
#define AUG_MAX_WINDOW 1048576

/* How much may be kept of what the first reading of a picture file finds out for later ones: marks,
 * places at which decoding can begin, so that a crop is reached without decoding all that lies
 * before it. They never change a pixel. The figures are of JPEG files; marks of one sample have at
 * most that share of its bytes, or 64 bytes where that is more. */
typedef enum AugHintDetail {
    AUG_HINTS_FEW,  /* for each row of blocks: 0.5 % */
    AUG_HINTS_MORE, /* every 16 blocks, too: 1.5 % */
    AUG_HINTS_MANY, /* every 8 blocks: 3 % */
    AUG_HINTS_NONE, /* nothing */
} AugHintDetail;

/* Limits of one engine. Fill it with aug_limits_init, then change what you need.
 *
 * version:          AUG_LIMITS_VERSION; another one is refused
 * max_side:         width or height of one picture, in pixels
 * max_pixels:       pixels of one picture
 * max_encoded_size: bytes of one encoded sample (a JPEG file, a line of text)
 * max_scans:        scans of a progressive JPEG; each costs work on the whole picture
 * max_spec_size:    bytes of one spec file
 * max_spec_nodes:   values in one spec, aliases expanded
 * max_spec_depth:   nesting in one spec
 * max_batch:        samples in one batch, 1 to AUG_MAX_BATCH
 * max_batch_size:   bytes of one batch
 * max_samples:      samples in one data set
 * max_threads:      worker threads of one pool
 * max_resident_size: bytes that one data set keeps in memory: its index, an unpacked .gz file
 * max_classes:      classes of one data set; a label is a number below it
 * max_sample_work:  passes over pixels that making one sample may take, all views and mixing
 *                   included; one is about two nanoseconds of one core
 * hints:            what is kept of a data set's first reading, in files beside that of digests
 *                   (aug_dataset_take_note, aug/dataset.h)
 */
typedef struct AugLimits {
    uint32_t version;
    uint32_t max_side;
    uint64_t max_pixels;
    uint64_t max_encoded_size;
    uint32_t max_scans;
    uint32_t max_spec_size;
    uint32_t max_spec_nodes;
    uint32_t max_spec_depth;
    uint32_t max_batch;
    uint64_t max_batch_size;
    uint64_t max_samples;
    uint32_t max_threads;
    uint64_t max_resident_size;
    uint32_t max_classes;
    uint64_t max_sample_work;
    AugHintDetail hints;
} AugLimits;

/* Sets the defaults. Any thread. */
AUG_API void aug_limits_init(AugLimits *limits);

#ifdef __cplusplus
}
#endif
#endif
