/* The daemon's parts that need no socket: settings, log, and the way from errors to replies. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "augd/failure.h"
#include "augd/log.h"
#include "augd/program.h"
#include "augd/ready.h"
#include "augd/served.h"
#include "augd/settings.h"
#include "tests/support/support.h"

/* Parses words (NULL-terminated) as a command line; the settings are the call's options. */
static AugStatus parse(CmdCall *call, const char *const *words, AugError *error)
{
    size_t n = 0;
    while (words[n])
        n++;
    return cmd_call_init(call, &augd_program, words, n, error);
}

#define MINIMAL "--listen", "unix:a", "--dataset", "x=idx:y"

START_TEST(defaults)
{
    CmdCall call;
    ck_assert_int_eq(parse(&call, (const char *[]){MINIMAL, NULL}, NULL), AUG_OK);
    const AugdSettings *settings = call.options;
    ck_assert_uint_eq(settings->listen.n, 1);
    ck_assert_str_eq(settings->listen.items[0], "unix:a");
    ck_assert_int_eq(settings->threads, 0);
    ck_assert_int_eq(settings->depth, 4);
    ck_assert_int_eq(settings->max_connections, 1024);
    ck_assert_int_eq(settings->handshake_ms, 5000);
    ck_assert_int_eq(settings->stall_ms, 120000);
    ck_assert_int_eq(settings->drain_ms, 10000);
    ck_assert(!settings->quiet && !settings->verbose);
    /* Half of the memory, which is never more than the machine has. */
    ck_assert_uint_gt(settings->max_memory_size, 0);
    ck_assert_uint_le(settings->max_memory_size, uv_get_total_memory() / 2);
    cmd_call_fini(&call);
}
END_TEST

START_TEST(all_options)
{
    const char *words[] = {MINIMAL,
                           "--listen=tcp:h:1",
                           "--dataset=b=tar:c,d=e",
                           "--threads=7",
                           "--depth",
                           "64",
                           "--max-connections",
                           "1",
                           "--handshake-ms=30000",
                           "--stall-ms=100",
                           "--drain-ms=600000",
                           "--quiet",
                           "--verbose",
                           NULL};
    CmdCall call;
    ck_assert_int_eq(parse(&call, words, NULL), AUG_OK);
    const AugdSettings *settings = call.options;
    ck_assert_uint_eq(settings->listen.n, 2);
    ck_assert_str_eq(settings->listen.items[1], "tcp:h:1");
    ck_assert_uint_eq(settings->dataset.n, 2);
    ck_assert_str_eq(settings->dataset.items[1], "b=tar:c,d=e");
    ck_assert_int_eq(settings->threads, 7);
    ck_assert_int_eq(settings->depth, 64);
    ck_assert_int_eq(settings->max_connections, 1);
    ck_assert_int_eq(settings->handshake_ms, 30000);
    ck_assert_int_eq(settings->stall_ms, 100);
    ck_assert_int_eq(settings->drain_ms, 600000);
    ck_assert(settings->quiet && settings->verbose);
    cmd_call_fini(&call);
}
END_TEST

/* Just inside of each bound, and just outside. */
static const struct {
    const char *option, *value;
    bool allowed;
} bounds[] = {
    {"--threads", "1024", true},
    {"--threads", "1025", false},
    {"--threads", "-1", false},
    {"--threads", "", false},
    {"--threads", "4x", false},
    {"--threads", "99999999999999999999999", false},
    {"--depth", "1", true},
    {"--depth", "65", false},
    {"--max-connections", "0", false},
    {"--max-connections", "1000000", true},
    {"--handshake-ms", "9", false},
    {"--handshake-ms", "10", true},
    {"--handshake-ms", "30001", false},
    {"--stall-ms", "99", false},
    {"--stall-ms", "3600000", true},
    {"--stall-ms", "3600001", false},
    {"--drain-ms", "99", false},
    {"--drain-ms", "600001", false},
    {"--max-memory", "0", false},
    {"--max-memory", "1", true},
    {"--max-memory", "0%", false},
    {"--max-memory", "80%", true},
    {"--max-memory", "81%", false},
    {"--max-memory", "1.5GiB", false},
    {"--max-memory", "3 GiB", false},
    {"--max-memory", "GiB", false},
    {"--max-memory", "16777216TiB", false},
    {"--max-memory", "17179869184GiB", false},
    {"--max-memory", "17179869183GiB", true},
    {"--worker-memory", "auto", true},
    {"--worker-memory", "0", false},
    {"--worker-memory", "20MiB", true},
    {"--worker-memory", "1%", true},
    {"--worker-memory", "much", false},
};

START_TEST(option_bounds)
{
    const char *words[] = {MINIMAL, bounds[_i].option, bounds[_i].value, NULL};
    CmdCall call;
    AugError error = {0};
    AugStatus status = parse(&call, words, &error);
    ck_assert_msg((status == AUG_OK) == bounds[_i].allowed, "%s %s: %s", bounds[_i].option,
                  bounds[_i].value, error.message);
    if (!bounds[_i].allowed) {
        ck_assert_int_eq(status, AUG_BAD_ARGUMENT);
        ck_assert_msg(strncmp(error.message, bounds[_i].option, strlen(bounds[_i].option)) == 0,
                      "the message begins with the option: %s", error.message);
    }
    cmd_call_fini(&call);
}
END_TEST

START_TEST(memory_units)
{
    const char *texts[] = {"1000", "3KiB", "5MiB", "2GiB"};
    const uint64_t sizes[] = {1000, 3 << 10, 5 << 20, UINT64_C(2) << 30};
    for (int i = 0; i < 4; i++) {
        CmdCall call;
        const char *words[] = {MINIMAL, "--max-memory", texts[i], NULL};
        ck_assert_int_eq(parse(&call, words, NULL), AUG_OK);
        ck_assert_uint_eq(((const AugdSettings *)call.options)->max_memory_size, sizes[i]);
        cmd_call_fini(&call);
    }
}
END_TEST

START_TEST(wrong_words)
{
    static const struct {
        const char *words[4];
        const char *message;
    } rows[] = {
        {{"--quiet=1", NULL}, "--quiet takes no value"},
        {{"--listen", NULL}, "--listen needs a value: --listen ADDRESS"},
        {{"-z", NULL}, "-z is not an option of augd"},
        {{"unix:a", NULL}, "'unix:a' is one argument too many"},
        {{"--dept", "3", NULL}, "--dept is not an option of augd; did you mean --depth?"},
        {{"--xyzzy", NULL}, "--xyzzy is not an option of augd; see 'augd --help'"},
        {{"--=", NULL}, "-- is not an option of augd"},
        {{"--dataset", "a=idx:b", NULL}, "nothing to listen on"},
        {{"--listen", "unix:a", NULL}, "nothing to serve"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CmdCall call;
        AugError error = {0};
        ck_assert_int_eq(parse(&call, rows[i].words, &error), AUG_BAD_ARGUMENT);
        ck_assert_msg(strncmp(error.message, rows[i].message, strlen(rows[i].message)) == 0,
                      "\"%s\" is not \"%s\"", error.message, rows[i].message);
        cmd_call_fini(&call);
    }
}
END_TEST

/* Lines written to a file, read back. */
typedef struct Lines {
    int fd;
    char *path;
    AugdLog log;
} Lines;

static void lines_open(Lines *lines, AugdLevel level)
{
    lines->path = test_path("%s/log", test_folder());
    lines->fd = open(lines->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(lines->fd, 0);
    ck_assert_int_eq(augd_log_init(&lines->log, lines->fd, level, NULL), AUG_OK);
}

/* The n-th line as JSON; NULL if there are fewer. The caller gives it up. */
static json_t *lines_get(const Lines *lines, int n)
{
    ck_assert(augd_log_writer_flush(lines->log.writer, 10000));
    size_t size;
    char *text = (char *)test_read_file(lines->path, &size), *at = text;
    for (int i = 0; at && i < n; i++) {
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    json_t *line = NULL;
    if (at && *at) {
        *strchr(at, '\n') = 0;
        line = json_loads(at, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(line != NULL, "not JSON: %s", at);
    }
    free(text);
    return line;
}

static void lines_close(Lines *lines)
{
    augd_log_fini(&lines->log);
    close(lines->fd);
    free(lines->path);
}

START_TEST(log_lines)
{
    Lines lines;
    lines_open(&lines, AUGD_LEVEL_INFO);
    augd_log(&lines.log, AUGD_EVENT_CONNECTED, "{s:I}", "connection", (json_int_t)1);
    augd_log(&lines.log, AUGD_EVENT_OPENED, "{s:I, s:s}", "connection", (json_int_t)7, "client",
             "a \"quoted\"\nname");
    json_t *line = lines_get(&lines, 0);
    ck_assert_str_eq(json_string_value(json_object_get(line, "event")), "opened");
    ck_assert_str_eq(json_string_value(json_object_get(line, "level")), "info");
    ck_assert_str_eq(json_string_value(json_object_get(line, "client")), "a \"quoted\"\nname");
    ck_assert_int_eq(json_integer_value(json_object_get(line, "connection")), 7);
    const char *ts = json_string_value(json_object_get(line, "ts"));
    int year, n_read = 0;
    ck_assert_int_eq(sscanf(ts, "%4d-%*2d-%*2dT%*2d:%*2d:%*2d.%*3dZ%n", &year, &n_read), 1);
    ck_assert_int_eq(n_read, 24);
    json_decref(line);
    ck_assert_ptr_null(lines_get(&lines, 1));
    lines_close(&lines);
}
END_TEST

/* Members that are not UTF-8 cost the members, not the line. */
START_TEST(log_of_damaged_text)
{
    Lines lines;
    lines_open(&lines, AUGD_LEVEL_INFO);
    augd_log(&lines.log, AUGD_EVENT_OPENED, "{s:s}", "client", "\xff\xfe");
    json_t *line = lines_get(&lines, 0);
    ck_assert_str_eq(json_string_value(json_object_get(line, "event")), "opened");
    json_decref(line);
    lines_close(&lines);
}
END_TEST

/* A flood of one event leaves some fifty lines and a word about the rest, and other events alone.
 */
START_TEST(log_is_limited)
{
    Lines lines;
    lines_open(&lines, AUGD_LEVEL_WARNING);
    for (int i = 0; i < 10000; i++)
        augd_log(&lines.log, AUGD_EVENT_REFUSED, "{s:I}", "n", (json_int_t)i);
    int n = 0;
    for (json_t *line; (line = lines_get(&lines, n)); n++)
        json_decref(line);
    ck_assert_int_ge(n, 50);
    ck_assert_int_le(n, 100);
    augd_log(&lines.log, AUGD_EVENT_ACCEPT_FAILED, "{}");
    json_t *line = lines_get(&lines, n);
    ck_assert_str_eq(json_string_value(json_object_get(line, "event")), "accept_failed");
    json_decref(line);
    /* Two more lines have become due 400 ms later. */
    uv_sleep(400);
    augd_log(&lines.log, AUGD_EVENT_REFUSED, "{s:I}", "n", (json_int_t)10000);
    line = lines_get(&lines, n + 1);
    ck_assert_ptr_nonnull(line);
    ck_assert_int_ge(json_integer_value(json_object_get(line, "suppressed")), 9900 - n);
    json_decref(line);
    lines_close(&lines);
}
END_TEST

/* What a daemon says of itself at its start depends on its options alone, and comes whole. */
START_TEST(log_of_the_start_is_whole)
{
    Lines lines;
    lines_open(&lines, AUGD_LEVEL_INFO);
    for (int i = 0; i < 200; i++)
        augd_log(&lines.log, AUGD_EVENT_SERVING, "{s:I, s:f}", "n", (json_int_t)i, "x", 1.0 / 3);
    json_t *line = lines_get(&lines, 199);
    ck_assert_ptr_nonnull(line);
    ck_assert_int_eq(json_integer_value(json_object_get(line, "n")), 199);
    ck_assert(json_real_value(json_object_get(line, "x")) == 0.333333);
    json_decref(line);
    lines_close(&lines);
}
END_TEST

/* Pages hold no more than a message, begin behind a name whether it is there or not, and cover
 * all. */
START_TEST(served_pages)
{
    AugdServed served;
    AugError error = {0};
    AugCatalog *catalog = aug_catalog_new();
    for (int i = 0; i < 150; i++) {
        char text[64];
        snprintf(text, sizeof(text), "d%03d=synthetic:count=%d,size=2", i, i + 1);
        ck_assert_int_eq(aug_catalog_add(catalog, text, NULL, &error), AUG_OK);
    }
    ck_assert_int_eq(augd_served_init(&served, catalog, &error), AUG_OK);
    static const struct {
        const char *after;
        uint32_t first, n;
        bool more;
    } rows[] = {
        {"", 0, 64, true},        {"d063", 64, 64, true},  {"d127", 128, 22, false},
        {"d085x", 86, 64, false}, {"d149", 150, 0, false}, {"zz", 150, 0, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        AugpListing page;
        ck_assert(augd_served_page(&served, rows[i].after, &page));
        ck_assert_uint_eq(page.n, 150);
        ck_assert_uint_eq(page.n_items, rows[i].n);
        ck_assert_int_eq(page.more, rows[i].more);
        for (uint32_t k = 0; k < page.n_items; k++)
            ck_assert_uint_eq(page.items[k].n_samples, rows[i].first + k + 1);
        augp_listing_fini(&page);
    }
    augd_served_fini(&served);
    augd_served_fini(&served);
    aug_catalog_free(catalog);
}
END_TEST

static const struct {
    AugStatus status;
    AugpCode code;
    bool retry;
} mapping[] = {
    {AUG_BAD_SPEC, AUGP_CODE_BAD_SPEC, false},
    {AUG_TOO_LARGE, AUGP_CODE_BAD_SPEC, false},
    {AUG_UNSUPPORTED, AUGP_CODE_BAD_SPEC, false},
    {AUG_NOT_FOUND, AUGP_CODE_NO_DATASET, false},
    {AUG_IO, AUGP_CODE_DATA_IO, true},
    {AUG_CORRUPT, AUGP_CODE_DATA_CORRUPT, false},
    {AUG_CHANGED, AUGP_CODE_DATASET_CHANGED, false},
    {AUG_NO_MEMORY, AUGP_CODE_RESOURCE_EXHAUSTED, true},
    {AUG_INTERNAL, AUGP_CODE_INTERNAL, true},
    {AUG_CLOSED, AUGP_CODE_INTERNAL, true},
};

START_TEST(failure_codes)
{
    AugError error = {0};
    AUG_FAIL(&error, mapping[_i].status, "cat\xff.jpg", "it is %s", "damaged");
    AugpFailure failure;
    augd_failure_from(&failure, &error);
    ck_assert_uint_eq(failure.code, mapping[_i].code);
    ck_assert_int_eq(failure.retry, mapping[_i].retry);
    ck_assert_str_eq(failure.message, "cat?.jpg: it is damaged");
    ck_assert_ptr_null(failure.detail);
}
END_TEST

/* Forty mistakes, of which the list keeps three: the first is said, three are told, all counted. */
START_TEST(failure_of_problems)
{
    AugError items[3] = {0};
    AugProblems problems = {.items = items, .capacity = 3};
    for (int i = 1; i <= 40; i++)
        aug_problems_add(&problems, AUG_BAD_SPEC, "spec:1:1", "mistake %d of \xfe", i);
    AugpFailure failure;
    augd_failure_from_problems(&failure, &problems);
    ck_assert_uint_eq(failure.code, AUGP_CODE_BAD_SPEC);
    ck_assert_str_eq(failure.message, "spec:1:1: mistake 1 of ? (and 39 more)");
    json_t *detail = json_loads(failure.detail, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(detail);
    ck_assert_int_eq(json_integer_value(json_object_get(detail, "n")), 40);
    const json_t *list = json_object_get(detail, "problems");
    ck_assert_uint_eq(json_array_size(list), 3);
    const json_t *third = json_array_get(list, 2);
    ck_assert_str_eq(json_string_value(json_object_get(third, "message")), "mistake 3 of ?");
    json_decref(detail);
    augp_failure_fini(&failure);
}
END_TEST

/* Streams are served in the order in which they became ready, once each. */
START_TEST(ready_streams_are_listed_once)
{
    AugdReady ready;
    AugdReadyLink links[4] = {{0}};
    augd_ready_init(&ready);
    ck_assert_ptr_null(augd_ready_take(&ready));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 8; i++)
            augd_ready_add(&ready, &links[i % 4]);
        ck_assert_uint_eq(augd_ready_count(&ready), 4);
        augd_ready_remove(&ready, &links[1]);
        augd_ready_remove(&ready, &links[1]);
        ck_assert_uint_eq(augd_ready_count(&ready), 3);
        ck_assert_ptr_eq(augd_ready_take(&ready), &links[0]);
        augd_ready_add(&ready, &links[0]);
        ck_assert_ptr_eq(augd_ready_take(&ready), &links[2]);
        ck_assert_ptr_eq(augd_ready_take(&ready), &links[3]);
        ck_assert_ptr_eq(augd_ready_take(&ready), &links[0]);
        ck_assert_ptr_null(augd_ready_take(&ready));
    }
    augd_ready_fini(&ready);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_parts");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, defaults);
    tcase_add_test(all, all_options);
    tcase_add_loop_test(all, option_bounds, 0, sizeof(bounds) / sizeof(bounds[0]));
    tcase_add_test(all, memory_units);
    tcase_add_test(all, wrong_words);
    tcase_add_test(all, log_lines);
    tcase_add_test(all, log_of_damaged_text);
    tcase_add_test(all, log_is_limited);
    tcase_add_test(all, log_of_the_start_is_whole);
    tcase_add_test(all, served_pages);
    tcase_add_loop_test(all, failure_codes, 0, sizeof(mapping) / sizeof(mapping[0]));
    tcase_add_test(all, ready_streams_are_listed_once);
    tcase_add_test(all, failure_of_problems);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
