/* Rows of numbers need no quotes, and names of columns have none. */
#include "trainer/run/table_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/input_file.h"
#include "libaug/base/json_writer.h"
#include "trainer/run/files.h"

/* A run's table has some 100 bytes a row: this is a million rows. */
#define MAX_TABLE_SIZE ((size_t)1 << 28)

static AugStatus no_memory(const TrainTableFile *table, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, table->path, "no memory for a table");
}

static AugStatus fail_write(const TrainTableFile *table, AugError *error)
{
    return AUG_FAIL(error, AUG_IO, table->path, "writing failed: %s", strerror(errno));
}

/* Place of a column, n_columns if there is none. */
static size_t find_column(const TrainTableFile *table, const char *name, size_t size)
{
    size_t i = 0;
    while (i < table->n_columns &&
           (strncmp(table->columns[i], name, size) != 0 || table->columns[i][size]))
        i++;
    return i;
}

static AugStatus add_column(TrainTableFile *table, const char *name, size_t size, AugError *error)
{
    if (table->n_columns == TRAIN_MAX_COLUMNS)
        return AUG_FAIL(error, AUG_TOO_LARGE, table->path,
                        "the table would have more than %d columns", TRAIN_MAX_COLUMNS);
    char *copy = strndup(name, size);
    if (!copy)
        return no_memory(table, error);
    table->columns[table->n_columns++] = copy;
    return AUG_OK;
}

/* Number in a place of a row; false if there is none. */
static bool number_at(const char *row, size_t place, uint64_t *number)
{
    for (; place > 0; place--) {
        row += strcspn(row, ",\n");
        if (*row != ',')
            return false;
        row++;
    }
    char *end;
    *number = strtoull(row, &end, 10);
    return end != row;
}

/* Bytes of the header and of the rows that stay. */
static size_t kept_size(const TrainTableFile *table, const char *text, const char *key,
                        uint64_t keep)
{
    const size_t place = find_column(table, key, strlen(key));
    const char *at = text;
    for (const char *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        uint64_t number;
        if (at != text && (!number_at(at, place, &number) || number > keep))
            break;
    }
    return (size_t)(at - text);
}

static AugStatus read_columns(TrainTableFile *table, const char *text, AugError *error)
{
    if (!strchr(text, '\n'))
        return AUG_OK;
    for (const char *at = text;; at++) {
        const size_t size = strcspn(at, ",\n");
        AUG_TRY(add_column(table, at, size, error));
        at += size;
        if (*at != ',')
            return AUG_OK;
    }
}

static AugStatus open_append(TrainTableFile *table, AugError *error)
{
    table->file = fopen(table->path, "ae");
    return table->file
               ? AUG_OK
               : AUG_FAIL(error, AUG_IO, table->path, "cannot be opened: %s", strerror(errno));
}

static AugStatus reopen(TrainTableFile *table, const char *key, uint64_t keep, AugError *error)
{
    uint8_t *bytes;
    size_t size;
    AugStatus status = augi_input_file_load(table->path, MAX_TABLE_SIZE, &bytes, &size, error);
    if (status == AUG_NOT_FOUND)
        return AUG_OK;
    AUG_TRY(status);
    const char *text = (const char *)bytes;
    status = read_columns(table, text, error);
    const size_t kept = kept_size(table, text, key, keep);
    free(bytes);
    if (status == AUG_OK && truncate(table->path, (off_t)kept) != 0)
        status = fail_write(table, error);
    return status == AUG_OK && table->n_columns > 0 ? open_append(table, error) : status;
}

AugStatus train_table_open(TrainTableFile *table, const char *path, const char *key,
                           const uint64_t *keep, AugError *error)
{
    *table = (TrainTableFile){.path = strdup(path)};
    if (!table->path)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a table");
    if (keep)
        return reopen(table, key, *keep, error);
    if (access(path, F_OK) == 0)
        return AUG_FAIL(error, AUG_IO, path, "cannot be created: there is such a file");
    return AUG_OK;
}

void train_table_close(TrainTableFile *table)
{
    if (table->file)
        fclose(table->file);
    for (size_t i = 0; i < table->n_columns; i++)
        free(table->columns[i]);
    free(table->path);
    *table = (TrainTableFile){0};
}

/* The header, and the rows of an earlier file with so many empty cells more. */
static bool put_wider(const TrainTableFile *table, FILE *to, const char *rows, size_t n_new)
{
    for (size_t i = 0; i < table->n_columns; i++)
        fprintf(to, "%s%s", i ? "," : "", table->columns[i]);
    fputc('\n', to);
    for (const char *end; (end = strchr(rows, '\n')) != NULL; rows = end + 1) {
        fwrite(rows, 1, (size_t)(end - rows), to);
        for (size_t i = 0; i < n_new; i++)
            fputc(',', to);
        fputc('\n', to);
    }
    return !ferror(to);
}

static AugStatus save_wider(TrainTableFile *table, const char *rows, size_t n_new, AugError *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return no_memory(table, error);
    const bool whole = put_wider(table, to, rows, n_new);
    AugStatus status = fclose(to) == 0 && whole ? AUG_OK : no_memory(table, error);
    if (status == AUG_OK)
        status = train_file_save(table->path, text, size, error);
    free(text);
    return status;
}

/* Writes the file anew, with the n_new columns that came last. */
static AugStatus widen(TrainTableFile *table, size_t n_new, AugError *error)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (table->file) {
        fclose(table->file);
        table->file = NULL;
        AUG_TRY(augi_input_file_load(table->path, MAX_TABLE_SIZE, &bytes, &size, error));
    }
    const char *rows = bytes ? strchr((const char *)bytes, '\n') : NULL;
    const AugStatus status = save_wider(table, rows ? rows + 1 : "", n_new, error);
    free(bytes);
    AUG_TRY(status);
    return open_append(table, error);
}

static bool put_row(const TrainTableFile *table, const TrainCell *cells, size_t n)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        size_t k = 0;
        while (k < n && strcmp(cells[k].column, table->columns[i]) != 0)
            k++;
        fprintf(table->file, "%s%s", i ? "," : "", k < n ? cells[k].text : "");
    }
    fputc('\n', table->file);
    return fflush(table->file) == 0 && !ferror(table->file);
}

AugStatus train_table_add(TrainTableFile *table, const TrainCell *cells, size_t n, AugError *error)
{
    const size_t before = table->n_columns;
    for (size_t i = 0; i < n; i++) {
        const size_t size = strlen(cells[i].column);
        if (find_column(table, cells[i].column, size) == table->n_columns)
            AUG_TRY(add_column(table, cells[i].column, size, error));
    }
    if (table->n_columns > before)
        AUG_TRY(widen(table, table->n_columns - before, error));
    return put_row(table, cells, n) ? AUG_OK : fail_write(table, error);
}
