/* The section "train" of a model file: its rows, and how often a checkpoint is made. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/model/model_file.h"

static const char *const choose_names[] = {
    [TRAIN_CHOOSE_ON_VALIDATION] = "validation", [TRAIN_CHOOSE_ON_TEST] = "test", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(TrainSettings, epochs, .low = 1, .high = 1000000,
              .help = "Passes over the training data"),
    AUG_PARAM(TrainSettings, seed, .fallback = "1",
              .help = "Seed of the initial weights and of dropout"),
    AUG_PARAM(TrainSettings, threads, .fallback = "0", .low = 0, .high = 256,
              .help = "Threads of the network; 0 means one for each CPU"),
    AUG_PARAM(TrainSettings, log_every, .fallback = "20", .low = 1, .high = 1000000,
              .unit = "steps", .help = "Steps between two entries of the log"),
    AUG_PARAM(TrainSettings, eval_every, .fallback = "1", .low = 1, .high = 1000000,
              .unit = "epochs", .help = "Epochs between two evaluations"),
    AUG_PARAM(TrainSettings, train_eval, .fallback = "2000", .low = 0, .high = 1000000000,
              .unit = "samples",
              .help = "Training samples that are evaluated with the test, made as its own are, for "
                      "the gap between the two; always the same; 0 means none"),
    AUG_PARAM(TrainSettings, choose_on, .fallback = "validation", .choices = choose_names,
              .help = "Data that early stopping, plateau and the best weights are chosen by; test "
                      "makes the test's figures too good"),
    AUG_PARAM(TrainSettings, checkpoint_every, .fallback = "1 epoch",
              .help = "Time between two checkpoints: \"2 epochs\", \"500 steps\", \"5m\" or "
                      "\"90s\"; a number alone means epochs"),
    AUG_PARAM(TrainSettings, checkpoint_keep, .fallback = "1", .low = 1, .high = 100000,
              .help = "Checkpoints that stay, the newest ones"),
    AUG_PARAM(TrainSettings, best, .optional = true,
              .help = "Figure of the evaluations, such as accuracy or loss, by which the best "
                      "weights are kept"),
    AUG_PARAM(TrainSettings, ema, .fallback = "0", .low = 0, .high = 1, .high_open = true,
              .help = "Decay of a running average of the weights, which is what is evaluated and "
                      "saved; 0 means none"),
    AUG_PARAM(TrainSettings, early_stop, .fallback = "0", .low = 0, .high = 1000000,
              .unit = "evaluations",
              .help = "Evaluations in a row without a better figure that end the run; 0 means that "
                      "none do"),
    AUG_PARAM(TrainSettings, min_delta, .fallback = "0", .low = 0, .high = 1e9,
              .help = "How much better a figure must be to count as better"),
    AUG_PARAM(TrainSettings, restore_best, .fallback = "true",
              .help = "Whether a run with early_stop ends with the best weights"),
    AUG_PARAM(TrainSettings, accumulate, .fallback = "1", .low = 0, .high = 1000000,
              .unit = "batches", .help = "Batches that a step is made of; 0 means all of an epoch"),
    AUG_PARAM(TrainSettings, prefetch, .fallback = "4", .low = 1, .high = 64, .unit = "batches",
              .help = "Batches kept ready ahead of the step"),
    AUG_PARAM(TrainSettings, kernels, .fallback = "auto", .choices = nn_kernel_names,
              .help =
                  "Kernels that compute; auto takes the fastest that the CPU has, but no plug-in"),
};

/* Most of a unit between two checkpoints. */
#define MAX_EVERY 1000000

/* Whether a text is one of a unit's words. */
static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (!strcmp(text, *words))
            return true;
    return false;
}

/* A number and a unit. */
static AugStatus read_every(TrainSettings *settings, AugError *error)
{
    static const char *const epochs[] = {"", "epoch", "epochs", NULL};
    static const char *const steps[] = {"step", "steps", NULL};
    static const char *const seconds[] = {"s", "second", "seconds", NULL};
    static const char *const minutes[] = {"m", "min", "minute", "minutes", NULL};
    const char *text = settings->checkpoint_every;
    char *unit = NULL;
    const unsigned long n = isdigit((unsigned char)*text) ? strtoul(text, &unit, 10) : 0;
    if (n >= 1 && n <= MAX_EVERY) {
        unit += strspn(unit, " ");
        settings->checkpoint_epochs = is_one_of(unit, epochs) ? (uint32_t)n : 0;
        settings->checkpoint_steps = is_one_of(unit, steps) ? (uint32_t)n : 0;
        settings->checkpoint_s = is_one_of(unit, seconds) ? (uint32_t)n : 0;
        if (is_one_of(unit, minutes))
            settings->checkpoint_s = (uint32_t)n * 60;
        if (settings->checkpoint_epochs || settings->checkpoint_steps || settings->checkpoint_s)
            return AUG_OK;
    }
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "checkpoint_every is '%.40s'; allowed are 1 to %d epochs, steps, s or m, as in "
                    "500 steps",
                    text, MAX_EVERY);
}

static AugStatus settle(void *params, AugError *error)
{
    return read_every(params, error);
}

const AugParamTable train_params = {
    .rows = rows, .n = AUG_COUNT(rows), .size = sizeof(TrainSettings), .settle = settle};
