/* augtrain bench MODEL.yaml: where the time of training steps goes. */
#include <stdio.h>
#include <stdlib.h>

#include "trainer/command.h"
#include "trainer/command_parts.h"
#include "trainer/data/data.h"
#include "trainer/model/problems.h"
#include "trainer/print_json.h"
#include "trainer/run/bench.h"
#include "trainer/run/progress.h"

typedef struct BenchOptions {
    AugText data;
    int32_t batch, steps, threads;
    AugChoice kernels;
    bool has_threads, has_kernels;
    CmdTexts datasets;
} BenchOptions;

static const AugParamDesc rows[] = {
    AUG_PARAM(BenchOptions, data, .optional = true, .unit = "address|file",
              .help = "where batches come from, as in training; without it the model file's "
                      "specification"),
    AUG_PARAM(BenchOptions, batch, .optional = true, .low = 1, .high = AUG_MAX_BATCH,
              .unit = "samples", .help = "made-up batches of this size, without any data"),
    AUG_PARAM(BenchOptions, steps, .fallback = "50", .low = 1, .high = 1000000,
              .help = "steps that are measured, after two that are not"),
    AUG_PARAM(BenchOptions, threads, .optional = true, .low = 0, .high = 256,
              .help = "instead of train.threads, 0 for one per processor"),
    AUG_PARAM(BenchOptions, kernels, .optional = true, .choices = nn_kernel_names,
              .help = "instead of train.kernels"),
};

static const CmdRepeat *const repeats[] = {&train_repeat_dataset};

static AugStatus check(CmdCall *call, AugError *error)
{
    BenchOptions *options = call->options;
    options->has_threads = cmd_call_has(call, &options->threads);
    options->has_kernels = cmd_call_has(call, &options->kernels);
    options->datasets = cmd_call_texts(call, &train_repeat_dataset);
    if (options->batch > 0 && options->data)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--batch is for made-up batches; --data says where others come from");
    return AUG_OK;
}

/* Everything that one command holds. trained: the model file without what is evaluated. */
typedef struct Job {
    const CmdCall *call;
    const BenchOptions *options;
    AugLimits limits;
    TrainModelFile *model;
    TrainModelFile trained;
    TrainData data;
    TrainSettings settings;
    TrainBench bench;
} Job;

/* Model file and, unless batches are made up, the specification. Returns the exit code. */
static int read_files(Job *job)
{
    TrainProblems problems;
    train_problems_init(&problems);
    AugStatus status =
        train_model_file_load(&job->model, job->call->arguments[0], &job->limits, &problems.list);
    if (status == AUG_OK) {
        job->trained = *job->model;
        job->trained.eval_data = job->trained.validation_data = (TrainSpecRef){0};
    }
    if (status == AUG_OK && job->options->batch == 0)
        status = train_data_read_specs(&job->data, &job->trained, job->options->data, false,
                                       &job->limits, &problems.list);
    const int code = status == AUG_OK ? 0 : train_problems_print(job->call, &problems);
    train_problems_fini(&problems);
    return code;
}

/* Opens the data for as many epochs as the steps may take. */
static AugStatus open_source(Job *job, AugError *error)
{
    job->settings.epochs = INT32_MAX;
    AUG_TRY(train_data_open(&job->data, job->options->datasets.items, job->options->datasets.n,
                            &job->settings, &job->limits, error));
    job->bench.source = job->data.train;
    job->bench.batch_size = train_data_max_batch(&job->data);
    return train_data_count_views(&job->data, &job->trained, &job->bench.n_views, error);
}

static AugStatus work(Job *job, AugError *error)
{
    const BenchOptions *options = job->options;
    const TrainModelFile *model = &job->trained;
    TrainBench *bench = &job->bench;
    job->settings = model->train;
    if (options->has_threads)
        job->settings.threads = options->threads;
    if (options->has_kernels)
        job->settings.kernels = options->kernels;
    *bench = (TrainBench){.model = model,
                          .settings = &job->settings,
                          .batch_size = (uint32_t)options->batch,
                          .n_steps = (uint32_t)options->steps};
    if (options->batch == 0)
        AUG_TRY(open_source(job, error));
    AUG_TRY(train_bench_build(bench, error));
    if (bench->source)
        AUG_TRY(train_data_fit(&job->data, model, bench->network,
                               model->task->has_classes ? bench->info.n_classes : 0, error));
    return train_bench_run(bench, error);
}

/* --- printing --------------------------------------------------------------------------------- */

/* Time and work of one direction of a layer in a step: processor milliseconds by the threads, which is
 * its time on the clock if all threads are always at work; operations a second, in 1e9; and these as a share of the peak. */
typedef struct Direction {
    double ms, gflops, share;
} Direction;

static Direction direction_of(const TrainBench *bench, double seconds, double work)
{
    const double threads = bench->info.n_threads;
    const double rate = seconds > 0 ? work / seconds * threads : 0;
    return (Direction){.ms = 1e3 * seconds / threads / bench->n_steps,
                       .gflops = 1e-9 * rate,
                       .share = bench->peak > 0 ? rate / bench->peak : 0};
}

static void print_direction(Direction direction)
{
    if (direction.gflops > 0)
        printf(" %9.3f %8.1f %5.1f %%", direction.ms, direction.gflops, 100 * direction.share);
    else
        printf(" %9.3f %8s %7s", direction.ms, "", "");
}

static void print_times(const TrainBench *bench, const char *name, const char *kind,
                        const NnLayerTimes *times)
{
    printf("%-20.20s %-16.16s", name, kind);
    print_direction(direction_of(bench, times->forward_s, times->forward_work));
    print_direction(direction_of(bench, times->backward_s, times->backward_work));
    printf("\n");
}

/* The whole step, all layers together. */
static NnLayerTimes all_times(const TrainBench *bench)
{
    NnLayerTimes sum, times;
    nn_network_other_times(bench->network, &sum);
    for (size_t i = 0; i < nn_network_n_layers(bench->network); i++) {
        nn_network_layer_times(bench->network, i, &times);
        sum.forward_s += times.forward_s;
        sum.backward_s += times.backward_s;
        sum.forward_work += times.forward_work;
        sum.backward_work += times.backward_work;
    }
    return sum;
}

static void print_table(const TrainBench *bench)
{
    NnLayerTimes times;
    char count[32];
    train_format_count((double)bench->info.n_parameters, count);
    printf("network  %s parameters, %u thread%s, %s kernels, batches of %u\n", count,
           bench->info.n_threads, bench->info.n_threads == 1 ? "" : "s", bench->info.kernels,
           bench->batch_size);
    printf("peak     %.1f GFLOP/s, of products and additions in registers alone\n\n",
           1e-9 * bench->peak);
    printf("%-20s %-16s %9s %8s %7s %9s %8s %7s\n", "layer", "kind", "forward", "GFLOP/s", "peak",
           "backward", "GFLOP/s", "peak");
    for (size_t i = 0; i < nn_network_n_layers(bench->network); i++) {
        NnLayerInfo info;
        nn_network_layer(bench->network, i, &info);
        nn_network_layer_times(bench->network, i, &times);
        if (times.forward_s > 0)
            print_times(bench, info.name, info.kind, &times);
    }
    nn_network_other_times(bench->network, &times);
    print_times(bench, "batch and loss", "", &times);
    times = all_times(bench);
    print_times(bench, "all", "", &times);
    printf("%-37s %9.3f\n\n", "optimizer", 1e3 * bench->update_s / bench->n_steps);
    printf("step     %.3f ms (median), %.0f samples/s, %.3f processor-ms a sample\n",
           1e3 * bench->step_s, (double)bench->n_samples / bench->seconds,
           1e3 * bench->cpu_s / (double)bench->n_samples);
    if (bench->source)
        printf("waiting  %.1f %% of the time, for data\n", 100 * bench->waited_s / bench->seconds);
}

static void put_direction(AugiJsonWriter *json, const char *name, Direction direction)
{
    augi_json_key(json, name);
    augi_json_object(json);
    augi_json_number_member(json, "ms", direction.ms);
    augi_json_number_member(json, "gflops", direction.gflops);
    augi_json_number_member(json, "share", direction.share);
    augi_json_object_end(json);
}

static void put_times(AugiJsonWriter *json, const TrainBench *bench, const NnLayerTimes *times)
{
    put_direction(json, "forward", direction_of(bench, times->forward_s, times->forward_work));
    put_direction(json, "backward", direction_of(bench, times->backward_s, times->backward_work));
}

static void put_layers(AugiJsonWriter *json, const TrainBench *bench)
{
    augi_json_key(json, "layers");
    augi_json_list(json);
    for (size_t i = 0; i < nn_network_n_layers(bench->network); i++) {
        NnLayerInfo info;
        NnLayerTimes times;
        nn_network_layer(bench->network, i, &info);
        nn_network_layer_times(bench->network, i, &times);
        augi_json_object(json);
        augi_json_text_member(json, "name", info.name);
        augi_json_text_member(json, "kind", info.kind);
        put_times(json, bench, &times);
        augi_json_object_end(json);
    }
    augi_json_list_end(json);
}

static AugStatus print_json(const TrainBench *bench, AugError *error)
{
    AugiJsonWriter json = {.indent = 2};
    NnLayerTimes times = all_times(bench);
    augi_json_object(&json);
    augi_json_unsigned_member(&json, "parameters", bench->info.n_parameters);
    augi_json_unsigned_member(&json, "threads", bench->info.n_threads);
    augi_json_text_member(&json, "kernels", bench->info.kernels);
    augi_json_unsigned_member(&json, "batch", bench->batch_size);
    augi_json_unsigned_member(&json, "steps", bench->n_steps);
    augi_json_number_member(&json, "peak_gflops", 1e-9 * bench->peak);
    augi_json_number_member(&json, "step_ms", 1e3 * bench->step_s);
    augi_json_number_member(&json, "update_ms", 1e3 * bench->update_s / bench->n_steps);
    augi_json_number_member(&json, "seconds", bench->seconds);
    augi_json_number_member(&json, "cpu_seconds", bench->cpu_s);
    augi_json_unsigned_member(&json, "samples", bench->n_samples);
    augi_json_number_member(&json, "samples_per_second", (double)bench->n_samples / bench->seconds);
    augi_json_number_member(&json, "waiting", bench->waited_s / bench->seconds);
    put_times(&json, bench, &times);
    put_layers(&json, bench);
    augi_json_object_end(&json);
    return train_print_json(&json, error);
}

static int run_job(Job *job)
{
    AugError error = {0};
    const int code = read_files(job);
    if (code != 0)
        return code;
    if (work(job, &error) != AUG_OK)
        return cmd_fail(job->call, &error);
    if (!job->call->json)
        print_table(&job->bench);
    else if (print_json(&job->bench, &error) != AUG_OK)
        return cmd_fail(job->call, &error);
    return 0;
}

static int run(const CmdCall *call)
{
    Job job = {.call = call, .options = call->options};
    aug_limits_init(&job.limits);
    const int code = run_job(&job);
    train_bench_fini(&job.bench);
    train_data_fini(&job.data);
    train_model_file_free(job.model);
    return code;
}

static const CmdArgument arguments[] = {{.name = "MODEL.yaml", .words = CMD_WORDS_FILES}};

static const CmdExample examples[] = {
    {"examples/fashion_mnist/model.yaml --batch 128 --threads 1",
     "What the network itself takes, on batches that are made up."},
    {"model.yaml --data unix:/tmp/augd.sock --json",
     "The whole loop, with the share of it that is spent waiting for a daemon."},
};

const CmdCommand train_command_bench = {
    .name = "bench",
    .summary = "Where the time of training steps goes",
    .details =
        "Trains for some steps, and then for as many in which each layer is timed. Shows the "
        "milliseconds of its forward and backward pass in a step, the floating-point operations "
        "a second of its matrix products, in 1e9, and their share of what the processor's "
        "multiply-add units can do, measured in the same process with the same vectors. A layer's "
        "times are processor time, added up over the threads and divided by their number. Nothing "
        "is written.",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print all figures as JSON",
    .options = AUG_PARAM_TABLE(BenchOptions, rows),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = run,
};
