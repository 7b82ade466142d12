/* The index of tar shards: which pictures there are, where they lie and which labels they have.
 *
 * Members of one key form a sample (tar_names.h): "a/7.jpg", "a/7.cls" and "a/7.json" have the key
 * "a/7".
 */
#ifndef AUGI_DATASETS_TAR_INDEX_H
#define AUGI_DATASETS_TAR_INDEX_H

#include "aug/limits.h"
#include "libaug/data/support/file.h"
#include "libaug/data/support/intern.h"
#include "libaug/data/support/passed_over.h"
#include "libaug/data/support/tar_head.h"
#include "libaug/data/support/tar_names.h"
#include "libaug/data/support/tar_reader.h"

/* A picture of the finished index. name: offset in names; base: length of the part of it that the
 * shard's name takes. label: from its .cls or .json, else -1. */
typedef struct AugiTarPicture {
    uint64_t name;
    uint64_t data, size;
    uint32_t shard;
    uint32_t base;
    int32_t label;
} AugiTarPicture;

/* Zero-initialised it is empty. head: what the first members of shards say; head_of: the shard that
 * says it, NULL: none does. */
typedef struct AugiTarIndex {
    AugiTarHead head;
    const char *head_of;
    AugiStrings names;
    AugiTarPicture *pictures;
    uint64_t n, capacity;
} AugiTarIndex;

/* One shard to be read. prefix: put before the names of its members ("shard-001.tar/"), or "".
 * key: where keys end, unless a first member says it. passed: receives the members that are passed over. */
typedef struct AugiTarShard {
    const AugiFile *file;
    const char *path;
    const char *prefix;
    uint32_t number;
    const char *extensions;
    AugiTarKey key;
    const AugLimits *limits;
    AugiPassedOver *passed;
} AugiTarShard;

/* Adds the samples of one shard, in the order in which their keys first appear. Fails with
 * AUG_CORRUPT where two pictures have one key, a label has no picture or is none, a picture has two
 * keys, or first members of two shards name classes differently, and as augi_tar_next. */
AUG_MUST_CHECK AugStatus augi_tar_index_add(AugiTarIndex *index, const AugiTarShard *shard,
                                            AugError *error);

/* Frees the tables and zeroes the struct. */
void augi_tar_index_fini(AugiTarIndex *index);

#endif
