/* Puts the page together: tiles of figures, curves, classes, settings. */
#include "trainer/report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "trainer/run/clock.h"
#include "trainer/run/files.h"
#include "trainer/run/progress.h"

static void put_tile(TrainHtml *html, const char *style, const char *value, const char *label)
{
    train_html_put(html, "<div class=\"tile %s\"><b>", style);
    train_html_text(html, value);
    train_html_put(html, "</b><span>");
    train_html_text(html, label);
    train_html_put(html, "</span></div>\n");
}

static void put_result_tiles(TrainHtml *html, const TrainRun *run)
{
    const TrainMetrics *metrics = train_run_result(run);
    const char *name = train_run_result_name(run);
    const TrainFigures figures = train_metrics_figures(metrics);
    char value[32], count[32], label[160];
    train_format_count((double)(metrics->n - metrics->n_ignored), count);
    for (size_t i = 0; i < figures.n; i++) {
        const NnScalar *scalar = &figures.scalars[i];
        snprintf(value, sizeof(value), scalar->is_share ? "%.2f %%" : "%.4f",
                 figures.values[i] * (scalar->is_share ? 100 : 1));
        if (scalar->is_share)
            snprintf(label, sizeof(label), "%s %s; 95 %% interval %.2f to %.2f %%, %s samples",
                     name, scalar->name, 100 * figures.low[i], 100 * figures.high[i], count);
        else
            snprintf(label, sizeof(label), "%s %s; %s samples", name, scalar->name, count);
        put_tile(html, i ? "" : "main", value, label);
    }
    snprintf(value, sizeof(value), "%.4f", train_metrics_loss(metrics));
    snprintf(label, sizeof(label), "%s loss", name);
    put_tile(html, "", value, label);
}

/* Samples that were trained on; the last batch of an epoch may be smaller than the others. */
static double trained_samples(const TrainRun *run)
{
    const TrainSourceInfo *info = train_source_info(run->train);
    const double whole = (double)info->steps_per_epoch * info->batch_size;
    const double epoch = whole < (double)info->n_samples ? whole : (double)info->n_samples;
    const double begun = (double)run->batch * info->batch_size;
    return run->epoch * epoch + (begun < epoch ? begun : epoch);
}

static void put_run_tiles(TrainHtml *html, const TrainRun *run)
{
    const TrainTimes *times = &run->times;
    double training = times->network + times->waiting;
    char value[32], label[96];
    train_format_time(times->total, value);
    snprintf(label, sizeof(label), "minutes in all; %u of %d epochs", run->epoch,
             run->settings.epochs);
    put_tile(html, "", value, label);
    train_format_count(training > 0 ? trained_samples(run) / training : 0, value);
    put_tile(html, "", value,
             train_source_info(run->train)->is_texts ? "texts a second in training"
                                                     : "images a second in training");
    snprintf(value, sizeof(value), "%.1f %%", training > 0 ? 100 * times->waiting / training : 0);
    put_tile(html, "", value, "of training waited for data");
    snprintf(value, sizeof(value), "%.2f", times->total > 0 ? times->loader_cpu / times->total : 0);
    if (times->loader_cpu >= 0)
        put_tile(html, "", value, "CPUs busy with making data, on average");
}

static void put_head(TrainHtml *html, const TrainRun *run)
{
    train_html_put(html, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                         "<meta name=\"color-scheme\" content=\"light dark\"><title>");
    train_html_text(html, run->model->path);
    train_html_put(html, " – augtrain</title><style>");
    train_html_put(html, "%s%s%s", train_report_style, train_report_more_style,
                   train_report_print_style);
    train_html_put(html, "</style></head><body><main>\n<h1>");
    train_html_text(html, run->model->path);
    train_html_put(html,
                   "</h1>\n<p class=\"lead\">%s by augtrain " AUG_VERSION ", started %s, data ",
                   run->train ? "Trained" : "Evaluated", run->started);
    train_html_text(html, run->data_place);
    train_html_put(html, "</p>\n");
    if (run->interrupted)
        train_html_put(html,
                       "<p class=\"warn\">The run was interrupted after step %" PRIu64
                       " of %" PRIu64 ".</p>\n",
                       run->step, run->n_steps);
    for (size_t i = 0; run->notes && i < run->notes->n; i++) {
        train_html_put(html, "<p class=\"warn\">");
        train_html_text(html, run->notes->items[i]);
        train_html_put(html, "</p>\n");
    }
    if (run->interrupted && train_run_result(run)->n > 0 && run->evaluated_step != run->step)
        train_html_put(
            html,
            "<p class=\"warn\">The figures of the %s are those of the weights of step %" PRIu64
            "; saved are the weights of step %" PRIu64 ".</p>\n",
            train_run_result_name(run), run->evaluated_step, run->step);
}

/* How much worse the test, or without one the validation, is than training samples, after the last epoch that was evaluated. */
static void put_gap_tile(TrainHtml *html, const TrainRun *run)
{
    const TrainHistory *history = &run->history;
    const char *later = run->eval ? "test" : "validation";
    TrainGap gap = {0};
    for (size_t i = history->n_epochs; i-- > 0 && !gap.known;)
        gap = train_history_gap(&history->epochs[i]);
    char value[64], label[160];
    size_t i = 0;
    if (!gap.known)
        return;
    while (i < gap.figures.n && !gap.figures.scalars[i].is_share)
        i++;
    if (i < gap.figures.n) {
        snprintf(value, sizeof(value), "%.2f", 100 * gap.figures.values[i]);
        snprintf(label, sizeof(label), "points of %s lost from training samples to the %s",
                 gap.figures.scalars[i].name, later);
    } else {
        snprintf(value, sizeof(value), "%.4f", gap.loss);
        snprintf(label, sizeof(label), "of loss gained from training samples to the %s", later);
    }
    put_tile(html, "", value, label);
}

char *train_report_text(const TrainRun *run, size_t *size)
{
    char count[32];
    TrainHtml html;
    train_html_begin(&html);
    put_head(&html, run);
    train_html_put(&html, "<div class=\"tiles\">\n");
    if (train_run_result(run)->n > 0)
        put_result_tiles(&html, run);
    put_gap_tile(&html, run);
    if (run->train)
        put_run_tiles(&html, run);
    train_format_count((double)run->info.n_parameters, count);
    put_tile(&html, "", count, "parameters");
    train_html_put(&html, "</div>\n");
    train_report_put_curves(&html, run);
    if (train_run_result(run)->n_classes > 0)
        train_report_put_classes(&html, run);
    train_report_put_samples(&html, run);
    train_report_put_settings(&html, run);
    train_html_put(&html,
                   "<footer>Written by augtrain " AUG_VERSION
                   ". The numbers behind the curves are in log.jsonl, every setting with its "
                   "default in config.json.</footer>\n</main></body></html>\n");
    return train_html_take(&html, size);
}

AugStatus train_report_save(const TrainRun *run, AugError *error)
{
    size_t size = 0;
    char *text = train_report_text(run, &size);
    char *path = train_path_join(run->folder, "report.html");
    AugStatus status = AUG_NO_MEMORY;
    if (text && path)
        status = train_file_save(path, text, size, error);
    else
        AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for the report");
    free(text);
    free(path);
    return status;
}
