/* Walks through what was written, so that nothing of it need be remembered: neither in memory nor
 * from a run that was killed. */
#include "cli/pack_index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/apply_log.h"
#include "cli/tar_member.h"
#include "libaug/base/gzip.h"
#include "libaug/data/support/tar_head.h"
#include "libaug/data/support/tar_reader.h"

#define HEAD "offset\tsize\tname\n"

/* An empty gzip member (RFC 1952): a header with a comment, an empty block of deflate, a check sum and
 * a size, both 0. The comment is a word and two numbers of 20 digits. */
#define LAST_BEGIN "\x1f\x8b\x08\x10\0\0\0\0\x02\xff"
#define LAST_END "\x03\0\0\0\0\0\0\0\0\0"
#define LAST_COMMENT_SIZE (10 + 2 * 21 + 1)
#define LAST_SIZE (sizeof(LAST_BEGIN) - 1 + LAST_COMMENT_SIZE + sizeof(LAST_END) - 1)

/* Lines that are packed together. */
#define PIECE_SIZE (1u << 20)

/* What is done with a member; begin: where its headers begin. */
typedef AugStatus (*Visit)(void *user, const AugiTarMember *member, uint64_t begin,
                           AugError *error);

/* The walk of one archive. end: of its members. */
typedef struct Walk {
    AugiTarReader reader;
    AugiFile file;
    uint64_t end;
    Visit visit;
    void *user;
} Walk;

static AugStatus go(Walk *walk, AugError *error)
{
    AugStatus status = AUG_OK;
    while (status == AUG_OK && walk->reader.offset < walk->end) {
        const uint64_t begin = walk->reader.offset;
        AugiTarMember member;
        status = augi_tar_next(&walk->reader, &member, error);
        if (status == AUG_OK)
            status = walk->visit(walk->user, &member, begin, error);
    }
    return status == AUG_END ? AUG_OK : status;
}

/* Visits all members that begin before end. */
static AugStatus visit_all(int fd, const char *path, uint64_t end, Visit visit, void *user,
                           AugError *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return AUG_FAIL(error, AUG_IO, path, "cannot look at it");
    Walk *walk = calloc(1, sizeof(*walk));
    if (!walk)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory to read it");
    *walk = (Walk){.end = end, .visit = visit, .user = user};
    walk->file = (AugiFile){.descriptor = fd, .is_open = true, .stamp = augi_file_stamp(&status)};
    walk->reader.file = &walk->file;
    walk->reader.path = path;
    const AugStatus result = go(walk, error);
    free(walk);
    return result;
}

/* An index in the making: first only its size is counted, then it is written. */
typedef struct Index {
    CliGrowing *file;
    AugiGzip *gzip;
    CliBytes lines;
    uint64_t size;
    bool is_counting;
} Index;

static AugStatus add_bytes(Index *index, const void *bytes, size_t size, AugError *error)
{
    index->size += size;
    return index->is_counting ? AUG_OK : cli_growing_append(index->file, bytes, size, error);
}

static AugStatus pack_lines(Index *index, AugError *error)
{
    const void *packed;
    size_t size;
    if (index->lines.failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, index->file->path, "no memory for the index");
    if (index->lines.size == 0)
        return AUG_OK;
    AUG_TRY(
        augi_gzip_pack(index->gzip, index->lines.bytes, index->lines.size, &packed, &size, error));
    index->lines.size = 0;
    return add_bytes(index, packed, size, error);
}

static AugStatus add_line(void *user, const AugiTarMember *member, uint64_t begin, AugError *error)
{
    Index *index = user;
    (void)begin;
    char *name = cli_tsv_field(member->name);
    if (!name)
        return AUG_FAIL(error, AUG_NO_MEMORY, index->file->path, "no memory for the index");
    cli_bytes_add_number(&index->lines, member->data);
    cli_bytes_add_byte(&index->lines, '\t');
    cli_bytes_add_number(&index->lines, member->size);
    cli_bytes_add_byte(&index->lines, '\t');
    cli_bytes_add_text(&index->lines, name);
    cli_bytes_add_byte(&index->lines, '\n');
    free(name);
    return index->lines.size < PIECE_SIZE ? AUG_OK : pack_lines(index, error);
}

/* The head and a line for each member that begins before end. */
static AugStatus add_lines(Index *index, uint64_t end, AugError *error)
{
    cli_bytes_add_text(&index->lines, HEAD);
    AUG_TRY(visit_all(index->file->fd, index->file->aside, end, add_line, index, error));
    return pack_lines(index, error);
}

/* Says where the index is, and ends the archive. */
static AugStatus add_end(Index *index, uint64_t offset, uint64_t size, AugError *error)
{
    char comment[LAST_COMMENT_SIZE];
    CliBytes end = {0};
    snprintf(comment, sizeof(comment), "augd-index %020" PRIu64 " %020" PRIu64, offset, size);
    cli_bytes_add(&end, LAST_BEGIN, sizeof(LAST_BEGIN) - 1);
    cli_bytes_add(&end, comment, sizeof(comment));
    cli_bytes_add(&end, LAST_END, sizeof(LAST_END) - 1);
    cli_tar_add_padding(&end, size);
    cli_tar_add_end(&end);
    AugStatus status = AUG_OK;
    if (end.failed)
        status = AUG_FAIL(error, AUG_NO_MEMORY, index->file->path, "no memory for the index");
    else
        status = add_bytes(index, end.bytes, end.size, error);
    cli_bytes_fini(&end);
    return status;
}

static AugStatus add_header(Index *index, uint64_t size, AugError *error)
{
    CliBytes header = {0};
    cli_tar_add_header(&header, AUGI_TAR_PLACES, size);
    AugStatus status = AUG_OK;
    if (header.failed)
        status = AUG_FAIL(error, AUG_NO_MEMORY, index->file->path, "no memory for the index");
    else
        status = cli_growing_append(index->file, header.bytes, header.size, error);
    cli_bytes_fini(&header);
    return status;
}

/* First its size, which stands before it. */
static AugStatus append(Index *index, AugError *error)
{
    const uint64_t end = index->file->size;
    index->is_counting = true;
    AUG_TRY(add_lines(index, end, error));
    const uint64_t size = index->size + LAST_SIZE;
    index->is_counting = false;
    AUG_TRY(add_header(index, size, error));
    const uint64_t offset = index->file->size;
    AUG_TRY(add_lines(index, end, error));
    return add_end(index, offset, size, error);
}

AugStatus cli_pack_index_append(CliGrowing *file, AugError *error)
{
    Index index = {.file = file};
    AugStatus status = augi_gzip_new(&index.gzip, error);
    if (status == AUG_OK)
        status = append(&index, error);
    augi_gzip_free(index.gzip);
    cli_bytes_fini(&index.lines);
    return status;
}

/* last: the sample whose members are being visited. */
typedef struct Places {
    const CliPackNames *names;
    uint64_t *items;
    uint64_t last;
} Places;

static AugStatus add_place(void *user, const AugiTarMember *member, uint64_t begin, AugError *error)
{
    Places *places = user;
    uint64_t index;
    const char *ending;
    (void)error;
    if (!cli_pack_names_find(places->names, member->name, &index, &ending) || index == places->last)
        return AUG_OK;
    places->last = index;
    places->items[index] = begin;
    return AUG_OK;
}

AugStatus cli_pack_index_places(int fd, const char *path, const CliPackNames *names,
                                uint64_t **places, AugError *error)
{
    const uint64_t n = names->keys.n;
    *places = malloc((size_t)n * sizeof(**places));
    if (!*places)
        return AUG_FAIL(error, AUG_NO_MEMORY, path,
                        "no memory for the places of %" PRIu64 " samples", n);
    for (uint64_t i = 0; i < n; i++)
        (*places)[i] = CLI_PACK_NOWHERE;
    Places user = {.names = names, .items = *places, .last = CLI_PACK_NOWHERE};
    const AugStatus status = visit_all(fd, path, UINT64_MAX, add_place, &user, error);
    if (status == AUG_OK)
        return AUG_OK;
    free(*places);
    *places = NULL;
    return status;
}
