/* Data sets of equal pictures that are kept in memory as pixels: idx and cifar.
 *
 * The files are read once, when the set is opened. Samples are then borrowed without a copy or a
 * system call, and what becomes of the files does not matter any more. So the set is settled
 * (dataset.h): its open says so, and the manifest has the digest of all pixels.
 */
#ifndef AUGI_DATASETS_PIXELS_H
#define AUGI_DATASETS_PIXELS_H

#include "libaug/data/support/labels.h"

/* State of such a set: picture i begins at bytes + i * stride. */
typedef struct AugiPixels {
    uint8_t *bytes;
    size_t stride;
    AugiLabels labels; /* empty: no labels */
} AugiPixels;

/* The hooks of AugDatasetKind for state AugiPixels; info holds the picture size. */
void augi_pixels_close(AugDataset *dataset);
AugStatus augi_pixels_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                           AugSample *sample, AugError *error);
void augi_pixels_expect(const AugDataset *dataset, uint64_t index);
int64_t augi_pixels_label(const AugDataset *dataset, uint64_t index);
void augi_pixels_manifest(const AugDataset *dataset, AugiHash *hash);

#endif
