/* Takes the numbers out of a line of the log and gives them to the tables and to the file of events. */
#include "trainer/run/scalar_logs.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/json_writer.h"
#include "trainer/run/events_file.h"
#include "trainer/run/files.h"
#include "trainer/run/table_file.h"

/* Events that have a table, and the tables' files. */
enum { STEPS, EPOCHS, N_TABLES };
static const char *const events[] = {[STEPS] = "step", [EPOCHS] = "epoch"};
static const char *const table_names[] = {[STEPS] = "steps.csv", [EPOCHS] = "epochs.csv"};

struct TrainScalarLogs {
    TrainTableFile tables[N_TABLES];
    TrainEventsFile events;
};

static AugStatus open_file(TrainScalarLogs *logs, int number, const char *folder,
                           const uint64_t *keep, AugError *error)
{
    char *path = train_path_join(folder, number < N_TABLES ? table_names[number]
                                                           : "events.out.tfevents.augtrain");
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for a path");
    const AugStatus status = number < N_TABLES
                                 ? train_table_open(&logs->tables[number], path, "step",
                                                    keep ? &keep[number == EPOCHS] : NULL, error)
                                 : train_events_open(&logs->events, path, keep, error);
    free(path);
    return status;
}

AugStatus train_scalar_logs_open(TrainScalarLogs **out, const char *folder, const uint64_t *keep,
                                 AugError *error)
{
    *out = NULL;
    TrainScalarLogs *logs = calloc(1, sizeof(*logs));
    if (!logs)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for the log");
    for (int i = 0; i <= N_TABLES; i++) {
        const AugStatus status = open_file(logs, i, folder, keep, error);
        if (status == AUG_OK)
            continue;
        train_scalar_logs_close(logs);
        return status;
    }
    *out = logs;
    return AUG_OK;
}

void train_scalar_logs_close(TrainScalarLogs *logs)
{
    if (!logs)
        return;
    for (int i = 0; i < N_TABLES; i++)
        train_table_close(&logs->tables[i]);
    train_events_close(&logs->events);
    free(logs);
}

/* Numbers of an entry of the log as cells, all but the step and epoch as scalars. */
typedef struct Numbers {
    TrainCell cells[TRAIN_MAX_COLUMNS];
    TrainScalar scalars[TRAIN_MAX_COLUMNS];
    char tags[TRAIN_MAX_COLUMNS][80];
    size_t n_cells, n_scalars;
} Numbers;

static void add_number(Numbers *numbers, const char *event, const char *key, double value)
{
    TrainCell *cell = &numbers->cells[numbers->n_cells++];
    cell->column = key;
    augi_format_double(value, cell->text);
    if (!strcmp(key, "step") || !strcmp(key, "epoch"))
        return;
    char *tag = numbers->tags[numbers->n_scalars];
    snprintf(tag, sizeof(numbers->tags[0]), "%s/%s", event, key);
    numbers->scalars[numbers->n_scalars++] = (TrainScalar){tag, value};
}

static AugStatus add_entry(TrainScalarLogs *logs, int table, json_t *entry, AugError *error)
{
    Numbers *numbers = calloc(1, sizeof(*numbers));
    const char *key;
    json_t *value;
    if (!numbers)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an entry of the log");
    json_object_foreach(entry, key, value)
    {
        if (json_is_number(value) && numbers->n_cells < TRAIN_MAX_COLUMNS)
            add_number(numbers, events[table], key, json_number_value(value));
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    AugStatus status =
        train_table_add(&logs->tables[table], numbers->cells, numbers->n_cells, error);
    if (status == AUG_OK)
        status = train_events_add(&logs->events, (double)now.tv_sec + 1e-9 * (double)now.tv_nsec,
                                  (uint64_t)json_integer_value(json_object_get(entry, "step")),
                                  numbers->scalars, numbers->n_scalars, error);
    free(numbers);
    return status;
}

AugStatus train_scalar_logs_add(TrainScalarLogs *logs, const char *line, AugError *error)
{
    json_t *entry = json_loads(line, 0, NULL);
    const char *event = json_string_value(json_object_get(entry, "event"));
    AugStatus status =
        event ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an entry of the log");
    for (int i = 0; event && i < N_TABLES; i++)
        if (!strcmp(event, events[i]))
            status = add_entry(logs, i, entry, error);
    json_decref(entry);
    return status;
}
