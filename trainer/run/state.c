/* Tables of what is kept of a run, and the tensors that they become. */
#include "trainer/run/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "trainer/model/weights.h"
#include "trainer/run/columns.h"

#define IN_RUN(field) TRAIN_COLUMN(TrainRun, field)

static const TrainColumn run_rows[] = {
    IN_RUN(step),
    IN_RUN(epoch),
    IN_RUN(batch),
    IN_RUN(n_batches),
    IN_RUN(log_size),
    IN_RUN(stopped_early),
    IN_RUN(best.seen),
    IN_RUN(best.value),
    IN_RUN(best.step),
    IN_RUN(best.bad),
    IN_RUN(windows.log.loss_sum),
    IN_RUN(windows.log.weight),
    TRAIN_COLUMN_DOUBLES(TrainRun, windows.log.sums),
    IN_RUN(windows.log.n),
    IN_RUN(windows.log.n_counted),
    IN_RUN(windows.log.n_replaced),
    IN_RUN(windows.log.seconds),
    IN_RUN(windows.log.waited_s),
    IN_RUN(windows.log.cpu_s),
    IN_RUN(windows.epoch.loss_sum),
    IN_RUN(windows.epoch.weight),
    TRAIN_COLUMN_DOUBLES(TrainRun, windows.epoch.sums),
    IN_RUN(windows.epoch.n),
    IN_RUN(windows.epoch.n_counted),
    IN_RUN(windows.epoch.n_replaced),
    IN_RUN(windows.epoch.seconds),
    IN_RUN(windows.epoch.waited_s),
    IN_RUN(windows.epoch.cpu_s),
    TRAIN_COLUMN_DOUBLES(TrainRun, schedule.values),
    IN_RUN(times.network),
    IN_RUN(times.waiting),
    IN_RUN(times.evaluation),
    IN_RUN(times.saving),
    IN_RUN(times.total),
    IN_RUN(times.loader_cpu),
};
static const TrainColumns run_columns = TRAIN_COLUMNS(TrainRun, run_rows);

#define IN_STEP(field) TRAIN_COLUMN(TrainStepRecord, field)

static const TrainColumn step_rows[] = {
    IN_STEP(step),
    IN_STEP(epoch),
    TRAIN_COLUMN_DOUBLES(TrainStepRecord, figures.values),
    TRAIN_COLUMN_DOUBLES(TrainStepRecord, figures.low),
    TRAIN_COLUMN_DOUBLES(TrainStepRecord, figures.high),
    IN_STEP(loss),
    IN_STEP(lr),
    IN_STEP(momentum),
    IN_STEP(gradient_norm),
    IN_STEP(images_per_s),
    IN_STEP(waiting),
    IN_STEP(loading),
    IN_STEP(seconds),
};
static const TrainColumns step_columns = TRAIN_COLUMNS(TrainStepRecord, step_rows);

#define IN_EPOCH(field) TRAIN_COLUMN(TrainEpochRecord, field)

static const TrainColumn epoch_rows[] = {
    IN_EPOCH(epoch),
    IN_EPOCH(step),
    IN_EPOCH(train_loss),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, train_figures.values),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, train_figures.low),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, train_figures.high),
    IN_EPOCH(n_replaced),
    IN_EPOCH(eval_n_replaced),
    IN_EPOCH(has_eval),
    IN_EPOCH(eval_loss),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, eval_figures.values),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, eval_figures.low),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, eval_figures.high),
    IN_EPOCH(eval_n),
    IN_EPOCH(validation.n),
    IN_EPOCH(validation.loss),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, validation.figures.values),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, validation.figures.low),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, validation.figures.high),
    IN_EPOCH(train_eval.n),
    IN_EPOCH(train_eval.loss),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, train_eval.figures.values),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, train_eval.figures.low),
    TRAIN_COLUMN_DOUBLES(TrainEpochRecord, train_eval.figures.high),
    IN_EPOCH(images_per_s),
    IN_EPOCH(waiting),
    IN_EPOCH(loading),
    IN_EPOCH(seconds),
};
static const TrainColumns epoch_columns = TRAIN_COLUMNS(TrainEpochRecord, epoch_rows);

/* Whoever gives a record another member gives it a row above, too, and then its size here. */
_Static_assert(sizeof(TrainFigures) == 16 + 3 * NN_MAX_SCALARS * 8, "figures have their columns");
_Static_assert(sizeof(TrainStepRecord) == sizeof(TrainFigures) + 10 * 8,
               "steps have their columns");
_Static_assert(sizeof(TrainEpochRecord) == 4 * sizeof(TrainFigures) + 16 * 8,
               "epochs have their columns");
_Static_assert(sizeof(TrainTimes) == 6 * 8, "times have their columns");

static const char run_name[] = TRAIN_STATE_RUN, steps_name[] = TRAIN_STATE_STEPS,
                  epochs_name[] = TRAIN_STATE_EPOCHS;

/* Adds a tensor of rows by columns at *next, and moves that behind it. */
static int64_t *add(TrainState *state, const char *name, size_t n_rows, size_t n_columns,
                    int64_t **next)
{
    int64_t *numbers = *next;
    if (n_rows * n_columns == 0)
        return numbers;
    state->tensors[state->n++] =
        (AugTensor){.name = name,
                    .desc = {.dtype = AUG_DTYPE_I64, .n_dims = 2, .shape = {n_rows, n_columns}},
                    .bytes = numbers,
                    .size = n_rows * n_columns * sizeof(int64_t)};
    *next += n_rows * n_columns;
    return numbers;
}

static void encode_list(const TrainColumns *columns, const void *items, size_t n, int64_t *numbers)
{
    const size_t width = train_columns_width(columns);
    for (size_t i = 0; i < n; i++)
        train_columns_encode(columns, (const char *)items + i * columns->size, numbers + i * width);
}

static bool name_columns(TrainState *state)
{
    static const struct {
        const char *key;
        const TrainColumns *columns;
    } named[TRAIN_STATE_TEXTS] = {
        {run_name, &run_columns}, {steps_name, &step_columns}, {epochs_name, &epoch_columns}};
    bool good = true;
    for (size_t i = 0; i < TRAIN_STATE_TEXTS; i++) {
        state->texts[i].key = strdup(named[i].key);
        state->texts[i].value = train_columns_text(named[i].columns);
        good = good && state->texts[i].key && state->texts[i].value;
    }
    return good;
}

AugStatus train_state_init(TrainState *state, const TrainRun *run, AugError *error)
{
    const TrainHistory *history = &run->history;
    const size_t n = train_columns_width(&run_columns) +
                     history->n_steps * train_columns_width(&step_columns) +
                     history->n_epochs * train_columns_width(&epoch_columns);
    *state = (TrainState){.numbers = calloc(n, sizeof(int64_t))};
    if (!state->numbers || !name_columns(state)) {
        train_state_fini(state);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the state of the run");
    }
    int64_t *next = state->numbers;
    int64_t *numbers = add(state, run_name, 1, train_columns_width(&run_columns), &next);
    train_columns_encode(&run_columns, run, numbers);
    numbers = add(state, steps_name, history->n_steps, train_columns_width(&step_columns), &next);
    encode_list(&step_columns, history->steps, history->n_steps, numbers);
    numbers =
        add(state, epochs_name, history->n_epochs, train_columns_width(&epoch_columns), &next);
    encode_list(&epoch_columns, history->epochs, history->n_epochs, numbers);
    return AUG_OK;
}

void train_state_fini(TrainState *state)
{
    free(state->numbers);
    for (size_t i = 0; i < TRAIN_STATE_TEXTS; i++) {
        free(state->texts[i].key);
        free(state->texts[i].value);
    }
    *state = (TrainState){0};
}

/* --- reading ---------------------------------------------------------------------------------- */

/* A checkpoint that is read. */
typedef struct Reading {
    const AugiTensorFile *file;
    const char *path;
    AugError *error;
} Reading;

/* The first of some columns ("step 1,epoch 1") that others do not have; of no characters where they
 * have all. */
static void find_column(const char *columns, const char *others, char column[80])
{
    size_t size;
    for (const char *at = columns; *at; at += size + (at[size] == ',')) {
        const char *other = others;
        size = strcspn(at, ",");
        while (*other) {
            const size_t n = strcspn(other, ",");
            if (n == size && !memcmp(at, other, n))
                break;
            other += n + (other[n] == ',');
        }
        if (*other)
            continue;
        snprintf(column, 80, "%.*s", (int)(size < 79 ? size : 79), at);
        return;
    }
    column[0] = 0;
}

/* A checkpoint whose digest is right is whole, but another version's. */
static AugStatus refuse_columns(const Reading *reading, const char *name, const char *found,
                                const char *wanted)
{
    static const char advice[] = "go on with the version that made it";
    const char *version = augi_tensor_file_metadata(reading->file, "augtrain");
    char more[80] = "", less[80] = "";
    version = version ? version : "of no known version";
    find_column(found, wanted, more);
    find_column(wanted, found, less);
    if (more[0])
        return AUG_FAIL(reading->error, AUG_UNSUPPORTED, reading->path,
                        "this checkpoint of augtrain %.40s has the column '%s' in '%s', which this "
                        "version, " AUG_VERSION ", does not know; %s",
                        version, more, name, advice);
    if (less[0])
        return AUG_FAIL(reading->error, AUG_UNSUPPORTED, reading->path,
                        "this checkpoint of augtrain %.40s has no column '%s' in '%s', which this "
                        "version, " AUG_VERSION ", needs; %s",
                        version, less, name, advice);
    return AUG_FAIL(reading->error, AUG_UNSUPPORTED, reading->path,
                    "this checkpoint of augtrain %.40s has the columns of '%s' in another order "
                    "than this version, " AUG_VERSION "; %s",
                    version, name, advice);
}

static AugStatus check_columns(const Reading *reading, const char *name,
                               const TrainColumns *columns)
{
    char *wanted = train_columns_text(columns);
    if (!wanted)
        return AUG_FAIL(reading->error, AUG_NO_MEMORY, reading->path, "no memory for a name");
    const char *found = augi_tensor_file_metadata(reading->file, name);
    const AugStatus status = found && !strcmp(found, wanted)
                                 ? AUG_OK
                                 : refuse_columns(reading, name, found ? found : "", wanted);
    free(wanted);
    return status;
}

/* Numbers of a tensor with so many columns, whose rows go to *n_rows; copied, as they may lie
 * anywhere in a file. NULL where there is none, and *n_rows 0. The caller frees them. */
static AugStatus take(const Reading *reading, const char *name, size_t n_columns, size_t *n_rows,
                      int64_t **numbers)
{
    const AugTensor *tensor = augi_tensor_file_find(reading->file, name);
    *n_rows = 0;
    *numbers = NULL;
    if (!tensor)
        return AUG_OK;
    if (tensor->desc.dtype != AUG_DTYPE_I64 || tensor->desc.n_dims != 2 ||
        tensor->desc.shape[1] != n_columns || tensor->size == 0)
        return AUG_FAIL(reading->error, AUG_CORRUPT, reading->path,
                        "the tensor '%s' is not I64 with %zu columns", name, n_columns);
    *numbers = malloc(tensor->size);
    if (!*numbers)
        return AUG_FAIL(reading->error, AUG_NO_MEMORY, reading->path, "no memory for '%s'", name);
    memcpy(*numbers, tensor->bytes, tensor->size);
    *n_rows = (size_t)tensor->desc.shape[0];
    return AUG_OK;
}

AugStatus train_state_peek(TrainRun *run, const AugiTensorFile *file, const char *path,
                           AugError *error)
{
    const Reading reading = {file, path, error};
    size_t n_rows;
    int64_t *numbers;
    AUG_TRY(check_columns(&reading, run_name, &run_columns));
    AUG_TRY(check_columns(&reading, steps_name, &step_columns));
    AUG_TRY(check_columns(&reading, epochs_name, &epoch_columns));
    AUG_TRY(take(&reading, run_name, train_columns_width(&run_columns), &n_rows, &numbers));
    if (n_rows == 1)
        train_columns_decode(&run_columns, numbers, run);
    free(numbers);
    if (n_rows == 1)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, path, "the tensor '%s' has %zu rows; it needs one",
                    run_name, n_rows);
}

static AugStatus read_steps(TrainRun *run, const Reading *reading)
{
    const size_t width = train_columns_width(&step_columns);
    size_t n;
    int64_t *numbers;
    AUG_TRY(take(reading, steps_name, width, &n, &numbers));
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < n && status == AUG_OK; i++) {
        TrainStepRecord record = {.figures = {.scalars = run->scalars, .n = run->n_scalars}};
        train_columns_decode(&step_columns, numbers + i * width, &record);
        status = train_history_add_step(&run->history, &record, reading->error);
    }
    free(numbers);
    return status;
}

static AugStatus read_epochs(TrainRun *run, const Reading *reading)
{
    const size_t width = train_columns_width(&epoch_columns);
    size_t n;
    int64_t *numbers;
    AUG_TRY(take(reading, epochs_name, width, &n, &numbers));
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < n && status == AUG_OK; i++) {
        TrainEpochRecord record = {
            .train_figures = {.scalars = run->scalars, .n = run->n_scalars},
            .eval_figures = {.scalars = run->scalars, .n = run->n_scalars},
            .validation = {.figures = {.scalars = run->scalars, .n = run->n_scalars}},
            .train_eval = {.figures = {.scalars = run->scalars, .n = run->n_scalars}}};
        train_columns_decode(&epoch_columns, numbers + i * width, &record);
        status = train_history_add_epoch(&run->history, &record, reading->error);
    }
    free(numbers);
    return status;
}

AugStatus train_state_restore(TrainRun *run, const AugiTensorFile *file, const char *path,
                              AugError *error)
{
    const Reading reading = {file, path, error};
    AUG_TRY(train_state_peek(run, file, path, error));
    AUG_TRY(read_steps(run, &reading));
    return read_epochs(run, &reading);
}
