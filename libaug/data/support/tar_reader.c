/* Reads header after header, each checked before its size is believed; long names and pax records
 * change the header that follows them. */
#include "libaug/data/support/tar_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512

/* An extended header with more is no description of a file. */
#define MAX_EXTENDED (1u << 20)

/* Archives are padded to records of twenty blocks; a few records behind the end marker are looked
 * at for a second archive. */
#define BLOCKS_BEHIND_END 64

/* One header block; offsets and sizes as POSIX has them. */
typedef struct Header {
    char name[100];
    char mode_uid_gid[24];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[8];
    char owner[80];
    char prefix[155];
    char padding[12];
} Header;

_Static_assert(sizeof(Header) == BLOCK, "a tar header is one block");

static AugStatus fail(const AugiTarReader *reader, AugStatus status, const char *what,
                      AugError *error)
{
    return AUG_FAIL(error, status, reader->path, "the member at byte %" PRIu64 " %s",
                    reader->offset, what);
}

AugStatus augi_tar_read(AugiTarReader *reader, uint64_t offset, void *to, size_t size,
                        AugError *error)
{
    bool inside = offset >= reader->window_offset && size <= reader->window_size &&
                  offset - reader->window_offset <= reader->window_size - size;
    if (!inside && size <= sizeof(reader->window)) {
        uint64_t left = reader->file->stamp.size - offset;
        size_t n = left < sizeof(reader->window) ? (size_t)left : sizeof(reader->window);
        reader->window_size = 0;
        AUG_TRY(augi_file_read(reader->file, offset, reader->window, n, reader->path, error));
        reader->window_offset = offset;
        reader->window_size = n;
        inside = size <= n;
    }
    if (!inside)
        return augi_file_read(reader->file, offset, to, size, reader->path, error);
    memcpy(to, reader->window + (offset - reader->window_offset), size);
    return AUG_OK;
}

AugStatus augi_tar_begin(AugiTarReader *reader, AugError *error)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *name;
    } packers[] = {{"\x1f\x8b", 2, "gzip"},
                   {"\x28\xb5\x2f\xfd", 4, "zstd"},
                   {"\xfd\x37zXZ", 5, "xz"},
                   {"BZh", 3, "bzip2"}};
    uint8_t start[5] = {0};
    if (reader->file->stamp.size < sizeof(start))
        return AUG_OK;
    AUG_TRY(augi_tar_read(reader, 0, start, sizeof(start), error));
    for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
        if (memcmp(start, packers[i].magic, packers[i].size) == 0)
            return AUG_FAIL(error, AUG_UNSUPPORTED, reader->path,
                            "is compressed with %s; allowed is plain tar, which can be read at any "
                            "place",
                            packers[i].name);
    return AUG_OK;
}

static bool is_zero(const uint8_t *block)
{
    for (size_t i = 0; i < BLOCK; i++)
        if (block[i])
            return false;
    return true;
}

/* The sum of all bytes with the checksum itself as spaces. Some old writers added signed bytes. */
static bool checksum_is_right(const uint8_t *block, uint64_t stated)
{
    int64_t sum = 0, signed_sum = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        bool own = i >= offsetof(Header, checksum) && i < offsetof(Header, type);
        sum += own ? ' ' : block[i];
        signed_sum += own ? ' ' : (int8_t)block[i];
    }
    return (int64_t)stated == sum || (int64_t)stated == signed_sum;
}

/* Octal digits among spaces and NULs, or, if the first bit is set, a big-endian number. */
static bool read_number(const char *field, size_t size, uint64_t *value)
{
    *value = 0;
    size_t i = 0;
    if ((uint8_t)field[0] & 0x80) {
        for (i = 0; i < size; i++) {
            uint8_t byte = (uint8_t)field[i] & (i == 0 ? 0x7f : 0xff);
            if (*value >> 55)
                return false;
            *value = *value << 8 | byte;
        }
        return true;
    }
    while (i < size && field[i] == ' ')
        i++;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
        *value = *value << 3 | (uint64_t)(field[i] - '0');
    for (; i < size; i++)
        if (field[i] != ' ' && field[i] != 0)
            return false;
    return true;
}

/* Looks behind the end marker, where a joined second archive would be left out in silence. */
static AugStatus check_end(AugiTarReader *reader, AugError *error)
{
    uint64_t offset = reader->offset;
    for (int i = 0; i < BLOCKS_BEHIND_END && reader->file->stamp.size - offset >= BLOCK; i++) {
        uint8_t block[BLOCK];
        AUG_TRY(augi_tar_read(reader, offset, block, BLOCK, error));
        if (!is_zero(block))
            return AUG_FAIL(error, AUG_CORRUPT, reader->path,
                            "more follows at byte %" PRIu64
                            ", behind the end of the archive at byte %" PRIu64
                            " (were two archives joined?)",
                            offset, reader->offset);
        offset += BLOCK;
    }
    return AUG_END;
}

/* Reads the header at the reader's offset and finds where its content lies. */
static AugStatus read_header(AugiTarReader *reader, Header *header, AugiTarMember *member,
                             AugError *error)
{
    uint64_t end = reader->file->stamp.size;
    if (reader->offset > end || end - reader->offset < BLOCK)
        return AUG_FAIL(error, AUG_CORRUPT, reader->path,
                        "the archive is cut off at byte %" PRIu64 ", before its end marker", end);
    uint8_t block[BLOCK];
    AUG_TRY(augi_tar_read(reader, reader->offset, block, BLOCK, error));
    if (is_zero(block))
        return check_end(reader, error);
    memcpy(header, block, BLOCK);
    uint64_t checksum;
    if (!read_number(header->checksum, sizeof(header->checksum), &checksum) ||
        !checksum_is_right(block, checksum))
        return AUG_FAIL(error, AUG_CORRUPT, reader->path,
                        reader->offset
                            ? "the header at byte %" PRIu64 " is damaged: its checksum is wrong"
                            : "is no tar archive: the checksum at byte %" PRIu64 " is wrong",
                        reader->offset);
    if (!read_number(header->size, sizeof(header->size), &member->size))
        return fail(reader, AUG_CORRUPT, "has a size that is not a number", error);
    member->header = reader->offset;
    member->data = reader->offset + BLOCK;
    return AUG_OK;
}

/* Moves behind a member's content, which must lie inside the file. */
static AugStatus skip_content(AugiTarReader *reader, const AugiTarMember *member, AugError *error)
{
    uint64_t left = reader->file->stamp.size - member->data;
    if (member->size > left)
        return AUG_FAIL(error, AUG_CORRUPT, reader->path,
                        "the member at byte %" PRIu64 " claims %" PRIu64
                        " bytes; the file ends after %" PRIu64 " of them",
                        member->header, member->size, left);
    reader->offset = member->data + (member->size + BLOCK - 1) / BLOCK * BLOCK;
    return AUG_OK;
}

static AugStatus take_long_name(AugiTarReader *reader, const char *text, size_t size,
                                AugError *error)
{
    size_t length = strnlen(text, size);
    if (length == 0 || length > AUGI_TAR_MAX_NAME)
        return fail(reader, AUG_CORRUPT, "has a long name that is empty or too long", error);
    memcpy(reader->name, text, length);
    reader->name[length] = 0;
    reader->has_name = true;
    return AUG_OK;
}

/* A header that describes the next member: a GNU long name or pax records. */
static AugStatus read_extended(AugiTarReader *reader, char type, const AugiTarMember *member,
                               AugError *error)
{
    if (member->size > MAX_EXTENDED)
        return fail(reader, AUG_TOO_LARGE, "is an extended header above 1 MiB", error);
    AUG_TRY(skip_content(reader, member, error));
    /* The name of a link's target is not needed. */
    if (type == 'K' || member->size == 0)
        return AUG_OK;
    char *text = malloc((size_t)member->size);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, reader->path, "no memory for an extended header");
    AugStatus status = augi_tar_read(reader, member->data, text, (size_t)member->size, error);
    if (status == AUG_OK)
        status = type == 'L'
                     ? take_long_name(reader, text, (size_t)member->size, error)
                     : augi_tar_read_pax(reader, text, (size_t)member->size, type == 'g', error);
    free(text);
    return status;
}

/* The name from an extended header or from the fields, without what would leave the folder that it
 * may be unpacked in. */
static AugStatus find_name(AugiTarReader *reader, const Header *header, AugiTarMember *member,
                           AugError *error)
{
    if (!reader->has_name) {
        /* GNU's own magic ends in spaces and uses the prefix for other things. */
        bool has_prefix = memcmp(header->magic, "ustar", 6) == 0 && header->prefix[0];
        snprintf(reader->name, sizeof(reader->name), "%.*s%s%.*s",
                 has_prefix ? (int)sizeof(header->prefix) : 0, header->prefix,
                 has_prefix ? "/" : "", (int)sizeof(header->name), header->name);
    }
    const char *name = reader->name;
    for (;;) {
        if (name[0] == '/')
            name++;
        else if (name[0] == '.' && name[1] == '/')
            name += 2;
        else
            break;
    }
    member->name = name;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += part[0] == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == 0))
            return AUG_FAIL(error, AUG_CORRUPT, reader->path,
                            "the member '%.200s' at byte %" PRIu64
                            " leads out of its folder; '..' is not allowed",
                            name, member->header);
    }
    return AUG_OK;
}

static AugStatus find_type(const AugiTarReader *reader, const Header *header, AugiTarMember *member,
                           AugError *error)
{
    size_t length = strlen(member->name);
    switch (header->type) {
    case 0:
    case '0':
    case '7':
        /* v7 tar had no type for folders. */
        member->type = length && member->name[length - 1] == '/' ? AUGI_TAR_OTHER : AUGI_TAR_FILE;
        return AUG_OK;
    case '1':
    case '2':
        member->type = AUGI_TAR_LINK;
        break;
    case '3':
    case '4':
    case '5':
    case '6':
    case 'V':
        member->type = AUGI_TAR_OTHER;
        break;
    default:
        return AUG_FAIL(
            error, AUG_UNSUPPORTED, reader->path,
            "the member '%.200s' at byte %" PRIu64 " is %s (type 0x%02x); allowed are plain files",
            member->name, member->header, header->type == 'S' ? "sparse" : "of an unknown kind",
            (unsigned)(uint8_t)header->type);
    }
    /* These have no content, whatever their size says. */
    member->size = 0;
    return AUG_OK;
}

AugStatus augi_tar_next(AugiTarReader *reader, AugiTarMember *member, AugError *error)
{
    Header header;
    reader->has_name = reader->has_size = false;
    for (;;) {
        *member = (AugiTarMember){0};
        AUG_TRY(read_header(reader, &header, member, error));
        if (!header.type || !strchr("LKxg", header.type))
            break;
        AUG_TRY(read_extended(reader, header.type, member, error));
    }
    if (reader->has_size)
        member->size = reader->size;
    AUG_TRY(find_name(reader, &header, member, error));
    AUG_TRY(find_type(reader, &header, member, error));
    return skip_content(reader, member, error);
}
