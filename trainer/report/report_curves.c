/* The curves of the report. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "trainer/report/chart.h"
#include "trainer/report/report.h"

/* Evaluations on the test or on validation data, as columns; epochs without one have no row. */
typedef struct Evaluations {
    double *x, *loss, *figure, *low, *high;
    size_t n;
} Evaluations;

/* The run's records as columns, for the charts. fixed_*: of the training samples that are evaluated;
 * gap: how much worse the test is, or without one the validation. */
typedef struct Columns {
    double *memory;
    double *step_x, *step_loss, *step_figure, *step_lr, *step_momentum, *step_norm;
    Evaluations test, validation;
    double *fixed_x, *fixed_loss, *fixed_figure, *gap;
    size_t n_steps, n_fixed;
} Columns;

#define N_STEP_COLUMNS 6
#define N_EPOCH_COLUMNS 14

static void fill_steps(Columns *c, const TrainHistory *history, double per_epoch)
{
    for (size_t i = 0; i < c->n_steps; i++) {
        const TrainStepRecord *record = &history->steps[i];
        c->step_x[i] = (double)record->step / per_epoch;
        c->step_loss[i] = record->loss;
        c->step_lr[i] = record->lr;
        c->step_momentum[i] = record->momentum;
        c->step_norm[i] = record->gradient_norm;
    }
}

static void add_evaluation(Evaluations *list, double epoch, double loss)
{
    list->x[list->n] = epoch;
    list->loss[list->n++] = loss;
}

static void fill_epochs(Columns *c, const TrainHistory *history)
{
    for (size_t i = 0; i < history->n_epochs; i++) {
        const TrainEpochRecord *record = &history->epochs[i];
        const TrainGap gap = train_history_gap(record);
        if (record->has_eval)
            add_evaluation(&c->test, record->epoch, record->eval_loss);
        if (record->validation.n > 0)
            add_evaluation(&c->validation, record->epoch, record->validation.loss);
        if (gap.known) {
            c->fixed_x[c->n_fixed] = record->epoch;
            c->gap[c->n_fixed] = gap.loss;
            c->fixed_loss[c->n_fixed++] = record->train_eval.loss;
        }
    }
}

static bool make_columns(Columns *c, const TrainRun *run)
{
    const TrainHistory *history = &run->history;
    const size_t steps = history->n_steps, epochs = history->n_epochs;
    double *next = calloc(N_STEP_COLUMNS * steps + N_EPOCH_COLUMNS * epochs + 1, sizeof(double));
    if (!next)
        return false;
    *c = (Columns){.memory = next, .n_steps = steps};
    double **const of_steps[N_STEP_COLUMNS] = {&c->step_x,  &c->step_loss,     &c->step_figure,
                                               &c->step_lr, &c->step_momentum, &c->step_norm};
    double **const of_epochs[N_EPOCH_COLUMNS] = {&c->test.x,          &c->test.loss,
                                                 &c->test.figure,     &c->test.low,
                                                 &c->test.high,       &c->validation.x,
                                                 &c->validation.loss, &c->validation.figure,
                                                 &c->validation.low,  &c->validation.high,
                                                 &c->fixed_x,         &c->fixed_loss,
                                                 &c->fixed_figure,    &c->gap};
    for (size_t i = 0; i < N_STEP_COLUMNS; i++, next += steps)
        *of_steps[i] = next;
    for (size_t i = 0; i < N_EPOCH_COLUMNS; i++, next += epochs)
        *of_epochs[i] = next;
    fill_steps(c, history, (double)train_run_epoch_steps(run));
    fill_epochs(c, history);
    return true;
}

/* Lines of a chart over epochs. */
#define N_LINES 4

static void put_loss(TrainHtml *html, const Columns *c, double x_max)
{
    const TrainSeries series[N_LINES] = {
        {.name = "training", .style = "train", .x = c->step_x, .y = c->step_loss, .n = c->n_steps},
        {.name = "training samples, evaluated",
         .style = "fixed",
         .x = c->fixed_x,
         .y = c->fixed_loss,
         .n = c->n_fixed,
         .dots = true},
        {.name = "validation",
         .style = "rate",
         .x = c->validation.x,
         .y = c->validation.loss,
         .n = c->validation.n,
         .dots = true},
        {.name = "test",
         .style = "test",
         .x = c->test.x,
         .y = c->test.loss,
         .n = c->test.n,
         .dots = true},
    };
    train_chart_put(html, &(TrainChart){.title = "Loss",
                                        .x_label = "epoch",
                                        .series = series,
                                        .n_series = N_LINES,
                                        .x_max = x_max,
                                        .from_zero = true});
}

static void fill_evaluations(Evaluations *list, size_t *at, const TrainFigures *figures,
                             size_t figure)
{
    list->figure[*at] = figures->values[figure];
    list->low[*at] = figures->low[figure];
    list->high[(*at)++] = figures->high[figure];
}

/* The columns of one figure, in the place of the one before; the gap of its own too. */
static void fill_figure(Columns *c, const TrainHistory *history, size_t figure)
{
    size_t k = 0, v = 0, n = 0;
    for (size_t i = 0; i < history->n_steps; i++)
        c->step_figure[i] = history->steps[i].figures.values[figure];
    for (size_t i = 0; i < history->n_epochs; i++) {
        const TrainEpochRecord *record = &history->epochs[i];
        const TrainGap gap = train_history_gap(record);
        if (record->has_eval)
            fill_evaluations(&c->test, &k, &record->eval_figures, figure);
        if (record->validation.n > 0)
            fill_evaluations(&c->validation, &v, &record->validation.figures, figure);
        if (gap.known) {
            c->fixed_figure[n] = record->train_eval.figures.values[figure];
            c->gap[n++] = gap.figures.values[figure];
        }
    }
}

/* A figure of evaluations, with intervals where it is a share. */
static TrainSeries figure_series(const char *name, const char *style, const Evaluations *list,
                                 bool is_share)
{
    return (TrainSeries){.name = name,
                         .style = style,
                         .x = list->x,
                         .y = list->figure,
                         .low = is_share ? list->low : NULL,
                         .high = is_share ? list->high : NULL,
                         .n = list->n,
                         .dots = true};
}

static void put_figure(TrainHtml *html, const Columns *c, const NnScalar *scalar, double x_max)
{
    char title[64];
    const bool is_share = scalar->is_share;
    const TrainSeries series[N_LINES] = {
        {.name = "training",
         .style = "train",
         .x = c->step_x,
         .y = c->step_figure,
         .n = c->n_steps},
        {.name = "training samples, evaluated",
         .style = "fixed",
         .x = c->fixed_x,
         .y = c->fixed_figure,
         .n = c->n_fixed,
         .dots = true},
        figure_series(is_share ? "validation, with 95 % interval" : "validation", "rate",
                      &c->validation, is_share),
        figure_series(is_share ? "test, with 95 % interval" : "test", "test", &c->test, is_share),
    };
    snprintf(title, sizeof(title), "%c%s", toupper((unsigned char)scalar->name[0]),
             scalar->name + 1);
    train_chart_put(html, &(TrainChart){.title = title,
                                        .x_label = "epoch",
                                        .series = series,
                                        .n_series = N_LINES,
                                        .x_max = x_max,
                                        .percent = is_share});
}

/* A chart of one line. */
static void put_line_chart(TrainHtml *html, const char *title, TrainSeries series, double x_max,
                           bool percent)
{
    train_chart_put(html, &(TrainChart){.title = title,
                                        .x_label = "epoch",
                                        .series = &series,
                                        .n_series = 1,
                                        .x_max = x_max,
                                        .percent = percent,
                                        .from_zero = true});
}

/* What is left in the column is the gap of the first figure, or without any of the loss. Of shares that is
 * what training has more of, of all else what the others have. */
static void put_gap(TrainHtml *html, const Columns *c, const TrainRun *run, double x_max)
{
    char title[128];
    const bool of_figure = run->n_scalars > 0;
    const bool is_share = of_figure && run->scalars[0].is_share;
    const TrainSeries series = {.name = "gap",
                                .style = "test",
                                .x = c->fixed_x,
                                .y = c->gap,
                                .n = c->n_fixed,
                                .dots = true};
    snprintf(title, sizeof(title), "Generalization gap: %.50s %s from training to %s samples",
             of_figure ? run->scalars[0].name : "loss", is_share ? "lost" : "gained",
             run->eval ? "test" : "validation");
    if (c->n_fixed > 0)
        put_line_chart(html, title, series, x_max, is_share);
}

static void put_steps(TrainHtml *html, const Columns *c, double x_max)
{
    TrainSeries series = {.name = "", .style = "rate", .x = c->step_x, .n = c->n_steps};
    series.y = c->step_lr;
    put_line_chart(html, "Learning rate", series, x_max, false);
    series.y = c->step_momentum;
    put_line_chart(html, "Momentum", series, x_max, false);
    series.y = c->step_norm;
    put_line_chart(html, "Norm of the gradients, before clipping", series, x_max, false);
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
    train_html_put(html, "</table>");
    if (times->loader_cpu >= 0)
        train_html_put(html,
                       "<p class=\"note\">Making data took %.1f seconds of processors beside "
                       "this.</p>",
                       times->loader_cpu);
    else if (times->total > 0)
        train_html_put(html, "<p class=\"note\">The data came from a daemon; what they cost its "
                             "processors is not known.</p>");
    train_html_put(html, "</figure>\n");
}

void train_report_put_curves(TrainHtml *html, const TrainRun *run)
{
    Columns columns = {0};
    if (run->train && make_columns(&columns, run)) {
        double x_max = run->settings.epochs;
        train_html_put(html, "<h2>Course of the run</h2>\n<div class=\"pair\">\n");
        for (size_t i = run->n_scalars; i-- > 0;) {
            fill_figure(&columns, &run->history, i);
            put_figure(html, &columns, &run->scalars[i], x_max);
        }
        put_loss(html, &columns, x_max);
        put_gap(html, &columns, run, x_max);
        put_steps(html, &columns, x_max);
        put_times(html, &run->times);
        train_html_put(html, "</div>\n");
    }
    free(columns.memory);
}
