/* Names, form, reading and writing of files of hints. */
#include "libaug/data/hint_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libaug/base/output_file.h"

/* Begins each file; another form gets another word. */
#define MAGIC "AUGHINT1"

/* As it stands in the file. check: over what comes before it. */
typedef struct Header {
    char magic[8];
    char key[40];
    char word[8];
    uint32_t detail;
    uint32_t n_rows;
    uint64_t n;
    uint64_t check;
} Header;

_Static_assert(sizeof(Header) == 80 && sizeof(AugiHintRow) == 24, "no padding in the file");

/* As it stands before a hint. check: over body and hint with the sample's index in its place. */
typedef struct Head {
    uint64_t low, high;
    uint64_t check;
} Head;

_Static_assert(sizeof(Head) == AUGI_HINT_HEAD, "no padding in the file");

/* Rows that are read at once, and bytes of bodies that are written. */
#define BLOCK_ROWS 2048
#define BLOCK_SIZE ((size_t)1 << 20)

/* Hexadecimal digits of an id. */
#define ID_DIGITS 16

void augi_hint_seal(uint8_t *body, uint64_t index, AugiDigest digest, size_t size)
{
    Head head = {.low = digest.low, .high = digest.high, .check = index};
    memcpy(body, &head, sizeof(head));
    head.check = augi_digest(body, sizeof(head) + size).low;
    memcpy(body, &head, sizeof(head));
}

bool augi_hint_is_sealed(uint8_t *body, uint64_t index, AugiDigest digest, size_t size)
{
    Head found, made;
    memcpy(&found, body, sizeof(found));
    augi_hint_seal(body, index, digest, size);
    memcpy(&made, body, sizeof(made));
    return memcmp(&found, &made, sizeof(made)) == 0;
}

static Header header_of(const AugiHintSet *set, uint32_t n_rows)
{
    Header header = {.magic = MAGIC, .detail = set->detail, .n_rows = n_rows, .n = set->n};
    memcpy(header.key, set->key, sizeof(header.key));
    memcpy(header.word, set->word, sizeof(header.word));
    header.check = augi_digest(&header, offsetof(Header, check)).low;
    return header;
}

/* What every name begins with; its length. */
static int prefix_of(const AugiHintSet *set, char prefix[64])
{
    return snprintf(prefix, 64, "%s.%s-%" PRIu32 ".", set->key, set->word, set->detail);
}

char *augi_hint_file_path(const AugiHintSet *set, uint64_t id)
{
    char prefix[64], *path;
    prefix_of(set, prefix);
    if (asprintf(&path, "%s/%s%016" PRIx64 ".hints", set->folder, prefix, id) < 0)
        return NULL;
    return path;
}

bool augi_hint_file_named(const AugiHintSet *set, const char *name, uint64_t *id, bool *is_aside)
{
    char prefix[64];
    const size_t length = (size_t)prefix_of(set, prefix);
    if (strncmp(name, prefix, length) != 0)
        return false;
    *id = 0;
    const char *at = name + length;
    for (int i = 0; i < ID_DIGITS; i++, at++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = *at ? strchr(digits, *at) : NULL;
        if (!digit)
            return false;
        *id = *id << 4 | (uint64_t)(digit - digits);
    }
    *is_aside = strncmp(at, ".hints.", strlen(".hints.")) == 0;
    return *is_aside || strcmp(at, ".hints") == 0;
}

static uint64_t bodies_begin(uint32_t n_rows)
{
    return sizeof(Header) + (uint64_t)n_rows * sizeof(AugiHintRow);
}

uint64_t augi_hint_file_size(uint32_t n, uint64_t size)
{
    return bodies_begin(n) + n * (uint64_t)AUGI_HINT_HEAD + size;
}

bool augi_hint_file_read(const AugiHintFile *file, uint64_t offset, void *to, size_t size)
{
    uint8_t *next = to;
    while (size > 0) {
        const ssize_t n = pread(file->descriptor, next, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        next += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return true;
}

static bool has_header(AugiHintFile *file, const AugiHintSet *set)
{
    Header header;
    if (file->size > AUGI_HINT_FILE_MAX_SIZE ||
        !augi_hint_file_read(file, 0, &header, sizeof(header)))
        return false;
    const Header expected = header_of(set, header.n_rows);
    file->n_rows = header.n_rows;
    return memcmp(&header, &expected, sizeof(header)) == 0 &&
           header.n_rows <= AUGI_HINT_FILE_MAX_ROWS && bodies_begin(header.n_rows) <= file->size;
}

bool augi_hint_file_open(AugiHintFile *file, const AugiHintSet *set, uint64_t id, bool *is_damaged)
{
    *is_damaged = false;
    char *path = augi_hint_file_path(set, id);
    const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW;
    const int descriptor = path ? open(path, flags) : -1;
    free(path);
    struct stat status;
    if (descriptor < 0)
        return false;
    const bool is_regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    *file = (AugiHintFile){
        .descriptor = descriptor, .id = id, .size = is_regular ? (uint64_t)status.st_size : 0};
    if (is_regular && has_header(file, set))
        return true;
    *is_damaged = is_regular;
    close(descriptor);
    return false;
}

static uint32_t check_of(const AugiHintRow *row)
{
    return augi_digest_check(row, offsetof(AugiHintRow, check));
}

static bool is_sound(const AugiHintRow *row, const AugiHintFile *file, const AugiHintSet *set)
{
    return row->check == check_of(row) && row->index < set->n && row->size <= AUGI_HINT_MAX_SIZE &&
           row->offset >= bodies_begin(file->n_rows) && row->offset <= file->size &&
           row->size + (uint64_t)AUGI_HINT_HEAD <= file->size - row->offset;
}

bool augi_hint_file_visit(const AugiHintFile *file, const AugiHintSet *set,
                          void (*visit)(void *user, const AugiHintRow *row), void *user)
{
    AugiHintRow *rows = malloc(BLOCK_ROWS * sizeof(*rows));
    bool good = rows != NULL;
    for (uint32_t at = 0; good && at < file->n_rows; at += BLOCK_ROWS) {
        const uint32_t left = file->n_rows - at, n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        good = augi_hint_file_read(file, bodies_begin(at), rows, n * sizeof(*rows));
        for (uint32_t i = 0; good && i < n; i++)
            if (is_sound(&rows[i], file, set))
                visit(user, &rows[i]);
    }
    free(rows);
    return good;
}

/* Offsets and checks of the rows; the size of the file. */
static uint64_t place_rows(const AugiHintSource *source)
{
    uint64_t offset = bodies_begin(source->n);
    for (uint32_t i = 0; i < source->n; i++) {
        source->rows[i].offset = offset;
        source->rows[i].check = check_of(&source->rows[i]);
        offset += AUGI_HINT_HEAD + source->rows[i].size;
    }
    return offset;
}

/* A block is larger than any body. */
static AugStatus write_bodies(AugiOutputFile *output, const AugiHintSource *source, uint8_t *block,
                              AugError *error)
{
    size_t size = 0;
    for (uint32_t i = 0; i < source->n; i++) {
        const size_t needed = AUGI_HINT_HEAD + source->rows[i].size;
        if (size + needed > BLOCK_SIZE) {
            AUG_TRY(augi_output_file_write(output, block, size, error));
            size = 0;
        }
        source->read(source->user, i, block + size);
        size += needed;
    }
    return augi_output_file_write(output, block, size, error);
}

static AugStatus write_all(AugiOutputFile *output, const AugiHintSet *set,
                           const AugiHintSource *source, AugError *error)
{
    const Header header = header_of(set, source->n);
    uint8_t *block = malloc(BLOCK_SIZE);
    if (!block)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a block");
    AugStatus status = augi_output_file_write(output, &header, sizeof(header), error);
    if (status == AUG_OK)
        status =
            augi_output_file_write(output, source->rows, source->n * sizeof(*source->rows), error);
    if (status == AUG_OK)
        status = write_bodies(output, source, block, error);
    free(block);
    return status == AUG_OK ? augi_output_file_commit(output, error) : status;
}

/* Microseconds, so that ids of one machine say which file is newer, and bits that nobody else draws
 * at the same time. */
static bool draw_id(uint64_t *id)
{
    struct timespec now;
    uint16_t drawn;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || getentropy(&drawn, sizeof(drawn)) != 0)
        return false;
    *id = ((uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000) << 12 | drawn >> 4;
    return true;
}

bool augi_hint_file_write(AugiHintFile *file, const AugiHintSet *set, const AugiHintSource *source,
                          char reason[200])
{
    uint64_t id;
    bool is_damaged;
    AugError error = {0};
    char *path = NULL;
    if (source->n > AUGI_HINT_FILE_MAX_ROWS || place_rows(source) > AUGI_HINT_FILE_MAX_SIZE)
        snprintf(error.message, sizeof(error.message), "it would be too large");
    else if (!draw_id(&id) || !(path = augi_hint_file_path(set, id)))
        snprintf(error.message, sizeof(error.message), "no memory for its name");
    bool good = false;
    AugiOutputFile output = {0};
    if (path && augi_output_file_begin(&output, path, (AugiOutputOptions){0}, &error) == AUG_OK) {
        good = write_all(&output, set, source, &error) == AUG_OK;
        augi_output_file_drop(&output);
    }
    free(path);
    good = good && augi_hint_file_open(file, set, id, &is_damaged);
    snprintf(reason, 200, "%.199s", good ? "" : error.message[0] ? error.message : "it is gone");
    return good;
}
