/* The curves of the report. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "trainer/report/chart.h"
#include "trainer/report/report.h"

/* The run's records as columns, for the charts. */
typedef struct Columns {
    double *memory;
    double *step_x, *step_loss, *step_figure, *step_lr;
    double *epoch_x, *epoch_loss, *epoch_figure, *epoch_low, *epoch_high;
    size_t n_steps, n_epochs;
} Columns;

static bool make_columns(Columns *c, const TrainRun *run)
{
    const TrainHistory *history = &run->history;
    size_t steps = history->n_steps;
    size_t epochs = history->n_epochs;
    double *memory = calloc(4 * steps + 5 * epochs + 1, sizeof(double));
    if (!memory)
        return false;
    double *rest = memory + 4 * steps;
    *c = (Columns){.memory = memory,
                   .step_x = memory,
                   .step_loss = memory + steps,
                   .step_figure = memory + 2 * steps,
                   .step_lr = memory + 3 * steps,
                   .epoch_x = rest,
                   .epoch_loss = rest + epochs,
                   .epoch_figure = rest + 2 * epochs,
                   .epoch_low = rest + 3 * epochs,
                   .epoch_high = rest + 4 * epochs,
                   .n_steps = steps};
    double per_epoch = (double)train_source_info(run->train)->steps_per_epoch;
    for (size_t i = 0; i < steps; i++) {
        c->step_x[i] = (double)history->steps[i].step / per_epoch;
        c->step_loss[i] = history->steps[i].loss;
        c->step_lr[i] = history->steps[i].lr;
    }
    for (size_t i = 0; i < epochs; i++) {
        const TrainEpochRecord *record = &history->epochs[i];
        if (!record->has_eval)
            continue;
        size_t k = c->n_epochs++;
        c->epoch_x[k] = record->epoch;
        c->epoch_loss[k] = record->eval_loss;
    }
    return true;
}

static void put_loss(TrainHtml *html, const Columns *c, double x_max)
{
    const TrainSeries series[] = {
        {.name = "training", .style = "train", .x = c->step_x, .y = c->step_loss, .n = c->n_steps},
        {.name = "test",
         .style = "test",
         .x = c->epoch_x,
         .y = c->epoch_loss,
         .n = c->n_epochs,
         .dots = true},
    };
    train_chart_put(html, &(TrainChart){.title = "Loss",
                                        .x_label = "epoch",
                                        .series = series,
                                        .n_series = 2,
                                        .x_max = x_max,
                                        .from_zero = true});
}

/* The columns of one figure, in the place of the one before. */
static void fill_figure(Columns *c, const TrainHistory *history, size_t figure)
{
    size_t k = 0;
    for (size_t i = 0; i < history->n_steps; i++)
        c->step_figure[i] = history->steps[i].figures.values[figure];
    for (size_t i = 0; i < history->n_epochs; i++) {
        const TrainEpochRecord *record = &history->epochs[i];
        if (!record->has_eval)
            continue;
        c->epoch_figure[k] = record->eval_figures.values[figure];
        c->epoch_low[k] = record->eval_figures.low[figure];
        c->epoch_high[k++] = record->eval_figures.high[figure];
    }
}

static void put_figure(TrainHtml *html, const Columns *c, const NnScalar *scalar, double x_max)
{
    char title[64];
    const TrainSeries series[] = {
        {.name = "training",
         .style = "train",
         .x = c->step_x,
         .y = c->step_figure,
         .n = c->n_steps},
        {.name = scalar->is_share ? "test, with 95 % interval" : "test",
         .style = "test",
         .x = c->epoch_x,
         .y = c->epoch_figure,
         .low = scalar->is_share ? c->epoch_low : NULL,
         .high = scalar->is_share ? c->epoch_high : NULL,
         .n = c->n_epochs,
         .dots = true},
    };
    snprintf(title, sizeof(title), "%c%s", toupper((unsigned char)scalar->name[0]),
             scalar->name + 1);
    train_chart_put(html, &(TrainChart){.title = title,
                                        .x_label = "epoch",
                                        .series = series,
                                        .n_series = 2,
                                        .x_max = x_max,
                                        .percent = scalar->is_share});
}

static void put_rate(TrainHtml *html, const Columns *c, double x_max)
{
    const TrainSeries series = {
        .name = "rate", .style = "rate", .x = c->step_x, .y = c->step_lr, .n = c->n_steps};
    train_chart_put(html, &(TrainChart){.title = "Learning rate",
                                        .x_label = "epoch",
                                        .series = &series,
                                        .n_series = 1,
                                        .x_max = x_max,
                                        .from_zero = true});
}

/* One part of the run's time. */
typedef struct Part {
    const char *style, *name;
    double seconds;
} Part;

static void put_time_bar(TrainHtml *html, const Part *parts, size_t n, double total)
{
    train_html_put(html,
                   "<svg viewBox=\"0 0 560 36\" role=\"img\" aria-label=\"Shares of the time\">");
    double x = 0;
    for (size_t i = 0; i < n; i++) {
        double width = 560 * parts[i].seconds / total;
        train_html_put(html,
                       "<rect class=\"share-%s\" x=\"%.2f\" y=\"4\" width=\"%.2f\" height=\"28\"/>",
                       parts[i].style, x, width);
        x += width;
    }
    train_html_put(html, "</svg>");
}

static void put_times(TrainHtml *html, const TrainTimes *times)
{
    double known = times->network + times->waiting + times->evaluation + times->saving;
    double other = times->total > known ? times->total - known : 0;
    const Part parts[] = {
        {"network", "Network: forward, backward, update", times->network},
        {"waiting", "Waiting for training data", times->waiting},
        {"evaluation", "Evaluation", times->evaluation},
        {"saving", "Checkpoints", times->saving},
        {"other", "Other", other},
    };
    double total = times->total > 0 ? times->total : 1;
    train_html_put(html, "<figure class=\"shares\"><figcaption>Where the time went</figcaption>");
    put_time_bar(html, parts, sizeof(parts) / sizeof(parts[0]), total);
    train_html_put(html,
                   "<table><tr><th></th><th class=\"n\">seconds</th><th class=\"n\">share</th>"
                   "</tr>");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        train_html_put(html,
                       "<tr><td><i class=\"%s\"></i>%s</td><td class=\"n\">%.1f</td>"
                       "<td class=\"n\">%.1f %%</td></tr>",
                       parts[i].style, parts[i].name, parts[i].seconds,
                       100 * parts[i].seconds / total);
    train_html_put(html, "</table></figure>\n");
}

void train_report_put_curves(TrainHtml *html, const TrainRun *run)
{
    Columns columns = {0};
    if (run->train && make_columns(&columns, run)) {
        double x_max = run->settings.epochs;
        train_html_put(html, "<h2>Course of the run</h2>\n<div class=\"pair\">\n");
        for (size_t i = 0; i < run->n_scalars; i++) {
            fill_figure(&columns, &run->history, i);
            put_figure(html, &columns, &run->scalars[i], x_max);
        }
        put_loss(html, &columns, x_max);
        put_rate(html, &columns, x_max);
        put_times(html, &run->times);
        train_html_put(html, "</div>\n");
    }
    free(columns.memory);
}
