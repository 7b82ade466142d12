/* Scales, ticks, lines, intervals and legend of a chart, as pieces of SVG. */
#include "trainer/report/chart.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Geometry in SVG units: the plot's frame inside the picture. */
#define WIDTH 560.0
#define HEIGHT 280.0
#define LEFT 52.0
#define RIGHT 14.0
#define TOP 12.0
#define BOTTOM 40.0

/* Points drawn of one line at most: two for each unit of width would not be seen. */
#define MAX_POINTS 560

/* Scales of a chart. */
typedef struct Scale {
    double x_max, y_min, y_max;
    bool percent;
    TrainTicks x_ticks, y_ticks;
} Scale;

TrainTicks train_ticks(double low, double high, int wanted)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double span = high > low ? high - low : fabs(high) > 0 ? fabs(high) : 1;
    double rough = span / wanted;
    double power = pow(10, floor(log10(rough)));
    double factor = steps[0];
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        factor = steps[i];
        if (factor * power >= rough * (1 - 1e-9))
            break;
    }
    double step = factor * power;
    int exponent = (int)floor(log10(step) + 1e-9);
    int decimals = exponent < 0 ? -exponent : 0;
    if (factor == 2.5 && exponent < 1)
        decimals++;
    TrainTicks ticks = {
        .step = step, .first = floor(low / step + 1e-9) * step, .decimals = decimals};
    double last = ceil(high / step - 1e-9) * step;
    ticks.n = (int)(floor((last - ticks.first) / step + 0.5)) + 1;
    if (ticks.n < 2)
        ticks.n = 2;
    return ticks;
}

static double place_x(const Scale *scale, double x)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * x / scale->x_max;
}

static double place_y(const Scale *scale, double y)
{
    double share = (y - scale->y_min) / (scale->y_max - scale->y_min);
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
}

/* The first steps of a run lie far from all others and would press them into a corner: of a long
 * line this share is left to leave the frame. */
#define BEGIN_SHARE 0.04
#define LONG_LINE 40

static void widen(const TrainSeries *series, const double *values, double *low, double *high)
{
    const double begin = series->n >= LONG_LINE ? BEGIN_SHARE * series->x[series->n - 1] : 0;
    for (size_t i = 0; values && i < series->n; i++) {
        if (!isfinite(values[i]) || series->x[i] < begin)
            continue;
        *low = values[i] < *low ? values[i] : *low;
        *high = values[i] > *high ? values[i] : *high;
    }
}

/* False if there is nothing to draw. */
static bool make_scale(const TrainChart *chart, Scale *scale)
{
    double low = DBL_MAX;
    double high = -DBL_MAX;
    for (size_t i = 0; i < chart->n_series; i++) {
        const TrainSeries *series = &chart->series[i];
        widen(series, series->y, &low, &high);
        widen(series, series->low, &low, &high);
        widen(series, series->high, &low, &high);
    }
    if (low > high || !(chart->x_max > 0))
        return false;
    if (chart->from_zero && low > 0)
        low = 0;
    if (chart->percent && high > 1 - 0.02)
        high = 1;
    TrainTicks y_ticks = train_ticks(low, high, 5);
    *scale = (Scale){
        .x_max = chart->x_max,
        .y_min = y_ticks.first,
        .y_max = y_ticks.first + y_ticks.step * (y_ticks.n - 1),
        .percent = chart->percent,
        .x_ticks = train_ticks(0, chart->x_max, chart->x_max < 8 ? (int)ceil(chart->x_max) : 8),
        .y_ticks = y_ticks,
    };
    return true;
}

static void put_value(TrainHtml *html, const Scale *scale, double value, int decimals)
{
    if (scale->percent)
        train_html_put(html, "%.*f%%", decimals > 2 ? decimals - 2 : 0, 100 * value);
    else
        train_html_put(html, "%.*f", decimals, value);
}

static void put_axes(TrainHtml *html, const TrainChart *chart, const Scale *scale)
{
    for (int i = 0; i < scale->y_ticks.n; i++) {
        double value = scale->y_ticks.first + scale->y_ticks.step * i;
        double y = place_y(scale, value);
        train_html_put(html,
                       "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                       LEFT, WIDTH - RIGHT, y, y);
        train_html_put(html, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
                       LEFT - 8, y + 4);
        put_value(html, scale, value, scale->y_ticks.decimals);
        train_html_put(html, "</text>");
    }
    for (int i = 0; i < scale->x_ticks.n; i++) {
        double value = scale->x_ticks.first + scale->x_ticks.step * i;
        if (value > scale->x_max * (1 + 1e-9))
            break;
        train_html_put(
            html, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.*f</text>",
            place_x(scale, value), HEIGHT - BOTTOM + 18, scale->x_ticks.decimals, value);
    }
    train_html_put(html, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                   LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM);
    train_html_put(html, "<text class=\"label\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                   (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5);
    train_html_text(html, chart->x_label);
    train_html_put(html, "</text>");
}

/* A line of more points than can be seen is thinned by taking the mean of neighbours. */
static void put_line(TrainHtml *html, const Scale *scale, const TrainSeries *series)
{
    size_t group = (series->n + MAX_POINTS - 1) / MAX_POINTS;
    /* An inner picture of the frame's size clips what leaves it. */
    train_html_put(html,
                   "<svg x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" "
                   "viewBox=\"%.0f %.0f %.0f %.0f\"><polyline class=\"line series-%s\" points=\"",
                   LEFT, TOP - 1, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM + 2, LEFT, TOP - 1,
                   WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM + 2, series->style);
    for (size_t i = 0; i < series->n; i += group) {
        size_t end = i + group < series->n ? i + group : series->n;
        double x = 0;
        double y = 0;
        for (size_t k = i; k < end; k++) {
            x += series->x[k];
            y += series->y[k];
        }
        double n = (double)(end - i);
        train_html_put(html, "%.1f,%.1f ", place_x(scale, x / n), place_y(scale, y / n));
    }
    train_html_put(html, "\"/></svg>");
}

static void put_interval(TrainHtml *html, const Scale *scale, const TrainSeries *series, size_t i)
{
    double x = place_x(scale, series->x[i]);
    double low = place_y(scale, series->low[i]);
    double high = place_y(scale, series->high[i]);
    train_html_put(
        html, "<path class=\"whisker series-%s\" d=\"M%.1f %.1fV%.1fM%.1f %.1fh6M%.1f %.1fh6\"/>",
        series->style, x, low, high, x - 3, low, x - 3, high);
}

static void put_dots(TrainHtml *html, const Scale *scale, const TrainSeries *series)
{
    for (size_t i = 0; i < series->n && series->low && series->high; i++)
        put_interval(html, scale, series, i);
    for (size_t i = 0; i < series->n; i++) {
        train_html_put(html,
                       "<circle class=\"dot series-%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>",
                       series->style, place_x(scale, series->x[i]), place_y(scale, series->y[i]),
                       series->n > 60 ? 1.5 : 3.5);
        train_html_text(html, series->name);
        train_html_put(html, " at %g: ", series->x[i]);
        put_value(html, scale, series->y[i], 4);
        train_html_put(html, "</title></circle>");
    }
}

static void put_legend(TrainHtml *html, const TrainChart *chart)
{
    train_html_put(html, "<figcaption>");
    train_html_text(html, chart->title);
    for (size_t i = 0; i < chart->n_series && chart->n_series > 1; i++) {
        if (chart->series[i].n == 0)
            continue;
        train_html_put(html, "<span class=\"key series-%s\">", chart->series[i].style);
        train_html_text(html, chart->series[i].name);
        train_html_put(html, "</span>");
    }
    train_html_put(html, "</figcaption>");
}

void train_chart_put(TrainHtml *html, const TrainChart *chart)
{
    Scale scale;
    train_html_put(html, "<figure>");
    put_legend(html, chart);
    if (!make_scale(chart, &scale)) {
        train_html_put(html, "<p class=\"none\">no values yet</p></figure>\n");
        return;
    }
    train_html_put(html, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH,
                   HEIGHT);
    train_html_text(html, chart->title);
    train_html_put(html, "\">");
    put_axes(html, chart, &scale);
    for (size_t i = 0; i < chart->n_series; i++) {
        const TrainSeries *series = &chart->series[i];
        if (series->n == 0)
            continue;
        put_line(html, &scale, series);
        if (series->dots)
            put_dots(html, &scale, series);
    }
    train_html_put(html, "</svg></figure>\n");
}
