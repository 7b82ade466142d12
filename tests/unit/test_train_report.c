/* Charts, escaping and what the report promises: one file, no scripts, well-formed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "trainer/report/chart.h"

START_TEST(ticks_are_round_and_cover)
{
    static const struct {
        double low, high;
        int wanted;
        double first, step;
        int n, decimals;
    } cases[] = {
        {0, 1, 5, 0, 0.2, 6, 1},       {0, 6, 6, 0, 1, 7, 0},     {0.71, 0.9, 5, 0.7, 0.05, 5, 2},
        {0, 0.1, 5, 0, 0.02, 6, 2},    {0, 2.3, 5, 0, 0.5, 6, 1}, {-3, 7, 5, -4, 2, 7, 0},
        {0.5, 0.5, 5, 0.5, 0.1, 2, 1}, {0, 10, 4, 0, 2.5, 5, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TrainTicks t = train_ticks(cases[i].low, cases[i].high, cases[i].wanted);
        ck_assert_msg(
            fabs(t.first - cases[i].first) < 1e-9 && fabs(t.step - cases[i].step) < 1e-9 &&
                t.n == cases[i].n && t.decimals == cases[i].decimals,
            "case %zu: first %g step %g n %d decimals %d", i, t.first, t.step, t.n, t.decimals);
        ck_assert_double_le(t.first, cases[i].low + 1e-9);
        ck_assert_double_ge(t.first + t.step * (t.n - 1), cases[i].high - 1e-9);
    }
}
END_TEST

static char *draw(const TrainChart *chart)
{
    TrainHtml html;
    train_html_begin(&html);
    train_chart_put(&html, chart);
    size_t size;
    char *text = train_html_take(&html, &size);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(strlen(text), size);
    return text;
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        n++;
    return n;
}

START_TEST(draws_lines_dots_and_intervals)
{
    const double x[3] = {0, 1, 2};
    const double y[3] = {0.5, 0.75, 1};
    const double low[3] = {0.4, 0.7, 0.9};
    const TrainSeries series[] = {
        {.name = "train <b>", .style = "train", .x = x, .y = y, .n = 3},
        {.name = "test",
         .style = "test",
         .x = x,
         .y = y,
         .low = low,
         .high = y,
         .n = 3,
         .dots = true},
        {.name = "none", .style = "rate"},
    };
    char *text = draw(&(TrainChart){.title = "A & B",
                                    .x_label = "epoch",
                                    .series = series,
                                    .n_series = 3,
                                    .x_max = 2,
                                    .percent = true});
    ck_assert_int_eq(count(text, "<polyline"), 2);
    ck_assert_int_eq(count(text, "<circle"), 3);
    ck_assert_int_eq(count(text, "whisker"), 3);
    ck_assert_int_eq(count(text, "train &lt;b&gt;"), 1);
    ck_assert_int_eq(count(text, "A &amp; B"), 2);
    ck_assert_int_eq(count(text, ">none<"), 0);
    ck_assert_int_eq(count(text, ">100%<"), 1);
    ck_assert_ptr_nonnull(strstr(text, "test at 1: 75.00%"));
    /* The frame is 52..546 by 12..240: x = 1 of 2 lies in its middle, y = 1 at its top. */
    ck_assert_ptr_nonnull(strstr(text, "299.0,"));
    ck_assert_ptr_nonnull(strstr(text, "546.0,12.0"));
    free(text);
}
END_TEST

START_TEST(nothing_to_draw)
{
    const double nan[2] = {(double)NAN, (double)INFINITY};
    const double x[2] = {0, 1};
    const TrainSeries empty = {.name = "a", .style = "train"};
    const TrainSeries odd = {.name = "a", .style = "train", .x = x, .y = nan, .n = 2};
    char *text = draw(
        &(TrainChart){.title = "t", .x_label = "x", .series = &empty, .n_series = 1, .x_max = 1});
    ck_assert_ptr_nonnull(strstr(text, "no values yet"));
    free(text);
    text = draw(
        &(TrainChart){.title = "t", .x_label = "x", .series = &odd, .n_series = 1, .x_max = 1});
    ck_assert_ptr_nonnull(strstr(text, "no values yet"));
    free(text);
}
END_TEST

/* A run that ended early has a long line in a corner of its frame. */
START_TEST(long_lines_may_be_short_of_the_frame)
{
    enum { N = 100 };
    double x[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i] = i / 50.0;
        y[i] = i < 3 ? 1000 : 1 - i / 200.0;
    }
    const TrainSeries series = {.name = "a", .style = "train", .x = x, .y = y, .n = N};
    char *text = draw(&(TrainChart){
        .title = "t", .x_label = "x", .series = &series, .n_series = 1, .x_max = 100});
    ck_assert_ptr_null(strstr(text, "no values yet"));
    ck_assert_ptr_null(strstr(text, ">1000<"));
    ck_assert_ptr_nonnull(strstr(text, ">1.0<"));
    free(text);
}
END_TEST

START_TEST(thins_long_lines)
{
    enum { N = 100000 };
    double *x = malloc(2 * N * sizeof(double));
    double *y = x + N;
    for (int i = 0; i < N; i++) {
        x[i] = i;
        y[i] = i % 2;
    }
    const TrainSeries series = {.name = "a", .style = "train", .x = x, .y = y, .n = N};
    char *text = draw(
        &(TrainChart){.title = "t", .x_label = "x", .series = &series, .n_series = 1, .x_max = N});
    ck_assert_uint_lt(strlen(text), 20000);
    ck_assert_int_gt(count(text, ","), 400);
    free(text);
    free(x);
}
END_TEST

START_TEST(escapes)
{
    TrainHtml html;
    train_html_begin(&html);
    train_html_text(&html, "<a href=\"x\">'&'</a> \xc3\xa4 latin\xe9");
    size_t size;
    char *text = train_html_take(&html, &size);
    ck_assert_str_eq(
        text, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt; \xc3\xa4 latin\xef\xbf\xbd");
    free(text);
    ck_assert_ptr_null(train_html_take(&html, &size));
}
END_TEST

/* What is made of a text's bytes, all of them or the first ones. */
static void check_bytes(const char *bytes, size_t size, const char *wanted)
{
    TrainHtml html;
    size_t n;
    train_html_begin(&html);
    train_html_bytes(&html, bytes, size);
    char *text = train_html_take(&html, &n);
    ck_assert_msg(text && !strcmp(text, wanted), "'%s', expected '%s'", text ? text : "", wanted);
    free(text);
}

/* Somebody's data: what means something on a page is escaped, what cannot be seen is replaced, and a
 * character is whole or absent. */
START_TEST(bytes_of_texts_are_shown)
{
    check_bytes("a<b>&\"c'", 8, "a&lt;b&gt;&amp;&quot;c&#39;");
    check_bytes("one\ntwo\tx", 9, "one two x");
    check_bytes("\x01z\x7f", 3, "\xef\xbf\xbdz\xef\xbf\xbd");
    check_bytes("\xff!", 2, "\xef\xbf\xbd!");
    check_bytes("\xc3\xa9\xe2\x82\xac", 5, "\xc3\xa9\xe2\x82\xac");
    check_bytes("\xc3\xa9\xe2\x82\xac", 4, "\xc3\xa9");
    check_bytes("", 0, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_report");
    TCase *test = tcase_create("report");
    tcase_add_test(test, ticks_are_round_and_cover);
    tcase_add_test(test, bytes_of_texts_are_shown);
    tcase_add_test(test, draws_lines_dots_and_intervals);
    tcase_add_test(test, nothing_to_draw);
    tcase_add_test(test, long_lines_may_be_short_of_the_frame);
    tcase_add_test(test, thins_long_lines);
    tcase_add_test(test, escapes);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
