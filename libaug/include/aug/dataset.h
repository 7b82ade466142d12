/* Data sets: a numbered list of samples with labels, whatever the files behind it.
 *
 * A data set is opened once and then const: any number of threads read from it. Kinds (idx, cifar,
 * image_folder, tar, csv, ...) are descriptors from libaug/datasets.list.
 */
#ifndef AUG_DATASET_H
#define AUG_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/limits.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque and counted: aug_dataset_ref, aug_dataset_unref. */
typedef struct AugDataset AugDataset;

/* What a sample's bytes are. */
typedef enum AugSampleForm {
    AUG_SAMPLE_ENCODED, /* a picture file: JPEG or PNG, told by its content */
    AUG_SAMPLE_PIXELS,  /* 8-bit pixels */
    AUG_SAMPLE_TEXT,    /* text, meant to be UTF-8 */
} AugSampleForm;

/* One sample.
 *
 * bytes, size:             the content; borrowed from the data set or from the caller's AugBuffer,
 *                          valid until the next read into that buffer
 * height, width, channels: of PIXELS, else 0. Interleaved rows (HWC), or planes (CHW) if planar
 * label:                   class number from 0, or -1 if it has none
 * name:                    the sample's place for messages and file names ("cat/001.jpg", "#17");
 *                          borrowed like bytes
 */
typedef struct AugSample {
    AugSampleForm form;
    const uint8_t *bytes;
    size_t size;
    int32_t height, width, channels;
    bool planar;
    int64_t label;
    const char *name;
} AugSample;

/* What is known without reading samples. height, width, channels are 0 where samples differ or must
 * be decoded to know. */
typedef struct AugDatasetInfo {
    uint64_t n_samples;
    AugSampleForm form;
    int32_t height, width, channels;
    uint32_t n_classes; /* 0: no labels */
} AugDatasetInfo;

/* Memory that grows to hold what is read; zero-initialise, one per thread. The name lives in it
 * too. */
typedef struct AugBuffer {
    uint8_t *bytes;
    size_t capacity;
    char *name;
    size_t name_capacity;
} AugBuffer;

/* Frees the memory and zeroes the struct; accepts a zeroed one. */
AUG_API void aug_buffer_fini(AugBuffer *buffer);

/* Opens a data set from its short form "KIND:PATH[,key=value...]", as given to --dataset.
 * limits NULL: the defaults. On failure *out is NULL. The result has one reference. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_open(AugDataset **out, const char *location,
                                                  const AugLimits *limits, AugError *error);

/* Another reference, and giving one up; the last closes the files. NULL does nothing. Any thread.
 */
AUG_API AugDataset *aug_dataset_ref(AugDataset *dataset);
AUG_API void aug_dataset_unref(AugDataset *dataset);

/* Any thread. */
AUG_API const AugDatasetInfo *aug_dataset_info(const AugDataset *dataset);

/* Name of a class, 0 <= label < n_classes; its number as text where the data set has no names. The
 * string lives as long as the data set. Any thread. */
AUG_API const char *aug_dataset_class_name(const AugDataset *dataset, uint32_t label);

/* Reads the sample at index (0 to n_samples - 1). Any thread, with a buffer of its own. Fails with
 * AUG_IO, AUG_CORRUPT, AUG_CHANGED (the file is not what it was when opened) or AUG_TOO_LARGE; the
 * error's place is the sample's. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_read(const AugDataset *dataset, uint64_t index,
                                                  AugBuffer *buffer, AugSample *sample,
                                                  AugError *error);

/* Only the label of a sample, without its content; -1 if it has none. Any thread. */
AUG_API int64_t aug_dataset_label(const AugDataset *dataset, uint64_t index);

/* SHA-256 over names, sizes, labels and content, independent of where the files lie: equal on every
 * host that holds the same data. Reads everything, once; later calls are free. Any thread.
 * hex receives 64 digits and a NUL. */
AUG_API AUG_MUST_CHECK AugStatus aug_dataset_fingerprint(AugDataset *dataset, char hex[65],
                                                         AugError *error);

#ifdef __cplusplus
}
#endif
#endif
