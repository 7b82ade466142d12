/* Members of an archive that lie beside its pictures and are no field of a sample. */
#ifndef AUGI_DATASETS_TAR_BESIDE_H
#define AUGI_DATASETS_TAR_BESIDE_H

#include "libaug/data/dataset.h"
#include "libaug/data/support/tar_index.h"

/* Visits those of one shard, which is in the index: labels and descriptions as well, for they may hold
 * more than a class; not what systems and programs left. A member belongs to the picture whose key
 * is the longest of those that its name begins with, up to a dot. */
AUG_MUST_CHECK AugStatus augi_tar_beside(const AugiTarIndex *index, const AugiTarShard *shard,
                                         AugiBesideVisit visit, void *user, AugError *error);

#endif
