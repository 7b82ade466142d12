/* Line charts as SVG, without scripts; colours come from the page's style sheet. */
#ifndef TRAIN_CHART_H
#define TRAIN_CHART_H

#include <stdbool.h>

#include "trainer/report/html.h"

/* One line. name stands in the legend and in the class "series-STYLE". low, high: ends of the
 * intervals around y, or NULL. dots: every point is marked and has a tooltip. */
typedef struct TrainSeries {
    const char *name;
    const char *style;
    const double *x, *y, *low, *high;
    size_t n;
    bool dots;
} TrainSeries;

/* A chart. percent: values are shares, shown as percentages. from_zero: the y axis begins at 0. */
typedef struct TrainChart {
    const char *title;
    const char *x_label;
    const TrainSeries *series;
    size_t n_series;
    double x_max;
    bool percent, from_zero;
} TrainChart;

/* Ticks of an axis: from first in equal steps; n of them cover low..high. */
typedef struct TrainTicks {
    double first, step;
    int n;
    int decimals;
} TrainTicks;

/* Round steps (1, 2, 2.5 or 5 times a power of ten) so that about wanted ticks cover low..high. */
TrainTicks train_ticks(double low, double high, int wanted);

/* Appends the chart as a figure with a legend. A series without points is left out; without any the
 * figure says so. */
void train_chart_put(TrainHtml *html, const TrainChart *chart);

#endif
