/* Files of hints: whatever one holds, what is found is a hint that has the digest of its sample and is
 * no larger than allowed; what is added is found, also after all files were merged, and by the next
 * process.
 *
 * Input: a byte that says what is made right in the file (0: nothing, 1: the header but for its number
 * of rows, 2: the checks of rows, too, 3: bodies of rows that are in the file, too), then the file.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/data/hints.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/support.h"

#define N_SAMPLES 16
#define MOST 300

/* As hint_file.c has them: where a header says its rows, and where its check is. */
#define HEADER_SIZE 80
#define ROWS_AT 60
#define CHECK_AT 72
#define HEADER_START "AUGHINT10123456789abcdef0123456789abcdef01234567toy1\0\0\0\0\0\0\0\0"

enum { AS_IT_IS, HEADER, ROWS, BODIES };

static AugiDigest digest_of(uint64_t index)
{
    return (AugiDigest){.low = index, .high = 3};
}

static AugiHint hint_of(uint64_t index)
{
    static const uint8_t bytes[] = "what a reading left of its sample";
    return (AugiHint){
        .index = index, .digest = digest_of(index), .bytes = bytes, .size = sizeof(bytes)};
}

static AugiHints *open_hints(void)
{
    const AugiHintSet set = {.key = "0123456789abcdef0123456789abcdef01234567",
                             .word = "toy1",
                             .n = N_SAMPLES,
                             .folder = strdup(test_folder())};
    AugiHints *hints = augi_hints_new(&set, 0);
    FUZZ_CHECK(hints, "no memory");
    return hints;
}

static void seal_rows(uint8_t *bytes, size_t size, uint8_t kind)
{
    uint32_t n;
    memcpy(&n, bytes + ROWS_AT, sizeof(n));
    for (uint32_t i = 0; i < n && HEADER_SIZE + (i + 1) * sizeof(AugiHintRow) <= size; i++) {
        AugiHintRow row;
        memcpy(&row, bytes + HEADER_SIZE + i * sizeof(row), sizeof(row));
        row.check = augi_digest_check(&row, sizeof(row) - sizeof(row.check));
        memcpy(bytes + HEADER_SIZE + i * sizeof(row), &row, sizeof(row));
        if (kind == BODIES && row.offset < size && size - row.offset >= AUGI_HINT_HEAD &&
            row.size <= size - row.offset - AUGI_HINT_HEAD)
            augi_hint_seal(bytes + row.offset, row.index, digest_of(row.index), row.size);
    }
}

/* Header last: a body may lie on it. */
static void make_right(uint8_t *bytes, size_t size, uint8_t kind)
{
    if (kind == AS_IT_IS || size < HEADER_SIZE)
        return;
    if (kind >= ROWS)
        seal_rows(bytes, size, kind);
    memcpy(bytes, HEADER_START, ROWS_AT);
    memcpy(bytes + ROWS_AT + 4, &(uint64_t){N_SAMPLES}, 8);
    memcpy(bytes + CHECK_AT, &(uint64_t){augi_digest(bytes, CHECK_AT).low}, 8);
}

/* Looks for all; how many are known. A hint of the file counts if it was sealed. */
static uint32_t find_all(AugiHints *hints, bool may_be_sealed)
{
    AugBuffer buffer = {0};
    uint32_t n = 0;
    for (uint64_t i = 0; i < N_SAMPLES; i++) {
        const AugiHint ours = hint_of(i);
        AugiHint found = {.index = i, .digest = digest_of(i)};
        if (!augi_hints_find(hints, &found, MOST, &buffer, 0))
            continue;
        n++;
        FUZZ_CHECK(found.size <= MOST, "%zu bytes", found.size);
        const bool is_ours =
            found.size == ours.size && memcmp(found.bytes, ours.bytes, ours.size) == 0;
        FUZZ_CHECK(may_be_sealed || is_ours, "a hint of %zu bytes that nobody made", found.size);
    }
    aug_buffer_fini(&buffer);
    FUZZ_CHECK(atomic_load(&hints->n_known) == n, "%u known", (unsigned)n);
    return n;
}

static void remove_files(void)
{
    DIR *listing = opendir(test_folder());
    FUZZ_CHECK(listing, "the folder is gone");
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(listing), entry->d_name, 0);
    closedir(listing);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    const uint8_t kind = fuzz_byte(&input) % (BODIES + 1);
    size_t left = input.left;
    uint8_t *copy = fuzz_take(&input, &left);
    make_right(copy, left, kind);
    char *path = test_path(
        "%s/0123456789abcdef0123456789abcdef01234567.toy1-0.0000000000000001.hints", test_folder());
    test_write_file(path, copy, left);
    AugiHints *hints = open_hints();
    (void)find_all(hints, kind == BODIES);
    for (uint64_t i = 0; i < N_SAMPLES; i++) {
        const AugiHint hint = hint_of(i);
        augi_hints_add(hints, &hint);
        if (i % 2)
            augi_hints_flush(hints);
    }
    FUZZ_CHECK(find_all(hints, kind == BODIES) == N_SAMPLES, "some are lost");
    augi_hints_free(hints);
    hints = open_hints();
    FUZZ_CHECK(find_all(hints, kind == BODIES) == N_SAMPLES, "some are lost for others");
    augi_hints_free(hints);
    remove_files();
    free(path);
    free(copy);
    return 0;
}
