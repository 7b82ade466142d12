/* The command line of augtrain. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "trainer/command.h"
#include "trainer/options.h"
#include "trainer/run/progress.h"

#define PARSE(call, ...) parse(call, (const char *const[]){__VA_ARGS__, NULL})

static AugError last;

static AugStatus parse(CmdCall *call, const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    last = (AugError){0};
    return cmd_call_init(call, &train_program, words, n, &last);
}

/* Expects a refusal whose sentence holds words. */
static void refuse(const char *words, const char *const *arguments)
{
    CmdCall call;
    AugStatus status = parse(&call, arguments);
    cmd_call_fini(&call);
    ck_assert_int_eq(status, AUG_BAD_ARGUMENT);
    ck_assert_msg(strstr(last.message, words) != NULL, "'%s' does not hold '%s'", last.message,
                  words);
}

#define REFUSE(words, ...) refuse(words, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(reads_options)
{
    CmdCall call;
    ck_assert_int_eq(PARSE(&call, "m.yaml", "--data", "unix:/x", "--dataset", "a=idx:1",
                           "--dataset=b=idx:2", "-o", "out", "--epochs=3", "--seed",
                           "18446744073709551615", "--quiet"),
                     AUG_OK);
    ck_assert_ptr_eq(call.command, &train_options_command);
    const TrainOptions *options = call.options;
    ck_assert_str_eq(options->model, "m.yaml");
    ck_assert_str_eq(options->data, "unix:/x");
    ck_assert_str_eq(options->output, "out");
    ck_assert_uint_eq(options->datasets.n, 2);
    ck_assert_str_eq(options->datasets.items[1], "b=idx:2");
    ck_assert(options->has_epochs && options->epochs == 3);
    ck_assert(options->has_seed && options->seed == UINT64_MAX);
    ck_assert(!options->has_threads && call.quiet && !options->overwrite);
    cmd_call_fini(&call);
}
END_TEST

START_TEST(reads_commands)
{
    CmdCall call;
    ck_assert_int_eq(PARSE(&call, "modules", "conv", "--json"), AUG_OK);
    ck_assert_ptr_eq(call.command, &train_command_modules);
    ck_assert_str_eq(call.arguments[0], "conv");
    cmd_call_fini(&call);
    ck_assert_int_eq(PARSE(&call, "--version"), AUG_OK);
    ck_assert_int_eq(call.wish, CMD_VERSION);
    cmd_call_fini(&call);
    ck_assert_int_eq(PARSE(&call, "m.yaml", "--help"), AUG_OK);
    ck_assert_int_eq(call.wish, CMD_HELP);
    cmd_call_fini(&call);
    ck_assert_int_eq(PARSE(&call, "--", "--odd.yaml"), AUG_OK);
    ck_assert_str_eq(((const TrainOptions *)call.options)->model, "--odd.yaml");
    cmd_call_fini(&call);
    ck_assert_int_eq(PARSE(&call, "--", "modules"), AUG_OK);
    ck_assert_ptr_eq(call.command, &train_options_command);
    cmd_call_fini(&call);
}
END_TEST

START_TEST(refuses_mistakes)
{
    REFUSE("MODEL.yaml is missing; see 'augtrain --help'", "--quiet");
    REFUSE("did you mean --output?", "m.yaml", "--ouput", "x");
    REFUSE("see 'augtrain --help'", "m.yaml", "--zzzzzzz");
    REFUSE("--data needs a value: --data ADDRESS|FILE", "m.yaml", "--data");
    REFUSE("--quiet takes no value", "m.yaml", "--quiet=yes");
    REFUSE("-j is not an option of augtrain; see", "m.yaml", "-j");
    REFUSE("--epochs is not an option of modules", "modules", "--epochs");
    REFUSE("--epochs is 0; allowed is integer from 1 to 1000000", "m.yaml", "--epochs", "0");
    REFUSE("--threads is many", "m.yaml", "--threads", "many");
    REFUSE("'b.yaml' is one argument too many", "a.yaml", "b.yaml");
    REFUSE("--eval-only needs --weights", "m.yaml", "--eval-only");
    REFUSE("--overwrite needs --output", "m.yaml", "--overwrite");
}
END_TEST

START_TEST(progress_line)
{
    static const NnScalar accuracy = {.name = "accuracy", .is_share = true};
    const double sum = 8461;
    const TrainProgressState state = {.epoch = 2,
                                      .n_epochs = 5,
                                      .step = 312,
                                      .n_steps = 468,
                                      .figures = train_figures_make(&accuracy, 1, &sum, 10000),
                                      .loss = 0.43217,
                                      .images_per_s = 8214.4,
                                      .waiting = 0.031,
                                      .left_s = 47.4};
    char text[256];
    train_progress_format(&state, 200, text, sizeof(text));
    ck_assert_str_eq(text, "epoch 2/5  step 312/468  loss 0.4322  accuracy 84.6 %  "
                           "8,214 images/s  waiting 3 %  0:47 left");
    train_progress_format(&state, 40, text, sizeof(text));
    ck_assert_uint_eq(strlen(text), 39);
    const TrainProgressState unknown = {
        .epoch = 1, .n_epochs = 1, .step = 1, .n_steps = 2, .left_s = -1};
    train_progress_format(&unknown, 200, text, sizeof(text));
    ck_assert_msg(strstr(text, "? left") != NULL, "%s", text);
}
END_TEST

START_TEST(numbers_for_people)
{
    static const struct {
        double value;
        const char *count, *time;
    } cases[] = {
        {0, "0", "0:00"},
        {7, "7", "0:07"},
        {999, "999", "16:39"},
        {1000, "1,000", "16:40"},
        {3599.6, "3,600", "1:00:00"},
        {1234567, "1,234,567", "342:56:07"},
        {-5, "0", "0:00"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[32];
        train_format_count(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].count);
        train_format_time(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].time);
    }
}
END_TEST

START_TEST(quiet_says_nothing)
{
    TrainProgress progress;
    train_progress_init(&progress, true);
    ck_assert_ptr_null(progress.lines);
    train_progress_say(&progress, "never %d", 1);
    train_progress_show(&progress, &(TrainProgressState){0});
    ck_assert(!progress.drawn);
}
END_TEST

/* The redrawn line goes to its own stream, begins with a return, and is gone before a plain line.
 */
START_TEST(redraws_in_place)
{
    char *lines = NULL, *screen = NULL;
    size_t lines_size = 0, screen_size = 0;
    TrainProgress progress = {.lines = open_memstream(&lines, &lines_size),
                              .screen = open_memstream(&screen, &screen_size)};
    train_progress_show(&progress, &(TrainProgressState){.epoch = 1, .n_epochs = 1});
    ck_assert(progress.drawn);
    train_progress_show(&progress, &(TrainProgressState){.epoch = 1, .n_epochs = 1});
    train_progress_say(&progress, "done %d", 7);
    ck_assert(!progress.drawn);
    fclose(progress.lines);
    fclose(progress.screen);
    ck_assert_str_eq(lines, "done 7\n");
    ck_assert_msg(strncmp(screen, "\r\033[Kepoch 1/1", 13) == 0, "%s", screen);
    /* Drawn once (the second came within a tenth of a second) and cleared once. */
    ck_assert_str_eq(screen + screen_size - 4, "\r\033[K");
    free(lines);
    free(screen);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_options");
    TCase *test = tcase_create("options");
    tcase_add_test(test, reads_options);
    tcase_add_test(test, reads_commands);
    tcase_add_test(test, refuses_mistakes);
    tcase_add_test(test, progress_line);
    tcase_add_test(test, numbers_for_people);
    tcase_add_test(test, quiet_says_nothing);
    tcase_add_test(test, redraws_in_place);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
