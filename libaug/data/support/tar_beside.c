/* A second walk through a shard, for who wants more than the samples: keys of its pictures are put into
 * a table, and the names of all other members looked up there. */
#include "libaug/data/support/tar_beside.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/paths.h"
#include "libaug/data/support/tar_head.h"

/* keys: of the shard's pictures; first: number of the first of them. */
typedef struct Walk {
    const AugiTarIndex *index;
    const AugiTarShard *shard;
    AugiTarReader reader;
    AugiIntern keys;
    uint64_t first, n;
    AugiBesideVisit visit;
    void *user;
} Walk;

static const char *name_of(const Walk *walk, uint64_t number)
{
    const AugiTarPicture *picture = &walk->index->pictures[number];
    return walk->index->names.text + picture->name + picture->base;
}

/* Pictures of a shard stand together. */
static AugStatus find_keys(Walk *walk, AugError *error)
{
    const AugiTarIndex *index = walk->index;
    const AugiTarShard *shard = walk->shard;
    while (walk->first < index->n && index->pictures[walk->first].shard != shard->number)
        walk->first++;
    for (uint64_t i = walk->first; i < index->n && index->pictures[i].shard == shard->number; i++) {
        const char *name = name_of(walk, i);
        const AugiTarName split = augi_tar_name_split(name, shard->extensions, shard->key);
        uint32_t number;
        AUG_TRY(augi_intern_add(&walk->keys, name, split.key_size, shard->limits->max_resident_size,
                                &number, error));
        walk->n++;
    }
    return AUG_OK;
}

/* Finds the picture that a member belongs to and what stands behind its key and the dot. */
static bool find_sample(const Walk *walk, const char *name, uint64_t *sample, const char **ending)
{
    const size_t folder = augi_path_folder_size(name);
    for (size_t size = strlen(name); size-- > folder;) {
        uint32_t number;
        if (name[size] != '.' || !augi_intern_find(&walk->keys, name, size, &number))
            continue;
        *sample = walk->first + number;
        *ending = name + size + 1;
        return true;
    }
    return false;
}

static AugStatus visit_member(const Walk *walk, const AugiTarMember *member, AugError *error)
{
    AugiPassReason reason;
    AugiBesideFile file = {.sample = AUGI_BESIDE_NOBODY,
                           .name = member->name,
                           .file = walk->shard->file,
                           .data = member->data,
                           .size = member->size};
    if (member->type == AUGI_TAR_OTHER || augi_tar_is_of_pack(member->name))
        return AUG_OK;
    /* A link has no content that could go along. */
    if (member->type == AUGI_TAR_LINK || augi_path_is_passed_over(member->name, &reason) ||
        !find_sample(walk, member->name, &file.sample, &file.ending))
        return walk->visit(walk->user, &file, error);
    if (walk->index->pictures[file.sample].data == member->data)
        return AUG_OK;
    return walk->visit(walk->user, &file, error);
}

static AugStatus walk_shard(Walk *walk, AugError *error)
{
    AUG_TRY(find_keys(walk, error));
    AugStatus status = AUG_OK;
    while (status == AUG_OK) {
        AugiTarMember member;
        status = augi_tar_next(&walk->reader, &member, error);
        if (status == AUG_OK)
            status = visit_member(walk, &member, error);
    }
    return status == AUG_END ? AUG_OK : status;
}

AugStatus augi_tar_beside(const AugiTarIndex *index, const AugiTarShard *shard,
                          AugiBesideVisit visit, void *user, AugError *error)
{
    Walk *walk = calloc(1, sizeof(*walk));
    if (!walk)
        return AUG_FAIL(error, AUG_NO_MEMORY, shard->path, "no memory to read it");
    *walk = (Walk){.index = index, .shard = shard, .visit = visit, .user = user};
    walk->reader.file = shard->file;
    walk->reader.path = shard->path;
    const AugStatus status = walk_shard(walk, error);
    augi_intern_fini(&walk->keys);
    free(walk);
    return status;
}
