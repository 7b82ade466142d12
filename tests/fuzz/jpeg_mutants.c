/* Mutants of JPEG files through the decoder of windows and through libjpeg-turbo, as many a second as
 * a release build makes:
 *
 *     jpeg_mutants SEED EXECUTIONS [DATA [FIRST]]
 *
 * DATA is the folder of the development data, whose photographs and hostile files are mutated
 * too. Ends with 1 at the first mutant of which a promise does not hold (tests/support/jpeg_case.h);
 * the mutant then lies in jpeg_mutant.jpg. The n-th mutant is a function of the seed, n and the data:
 * FIRST begins with that one, in place of the first.
 *
 * Each mutant ends where memory ends, so a byte read too far ends the process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "libaug/spec/param.h"
#include "tests/fuzz/jpeg_bases.h"
#include "tests/support/jpeg_case.h"
#include "tests/support/pictures.h"

/* Room for the largest mutant. */
#define ROOM (1u << 20)

/* Longest run of bytes that a mutation inserts, deletes or swaps. */
#define MAX_RUN 64

/* One base in so many executions gives way to another, one mutant in so many is of a whole
 * photograph. */
#define REDRAW_EVERY 50
#define LARGE_EVERY 2000

/* Windows of a mutant that is good. */
#define N_WINDOWS 2

/* Seconds between two words on the way. */
#define PATIENCE 60

/* A mutant that is made. scan: where its entropy-coded data begins, roughly. */
typedef struct Mutant {
    uint8_t *bytes;
    size_t size, scan;
    uint64_t *state;
} Mutant;

/* Values that mean something in some field. */
static const uint8_t telling[] = {0,    1,    2,    3,    4,    7,    8,    0x0f,
                                  0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x3f, 0x40,
                                  0x41, 0x7f, 0x80, 0xd0, 0xd7, 0xf0, 0xfe, 0xff};

/* Second bytes of markers. */
static const uint8_t markers[] = {0x00, 0x01, 0xc0, 0xc1, 0xc2, 0xc4, 0xd0, 0xd1, 0xd2, 0xd7,
                                  0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xe0, 0xee, 0xfe, 0xff};

static uint8_t any_of(uint64_t *state, const uint8_t *values, size_t n)
{
    return values[test_random(state) % n];
}

/* A place in the mutant, in its entropy-coded data every other time. */
static size_t draw_place(Mutant *mutant)
{
    if (mutant->scan < mutant->size && test_random(mutant->state) % 2)
        return mutant->scan + test_random(mutant->state) % (mutant->size - mutant->scan);
    return test_random(mutant->state) % mutant->size;
}

/* Room for n bytes at a place. */
static void widen(Mutant *mutant, size_t at, size_t n)
{
    if (mutant->size + n > ROOM)
        return;
    memmove(mutant->bytes + at + n, mutant->bytes + at, mutant->size - at);
    mutant->size += n;
    if (at <= mutant->scan)
        mutant->scan += n;
}

static void narrow(Mutant *mutant, size_t at, size_t n)
{
    n = n < mutant->size - at ? n : mutant->size - at;
    memmove(mutant->bytes + at, mutant->bytes + at + n, mutant->size - at - n);
    mutant->size -= n;
    if (at < mutant->scan)
        mutant->scan -= n < mutant->scan - at ? n : mutant->scan - at;
}

static void flip_bit(Mutant *mutant)
{
    mutant->bytes[draw_place(mutant)] ^= (uint8_t)(1u << test_random(mutant->state) % 8);
}

static void write_byte(Mutant *mutant)
{
    uint8_t *byte = &mutant->bytes[draw_place(mutant)];
    const int kind = test_between(mutant->state, 0, 2);
    *byte = kind == 0   ? (uint8_t)test_random(mutant->state)
            : kind == 1 ? any_of(mutant->state, telling, sizeof(telling))
                        : (uint8_t)(*byte + test_between(mutant->state, -3, 3));
}

static void insert_bytes(Mutant *mutant)
{
    const size_t at = draw_place(mutant);
    const size_t n = test_random(mutant->state) % 2 ? 1 : 1 + test_random(mutant->state) % MAX_RUN;
    const size_t size = mutant->size;
    widen(mutant, at, n);
    for (size_t i = at; i < at + mutant->size - size; i++)
        mutant->bytes[i] = (uint8_t)test_random(mutant->state);
}

static void delete_bytes(Mutant *mutant)
{
    const size_t n = test_random(mutant->state) % 2 ? 1 : 1 + test_random(mutant->state) % MAX_RUN;
    narrow(mutant, draw_place(mutant), n);
}

static void swap_runs(Mutant *mutant)
{
    uint8_t kept[MAX_RUN];
    const size_t n = 1 + test_random(mutant->state) % MAX_RUN;
    const size_t a = draw_place(mutant), b = draw_place(mutant);
    if (a + n > mutant->size || b + n > mutant->size)
        return;
    memcpy(kept, mutant->bytes + a, n);
    memmove(mutant->bytes + a, mutant->bytes + b, n);
    memcpy(mutant->bytes + b, kept, n);
}

/* A marker put in, or written over what was there. */
static void put_marker(Mutant *mutant)
{
    const size_t at = draw_place(mutant);
    if (test_random(mutant->state) % 2)
        widen(mutant, at, 2);
    if (at + 2 > mutant->size)
        return;
    mutant->bytes[at] = 0xff;
    mutant->bytes[at + 1] = any_of(mutant->state, markers, sizeof(markers));
}

static void shorten(Mutant *mutant)
{
    const size_t n = 1 + test_random(mutant->state) % (mutant->size / 2 + 1);
    narrow(mutant, mutant->size - n, n);
    /* With an end marker the file looks whole. */
    if (mutant->size < 2 || test_random(mutant->state) % 4 == 0)
        return;
    mutant->bytes[mutant->size - 2] = 0xff;
    mutant->bytes[mutant->size - 1] = 0xd9;
}

/* The n-th segment behind SOI, or the last: its place, and its size with the marker. */
static size_t find_segment(const uint8_t *bytes, size_t size, size_t n, size_t *length)
{
    size_t at = 2, found = 2;
    *length = 0;
    for (size_t i = 0; i <= n && at + 4 <= size && bytes[at] == 0xff; i++) {
        found = at;
        *length = 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
        if (*length > size - at) {
            *length = size - at;
            break;
        }
        at += *length;
    }
    return found;
}

/* A byte of a segment, most of which tables are. */
static void change_field(Mutant *mutant)
{
    size_t length;
    const size_t n = test_random(mutant->state) % 10;
    const size_t at = find_segment(mutant->bytes, mutant->size, n, &length);
    if (length < 5)
        return;
    /* What comes first says how to read the rest. */
    const size_t most = test_random(mutant->state) % 2 && length > 24 ? 24 : length;
    uint8_t *byte = &mutant->bytes[at + 2 + test_random(mutant->state) % (most - 2)];
    *byte = test_random(mutant->state) % 2
                ? any_of(mutant->state, telling, sizeof(telling))
                : (uint8_t)(*byte ^ 1u << test_random(mutant->state) % 8);
}

/* Other lengths for two codes of a Huffman table: as many codes, but too few of them, or too many. */
static void move_code(Mutant *mutant)
{
    size_t length, at = 2;
    size_t n = test_random(mutant->state) % 10;
    do
        at = find_segment(mutant->bytes, mutant->size, n, &length);
    while (mutant->bytes[at + 1] != 0xc4 && n-- > 0);
    if (mutant->bytes[at + 1] != 0xc4 || length < 21)
        return;
    uint8_t *counts = mutant->bytes + at + 5;
    const int from = test_between(mutant->state, 0, 15), to = test_between(mutant->state, 0, 15);
    if (counts[from] == 0 || counts[to] == 255)
        return;
    counts[from]--;
    counts[test_random(mutant->state) % 2 && from > 0 ? from - 1 : to]++;
}

/* The segments of the mutant with the scan of another file. */
static void splice_scan(Mutant *mutant, const JpegBase *other)
{
    const size_t n = other->size - other->scan;
    if (mutant->scan + n > ROOM)
        return;
    memcpy(mutant->bytes + mutant->scan, other->bytes + other->scan, n);
    mutant->size = mutant->scan + n;
}

/* A segment of another file put in before one of this. */
static void splice_segment(Mutant *mutant, const JpegBase *other)
{
    size_t length, mine;
    const size_t from =
        find_segment(other->bytes, other->size, test_random(mutant->state) % 10, &length);
    const size_t at =
        find_segment(mutant->bytes, mutant->size, test_random(mutant->state) % 10, &mine);
    if (at > mutant->size || mutant->size + length > ROOM)
        return;
    widen(mutant, at, length);
    memcpy(mutant->bytes + at, other->bytes + from, length);
}

static void mutate(Mutant *mutant, const JpegBases *bases)
{
    static void (*const ways[])(Mutant *) = {move_code,    flip_bit,     flip_bit,     flip_bit,
                                             flip_bit,     write_byte,   write_byte,   insert_bytes,
                                             swap_runs,    put_marker,   delete_bytes, shorten,
                                             change_field, change_field, change_field};
    const size_t n_small = bases->n - bases->n_large;
    const JpegBase *other = &bases->bases[test_random(mutant->state) % n_small];
    const size_t kind = test_random(mutant->state) % (AUG_COUNT(ways) + 2);
    if (mutant->size < 4)
        return;
    if (kind < AUG_COUNT(ways))
        ways[kind](mutant);
    else if (kind == AUG_COUNT(ways))
        splice_scan(mutant, other);
    else
        splice_segment(mutant, other);
}

/* Makes the mutant in room and moves it to the end of fence. */
static const uint8_t *make(Mutant *mutant, const JpegBases *bases, uint8_t *fence, uint64_t number)
{
    const size_t n_small = bases->n - bases->n_large;
    const size_t i = bases->n_large > 0 && number % LARGE_EVERY == 0
                         ? n_small + test_random(mutant->state) % bases->n_large
                         : test_random(mutant->state) % n_small;
    const JpegBase *base = &bases->bases[i];
    memcpy(mutant->bytes, base->bytes, base->size);
    mutant->size = base->size;
    mutant->scan = base->scan;
    int n = 1;
    while (n < 6 && test_random(mutant->state) % 3 == 0)
        n++;
    while (n-- > 0)
        mutate(mutant, bases);
    uint8_t *bytes = fence + ROOM - mutant->size;
    memcpy(bytes, mutant->bytes, mutant->size);
    return bytes;
}

/* ROOM bytes behind which no memory is. */
static uint8_t *new_fence(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *fence =
        mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fence == MAP_FAILED || mprotect(fence + ROOM, page, PROT_NONE) != 0) {
        fprintf(stderr, "jpeg_mutants: no memory: %s\n", strerror(errno));
        exit(2);
    }
    return fence;
}

static void print(const JpegTally *tally, double seconds)
{
    printf(
        "%llu mutants, %llu with a header that is accepted, %llu taken, in %llu more windows; %llu "
        "damaged marks; %llu windows taken of others; %.0f a second\n",
        (unsigned long long)tally->n, (unsigned long long)tally->n_read,
        (unsigned long long)tally->n_taken, (unsigned long long)tally->n_windows,
        (unsigned long long)tally->n_marks, (unsigned long long)tally->n_looser,
        (double)tally->n / seconds);
    fflush(stdout);
}

static int run(JpegCase *jpeg_case, uint64_t seed, uint64_t first, uint64_t end, const char *data)
{
    uint64_t bases_state = seed, state;
    JpegBases bases;
    Mutant mutant = {.bytes = malloc(ROOM), .state = &state};
    uint8_t *fence = new_fence();
    if (!mutant.bytes)
        return 2;
    jpeg_bases_init(&bases, &bases_state, data);
    const time_t start = time(NULL);
    time_t said = start;
    bool is_fine = true;
    for (uint64_t number = 0; number < end && is_fine; number++) {
        if (number % REDRAW_EVERY == 0)
            jpeg_bases_redraw(&bases, &bases_state);
        if (number < first)
            continue;
        state = seed * UINT64_C(0x9e3779b97f4a7c15) + number;
        const uint8_t *bytes = make(&mutant, &bases, fence, number);
        is_fine = jpeg_case_try(jpeg_case, bytes, mutant.size, &state, N_WINDOWS);
        if (!is_fine) {
            fprintf(stderr, "mutant %llu: %s\n", (unsigned long long)number, jpeg_case->text);
            test_write_file("jpeg_mutant.jpg", bytes, mutant.size);
        }
        if (number % 1024 == 0 && time(NULL) - said >= PATIENCE) {
            said = time(NULL);
            print(&jpeg_case->tally, (double)(said - start));
        }
    }
    print(&jpeg_case->tally, (double)(time(NULL) - start) + 1);
    puts(is_fine ? "all that were taken equal libjpeg's" : "a promise is broken");
    jpeg_bases_fini(&bases);
    free(mutant.bytes);
    munmap(fence, ROOM);
    return is_fine ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("jpeg_mutants SEED EXECUTIONS [DATA [FIRST]]\n", stderr);
        return 2;
    }
    static JpegCase jpeg_case;
    aug_limits_init(&jpeg_case.limits);
    jpeg_case.limits.max_side = 4096;
    jpeg_case.limits.max_pixels = 1u << 20;
    const uint64_t first = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    const int status = run(&jpeg_case, strtoull(argv[1], NULL, 10), first,
                           first + strtoull(argv[2], NULL, 10), argc > 3 ? argv[3] : NULL);
    jpeg_case_fini(&jpeg_case);
    return status;
}
