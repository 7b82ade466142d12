/* Appending blocks, and reading what may be damaged. */
#include "libaug/data/digest_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/base/output_file.h"

/* Begins each file; another form of entries gets another word. */
#define MAGIC "AUGDIGS1"

/* As it stands in the file. check: over what comes before it. */
typedef struct Header {
    char magic[8];
    uint64_t n;
    char key[40]; /* of the 64 digits the first 40, as in the name */
    uint32_t reserved;
    uint32_t check;
} Header;

typedef struct Entry {
    uint64_t index;
    uint64_t low, high;
    uint32_t whole;
    uint32_t check;
} Entry;

_Static_assert(sizeof(Header) == 64 && sizeof(Entry) == 32, "no padding in the file");

/* Read at a time. */
#define CHUNK 65536

/* A file may hold each sample a few times, by several processes that began together, and damage.
 * One that is larger than this is not read. */
static uint64_t most_bytes(uint64_t n)
{
    return sizeof(Header) + sizeof(Entry) * (8 * n + CHUNK);
}

static void set_note(AugiDigestFile *file, const char *what, const char *path, int code)
{
    pthread_mutex_lock(&file->lock);
    if (!file->note[0])
        snprintf(file->note, sizeof(file->note),
                 "what was read of the data is not remembered: %.200s %s: %.60s; allowed is a "
                 "folder in AUGD_CACHE, or AUGD_CACHE=off",
                 path, what, strerror(code));
    pthread_mutex_unlock(&file->lock);
}

void augi_digest_file_note(AugiDigestFile *file, char note[512])
{
    pthread_mutex_lock(&file->lock);
    memcpy(note, file->note, sizeof(file->note));
    pthread_mutex_unlock(&file->lock);
}

/* The folder of caches as a new string. *off: none is wanted. NULL: none is known, or no memory. */
static char *cache_folder(bool *off)
{
    char *path = NULL;
    const char *own = getenv("AUGD_CACHE"), *caches = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    *off = own && strcmp(own, "off") == 0;
    int length = -1;
    if (own && own[0])
        length = asprintf(&path, "%s", own);
    else if (caches && caches[0] == '/')
        length = asprintf(&path, "%s/augd", caches);
    else if (home && home[0] == '/')
        length = asprintf(&path, "%s/.cache/augd", home);
    return length < 0 ? NULL : path;
}

/* Makes a folder and those above it. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        const bool good = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EROFS;
        *slash = '/';
        if (!good)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static void find_path(AugiDigestFile *file)
{
    bool off;
    char *folder = cache_folder(&off);
    if (off) {
        free(folder);
        return;
    }
    if (!folder)
        set_note(file, "gives no path", "HOME", ENOENT);
    else if (!make_folders(folder))
        set_note(file, "cannot be made", folder, errno);
    else if (asprintf(&file->path, "%s/%.40s.digests", folder, file->key) < 0)
        file->path = NULL;
    if (file->path)
        file->folder = folder;
    else
        free(folder);
}

AugiDigestFile *augi_digest_file_new(const char key[65], uint64_t n)
{
    AugiDigestFile *file = calloc(1, sizeof(*file));
    if (!file || pthread_mutex_init(&file->lock, NULL) != 0) {
        free(file);
        return NULL;
    }
    file->n = n;
    memcpy(file->key, key, sizeof(file->key));
    find_path(file);
    return file;
}

void augi_digest_file_free(AugiDigestFile *file)
{
    if (!file)
        return;
    pthread_mutex_destroy(&file->lock);
    free(file->path);
    free(file->folder);
    free(file);
}

static Header header_of(const AugiDigestFile *file)
{
    Header header = {.magic = MAGIC, .n = file->n};
    memcpy(header.key, file->key, sizeof(header.key));
    header.check = augi_digest_check(&header, offsetof(Header, check));
    return header;
}

static Entry entry_of(const AugiDigestEntry *from)
{
    Entry entry = {.index = from->index,
                   .low = from->digest.low,
                   .high = from->digest.high,
                   .whole = from->whole};
    entry.check = augi_digest_check(&entry, offsetof(Entry, check));
    return entry;
}

/* A regular file that is not reached by a link; -1 with errno. Never waits. */
static int open_regular(const char *path, int flags, struct stat *status)
{
    const int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

/* One write of header (where the file is new) and entries: a process that appends at the same time
 * then writes before or behind it. A block that is cut off is passed over by readers. */
static bool write_block(int fd, const AugiDigestFile *file, bool is_new,
                        const AugiDigestEntry *entries, uint32_t n)
{
    const Header header = header_of(file);
    const size_t begin = is_new ? sizeof(header) : 0, size = begin + n * sizeof(Entry);
    uint8_t *block = malloc(size);
    if (!block)
        return false;
    memcpy(block, &header, begin);
    for (uint32_t i = 0; i < n; i++) {
        const Entry entry = entry_of(&entries[i]);
        memcpy(block + begin + i * sizeof(entry), &entry, sizeof(entry));
    }
    const ssize_t written = write(fd, block, size);
    if (written >= 0 && (size_t)written < size)
        errno = ENOSPC;
    free(block);
    return written >= 0 && (size_t)written == size;
}

void augi_digest_file_append(AugiDigestFile *file, const AugiDigestEntry *entries, uint32_t n)
{
    if (!file->path)
        return;
    struct stat status;
    const int fd = open_regular(file->path, O_WRONLY | O_CREAT | O_APPEND, &status);
    if (fd < 0 || !write_block(fd, file, status.st_size == 0, entries, n))
        set_note(file, "cannot be written", file->path, errno);
    if (fd >= 0)
        close(fd);
}

void augi_digest_file_remove(AugiDigestFile *file)
{
    if (file->path && unlink(file->path) != 0 && errno != ENOENT)
        set_note(file, "cannot be deleted", file->path, errno);
}

static bool is_header(const AugiDigestFile *file, const uint8_t *bytes)
{
    const Header expected = header_of(file);
    return memcmp(bytes, &expected, sizeof(expected)) == 0;
}

/* Takes an entry; false if there is none at these bytes. */
static bool take_entry(const uint8_t *bytes, AugiDigests *digests)
{
    Entry entry;
    memcpy(&entry, bytes, sizeof(entry));
    if (entry.check != augi_digest_check(&entry, offsetof(Entry, check)) ||
        entry.index >= digests->n || entry.whole > 1)
        return false;
    augi_digests_restore(digests, entry.index, (AugiDigest){.low = entry.low, .high = entry.high},
                         entry.whole);
    return true;
}

/* A file that is being read. */
typedef struct Reading {
    int fd;
    off_t offset;
    size_t n;
    uint8_t bytes[CHUNK];
} Reading;

/* Fills what is free of the buffer; false at the end, or where reading fails. */
static bool refill(Reading *reading)
{
    ssize_t n;
    do
        n = pread(reading->fd, reading->bytes + reading->n, CHUNK - reading->n, reading->offset);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    reading->n += (size_t)n;
    reading->offset += n;
    return true;
}

/* Takes all entries of the buffer and keeps what is left. Behind damage the next entry may begin at
 * any byte. */
static void take_entries(Reading *reading, AugiDigests *digests)
{
    size_t at = 0;
    while (at + sizeof(Entry) <= reading->n)
        at += take_entry(reading->bytes + at, digests) ? sizeof(Entry) : 1;
    memmove(reading->bytes, reading->bytes + at, reading->n - at);
    reading->n -= at;
}

/* False if it is not a file of this data set. */
static bool read_all(AugiDigestFile *file, Reading *reading, AugiDigests *digests)
{
    while (reading->n < sizeof(Header))
        if (!refill(reading))
            return false;
    if (!is_header(file, reading->bytes))
        return false;
    reading->n -= sizeof(Header);
    memmove(reading->bytes, reading->bytes + sizeof(Header), reading->n);
    do
        take_entries(reading, digests);
    while (refill(reading));
    return true;
}

/* Writes entries [*at, n) that are known until a block is full. */
static AugStatus rewrite_block(AugiOutputFile *output, const AugiDigests *digests, uint64_t *at)
{
    Entry block[AUGI_DIGEST_BLOCK];
    size_t n = 0;
    for (; *at < digests->n && n < AUGI_DIGEST_BLOCK; ++*at) {
        AugiDigestEntry known = {.index = *at, .whole = augi_digests_is_whole(digests, *at)};
        if (augi_digests_get(digests, *at, &known.digest))
            block[n++] = entry_of(&known);
    }
    return augi_output_file_write(output, block, n * sizeof(*block), NULL);
}

/* Writes all that is known as a new file in the place of the old one. A failure leaves that as it
 * was, only longer than it need be. */
static void rewrite(const AugiDigestFile *file, const AugiDigests *digests)
{
    AugiOutputFile output = {0};
    if (augi_output_file_begin(&output, file->path, (AugiOutputOptions){0}, NULL) != AUG_OK)
        return;
    const Header header = header_of(file);
    AugStatus status = augi_output_file_write(&output, &header, sizeof(header), NULL);
    for (uint64_t at = 0; at < digests->n && status == AUG_OK;)
        status = rewrite_block(&output, digests, &at);
    if (status == AUG_OK)
        status = augi_output_file_commit(&output, NULL);
    augi_output_file_drop(&output);
}

/* Whether a file of this size is mostly repetition: twice what is needed, and some, so that it is
 * seldom written anew. */
static bool is_long(uint64_t size, const AugiDigests *digests)
{
    return size > 2 * sizeof(Entry) * (uint64_t)atomic_load(&digests->n_known) + CHUNK;
}

void augi_digest_file_load(AugiDigestFile *file, AugiDigests *digests)
{
    struct stat status;
    const int fd = file->path ? open_regular(file->path, O_RDONLY, &status) : -1;
    if (fd < 0) {
        if (file->path && errno != ENOENT)
            set_note(file, "cannot be read", file->path, errno);
        return;
    }
    Reading *reading = calloc(1, sizeof(*reading));
    bool good = false;
    if (reading) {
        reading->fd = fd;
        good = (uint64_t)status.st_size <= most_bytes(file->n) && read_all(file, reading, digests);
    }
    close(fd);
    if (good && is_long((uint64_t)status.st_size, digests))
        rewrite(file, digests);
    else if (reading && !good)
        augi_digest_file_remove(file);
    free(reading);
}
