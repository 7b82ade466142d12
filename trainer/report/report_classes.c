/* The classes in the report: confusion matrix, frequent mistakes, precision and recall. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/report/report.h"

/* Above that a matrix is too fine to read; the list of mistakes says what matters. */
#define MAX_MATRIX 40

/* Numbers stand in the cells up to here. */
#define MAX_NUMBERED 20

/* Mistakes that are listed. */
#define N_MISTAKES 5

/* Side of a cell, and room for the names around, in SVG units. */
#define CELL 46.0
#define NAMES 104.0

/* Room on the right, where the slanted name of the last column ends. */
#define OVERHANG 42.0

/* Longest class name in the matrix; the tables have it in full. */
#define NAME_LENGTH 16

typedef struct Mistake {
    uint32_t truth, given;
    uint64_t n;
} Mistake;

static void put_name(TrainHtml *html, const TrainRun *run, uint32_t label, bool cut)
{
    char number[16], shown[4 * NAME_LENGTH + 8];
    const char *name = train_run_class_name(run, label, number);
    if (!cut || strlen(name) <= NAME_LENGTH) {
        train_html_text(html, name);
        return;
    }
    size_t length = NAME_LENGTH - 1;
    /* Not in the middle of a UTF-8 character. */
    while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
        length--;
    snprintf(shown, sizeof(shown), "%.*s…", (int)length, name);
    train_html_text(html, shown);
}

static void put_cell(TrainHtml *html, const TrainRun *run, uint32_t truth, uint32_t given)
{
    const TrainMetrics *metrics = train_run_result(run);
    uint32_t k = metrics->n_classes;
    uint64_t n = metrics->confusion[(size_t)truth * k + given];
    uint64_t row = train_metrics_class(metrics, truth).support;
    double share = row ? (double)n / (double)row : 0;
    double x = NAMES + CELL * given;
    double y = NAMES + CELL * truth;
    /* Mistakes are rarer than hits: a stronger tone lets one in ten stand out. */
    double tone = truth == given ? share : 2.5 * share > 1 ? 1 : 2.5 * share;
    train_html_put(
        html, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"4\"",
        n == 0           ? "empty"
        : truth == given ? "hit"
                         : "miss",
        x + 1.5, y + 1.5, CELL - 3, CELL - 3);
    if (n > 0)
        train_html_put(html, " fill-opacity=\"%.3f\"", 0.08 + 0.92 * tone);
    train_html_put(html, "><title>");
    put_name(html, run, truth, false);
    train_html_put(html, " taken for ");
    put_name(html, run, given, false);
    train_html_put(html, ": %" PRIu64 " of %" PRIu64 " (%.1f %%)</title></rect>", n, row,
                   100 * share);
    if (n > 0 && k <= MAX_NUMBERED)
        train_html_put(html,
                       "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%" PRIu64
                       "</text>",
                       tone > 0.55 ? "strong" : "", x + CELL / 2, y + CELL / 2 + 4, n);
}

static void put_matrix(TrainHtml *html, const TrainRun *run)
{
    uint32_t k = train_run_result(run)->n_classes;
    double side = NAMES + CELL * k;
    train_html_put(html,
                   "<figure><figcaption>Confusion matrix</figcaption>"
                   "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Confusion matrix\">",
                   side + OVERHANG, side + 4);
    train_html_put(html,
                   "<text class=\"faint\" x=\"4\" y=\"%.0f\">true ↓</text>"
                   "<text class=\"faint\" x=\"4\" y=\"%.0f\">given →</text>",
                   NAMES - 6, NAMES - 24);
    for (uint32_t i = 0; i < k; i++) {
        double middle = NAMES + CELL * (i + 0.5) + 4;
        train_html_put(html, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", NAMES - 8, middle);
        put_name(html, run, i, true);
        train_html_put(html, "</text><text transform=\"translate(%.1f %.1f) rotate(-45)\">", middle,
                       NAMES - 8);
        put_name(html, run, i, true);
        train_html_put(html, "</text>");
    }
    for (uint32_t truth = 0; truth < k; truth++)
        for (uint32_t given = 0; given < k; given++)
            put_cell(html, run, truth, given);
    train_html_put(html, "</svg><p class=\"note\">Rows are true classes, columns what the network "
                         "said. Colour is the share of the row; mistakes in a stronger tone.</p>"
                         "</figure>\n");
}

/* Descending by count, then by class, so that equal counts have one order. */
static int compare_mistakes(const void *a, const void *b)
{
    const Mistake *first = a;
    const Mistake *second = b;
    if (first->n != second->n)
        return first->n < second->n ? 1 : -1;
    if (first->truth != second->truth)
        return first->truth > second->truth ? 1 : -1;
    return (first->given > second->given) - (first->given < second->given);
}

/* The most frequent mistakes into best, which holds N_MISTAKES; returns how many there are. */
static size_t find_mistakes(const TrainMetrics *metrics, Mistake *best)
{
    size_t n = 0;
    uint32_t k = metrics->n_classes;
    for (uint32_t truth = 0; truth < k; truth++)
        for (uint32_t given = 0; given < k; given++) {
            Mistake mistake = {truth, given, metrics->confusion[(size_t)truth * k + given]};
            if (truth == given || mistake.n == 0)
                continue;
            if (n < N_MISTAKES)
                best[n++] = mistake;
            else if (compare_mistakes(&mistake, &best[n - 1]) < 0)
                best[n - 1] = mistake;
            qsort(best, n, sizeof(*best), compare_mistakes);
        }
    return n;
}

static void put_mistakes(TrainHtml *html, const TrainRun *run)
{
    Mistake mistakes[N_MISTAKES];
    size_t n = find_mistakes(train_run_result(run), mistakes);
    train_html_put(html, "<figure><figcaption>Most frequent mistakes</figcaption>");
    if (n == 0)
        train_html_put(html, "<p class=\"none\">none</p>");
    else
        train_html_put(html, "<table><tr><th>true class</th><th>taken for</th><th "
                             "class=\"n\">samples</th><th class=\"n\">share of class</th></tr>");
    for (size_t i = 0; i < n; i++) {
        uint64_t support = train_metrics_class(train_run_result(run), mistakes[i].truth).support;
        train_html_put(html, "<tr><td>");
        put_name(html, run, mistakes[i].truth, false);
        train_html_put(html, "</td><td>");
        put_name(html, run, mistakes[i].given, false);
        train_html_put(html,
                       "</td><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%.1f %%</td></tr>",
                       mistakes[i].n, 100 * (double)mistakes[i].n / (double)support);
    }
    train_html_put(html, n ? "</table></figure>\n" : "</figure>\n");
}

static void put_class_row(TrainHtml *html, const TrainRun *run, uint32_t label)
{
    TrainClassMetrics c = train_metrics_class(train_run_result(run), label);
    train_html_put(html, "<tr><td>");
    put_name(html, run, label, false);
    train_html_put(html,
                   "</td><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%.1f %%</td>"
                   "<td class=\"n\">%.1f %%</td><td class=\"n\">%.3f</td>"
                   "<td><span class=\"bar\" style=\"width:%.0fpx\"></span></td></tr>",
                   c.support, 100 * c.precision, 100 * c.recall, c.f1, 90 * c.f1);
}

static void put_class_table(TrainHtml *html, const TrainRun *run)
{
    const TrainMetrics *metrics = train_run_result(run);
    train_html_put(html, "<figure><figcaption>Each class</figcaption><table><tr><th>class</th>"
                         "<th class=\"n\">samples</th><th class=\"n\">precision</th>"
                         "<th class=\"n\">recall</th><th class=\"n\">F1</th><th></th></tr>");
    for (uint32_t label = 0; label < metrics->n_classes; label++)
        put_class_row(html, run, label);
    train_html_put(html, "</table><p class=\"note\">Macro F1: %.3f",
                   train_metrics_macro_f1(metrics));
    if (metrics->several)
        train_html_put(
            html,
            ", micro F1: %.3f. A class is given where its output is above 0, that is its "
            "probability above 1/2. All classes of a sample and no others: %.2f %% of "
            "the samples.",
            train_metrics_micro_f1(metrics), 100 * train_metrics_accuracy(metrics));
    train_html_put(html, "</p></figure>\n");
}

void train_report_put_classes(TrainHtml *html, const TrainRun *run)
{
    const TrainMetrics *metrics = train_run_result(run);
    if (metrics->n == 0)
        return;
    train_html_put(html, "<h2>Classes</h2>\n<div class=\"pair\">\n");
    if (!metrics->confusion) {
        put_class_table(html, run);
        train_html_put(html, "</div>\n");
        return;
    }
    if (metrics->n_classes <= MAX_MATRIX)
        put_matrix(html, run);
    train_html_put(html, "<div class=\"stack\">");
    put_class_table(html, run);
    put_mistakes(html, run);
    train_html_put(html, "</div></div>\n");
}
