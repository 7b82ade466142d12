/* augtrain MODEL.yaml: from the files that a user gave to a trained or evaluated network. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "trainer/call.h"
#include "trainer/command.h"
#include "trainer/data/data.h"
#include "trainer/model/problems.h"
#include "trainer/model/saved_model.h"
#include "trainer/model/weights.h"
#include "trainer/options.h"
#include "trainer/print_json.h"
#include "trainer/report/report.h"
#include "trainer/run/checkpoint.h"
#include "trainer/run/choose.h"
#include "trainer/run/clock.h"
#include "trainer/run/interrupt.h"
#include "trainer/run/resume.h"
#include "trainer/run/run.h"
#include "trainer/run/run_folder.h"
#include "trainer/run/run_log.h"

/* Everything that one command holds, in the order in which it is made. options: with what the
 * checkpoint says of a run that goes on. */
typedef struct Job {
    const CmdCall *call;
    TrainOptions options;
    AugLimits limits;
    TrainInterrupt interrupt;
    TrainFolder folder;
    TrainResume resume;
    TrainCall began;
    TrainModelFile *model;
    TrainSavedModel saved;
    TrainData data;
    char *config, *call_text;
    TrainProgress progress;
    TrainRun run;
} Job;

/* Model file and specs, with every mistake of each of them shown. Returns the exit code. */
static int read_files(Job *job)
{
    TrainProblems problems;
    train_problems_init(&problems);
    const TrainOptions *options = &job->options;
    AugStatus status =
        train_model_file_load(&job->model, options->model, &job->limits, &problems.list);
    if (status == AUG_OK)
        status = train_data_read_specs(&job->data, job->model, options->data, options->eval_only,
                                       &job->limits, &problems.list);
    int code = status == AUG_OK ? 0 : train_problems_print(job->call, &problems);
    train_problems_fini(&problems);
    return code;
}

static void apply_options(Job *job)
{
    TrainSettings *settings = &job->run.settings;
    const TrainOptions *options = &job->options;
    *settings = job->model->train;
    if (options->has_epochs)
        settings->epochs = options->epochs;
    if (options->has_seed)
        settings->seed = options->seed;
    if (options->has_threads)
        settings->threads = options->threads;
    if (options->has_kernels)
        settings->kernels = options->kernels;
}

/* Batches of a step. */
static uint64_t accumulation(const TrainRun *run)
{
    const int32_t n = run->settings.accumulate;
    if (!run->train || (n > 0 && !nn_optimizer_whole_set(&run->model->optimizer)))
        return n > 0 ? (uint64_t)n : 1;
    return train_source_info(run->train)->steps_per_epoch;
}

/* What a network has beside itself: an average, which begins with the weights that it has now, and room
 * for its buffers. */
static AugStatus make_companions(TrainRun *run, AugError *error)
{
    if (run->train && run->settings.ema > 0)
        AUG_TRY(nn_average_new(&run->average, run->network, error));
    if (!run->train || run->accumulate <= 1)
        return AUG_OK;
    size_t n = 1;
    NnTensorInfo info;
    for (size_t i = 0; i < nn_network_n_tensors(run->network); i++) {
        nn_network_tensor(run->network, i, &info);
        n += info.kind == NN_TENSOR_BUFFER ? info.n_values : 0;
    }
    run->buffers = malloc(n * sizeof(NnReal));
    return run->buffers ? AUG_OK
                        : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu statistics", n);
}

static AugStatus make_network(Job *job, AugError *error)
{
    const TrainModelFile *model = job->model;
    TrainRun *run = &job->run;
    uint32_t n_views;
    run->accumulate = accumulation(run);
    AUG_TRY(train_data_count_views(&job->data, model, &n_views, error));
    NnNetworkSpec spec = train_model_network(model, &run->settings);
    spec.input_rows = n_views;
    spec.accumulates = run->accumulate > 1;
    spec.max_batch = train_data_max_batch(&job->data);
    spec.inference = job->options.eval_only;
    AUG_TRY(train_model_place(model, nn_network_new(&run->network, &spec, error), error));
    nn_network_info(run->network, &run->info);
    if (model->n_classes > 0 && model->task->has_classes && model->n_classes != run->info.n_classes)
        return AUG_FAIL(error, AUG_BAD_SPEC, model->path,
                        "model.classes has %zu names; the last layer has %u outputs",
                        model->n_classes, run->info.n_classes);
    if (job->options.weights)
        AUG_TRY(train_weights_load(run->network, job->options.weights, error));
    return make_companions(run, error);
}

/* Weights that are tested know the classes that they were trained on, if they come from augtrain. */
static AugStatus take_saved_classes(Job *job, AugError *error)
{
    const char *weights = job->options.weights;
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    TrainSavedModel *saved = &job->saved;
    if (!weights || job->run.train || job->model->n_classes > 0)
        return AUG_OK;
    const AugStatus status = train_saved_open(saved, weights, NULL, &job->limits, &problems);
    if (status == AUG_NO_MEMORY)
        return aug_problems_first(&problems, error);
    if (status != AUG_OK || saved->model->n_classes != job->run.info.n_classes)
        return AUG_OK;
    job->model->classes = saved->model->classes;
    job->model->n_classes = saved->model->n_classes;
    return AUG_OK;
}

static AugStatus fit_data(Job *job, AugError *error)
{
    TrainRun *run = &job->run;
    TrainModelFile *model = job->model;
    const uint32_t n_classes = model->task->has_classes ? run->info.n_classes : 0;
    AUG_TRY(take_saved_classes(job, error));
    AUG_TRY(train_data_fit(&job->data, model, run->network, n_classes, error));
    train_data_name_classes(&job->data, model, n_classes);
    if (run->train) {
        const uint64_t per_epoch = train_run_epoch_steps(run);
        const uint64_t total = (uint64_t)run->settings.epochs * per_epoch;
        AUG_TRY(aug_error_prefix(
            error, nn_schedule_check(&model->schedule, total, per_epoch, error), model->path));
        AUG_TRY(train_run_check_schedule(run, error));
    }
    AUG_TRY(train_run_init_metrics(run, error));
    return train_choice_check(run, error);
}

static TrainRunSpecs specs_of(const TrainData *data)
{
    return (TrainRunSpecs){data->train_spec.spec, data->validation_spec.spec, data->eval_spec.spec,
                           data->train_eval_spec.spec};
}

/* An evaluation leaves files only where the user wants them; a training run always does. */
static AugStatus open_folder(Job *job, AugError *error)
{
    const TrainOptions *options = &job->options;
    TrainRun *run = &job->run;
    if (options->eval_only && !options->output)
        return AUG_OK;
    AUG_TRY(train_folder_make(&job->folder, options->output, job->model->path, options->overwrite,
                              error));
    run->place = &job->folder;
    run->folder = job->folder.writes;
    const TrainRunSpecs specs = specs_of(&job->data);
    AUG_TRY(train_run_folder_write_config(run, &specs, error));
    AUG_TRY(train_run_log_open(&run->log, run->folder, error));
    return train_run_log_start(run, error);
}

/* A run that goes on is the same run, and has everything that its checkpoint had. */
static AugStatus go_on(Job *job, AugError *error)
{
    TrainRun *run = &job->run;
    run->place = &job->folder;
    run->folder = job->folder.writes;
    AUG_TRY(train_resume_check(&job->resume, run, error));
    AUG_TRY(train_resume_restore(&job->resume, run, error));
    const TrainRunSpecs specs = specs_of(&job->data);
    AUG_TRY(train_run_folder_mend(run, &specs, error));
    /* The entry of an epoch comes behind its evaluation, which may be still to come. */
    const TrainLogEnd end = {run->log_size, {run->step, run->step - (run->batch > 0)}};
    AUG_TRY(train_run_log_reopen(&run->log, run->folder, &end, error));
    return train_run_log_resume(run, error);
}

/* The texts that checkpoints keep. */
static AugStatus describe(Job *job, AugError *error)
{
    TrainRun *run = &job->run;
    if (!run->train)
        return AUG_OK;
    run->config = job->config = train_resume_config(run);
    run->call = job->call_text = train_call_text(&job->options, &run->settings);
    if (run->config && run->call)
        return AUG_OK;
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the run's description");
}

/* The run of --resume: its folder, its last checkpoint, and how it was called. */
static AugStatus find_run(Job *job, AugError *error)
{
    const char *folder = job->options.resume;
    if (!folder)
        return AUG_OK;
    AUG_TRY(train_folder_reopen(&job->folder, folder, error));
    AUG_TRY(train_resume_find(&job->resume, folder, &job->progress, error));
    AUG_TRY(aug_error_prefix(
        error, train_call_fill(&job->began, train_resume_call(&job->resume), &job->options, error),
        job->resume.path));
    job->data.train_at = (TrainDataPosition){job->resume.epoch, job->resume.batch};
    return AUG_OK;
}

static void say_waiting(void *context, const char *text)
{
    Job *job = context;
    train_progress_say(&job->progress, "%s", text);
}

static AugStatus prepare(Job *job, AugError *error)
{
    TrainRun *run = &job->run;
    job->data.patience = (TrainPatience){.stop = &job->interrupt.signal,
                                         .limit_s = job->options.wait,
                                         .insists = job->resume.path != NULL,
                                         .say = say_waiting,
                                         .context = job};
    run->model = job->model;
    run->stop = &job->interrupt.signal;
    run->progress = &job->progress;
    run->data_place = job->data.address ? job->data.address : "in process";
    train_clock_date(run->started);
    AUG_TRY(train_data_open(&job->data, job->options.datasets.items, job->options.datasets.n,
                            &run->settings, &job->limits, error));
    run->train = job->data.train;
    run->validation = job->data.validation;
    run->eval = job->data.eval;
    run->train_eval = job->data.train_eval;
    run->notes = &job->data.notes;
    AUG_TRY(make_network(job, error));
    AUG_TRY(fit_data(job, error));
    AUG_TRY(describe(job, error));
    return job->resume.path ? go_on(job, error) : open_folder(job, error);
}

static void say_stream(Job *job, const char *name, const TrainSource *source)
{
    if (!source)
        return;
    const TrainSourceInfo *info = train_source_info(source);
    char samples[32];
    train_format_count((double)info->n_samples, samples);
    train_progress_say(&job->progress, "%-8s %s samples, %" PRIu64 " batches of %u (%s)", name,
                       samples, info->steps_per_epoch, info->batch_size, train_source_name(source));
}

static void say_start(Job *job)
{
    const NnNetworkInfo *info = &job->run.info;
    size_t memory =
        info->parameter_size + info->gradient_size + info->optimizer_size + info->activation_size;
    char count[32];
    train_format_count((double)info->n_parameters, count);
    train_progress_say(&job->progress, "network  %s parameters, %.1f MB, %u thread%s, %s kernels",
                       count, 1e-6 * (double)memory, info->n_threads,
                       info->n_threads == 1 ? "" : "s", info->kernels);
    say_stream(job, "train", job->run.train);
    say_stream(job, "validate", job->run.validation);
    say_stream(job, "test", job->run.eval);
    train_progress_say(&job->progress, "data     %s", job->run.data_place);
    for (size_t i = 0; i < job->data.notes.n; i++)
        train_progress_say(&job->progress, "note     %s", job->data.notes.items[i]);
    if (job->resume.path)
        train_progress_say(&job->progress, "goes on  from %s, after step %" PRIu64,
                           job->resume.path, job->resume.step);
}

static AugStatus work(Job *job, AugError *error)
{
    TrainRun *run = &job->run;
    run->started_s = augi_clock_seconds();
    if (run->train)
        return train_run_train(run, error);
    bool finished;
    AugStatus status = train_run_evaluate(run, &finished, error);
    run->interrupted = status == AUG_OK && !finished;
    run->times.total = augi_clock_seconds() - run->started_s;
    return status;
}

/* Whose weights are saved, where that is not plain. */
static const char *weights_text(const TrainRun *run, char text[96])
{
    text[0] = 0;
    if (run->restored)
        snprintf(text, 96, " (the best, of step %" PRIu64 ")", run->best.step);
    else if (run->average)
        snprintf(text, 96, " (averaged)");
    return text;
}

static void say_end(Job *job)
{
    const TrainRun *run = &job->run;
    char weights[96];
    if (run->interrupted)
        train_progress_say(&job->progress,
                           "interrupted by %s after step %" PRIu64 " of %" PRIu64 "%s",
                           train_interrupt_name(atomic_load(run->stop)), run->step, run->n_steps,
                           run->train ? "; a checkpoint was saved, --resume goes on" : "");
    if (run->stopped_early)
        train_progress_say(&job->progress, "stopped early: %s was best, %.6g, after step %" PRIu64,
                           train_choice_figure(run), run->best.value, run->best.step);
    const TrainMetrics *result = train_run_result(run);
    if (result->n_replaced > 0)
        train_progress_say(&job->progress,
                           "damaged  %" PRIu64 " of the %" PRIu64
                           " samples of the %s were replaced",
                           result->n_replaced, result->n, train_run_result_name(run));
    if (!run->folder)
        return;
    if (run->train)
        train_progress_say(&job->progress, "weights  %s/model.safetensors%s", run->folder,
                           weights_text(run, weights));
    train_progress_say(&job->progress, "report   %s/report.html", run->folder);
}

/* Step of the weights that are saved. */
static uint64_t saved_step(const TrainRun *run)
{
    return run->restored ? run->best.step : run->step;
}

static void print_result(const TrainRun *run)
{
    const TrainMetrics *metrics = train_run_result(run);
    char time[32];
    if (metrics->n == 0)
        return;
    train_format_time(run->times.total, time);
    const TrainFigures figures = train_metrics_figures(metrics);
    printf("%s ", train_run_result_name(run));
    for (size_t i = 0; i < figures.n; i++)
        if (figures.scalars[i].is_share)
            printf("%s %.2f %% (95 %% interval %.2f to %.2f), ", figures.scalars[i].name,
                   100 * figures.values[i], 100 * figures.low[i], 100 * figures.high[i]);
        else
            printf("%s %.4f, ", figures.scalars[i].name, figures.values[i]);
    printf("loss %.4f, time %s", train_metrics_loss(metrics), time);
    if (run->train && run->evaluated_step != saved_step(run))
        printf(", of the weights of step %" PRIu64 "; saved are those of step %" PRIu64,
               run->evaluated_step, saved_step(run));
    printf("\n");
}

static void write_figures(AugiJsonWriter *json, const TrainRun *run)
{
    const TrainMetrics *metrics = train_run_result(run);
    const TrainFigures figures = train_metrics_figures(metrics);
    augi_json_key(json, train_run_result_name(run));
    augi_json_object(json);
    if (run->train)
        augi_json_unsigned_member(json, "step", run->evaluated_step);
    augi_json_unsigned_member(json, "samples", metrics->n);
    augi_json_unsigned_member(json, "replaced", metrics->n_replaced);
    train_figures_write(&figures, "", true, json);
    augi_json_number_member(json, "loss", train_metrics_loss(metrics));
    augi_json_object_end(json);
}

static AugStatus print_json(const TrainRun *run, AugError *error)
{
    AugiJsonWriter json = {.indent = 2};
    augi_json_object(&json);
    augi_json_text_member(&json, "outcome", run->interrupted ? "interrupted" : "finished");
    augi_json_text_member(&json, "folder", run->folder);
    augi_json_unsigned_member(&json, "step", run->step);
    augi_json_number_member(&json, "seconds", run->times.total);
    if (train_run_result(run)->n > 0)
        write_figures(&json, run);
    augi_json_object_end(&json);
    return train_print_json(&json, error);
}

static AugStatus finish(Job *job, AugError *error)
{
    TrainRun *run = &job->run;
    AUG_TRY(train_run_settle(run, error));
    /* The log's last word comes when all else is there. */
    if (run->folder)
        AUG_TRY(train_report_save(run, error));
    AUG_TRY(train_run_log_end(run, run->interrupted ? "interrupted" : "finished", NULL, error));
    say_end(job);
    if (job->call->json)
        return print_json(run, error);
    print_result(run);
    return AUG_OK;
}

/* A run that failed on its way keeps its log, with the reason, and its last checkpoint. */
static void note_failure(Job *job, const AugError *failure)
{
    AugError ignored;
    const TrainRun *run = &job->run;
    /* What ended the run may keep the log from saying so, too. */
    if (run->log && train_run_log_end(run, "failed", failure, &ignored) != AUG_OK &&
        ignored.status != failure->status)
        fprintf(stderr, "augtrain: %s: %s\n", ignored.where, ignored.message);
    if (run->saved)
        fprintf(stderr, "augtrain: the last checkpoint is in %s\n", run->folder);
}

static int run_job(Job *job)
{
    AugError error = {0};
    if (train_interrupt_start(&job->interrupt, &error) != AUG_OK)
        return cmd_fail(job->call, &error);
    AugStatus status = find_run(job, &error);
    if (status != AUG_OK)
        return cmd_fail(job->call, &error);
    int code = read_files(job);
    if (code != 0)
        return code;
    apply_options(job);
    status = prepare(job, &error);
    if (status == AUG_OK) {
        say_start(job);
        status = work(job, &error);
    }
    if (status == AUG_OK)
        status = finish(job, &error);
    if (status != AUG_OK) {
        train_progress_clear(&job->progress);
        code = cmd_fail(job->call, &error);
        note_failure(job, &error);
        return code;
    }
    return job->run.interrupted ? 128 + atomic_load(&job->interrupt.signal) : 0;
}

int train_command_run(const CmdCall *call)
{
    const TrainOptions *options = call->options;
    Job job = {.call = call, .options = *options, .folder = {.lock = -1}};
    aug_limits_init(&job.limits);
    train_progress_init(&job.progress, call->quiet);
    int code = run_job(&job);
    train_run_log_close(job.run.log);
    nn_network_free(job.run.network);
    train_run_fini(&job.run);
    train_data_fini(&job.data);
    train_model_file_free(job.model);
    train_saved_fini(&job.saved);
    train_call_fini(&job.began);
    train_resume_fini(&job.resume);
    train_folder_fini(&job.folder);
    free(job.config);
    free(job.call_text);
    train_interrupt_stop(&job.interrupt);
    return code;
}
