/* Every allocation of augtrain's commands fails once, alone and with all after it: the command ends
 * with a sentence and exit code 1, or what it leaves is right; nothing crashes and, under the address
 * sanitizer, nothing leaks. A run that fails leaves the one before it in its folder. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/faults/failing.h"
#include "tests/support/daemon.h"
#include "tests/support/support.h"
#include "trainer/command.h"

static const char model_text[] =
    "model:\n"
    "  input: [8, 8, 3]\n"
    "  classes: [a, b, c]\n"
    "  layers:\n"
    "    - conv: {filters: 2, padding: 1, bias: false}\n"
    "    - batch_norm\n"
    "    - relu\n"
    "    - residual: {branch: [conv: {filters: 2, padding: 1}]}\n"
    "    - flatten\n"
    "    - linear: 3\n"
    "      name: head\n"
    "optimizer: {adam: {lr: 0.01}}\n"
    "groups: [{match: head.bias, weight_decay: 0.5}]\n"
    "schedule: [{warmup_linear: {total_iters: 1}}, cosine]\n"
    "train: {epochs: 2, checkpoint_every: 1 step, checkpoint_keep: 9, log_every: 1, threads: 1, "
    "ema: 0.5, accumulate: 2, best: accuracy,\n"
    "  choose_on: test}\n"
    "data:\n"
    "  train:\n"
    "    augd: 1\n"
    "    dataset: {kind: synthetic, count: 12, size: 8, classes: 3}\n"
    "    pipeline: [HorizontalFlip: {p: 0.5}]\n"
    "    batch: {size: 4}\n"
    "    output: {layout: hwc, normalize: half}\n"
    "  eval: eval.yaml\n";

static const char eval_text[] = "augd: 1\n"
                                "dataset: {kind: synthetic, count: 9, size: 8, classes: 3}\n"
                                "batch: {size: 4, shuffle: false}\n"
                                "output: {layout: hwc, normalize: half}\n";

/* A model on the data set "syn" of a daemon, and the spec of both its data. */
static const char daemon_text[] = "model: {input: [8, 8, 3], layers: [flatten, linear: 10]}\n"
                                  "optimizer: {sgd: {lr: 0.01}}\n"
                                  "train: {epochs: 1, log_every: 2, threads: 1}\n"
                                  "data: {train: daemon_spec.yaml, eval: daemon_spec.yaml}\n";

static const char daemon_spec_text[] = "augd: 1\n"
                                       "dataset: syn\n"
                                       "pipeline: [Resize: {size: [8, 8]}]\n"
                                       "batch: {size: 50}\n"
                                       "output: {layout: hwc}\n";

/* A file of the test's folder. */
static char *file_path(const char *name)
{
    return test_path("%s/%s", test_folder(), name);
}

static void write_text(const char *name, const char *text)
{
    char *path = file_path(name);
    test_write_file(path, text, strlen(text));
    free(path);
}

/* The file's bytes with a NUL behind them; the caller frees them. */
static char *read_text(const char *name, size_t *size)
{
    char *path = file_path(name);
    char *text = (char *)test_read_file(path, size);
    free(path);
    return text;
}

/* Puts a file of the test's folder in the place of a stream; restore takes what this returns. */
static int redirect(int stream, const char *name)
{
    fflush(NULL);
    char *path = file_path(name);
    const int saved = dup(stream);
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert(saved >= 0 && file >= 0 && dup2(file, stream) == stream);
    close(file);
    free(path);
    return saved;
}

static void restore(int stream, int saved)
{
    fflush(NULL);
    dup2(saved, stream);
    close(saved);
}

/* A command of the program with names of the test's folder behind "@". */
typedef struct Line {
    char *words[16];
    size_t n;
} Line;

/* Where the words end with "--data" a daemon is started, which ends with the test. */
static Line line_make(const char *const *words)
{
    static TestDaemon daemon;
    Line line = {.n = 0};
    for (; words[line.n]; line.n++) {
        ck_assert_uint_lt(line.n, AUG_COUNT(line.words));
        const char *word = words[line.n];
        line.words[line.n] = word[0] == '@' ? file_path(word + 1) : test_path("%s", word);
    }
    if (strcmp(words[line.n - 1], "--data") == 0) {
        test_daemon_start(&daemon, NULL);
        line.words[line.n++] = test_path("%s", daemon.unix_address);
    }
    return line;
}

static void line_free(Line *line)
{
    for (size_t i = 0; i < line->n; i++)
        free(line->words[i]);
}

/* Runs a command with allocation n failing; what it prints goes to "out" and "err". Returns the exit
 * code; *n_calls: how many allocations there were. */
static int run(const Line *line, long n, bool all, long *n_calls)
{
    const int out = redirect(STDOUT_FILENO, "out"), err = redirect(STDERR_FILENO, "err");
    failing_begin(n, all);
    const int code = cmd_run(&train_program, (const char *const *)line->words, line->n);
    *n_calls = failing_end();
    restore(STDOUT_FILENO, out);
    restore(STDERR_FILENO, err);
    return code;
}

/* A command that is run with failures.
 *
 * words:   after the program's name; "--data" has the address of a daemon behind it
 * keeps:   a file that it writes, which after each call has the bytes of the first; NULL: none
 * is_run:  after each call that succeeds, as one that fails may have saved its weights
 * prints:  what succeeds prints the same
 * resumes: the last checkpoints of the run "half" are removed before
 */
typedef struct Command {
    const char *name;
    const char *words[12];
    const char *keeps;
    bool is_run, prints, resumes;
} Command;

static const Command commands[] = {
    {.name = "train",
     .words = {"@model.yaml", "--output", "@run", "--overwrite", "--quiet"},
     .keeps = "run/model.safetensors",
     .is_run = true},
    {.name = "resume",
     .words = {"--resume", "@half", "--quiet"},
     .keeps = "half/model.safetensors",
     .is_run = true,
     .resumes = true},
    {.name = "daemon",
     .words = {"@daemon.yaml", "--output", "@remote", "--overwrite", "--quiet", "--wait", "0",
               "--data"},
     .keeps = "remote/model.safetensors",
     .is_run = true},
    {.name = "test",
     .words = {"@model.yaml", "--eval-only", "--weights", "@run/model.safetensors", "--quiet"},
     .prints = true},
    {.name = "rows",
     .words = {"predict", "@run", "-o", "@rows.csv", "--top", "2", "--overwrite", "--quiet"},
     .keeps = "rows.csv"},
    {.name = "printed rows", .words = {"predict", "@run", "--format", "jsonl"}, .prints = true},
    {.name = "features",
     .words = {"predict", "@run", "-o", "@values.safetensors", "--values", "features", "--layer",
               "head", "--overwrite", "--quiet"},
     .keeps = "values.safetensors"},
    {.name = "logits",
     .words = {"predict", "@run", "-o", "@values.npy", "--values", "logits", "--overwrite",
               "--quiet"},
     .keeps = "values.npy"},
    {.name = "ONNX",
     .words = {"export", "@run", "-o", "@model.onnx", "--bytes", "--overwrite", "--quiet"},
     .keeps = "model.onnx"},
    {.name = "weights",
     .words = {"export", "@run", "-o", "@weights.safetensors", "--overwrite", "--quiet"},
     .keeps = "weights.safetensors"},
    {.name = "modules", .words = {"modules", "--json"}, .prints = true},
};

static void remove_checkpoints(void)
{
    for (int step = 2; step <= 4; step++) {
        char *path = test_path("%s/half/checkpoints/step-%08d.safetensors", test_folder(), step);
        (void)unlink(path);
        free(path);
    }
}

static int attempt(const Command *command, const Line *line, long n, bool all, long *n_calls)
{
    if (command->resumes)
        remove_checkpoints();
    return run(line, n, all, n_calls);
}

/* Bytes of a file as they are to be. */
typedef struct Bytes {
    char *bytes;
    size_t size;
} Bytes;

static Bytes bytes_of(const char *name)
{
    Bytes b = {0};
    if (name)
        b.bytes = read_text(name, &b.size);
    return b;
}

/* Of weights their values: without memory a layer's defaults may be spelt out in the header. */
static size_t header_size(const char *name, const char *bytes)
{
    const char *dot = strrchr(name, '.');
    uint64_t size = 0;
    if (!dot || strcmp(dot, ".safetensors") != 0)
        return 0;
    memcpy(&size, bytes, sizeof(size));
    return sizeof(size) + (size_t)size;
}

static bool same_bytes(const Bytes *b, const char *name)
{
    size_t size;
    char *text = read_text(name, &size);
    const size_t head = header_size(name, text), own_head = header_size(name, b->bytes);
    const bool same = size - head == b->size - own_head &&
                      memcmp(text + head, b->bytes + own_head, size - head) == 0;
    free(text);
    return same;
}

/* A sentence of the program; behind it only what became of the log and of the run. */
static bool is_sentence(const char *text)
{
    static const char begin[] = "augtrain";
    const char *end = strchr(text, '\n');
    if (!end || strncmp(text, begin, strlen(begin)) != 0 || !strstr(text, ": "))
        return false;
    for (const char *line = end + 1; *line; line = end + 1) {
        end = strchr(line, '\n');
        const char *log = strstr(line, "log.jsonl: "), *saved = strstr(line, "the last checkpoint");
        if (!end || !((log && log < end) || (saved && saved < end)))
            return false;
    }
    return true;
}

/* What is wrong with how a command ended; NULL: nothing. */
static const char *judge(const Command *command, int code, const Bytes *kept, const Bytes *printed)
{
    size_t size;
    char *said = read_text("err", &size);
    const bool good = is_sentence(said);
    /* The engine calls lists of operations that there is no memory for a mistake of the spec. */
    const bool of_spec = code == 2 && strstr(said, "memory is exhausted");
    free(said);
    if (code != 0 && code != 1 && !of_spec)
        return "exit code";
    if (command->keeps && (code == 0 || !command->is_run) && !same_bytes(kept, command->keeps))
        return "bytes of its file";
    if (code == 0)
        return command->prints && !same_bytes(printed, "out") ? "what it printed" : NULL;
    return good ? NULL : "its message";
}

static void show(const Command *command, long n, int code, const char *wrong)
{
    size_t size;
    char *said = read_text("err", &size);
    printf("%s, allocation %ld: exit code %d, %s: %s\n", command->name, n, code,
           wrong ? wrong : "good", said);
    free(said);
}

/* Allocations at the begin that all fail in turn, and how many of the others do; with AUGD_LONG=1 all. */
#define N_FIRST 8
#define N_OTHERS 14

static void fail_each(const Command *command, bool all)
{
    Line line = line_make(command->words);
    long total, n_calls, n_failed = 0, n_wrong = 0;
    const int code = attempt(command, &line, 0, false, &total);
    if (code != 0)
        show(command, 0, code, "without failures");
    ck_assert_int_eq(code, 0);
    Bytes kept = bytes_of(command->keeps), printed = bytes_of(command->prints ? "out" : NULL);
    const long rounds = (long)test_rounds(N_OTHERS);
    const long step = getenv("AUGD_LONG") ? 1 : total / rounds + 1;
    for (long n = 1; n <= total; n += n < N_FIRST ? 1 : step) {
        const int ended = attempt(command, &line, n, all, &n_calls);
        const char *wrong = judge(command, ended, &kept, &printed);
        if (wrong)
            show(command, n, ended, wrong);
        n_wrong += wrong != NULL;
        n_failed += ended != 0;
    }
    printf("%s: %ld of %ld allocations, %ld failures\n", command->name, total, total / step,
           n_failed);
    ck_assert_int_eq(n_wrong, 0);
    /* Some allocations can be done without, but for those of the begin. */
    ck_assert_int_ge(n_failed, N_FIRST + rounds / 4);
    free(kept.bytes);
    free(printed.bytes);
    line_free(&line);
}

/* The runs that other commands begin with. */
static void make_runs(void)
{
    static const char *const names[] = {"@run", "@half"};
    write_text("model.yaml", model_text);
    write_text("eval.yaml", eval_text);
    write_text("daemon.yaml", daemon_text);
    write_text("daemon_spec.yaml", daemon_spec_text);
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        const char *words[] = {"@model.yaml", "--output", names[i], "--quiet", NULL};
        Line line = line_make(words);
        long n;
        ck_assert_int_eq(run(&line, 0, false, &n), 0);
        line_free(&line);
    }
}

START_TEST(each_allocation_fails)
{
    const Command *command = &commands[_i / 2];
    make_runs();
    fail_each(command, _i % 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_faults");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 600);
    tcase_add_loop_test(tests, each_allocation_fails, 0, 2 * (int)AUG_COUNT(commands));
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
