/* Checkpoints: what is read of a run's state is whole or refused with a sentence, whatever its tensors
 * say, and is written so that it reads the same. Input: rows of steps, rows of epochs, flags (1: no
 * tensor "run", 2: two rows of it, 4: a column more, 8: another type, 16: columns of other names), and
 * the numbers. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/run/state.h"

static const NnScalar scalars[] = {{"accuracy", true}, {"top3", true}};

enum { NO_RUN = 1, TWO_ROWS = 2, ONE_MORE = 4, OTHER_TYPE = 8, OTHER_NAMES = 16 };

static TrainRun new_run(void)
{
    return (TrainRun){.scalars = scalars, .n_scalars = AUG_COUNT(scalars)};
}

/* A state with a tensor of each kind, whose names, columns and widths are those of all states. */
static TrainState sample_state(void)
{
    TrainState state;
    TrainRun run = new_run();
    const TrainStepRecord step = {.step = 1};
    const TrainEpochRecord epoch = {.epoch = 1};
    FUZZ_CHECK(train_history_add_step(&run.history, &step, NULL) == AUG_OK &&
                   train_history_add_epoch(&run.history, &epoch, NULL) == AUG_OK &&
                   train_state_init(&state, &run, NULL) == AUG_OK,
               "memory is out");
    train_history_fini(&run.history);
    return state;
}

static AugiTensorFile as_file(TrainState *state)
{
    return (AugiTensorFile){.tensors = state->tensors,
                            .n_tensors = state->n,
                            .metadata = state->texts,
                            .n_metadata = TRAIN_STATE_TEXTS};
}

/* What tensors are filled with. */
typedef struct Numbers {
    const uint8_t *bytes;
    size_t size;
} Numbers;

/* A tensor with so many rows of the input's bytes, again and again. */
static void fill(AugTensor *tensor, uint64_t rows, unsigned flags, const Numbers *input)
{
    tensor->desc.shape[0] = rows;
    tensor->desc.shape[1] += (flags & ONE_MORE) != 0;
    tensor->desc.dtype = flags & OTHER_TYPE ? AUG_DTYPE_I32 : AUG_DTYPE_I64;
    tensor->size = aug_tensor_size(&tensor->desc);
    uint8_t *bytes = calloc(1, tensor->size + 1);
    FUZZ_CHECK(bytes != NULL, "memory is out");
    for (size_t i = 0; i < tensor->size && input->size > 0; i++)
        bytes[i] = input->bytes[i % input->size];
    tensor->bytes = bytes;
}

static void write_again(const TrainRun *run)
{
    TrainState first, second;
    TrainRun read = new_run();
    AugError error = {0};
    FUZZ_CHECK(train_state_init(&first, run, &error) == AUG_OK, "%s", error.message);
    const AugiTensorFile file = as_file(&first);
    FUZZ_CHECK(train_state_restore(&read, &file, "again", &error) == AUG_OK, "%s", error.message);
    FUZZ_CHECK(train_state_init(&second, &read, &error) == AUG_OK, "%s", error.message);
    FUZZ_CHECK(first.n == second.n, "%zu tensors of %zu", second.n, first.n);
    for (size_t i = 0; i < first.n; i++)
        FUZZ_CHECK(
            first.tensors[i].size == second.tensors[i].size &&
                memcmp(first.tensors[i].bytes, second.tensors[i].bytes, first.tensors[i].size) == 0,
            "'%s' is another", first.tensors[i].name);
    train_history_fini(&read.history);
    train_state_fini(&first);
    train_state_fini(&second);
}

static void restore(TrainState *state, unsigned flags)
{
    AugiTensorFile file = as_file(state);
    TrainRun run = new_run();
    AugError error = {0};
    if (flags & NO_RUN) {
        file.tensors++;
        file.n_tensors--;
    }
    const AugStatus status = train_state_restore(&run, &file, "input", &error);
    if (flags & (NO_RUN | TWO_ROWS | ONE_MORE | OTHER_TYPE | OTHER_NAMES)) {
        FUZZ_CHECK(status != AUG_OK, "flags %u were read", flags);
        fuzz_check_failure(status, &error);
    } else {
        FUZZ_CHECK(status == AUG_OK, "%s", error.message);
        write_again(&run);
    }
    train_history_fini(&run.history);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 3)
        return 0;
    const unsigned flags = bytes[2] & 31;
    const Numbers numbers = {bytes + 3, size - 3};
    TrainState state = sample_state();
    const uint64_t rows[] = {flags & TWO_ROWS ? 2 : 1, bytes[0] % 8, bytes[1] % 8};
    for (size_t i = 0; i < state.n; i++)
        fill(&state.tensors[i], i == 0 ? rows[0] : rows[i] + 1, flags, &numbers);
    if (flags & OTHER_NAMES)
        state.texts[bytes[0] % TRAIN_STATE_TEXTS].value[0] ^= 1;
    restore(&state, flags);
    for (size_t i = 0; i < state.n; i++) {
        /* Taken by fill. */
        free((void *)(uintptr_t)state.tensors[i].bytes);
    }
    train_state_fini(&state);
    return 0;
}
