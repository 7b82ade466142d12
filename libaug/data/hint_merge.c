/* Keeping hints in files: taking over those of other processes, writing what is new, and merging.
 *
 * Of two files that have a hint of the same sample, the one with the higher id, which is newer,
 * counts, in every process: so what was superseded does not come back, and of two equal files only
 * one is taken for superfluous. A file from which nothing counts is deleted, and one from which less
 * than half does is merged with others; so files hold at most twice what counts. A file that was seen
 * for the first time is let alone until the next look, so that whoever only opens the store reads it
 * and no more. Small files are merged by eights, and those into larger ones that are left alone, so
 * each hint is written three times at most and files stay few.
 *
 * Any number of processes add files at once. Only who has the folder's lock deletes any, and looks at
 * the folder after taking it: what then counts in place of a file's hints is still there when the file
 * goes. Who does not get the lock leaves it to the other one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libaug/data/hints.h"

/* Files below the first size are small, those below the second middling; so many of a size are
 * merged at once. From so many hints on, a file is large whatever its size. */
#define SMALL_SIZE (UINT64_C(2) << 20)
#define MIDDLING_SIZE (UINT64_C(16) << 20)
#define MERGED_AT_ONCE 8
#define LARGE_ROWS (1u << 17)

/* What a process left that was killed while it wrote, after this time. */
#define ASIDE_SECONDS 3600

static void fail(AugiHints *hints, const char *reason)
{
    snprintf(hints->note, sizeof(hints->note),
             "what a first reading of the data left for later ones is not remembered: writing to "
             "%.180s failed: %.150s; allowed is a folder in AUGD_CACHE, or AUGD_CACHE=off",
             hints->set.folder, reason);
    atomic_store(&hints->is_kept, false);
}

static AugiHintPart *find_part(AugiHints *hints, uint64_t id)
{
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++)
        if (hints->parts[i].is_open && hints->parts[i].file.id == id)
            return &hints->parts[i];
    return NULL;
}

/* One that is closed; NULL if all are in use. */
static AugiHintPart *free_part(AugiHints *hints)
{
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++)
        if (!hints->parts[i].is_open)
            return &hints->parts[i];
    return NULL;
}

static uint64_t word_in(const AugiHints *hints, const AugiHintPart *part, const AugiHintRow *row)
{
    return augi_hint_pack((AugiHintPlace){
        .part = (uint32_t)(part - hints->parts), .offset = row->offset, .size = row->size});
}

static void unlink_file(const AugiHints *hints, uint64_t id)
{
    char *path = augi_hint_file_path(&hints->set, id);
    if (path)
        (void)unlink(path);
    free(path);
}

/* After its last place was moved: those who still read at one are waited for. */
static void close_part(AugiHints *hints, AugiHintPart *part)
{
    pthread_rwlock_wrlock(&hints->moving);
    close(part->file.descriptor);
    part->is_open = false;
    pthread_rwlock_unlock(&hints->moving);
}

static void open_part(AugiHintPart *part, const AugiHintFile *file)
{
    part->file = *file;
    part->is_open = part->is_seen = true;
    part->is_gone = part->is_new = false;
    atomic_store(&part->live, 0);
}

/* A file that is being taken over. */
typedef struct Taking {
    AugiHints *hints;
    AugiHintPart *part;
} Taking;

/* Whether what is in a file is to count in place of what is known. What was found to be useless in
 * it, and perhaps made again since, does not come back when it is looked at once more. */
static bool is_better(const Taking *taking, uint64_t known)
{
    const uint32_t part = known ? augi_hint_unpack(known).part : AUGI_HINT_FILES;
    if (part >= AUGI_HINT_FILES)
        return taking->part->is_new;
    const AugiHintPart *other = &taking->hints->parts[part];
    return other->is_gone || other->file.id < taking->part->file.id;
}

static void take_row(void *user, const AugiHintRow *row)
{
    const Taking *taking = user;
    const uint64_t known = atomic_load(&taking->hints->places[row->index]);
    if (is_better(taking, known))
        augi_hints_move(taking->hints, row->index, known,
                        word_in(taking->hints, taking->part, row));
}

static void take_rows(AugiHints *hints, AugiHintPart *part)
{
    Taking taking = {.hints = hints, .part = part};
    (void)augi_hint_file_visit(&part->file, &hints->set, take_row, &taking);
}

static void take_file(AugiHints *hints, uint64_t id)
{
    AugiHintPart *part = free_part(hints);
    AugiHintFile file;
    bool is_damaged = false;
    if (!part)
        return;
    if (augi_hint_file_open(&file, &hints->set, id, &is_damaged)) {
        open_part(part, &file);
        part->is_new = true;
        take_rows(hints, part);
    } else if (is_damaged) {
        unlink_file(hints, id);
    }
}

static void remove_aside(int folder, const char *name)
{
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
        time(NULL) - status.st_mtime > ASIDE_SECONDS)
        (void)unlinkat(folder, name, 0);
}

static void look_at_folder(AugiHints *hints, DIR *folder)
{
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        uint64_t id;
        bool is_aside;
        if (!augi_hint_file_named(&hints->set, entry->d_name, &id, &is_aside))
            continue;
        AugiHintPart *known = find_part(hints, id);
        if (is_aside)
            remove_aside(dirfd(folder), entry->d_name);
        else if (known)
            known->is_seen = true;
        else
            take_file(hints, id);
    }
}

static bool is_here(const AugiHintPart *part)
{
    return part->is_open && !part->is_gone;
}

/* Notes which files are gone. What counted in one counts in those that are still here. */
static void look_for_gone(AugiHints *hints)
{
    bool lost = false;
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++) {
        AugiHintPart *part = &hints->parts[i];
        lost = lost || (is_here(part) && !part->is_seen && atomic_load(&part->live) > 0);
        part->is_gone = !part->is_seen;
    }
    for (uint32_t i = 0; lost && i < AUGI_HINT_FILES; i++)
        if (is_here(&hints->parts[i]))
            take_rows(hints, &hints->parts[i]);
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++) {
        AugiHintPart *part = &hints->parts[i];
        if (part->is_open && part->is_gone && atomic_load(&part->live) == 0)
            close_part(hints, part);
    }
}

/* By itself, since tests/support/tsan.supp names it. */
static void close_listing(DIR *folder)
{
    closedir(folder);
}

/* Takes over files of other processes. */
static void scan(AugiHints *hints)
{
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++)
        hints->parts[i].is_seen = hints->parts[i].is_new = false;
    DIR *folder = opendir(hints->set.folder);
    if (!folder)
        return;
    look_at_folder(hints, folder);
    close_listing(folder);
    look_for_gone(hints);
}

/* What a new file is made of: rows, and for each the word of its place; size that they have at most. part: of
 * the rows that come. */
typedef struct Gathered {
    AugiHints *hints;
    const AugiHintPart *part;
    AugiHintRow *rows;
    uint64_t *words;
    uint32_t n;
    uint64_t size;
} Gathered;

static bool gather_for(Gathered *gathered, AugiHints *hints, size_t n)
{
    *gathered = (Gathered){.hints = hints,
                           .size = augi_hint_file_size(0, 0),
                           .rows = malloc((n + 1) * sizeof(*gathered->rows)),
                           .words = malloc((n + 1) * sizeof(*gathered->words))};
    return gathered->rows && gathered->words;
}

static void gathered_fini(Gathered *gathered)
{
    free(gathered->rows);
    free(gathered->words);
}

/* Takes a row whose word is still the sample's place. Rows that lie on each other, as no process
 * writes them, could be more than a file may hold. */
static void gather(Gathered *gathered, const AugiHintRow *row, uint64_t word)
{
    const uint64_t size = sizeof(*row) + AUGI_HINT_HEAD + row->size;
    if (atomic_load(&gathered->hints->places[row->index]) != word ||
        gathered->size + size > AUGI_HINT_FILE_MAX_SIZE)
        return;
    gathered->size += size;
    gathered->rows[gathered->n] = *row;
    gathered->words[gathered->n++] = word;
}

static void gather_of_part(void *user, const AugiHintRow *row)
{
    Gathered *gathered = user;
    gather(gathered, row, word_in(gathered->hints, gathered->part, row));
}

/* What cannot be read is no hint: zeroes have no right check. */
static void read_gathered(void *user, uint32_t i, uint8_t *body)
{
    const Gathered *gathered = user;
    if (!augi_hints_read(gathered->hints, gathered->words[i], body))
        memset(body, 0, AUGI_HINT_HEAD + gathered->rows[i].size);
}

/* Writes what was gathered as a file, from which it counts from then on. */
static bool write_gathered(Gathered *gathered)
{
    AugiHints *hints = gathered->hints;
    AugiHintPart *part = free_part(hints);
    const AugiHintSource source = {
        .rows = gathered->rows, .n = gathered->n, .read = read_gathered, .user = gathered};
    char reason[200];
    AugiHintFile file;
    if (!part) {
        fail(hints, "there are too many files of this data set");
        return false;
    }
    if (!augi_hint_file_write(&file, &hints->set, &source, reason)) {
        fail(hints, reason);
        return false;
    }
    open_part(part, &file);
    for (uint32_t i = 0; i < gathered->n; i++)
        augi_hints_move(hints, gathered->rows[i].index, gathered->words[i],
                        word_in(hints, part, &gathered->rows[i]));
    return true;
}

static bool write_chunk(AugiHints *hints, uint32_t slot)
{
    const AugiHintChunk *chunk = hints->chunks[slot];
    Gathered gathered;
    bool good = gather_for(&gathered, hints, chunk->n);
    for (uint32_t i = 0; good && i < chunk->n; i++) {
        const AugiHintPlace place = {.part = AUGI_HINT_FILES + slot,
                                     .offset = chunk->rows[i].offset,
                                     .size = chunk->rows[i].size};
        gather(&gathered, &chunk->rows[i], augi_hint_pack(place));
    }
    good = good && (gathered.n == 0 || write_gathered(&gathered));
    gathered_fini(&gathered);
    return good;
}

/* The chunk in a slot, to which nobody adds any more; NULL if there is none. */
static AugiHintChunk *close_chunk(AugiHints *hints, uint32_t slot)
{
    pthread_mutex_lock(&hints->adding);
    AugiHintChunk *chunk = hints->chunks[slot];
    if (hints->current == slot)
        hints->current = hints->most_chunks;
    pthread_mutex_unlock(&hints->adding);
    return chunk;
}

static void free_chunk(AugiHints *hints, uint32_t slot)
{
    pthread_mutex_lock(&hints->adding);
    pthread_rwlock_wrlock(&hints->moving);
    free(hints->chunks[slot]);
    hints->chunks[slot] = NULL;
    pthread_rwlock_unlock(&hints->moving);
    pthread_mutex_unlock(&hints->adding);
}

static void write_chunks(AugiHints *hints)
{
    for (uint32_t slot = 0; slot < hints->most_chunks; slot++) {
        if (!close_chunk(hints, slot))
            continue;
        if (!write_chunk(hints, slot))
            return;
        free_chunk(hints, slot);
    }
}

/* Which size of files a part is of: 0 small, 1 middling, 2 large. */
static uint32_t size_class(const AugiHintPart *part)
{
    if (part->file.n_rows >= LARGE_ROWS || part->file.size >= MIDDLING_SIZE)
        return 2;
    return part->file.size >= SMALL_SIZE;
}

/* Whether less than half of it counts. */
static bool is_dead(const AugiHintPart *part)
{
    return 2 * atomic_load(&part->live) < part->file.n_rows || part->file.n_rows == 0;
}

/* What is to become one file: chosen[i] of part i, n of them, with n_rows hints in size bytes. */
typedef struct Choice {
    bool chosen[AUGI_HINT_FILES];
    uint32_t n, n_rows;
    uint64_t size;
} Choice;

static bool has_room(const Choice *choice, const AugiHintPart *part)
{
    return choice->size + part->file.size <= AUGI_HINT_FILE_MAX_SIZE &&
           choice->n_rows + part->file.n_rows <= AUGI_HINT_FILE_MAX_ROWS;
}

static void choose(const AugiHints *hints, Choice *choice)
{
    *choice = (Choice){0};
    uint32_t n_of[3] = {0};
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++)
        if (is_here(&hints->parts[i]) && !hints->parts[i].is_new)
            n_of[size_class(&hints->parts[i])]++;
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++) {
        const AugiHintPart *part = &hints->parts[i];
        const uint32_t of = size_class(part);
        if (!is_here(part) || part->is_new || !has_room(choice, part) ||
            !(is_dead(part) || (of < 2 && n_of[of] >= MERGED_AT_ONCE)))
            continue;
        choice->chosen[i] = true;
        choice->n++;
        choice->n_rows += part->file.n_rows;
        choice->size += part->file.size;
    }
}

/* Deletes the chosen ones. Where somebody makes a place in one of them none at this moment, it stays
 * open until the next look at the folder. */
static void drop(AugiHints *hints, const Choice *choice)
{
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++) {
        AugiHintPart *part = &hints->parts[i];
        if (!choice->chosen[i])
            continue;
        unlink_file(hints, part->file.id);
        part->is_gone = true;
        if (atomic_load(&part->live) == 0)
            close_part(hints, part);
    }
}

static void merge(AugiHints *hints)
{
    Choice choice;
    Gathered gathered;
    choose(hints, &choice);
    if (choice.n == 0)
        return;
    bool good = gather_for(&gathered, hints, choice.n_rows);
    for (uint32_t i = 0; good && i < AUGI_HINT_FILES; i++) {
        gathered.part = &hints->parts[i];
        if (choice.chosen[i])
            good =
                augi_hint_file_visit(&gathered.part->file, &hints->set, gather_of_part, &gathered);
    }
    if (good && (gathered.n == 0 || write_gathered(&gathered)))
        drop(hints, &choice);
    gathered_fini(&gathered);
}

/* A file's lock, since network file systems lock no folders. -1 if somebody else has it, or there is
 * none to be had: nothing is merged then. */
static int take_lock(const AugiHints *hints)
{
    char *path;
    if (asprintf(&path, "%s/hints.lock", hints->set.folder) < 0)
        return -1;
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW;
    const int lock = open(path, flags, 0666);
    free(path);
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0)
        return lock;
    close(lock);
    return -1;
}

void augi_hints_keep(AugiHints *hints)
{
    if (!atomic_load(&hints->is_kept))
        return;
    const int lock = take_lock(hints);
    scan(hints);
    write_chunks(hints);
    if (lock < 0)
        return;
    merge(hints);
    close(lock);
}
