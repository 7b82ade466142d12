/* Fills header blocks as POSIX.1-1988 (ustar) and POSIX.1-2001 (pax) have them. */
#include "cli/tar_member.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Octal digits of a size: 8 GiB - 1 at most. */
#define MAX_OCTAL_SIZE UINT64_C(077777777777)

typedef struct Header {
    char name[100];
    char mode[8], uid[8], gid[8];
    char size[12], mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6], version[2];
    char owner[32], group[32];
    char major[8], minor[8];
    char prefix[155];
    char padding[12];
} Header;

_Static_assert(sizeof(Header) == CLI_TAR_BLOCK, "a header fills a block");

/* Copies text into a field that need not end with NUL. */
static void put(char *field, size_t field_size, const char *text, size_t size)
{
    memcpy(field, text, size < field_size ? size : field_size);
}

/* Larger sizes as a big-endian number behind a first bit that is set, as GNU tar writes them. */
static void put_size(Header *header, uint64_t size)
{
    char digits[sizeof(header->size) + 1];
    if (size <= MAX_OCTAL_SIZE) {
        snprintf(digits, sizeof(digits), "%011" PRIo64, size);
        put(header->size, sizeof(header->size), digits, sizeof(header->size));
        return;
    }
    for (size_t i = 0; i < 8; i++)
        header->size[sizeof(header->size) - 1 - i] = (char)(size >> (8 * i) & 0xff);
    header->size[0] = (char)0x80;
}

/* The slash at which a name is split into prefix and name; NULL if it has none that will do. */
static const char *find_split(const char *name, size_t size)
{
    const size_t most = sizeof(((Header *)0)->name);
    const char *slash = size > most ? strchr(name + size - most - 1, '/') : NULL;
    if (!slash || slash == name || !slash[1] ||
        (size_t)(slash - name) > sizeof(((Header *)0)->prefix))
        return NULL;
    return slash;
}

static void add_block(CliBytes *bytes, const char *name, uint64_t size, char type)
{
    Header header = {.type = type};
    const size_t length = strlen(name);
    const char *split = find_split(name, length);
    if (split) {
        put(header.prefix, sizeof(header.prefix), name, (size_t)(split - name));
        put(header.name, sizeof(header.name), split + 1, strlen(split + 1));
    } else {
        put(header.name, sizeof(header.name), name, length);
    }
    put(header.mode, sizeof(header.mode), "0000644", 7);
    put(header.uid, sizeof(header.uid), "0000000", 7);
    put(header.gid, sizeof(header.gid), "0000000", 7);
    put_size(&header, size);
    put(header.mtime, sizeof(header.mtime), "00000000000", 11);
    put(header.magic, sizeof(header.magic), "ustar", 5);
    put(header.version, sizeof(header.version), "00", 2);
    memset(header.checksum, ' ', sizeof(header.checksum));
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof(header); i++)
        sum += ((const unsigned char *)&header)[i];
    char digits[8];
    snprintf(digits, sizeof(digits), "%06o", sum & 0777777);
    memcpy(header.checksum, digits, 7);
    cli_bytes_add(bytes, &header, sizeof(header));
}

/* "LENGTH path=NAME\n", where the length counts its own digits. */
static void add_pax(CliBytes *bytes, const char *name)
{
    const size_t rest = strlen(" path=") + strlen(name) + 1;
    size_t length = rest + 1;
    while (length != rest + (size_t)snprintf(NULL, 0, "%zu", length))
        length = rest + (size_t)snprintf(NULL, 0, "%zu", length);
    add_block(bytes, "PaxHeader", length, 'x');
    cli_bytes_add_number(bytes, length);
    cli_bytes_add_text(bytes, " path=");
    cli_bytes_add_text(bytes, name);
    cli_bytes_add_byte(bytes, '\n');
    cli_tar_add_padding(bytes, length);
}

void cli_tar_add_header(CliBytes *bytes, const char *name, uint64_t size)
{
    const size_t length = strlen(name);
    if (length > sizeof(((Header *)0)->name) && !find_split(name, length))
        add_pax(bytes, name);
    add_block(bytes, name, size, '0');
}

void cli_tar_add_padding(CliBytes *bytes, uint64_t size)
{
    static const char zeros[CLI_TAR_BLOCK];
    cli_bytes_add(bytes, zeros, (CLI_TAR_BLOCK - size % CLI_TAR_BLOCK) % CLI_TAR_BLOCK);
}

void cli_tar_add_end(CliBytes *bytes)
{
    static const char zeros[2 * CLI_TAR_BLOCK];
    cli_bytes_add(bytes, zeros, sizeof(zeros));
}

void cli_tar_add_file(CliBytes *bytes, const char *name, const void *content, size_t size)
{
    cli_tar_add_header(bytes, name, size);
    cli_bytes_add(bytes, content, size);
    cli_tar_add_padding(bytes, size);
}
