/* What clients of a real daemon receive: the same bytes as in process, whatever the transport, the
 * position and the company, or a named error. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "protocol/errors.h"
#include "tests/support/daemon.h"

/* The same stream in process, to compare with. */
typedef struct Reference {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugLoader *loader;
} Reference;

static void reference_init(Reference *reference, const AugpClientRequest *request)
{
    AugError items[4] = {0}, error = {0};
    AugProblems problems = {.items = items, .capacity = 4};
    memset(reference, 0, sizeof(*reference));
    ck_assert_msg(aug_spec_parse(&reference->spec, request->spec, strlen(request->spec), "spec",
                                 NULL, &problems) == AUG_OK,
                  "%s", items[0].message);
    if (request->has_seed)
        aug_spec_set_seed(reference->spec, request->seed);
    ck_assert_int_eq(aug_dataset_open(&reference->dataset, "synthetic:count=100", NULL, NULL),
                     AUG_OK);
    const AugPlanOptions plan = {.names = request->names, .class_names = request->class_names};
    ck_assert_msg(aug_plan_new(&reference->plan, reference->spec, reference->dataset, &plan,
                               &error) == AUG_OK,
                  "%s", error.message);
    const AugLoaderOptions options = {
        .threads = 1,
        .epoch = request->epoch,
        .step = request->step,
        .epochs = request->epochs,
        .rank = request->rank,
        .world = request->world,
    };
    ck_assert_int_eq(aug_loader_new(&reference->loader, reference->plan, &options, NULL), AUG_OK);
}

static void reference_fini(Reference *reference)
{
    aug_loader_free(reference->loader);
    aug_plan_free(reference->plan);
    aug_dataset_unref(reference->dataset);
    aug_spec_free(reference->spec);
}

/* Reads a stream and compares each batch with the one in process; returns how many there were. Runs
 * in threads, where Check's assertions may not be used: -1 on a difference. */
static int compare(AugpClient *client, const AugpClientRequest *request, int most)
{
    Reference reference;
    reference_init(&reference, request);
    AugpClientBatch batch;
    AugBatch *expected;
    int n = 0;
    bool equal = true;
    while (equal && n < most) {
        AugpStatus got = augp_client_next(client, &batch, NULL);
        AugStatus due = aug_loader_next(reference.loader, &expected, NULL);
        if (got == AUGP_END && due == AUG_END)
            break;
        size_t size = 0;
        const void *bytes = expected ? aug_batch_bytes(expected, &size) : NULL;
        equal = got == AUGP_OK && due == AUG_OK && size == batch.size &&
                memcmp(bytes, batch.bytes, size) == 0 && batch.epoch == aug_batch_epoch(expected) &&
                batch.step == aug_batch_step(expected) && batch.last == aug_batch_is_last(expected);
        aug_batch_free(expected);
        n++;
    }
    reference_fini(&reference);
    return equal ? n : -1;
}

typedef struct Job {
    const char *address;
    AugpClientRequest request;
    AugpChecksum checksum;
    int n;
    char problem[256];
} Job;

static void *run_job(void *argument)
{
    Job *job = argument;
    AugpClient *client = NULL;
    AugpError error = {0};
    const AugpClientOptions options = {.name = "test/1", .checksum = job->checksum};
    if (augp_client_new(&client, job->address, &options, &error) != AUGP_OK ||
        augp_client_open(client, &job->request, &error) != AUGP_OK)
        snprintf(job->problem, sizeof(job->problem), "%.250s", error.message);
    else
        job->n = compare(client, &job->request, 1000);
    augp_client_free(client);
    return NULL;
}

/* Eight clients at once, over three transports, at different seeds and positions, with windows from
 * 1 to 64 and with and without checksums. */
START_TEST(many_clients_at_once)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    Job jobs[8];
    pthread_t threads[8];
    const char *addresses[3] = {daemon.unix_address, daemon.tcp_address, daemon.tcp6_address};
    if (!daemon.tcp6_address[0])
        test_skip("this machine has no IPv6");
    const uint32_t windows[4] = {1, 2, 4, 64};
    for (int i = 0; i < 8; i++) {
        const char *address = addresses[i % 3][0] ? addresses[i % 3] : daemon.tcp_address;
        jobs[i] = (Job){.address = address, .checksum = (AugpChecksum)(i % 3)};
        jobs[i].request = (AugpClientRequest){.dataset = "syn",
                                              .spec = TEST_SPEC,
                                              .has_seed = i % 2,
                                              .seed = UINT64_MAX - (uint64_t)i,
                                              .epoch = (uint32_t)i / 2,
                                              .step = (uint64_t)i % 4,
                                              .epochs = 5,
                                              .window = windows[i % 4]};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_job, &jobs[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_str_eq(jobs[i].problem, "");
        /* 100 samples in batches of 32 are 4 batches an epoch. */
        ck_assert_int_eq(jobs[i].n, 20 - i % 4);
    }
    test_daemon_stop(&daemon, SIGTERM);
    ck_assert_int_eq(test_daemon_count(&daemon, "\"reason\":\"ended\""), 8);
}
END_TEST

/* Mixing, erasing and turning too; a stream without end is closed and another opened on the same
 * connection. */
START_TEST(streams_one_after_the_other)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    const AugpClientRequest mixed = {
        .dataset = "syn",
        .spec = "augd: 1\npipeline:\n  - Rotate: {limit: 30}\n  - Cutout: 8\nbatch:\n  size: 48\n"
                "  mix:\n    - OneOf: {transforms: [{MixUp: {alpha: 0.2}}, {CutMix: {alpha: 1.0}}]}"
                "\noutput: {layout: hwc, dtype: float32, normalize: imagenet}\n"};
    const AugpClientRequest plain = {.spec = "dataset: syn\n" TEST_SPEC, .epochs = 1};
    AugpClient *client = test_client(daemon.unix_address, &mixed);
    ck_assert_int_eq(compare(client, &mixed, 10), 10);
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &plain, NULL), AUGP_OK);
    ck_assert_int_eq(compare(client, &plain, 100), 4);
    ck_assert_int_eq(augp_client_open(client, &mixed, NULL), AUGP_OK);
    ck_assert_int_eq(compare(client, &mixed, 2), 2);
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGINT);
    ck_assert_int_eq(test_daemon_count(&daemon, "\"reason\":\"closed\""), 1);
    ck_assert_int_eq(test_daemon_count(&daemon, "\"reason\":\"disconnected\""), 1);
}
END_TEST

/* The reply describes the stream, and the identity guards the next opening. */
START_TEST(identity)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    AugpClientRequest request = {.dataset = "syn", .spec = TEST_SPEC};
    AugpClient *client = test_client(daemon.tcp_address, &request);
    const AugpOpenOk info = *augp_client_info(client);
    ck_assert_uint_eq(info.batch, 32);
    ck_assert_uint_eq(info.global_batch, 32);
    ck_assert_uint_eq(info.steps_per_epoch, 4);
    ck_assert_uint_eq(info.n_samples, 100);
    ck_assert_uint_eq(info.n_classes, 10);
    ck_assert_str_eq(info.engine, AUG_ENGINE);
    ck_assert_uint_eq(info.n_tensors, 3);
    ck_assert_str_eq(info.tensors[0].name, "data");
    ck_assert_str_eq(info.tensors[0].dtype, "F32");
    ck_assert_uint_eq(info.tensors[0].n_dims, 4);
    ck_assert_uint_eq(info.tensors[0].shape[0], 32);
    ck_assert_uint_eq(info.tensors[0].shape[3], 28);
    ck_assert_str_eq(info.tensors[0].axes, "chw");
    ck_assert(!info.tensors[0].ragged);
    ck_assert_str_eq(info.tensors[1].name, "label");
    ck_assert_str_eq(info.tensors[1].axes, "");
    ck_assert_str_eq(info.class_names[9], "9");
    Reference reference;
    char stream_id[65];
    reference_init(&reference, &request);
    ck_assert_int_eq(aug_plan_stream_id(reference.plan, stream_id, NULL), AUG_OK);
    ck_assert_str_eq(info.stream_id, stream_id);
    ck_assert_uint_eq(info.batch_size, aug_plan_batch_bytes(reference.plan));
    reference_fini(&reference);
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    request.expect_stream_id = info.stream_id;
    request.expect_fingerprint = info.fingerprint;
    request.step = 3;
    ck_assert_int_eq(augp_client_open(client, &request, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    AugpError error;
    request.has_seed = true;
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_SPEC_CHANGED);
    request.expect_fingerprint = info.stream_id;
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_DATASET_CHANGED);
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Names of samples and classes, asked for: the bytes are those in process with the same options,
 * the reply says what is in them, and the id is another than without. */
START_TEST(names_and_class_names)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    AugpClientRequest request = {.dataset = "syn", .spec = TEST_SPEC, .epochs = 2};
    const AugpClientOptions options = {.tensors = true};
    AugpClient *client;
    char ids[4][65];
    ck_assert_int_eq(augp_client_new(&client, daemon.tcp_address, &options, NULL), AUGP_OK);
    for (int i = 0; i < 4; i++) {
        request.names = i & 1;
        request.class_names = i & 2;
        ck_assert_int_eq(augp_client_open(client, &request, NULL), AUGP_OK);
        const AugpOpenOk *info = augp_client_info(client);
        memcpy(ids[i], info->stream_id, sizeof(ids[i]));
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(ids[k], ids[i]);
        ck_assert_uint_eq(info->n_tensors, request.names ? 4 : 3);
        const AugpTensorInfo *name = &info->tensors[3];
        if (request.names) {
            ck_assert_str_eq(name->name, "name");
            ck_assert_str_eq(name->dtype, "U8");
            ck_assert(name->ragged && name->n_dims == 1);
            ck_assert_str_eq(name->axes, "n");
        }
        ck_assert_int_eq(compare(client, &request, 100), 8);
    }
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Each rank gets its parts, over any transport, also where the world was another one before; the
 * last batch of 4 has none for the first of 16. What all parts are together says unit_ranks. */
START_TEST(ranks_get_their_parts)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    AugpClientRequest request = {
        .dataset = "syn",
        .spec =
            "augd: 1\npipeline: [{HorizontalFlip: {p: 0.5}}]\nbatch: {size: 32, mix: [MixUp]}\n",
        .epochs = 1};
    const AugpClientOptions options = {.tensors = true, .ranks = true};
    static const uint32_t worlds[] = {16, 1, 3}, largest[] = {2, 32, 11};
    char id[65] = "";
    for (uint32_t i = 0; i < 3; i++) {
        AugpClient *client;
        AugpError error = {0};
        ck_assert_int_eq(augp_client_new(&client, i % 2 ? daemon.tcp_address : daemon.unix_address,
                                         &options, NULL),
                         AUGP_OK);
        request.world = worlds[i];
        for (request.rank = 0; request.rank < request.world;
             request.rank += 1 + request.world / 3) {
            request.step = i;
            request.expect_stream_id = id[0] ? id : NULL;
            ck_assert_msg(augp_client_open(client, &request, &error) == AUGP_OK, "%s",
                          error.message);
            const AugpOpenOk *info = augp_client_info(client);
            memcpy(id, info->stream_id, sizeof(id));
            ck_assert_uint_eq(info->batch, largest[i]);
            ck_assert_uint_eq(info->global_batch, 32);
            ck_assert_uint_eq(info->tensors[0].shape[0], largest[i]);
            ck_assert_uint_eq(info->steps_per_epoch, 4);
            ck_assert_int_eq(compare(client, &request, 100), (int)(4 - i));
        }
        request.rank = 0;
        request.world = 33;
        ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
        ck_assert_uint_eq(error.code, AUGP_CODE_BAD_POSITION);
        ck_assert_msg(strstr(error.message, "33 ranks would share batches of 32 samples"), "%s",
                      error.message);
        augp_client_free(client);
    }
    test_daemon_stop(&daemon, SIGTERM);
    ck_assert_int_gt(test_daemon_count(&daemon, "\"rank\":2,\"world\":3"), 0);
}
END_TEST

/* A client that did not say that it understands other tensors is told which one there is; nothing
 * was read or reserved for it, and the connection goes on. */
START_TEST(refused_without_the_feature)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    AugpClientRequest request = {.dataset = "syn", .spec = TEST_SPEC, .epochs = 1, .names = true};
    AugpClient *client;
    AugpError error;
    ck_assert_int_eq(augp_client_new(&client, daemon.unix_address, NULL, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_NEEDS_FEATURE);
    ck_assert(!error.retry);
    ck_assert_msg(strstr(error.message, "the ragged tensor \"name\"") &&
                      strstr(error.message, "the feature \"tensors\""),
                  "%s", error.message);
    request.names = false;
    request.class_names = true;
    ck_assert_int_eq(augp_client_open(client, &request, &error), AUGP_OK);
    ck_assert_int_eq(compare(client, &request, 100), 4);
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
    ck_assert_int_eq(test_daemon_count(&daemon, "\"code\":\"NEEDS_FEATURE\""), 1);
}
END_TEST

#define OTHER_ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct Refusal {
    AugpClientRequest request;
    uint32_t code;
    const char *words;
} Refusal;

static const Refusal refusals[] = {
    {{.dataset = "sin", .spec = TEST_SPEC}, AUGP_CODE_NO_DATASET, "syn"},
    {{.spec = TEST_SPEC}, AUGP_CODE_NO_DATASET, "neither the request nor the spec names"},
    {{.dataset = "syn", .spec = "dataset: big\n" TEST_SPEC},
     AUGP_CODE_BAD_SPEC,
     "the request names the data set \"syn\", its spec \"big\""},
    {{.dataset = "syn", .spec = "dataset: {kind: idx, path: /etc/passwd}\n" TEST_SPEC},
     AUGP_CODE_BAD_SPEC,
     "a daemon serves names only"},
    {{.dataset = "syn", .spec = "augd: 1\npipeline:\n  - Rotat: {limit: 3}\nbatch: {size: 0}\n"},
     AUGP_CODE_BAD_SPEC,
     "spec:3:5: "},
    {{.dataset = "syn", .spec = "pipeline: [\n"}, AUGP_CODE_BAD_SPEC, "spec:"},
    {{.dataset = "syn", .spec = ""}, AUGP_CODE_BAD_SPEC, "spec"},
    {{.dataset = "syn", .spec = TEST_SPEC, .step = 5},
     AUGP_CODE_BAD_POSITION,
     "step: 5 is not in the epoch, which has the steps 0 to 3; 4 stands for the next epoch's "
     "first"},
    /* Other data may have other positions. */
    {{.dataset = "syn", .spec = TEST_SPEC, .step = 5, .expect_fingerprint = OTHER_ID},
     AUGP_CODE_DATASET_CHANGED,
     "the data have the fingerprint"},
    {{.dataset = "syn", .spec = TEST_SPEC, .step = UINT64_MAX},
     AUGP_CODE_BAD_POSITION,
     "step: 18446744073709551615 is not in the epoch"},
    {{.dataset = "syn", .spec = TEST_SPEC, .epoch = UINT32_MAX},
     AUGP_CODE_BAD_POSITION,
     "epoch: 4294967295 is outside 0..4294967294"},
    {{.dataset = "syn", .spec = TEST_SPEC, .epoch = UINT32_MAX - 1, .step = 4},
     AUGP_CODE_BAD_POSITION,
     "4294967294 is the last epoch that there is"},
    {{.dataset = "syn", .spec = TEST_SPEC, .epoch = 7, .epochs = UINT32_MAX},
     AUGP_CODE_BAD_POSITION,
     "epochs: 4294967295 from epoch 7 on are more than there are, 4294967288"},
    {{.dataset = "syn", .spec = TEST_SPEC, .step = 4, .epochs = UINT32_MAX},
     AUGP_CODE_BAD_POSITION,
     "epochs: 4294967295 from epoch 1 on are more than there are, 4294967294"},
    {{.dataset = "big",
      .spec = "augd: 1\npipeline:\n  - Resize: {size: [1024, 1024]}\nbatch: {size: 64}\n"},
     AUGP_CODE_BAD_SPEC,
     "allowed are 268435456"},
};

/* Each names what is wrong, and the same connection serves the next request. */
START_TEST(refused_requests)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    AugpClient *client;
    AugpError error;
    ck_assert_int_eq(augp_client_new(&client, daemon.unix_address, NULL, &error), AUGP_OK);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const Refusal *row = &refusals[i];
        AugpStatus status = augp_client_open(client, &row->request, &error);
        ck_assert_msg(status == AUGP_REFUSED && error.code == row->code, "row %zu: %s, code %u: %s",
                      i, augp_status_name(status), error.code, error.message);
        ck_assert_msg(strstr(error.message, row->words) != NULL, "\"%s\" lacks \"%s\"",
                      error.message, row->words);
        const bool mendable = row->code < AUGP_CODE_DATASET_CHANGED;
        ck_assert_int_eq(augp_error_exit_code(&error), mendable ? 2 : 1);
        if (i == 4) {
            const char *detail = augp_client_detail(client);
            ck_assert_ptr_nonnull(detail);
            ck_assert_msg(strstr(detail, "\"spec:3:5\"") && strstr(detail, "\"n\":2"),
                          "all mistakes are in the detail: %s", detail);
        }
    }
    const AugpClientRequest good = {.dataset = "syn", .spec = TEST_SPEC, .epochs = 1};
    ck_assert_int_eq(augp_client_open(client, &good, &error), AUGP_OK);
    ck_assert_int_eq(compare(client, &good, 100), 4);
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* The step behind an epoch's last is the next epoch's first, and behind the last epoch there is the
 * end, for those who want no end, too. */
START_TEST(positions_at_the_edges)
{
    static const struct {
        AugpClientRequest request;
        int n;
    } rows[] = {
        {{.dataset = "syn", .spec = TEST_SPEC, .step = 4, .epochs = 1}, 4},
        {{.dataset = "syn", .spec = TEST_SPEC, .epoch = 3, .step = 4, .epochs = 2}, 8},
        {{.dataset = "syn", .spec = TEST_SPEC, .epoch = UINT32_MAX - 1, .step = 1}, 3},
        {{.dataset = "syn", .spec = TEST_SPEC, .epoch = UINT32_MAX - 3, .step = 4}, 8},
    };
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        AugpClient *client = test_client(daemon.unix_address, &rows[i].request);
        ck_assert_int_eq(compare(client, &rows[i].request, 100), rows[i].n);
        augp_client_free(client);
    }
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* A sample that cannot be decoded ends the stream with its name, and nothing else. */
START_TEST(damaged_sample)
{
    char *folder = test_path("%s/photos", test_folder());
    char *make = test_path("mkdir -p %s/cat", folder);
    ck_assert_int_eq(system(make), 0);
    char *picture = test_path("%s/cat/broken.png", folder);
    static const uint8_t png[33] =
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0";
    test_write_file(picture, png, sizeof(png));
    char *definition = test_path("photos=image_folder:%s", folder);
    const char *options[] = {"--dataset", definition, NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    const AugpClientRequest request = {
        .dataset = "photos",
        .spec = "augd: 1\npipeline:\n  - Resize: {size: [8, 8]}\nbatch: {size: 1}\n"};
    AugpClient *client = test_client(daemon.unix_address, &request);
    AugpClientBatch batch;
    AugpError error;
    ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_DATA_CORRUPT);
    ck_assert_msg(strstr(error.message, "broken.png") != NULL, "%s", error.message);
    ck_assert_ptr_null(strstr(error.message, folder));
    const AugpClientRequest good = {.dataset = "syn", .spec = TEST_SPEC, .epochs = 1};
    ck_assert_int_eq(augp_client_open(client, &good, &error), AUGP_OK);
    ck_assert_int_eq(compare(client, &good, 100), 4);
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
    ck_assert_int_eq(test_daemon_count(&daemon, "\"stream_failed\""), 1);
    free(folder);
    free(make);
    free(picture);
    free(definition);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_streams");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, ranks_get_their_parts);
    tcase_add_test(all, many_clients_at_once);
    tcase_add_test(all, streams_one_after_the_other);
    tcase_add_test(all, identity);
    tcase_add_test(all, names_and_class_names);
    tcase_add_test(all, refused_without_the_feature);
    tcase_add_test(all, refused_requests);
    tcase_add_test(all, positions_at_the_edges);
    tcase_add_test(all, damaged_sample);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
