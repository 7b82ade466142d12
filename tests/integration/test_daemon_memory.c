/* --max-memory bounds the process: twenty streams of different kinds at once, as many as fit, with
 * large pictures, mixing, views, boxes, names and every kind of step, and the most that the daemon
 * ever held. What does not fit is refused with figures. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/errors.h"
#include "tests/support/daemon.h"
#include "tests/support/pictures.h"

#define MIB ((size_t)1 << 20)

/* Beside what is counted: the program and its libraries, its connections, and what the allocator
 * keeps of memory that was freed. */
#define OWN_SIZE (64 * MIB)

/* Instrumented builds hold shadows and freed memory, which is none of the daemon's. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_INSTRUMENTED true
#else
#define IS_INSTRUMENTED false
#endif

enum { N_PICTURES = 6 };

static void write_picture(const char *name, int32_t width, int32_t height, const TestJpeg *form)
{
    uint64_t state = 3;
    const AugImage scene = test_scene(&state, width, height, 3);
    size_t size;
    uint8_t *bytes = test_jpeg(&scene, form, &size);
    char *path = test_path("%s/%s", test_folder(), name);
    test_write_file(path, bytes, size);
    free(path);
    free(bytes);
    free(scene.pixels);
}

/* Six photographs, large and small, plain and progressive, as rows with boxes; and one whose
 * coefficients alone are 54 MB. */
static void write_pictures(void)
{
    static const struct {
        int32_t width, height;
        TestJpeg form;
    } pictures[N_PICTURES] = {
        {2000, 1500, {.h_samp = 2, .v_samp = 2}},
        {1600, 1200, {.h_samp = 2, .v_samp = 2, .progressive = true}},
        {500, 375, {0}},
        {1200, 1600, {.progressive = true}},
        {320, 2000, {.h_samp = 2, .v_samp = 1}},
        {64, 48, {0}},
    };
    char rows[2048] = "";
    for (int i = 0; i < N_PICTURES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%d.jpg", i);
        write_picture(name, pictures[i].width, pictures[i].height, &pictures[i].form);
        for (int k = 0; k < 4; k++)
            snprintf(rows + strlen(rows), sizeof(rows) - strlen(rows),
                     "{\"image\": \"%s\", \"label\": %d, \"boxes\": [[1, 2, 30, 40], [5, 5, 20, "
                     "%d]]}\n",
                     name, k % 2, 20 + k);
    }
    char *path = test_path("%s/rows.jsonl", test_folder());
    test_write_file(path, rows, strlen(rows));
    free(path);
    write_picture("huge.jpg", 3000, 3000, &(TestJpeg){.progressive = true});
    path = test_path("%s/huge.csv", test_folder());
    test_write_file(path, "image,label\nhuge.jpg,0\n", 23);
    free(path);
}

typedef struct Kind {
    const char *dataset, *spec;
    bool names;
} Kind;

/* Parts of specs. */
#define MADE(pipeline, more) "{augd: 1, pipeline: [" pipeline "], " more "}"
#define CROP "RandomResizedCrop: [224, 224]"

static const Kind kinds[] = {
    {"big", MADE("HorizontalFlip: {p: 0.5}", "batch: {size: 16}"), false},
    {"rows", MADE(CROP, "batch: {size: 8, mix: [MixUp]}"), false},
    {"rows", MADE("Resize: [224, 224]", "batch: {size: 8, mix: [CutMix, MixUp, CutMix]}"), false},
    {"boxed", MADE(CROP ", Rotate: {limit: 30}", "batch: {size: 8, views: 2}"), true},
    {"boxed", MADE("Resize: [300, 300]", "batch: {size: 4}, output: {dtype: uint8}"), true},
    {"rows", MADE("Resize: [600, 600], GaussianBlur: {sigma: [4, 4], p: 1}", "batch: {size: 2}"),
     false},
    {"rows", MADE("Rotate: {limit: [30, 30]}, Resize: [224, 224]", "batch: {size: 8}"), false},
    {"rows", MADE("Equalize: {p: 1}, GaussNoise: {p: 1}, Resize: [224, 224]", "batch: {size: 4}"),
     false},
    {"rows", MADE("ColorJitter: {p: 1}, Resize: [224, 224], Cutout: 60", "batch: {size: 8}"), true},
    {"rows", MADE("Resize: [800, 800], RandomErasing: {p: 1}", "batch: {size: 2}"), false},
    {"syn", MADE("HorizontalFlip: {p: 0.5}", "batch: {size: 64, mix: [MixUp]}"), true},
    {"syn", MADE("Pad: 16, RandomCrop: 32", "batch: {size: 100, views: 8}"), false},
    {"big", MADE("VerticalFlip: {p: 0.5}", "batch: {size: 16}, output: {layout: hwc}"), false},
    {"big", MADE("CenterCrop: 64", "batch: {size: 100, mix: [CutMix]}"), true},
    {"rows", MADE(CROP, "batch: {size: 24}, output: {dtype: uint8}"), false},
    {"rows", MADE(CROP ", GaussianBlur: {p: 1}", "batch: {size: 8}, output: {color: gray}"), false},
    {"boxed", MADE("Resize: [400, 500], HorizontalFlip: {p: 1}", "batch: {size: 4, views: 2}"),
     false},
    {"rows", MADE("Resize: [1000, 1000], RandomRotate90", "batch: {size: 1}"), false},
    {"rows", MADE("Resize: [64, 64]", "batch: {size: 48, mix: [MixUp, MixUp]}"), true},
    {"big", MADE("RandomResizedCrop: [256, 256]", "batch: {size: 16, mix: [MixUp]}"), false},
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* The most that a process ever held. */
static size_t most_resident(pid_t pid)
{
    char *path = test_path("/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char line[256];
    size_t kilobytes = 0;
    while (fgets(line, sizeof(line), file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtoul(line + 6, NULL, 10);
    fclose(file);
    free(path);
    ck_assert_uint_gt(kilobytes, 0);
    return kilobytes << 10;
}

static void start(TestDaemon *daemon, const char *max_memory, const char *worker_memory)
{
    char *rows = test_path("rows=jsonl:%s/rows.jsonl", test_folder());
    char *boxed = test_path("boxed=jsonl:%s/rows.jsonl,boxes=boxes", test_folder());
    char *huge = test_path("huge=csv:%s/huge.csv", test_folder());
    const char *options[] = {"--dataset",
                             rows,
                             "--dataset",
                             boxed,
                             "--dataset",
                             huge,
                             "--max-memory",
                             max_memory,
                             "--worker-memory",
                             worker_memory,
                             "--depth",
                             "2",
                             NULL};
    write_pictures();
    test_daemon_start(daemon, options);
    free(rows);
    free(boxed);
    free(huge);
}

/* Opens a stream, or NULL where there is no room for it, which is said with figures. */
static AugpClient *open_kind(const TestDaemon *daemon, const Kind *kind)
{
    const AugpClientRequest request = {
        .dataset = kind->dataset, .spec = kind->spec, .names = kind->names, .window = 8};
    const AugpClientOptions able = {.tensors = true};
    AugpClient *client;
    AugpError error = {0};
    ck_assert_int_eq(augp_client_new(&client, daemon->unix_address, &able, &error), AUGP_OK);
    const AugpStatus status = augp_client_open(client, &request, &error);
    if (status == AUGP_OK)
        return client;
    ck_assert_msg(status == AUGP_REFUSED && error.code == AUGP_CODE_RESOURCE_EXHAUSTED, "%s: %s",
                  kind->spec, error.message);
    ck_assert_msg(strstr(error.message, "takes up to ") && strstr(error.message, "all streams may"),
                  "%s", error.message);
    augp_client_free(client);
    return NULL;
}

static void take_batch(AugpClient *client, const Kind *kind)
{
    AugpClientBatch batch;
    AugpError error = {0};
    ck_assert_msg(augp_client_next(client, &batch, &error) == AUGP_OK, "%s: %s", kind->spec,
                  error.message);
}

/* One stream alone, as soon as those before it are down. */
static void work_alone(const TestDaemon *daemon, const Kind *kind)
{
    AugpClient *client = open_kind(daemon, kind);
    for (int i = 0; !client && i < 200; i++) {
        usleep(50000);
        client = open_kind(daemon, kind);
    }
    ck_assert_msg(client, "%s: there is no room even for it alone", kind->spec);
    for (uint64_t i = 0; i < test_rounds(6); i++)
        take_batch(client, kind);
    augp_client_free(client);
}

/* As many streams as fit, all at work, however often: the process stays within its bound. */
START_TEST(the_process_stays_within_its_bound)
{
    TestDaemon daemon;
    start(&daemon, "256MiB", "40MiB");
    AugpClient *clients[N_KINDS];
    bool worked[N_KINDS] = {false};
    int n_open = 0;
    for (int round = 0; round < 2; round++) {
        n_open = 0;
        /* From the other end the second time, so that others are at work. */
        for (int i = 0; i < N_KINDS; i++) {
            const int number = round ? N_KINDS - 1 - i : i;
            clients[number] = open_kind(&daemon, &kinds[number]);
            n_open += clients[number] != NULL;
            worked[number] = worked[number] || clients[number];
        }
        for (int i = 0; i < (int)test_rounds(3) * N_KINDS; i++)
            if (clients[i % N_KINDS])
                take_batch(clients[i % N_KINDS], &kinds[i % N_KINDS]);
        for (int i = 0; i < N_KINDS; i++)
            if (clients[i])
                augp_client_free(clients[i]);
    }
    for (int i = 0; i < N_KINDS; i++)
        if (!worked[i])
            work_alone(&daemon, &kinds[i]);
    const size_t most = most_resident(daemon.pid);
    printf("%d of %d streams at once; at most %zu MiB resident of 256 MiB allowed\n", n_open,
           N_KINDS, most / MIB);
    ck_assert_int_gt(n_open, 5);
    ck_assert_int_lt(n_open, N_KINDS);
    ck_assert(IS_INSTRUMENTED || most <= 256 * MIB + OWN_SIZE);
    ck_assert(IS_INSTRUMENTED || most > 128 * MIB);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* A picture that takes more than a worker may hold ends its stream by name, not the others. */
START_TEST(a_picture_beyond_a_worker_is_named)
{
    TestDaemon daemon;
    start(&daemon, "256MiB", "40MiB");
    const AugpClientRequest request = {
        .dataset = "huge", .spec = MADE("Resize: [64, 64]", "batch: {size: 1}"), .window = 4};
    AugpClient *client = test_client(daemon.unix_address, &request);
    AugpClient *other = open_kind(&daemon, &kinds[1]);
    AugpClientBatch batch;
    AugpError error = {0};
    ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_RESOURCE_EXHAUSTED);
    ck_assert_msg(strstr(error.message, "huge.jpg") &&
                      strstr(error.message, "allowed are 41943040"),
                  "%s", error.message);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(augp_client_next(other, &batch, &error), AUGP_OK);
    augp_client_free(client);
    augp_client_free(other);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* What no sample of a spec can do without, and what all of them would take of a worker's time, is
 * known when it is opened: refused with the figure, and nothing to wait for. */
START_TEST(a_spec_that_cannot_run_is_refused_when_it_is_opened)
{
    static const struct {
        const char *spec;
        uint32_t code;
        const char *words;
    } rows[] = {
        {MADE("Resize: [4000, 4000], Equalize: {p: 1}, CenterCrop: 8", "batch: {size: 1}"),
         AUGP_CODE_RESOURCE_EXHAUSTED,
         "whatever its picture, a sample takes at least 48000000 bytes of a worker's memory; "
         "allowed are 41943040"},
        {MADE("Resize: [9000, 9000], GaussNoise, GaussNoise: {p: 0.1}, CenterCrop: 8",
              "batch: {size: 1}"),
         AUGP_CODE_BAD_SPEC, "allowed are 4000; GaussNoise takes up to 2106 of them each time"},
    };
    TestDaemon daemon;
    start(&daemon, "256MiB", "40MiB");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const AugpClientRequest request = {.dataset = "huge", .spec = rows[i].spec, .window = 4};
        AugpClient *client;
        AugpError error = {0};
        ck_assert_int_eq(augp_client_new(&client, daemon.unix_address, NULL, &error), AUGP_OK);
        ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
        ck_assert_msg(error.code == rows[i].code && strstr(error.message, rows[i].words), "%s: %s",
                      rows[i].spec, error.message);
        ck_assert(!error.retry);
        augp_client_free(client);
    }
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_memory");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 300);
    tcase_add_test(all, the_process_stays_within_its_bound);
    tcase_add_test(all, a_picture_beyond_a_worker_is_named);
    tcase_add_test(all, a_spec_that_cannot_run_is_refused_when_it_is_opened);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
