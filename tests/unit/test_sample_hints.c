/* What a domain leaves of a first reading, and what it is told in later ones: over processes, with
 * and without memory, and never more than its part. The domain here is the test's own. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/loader.h"
#include "aug/sample.h"
#include "libaug/data/identity.h"
#include "libaug/run/plan.h"
#include "libaug/run/worker.h"
#include "tests/support/support.h"

#define N_SAMPLES 12
#define SIZE 20000
#define HINT_SIZE 48

/* The sample that cannot be made. */
#define BAD_SAMPLE 7

/* Of the spec's output section: what the domain does.
 *
 * n_partners: of each sample; n_bytes: that making one takes of the worker's memory
 * is_lazy:    leaves nothing
 * jobs, unchecked, told, asked: of each sample that stood first: jobs, and of the last one whether it
 *             was unchecked, which hint it was told (-1: none), and how many bytes of a new one were
 *             wanted
 * partner_told: of each sample that stood second
 */
typedef struct Fake {
    uint32_t n_partners;
    size_t n_bytes;
    bool is_lazy;
    uint32_t jobs[N_SAMPLES];
    bool unchecked[N_SAMPLES];
    int told[N_SAMPLES], partner_told[N_SAMPLES];
    size_t asked[N_SAMPLES];
} Fake;

static AugStatus read_sample(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    (void)user;
    void *bytes;
    AUG_TRY(aug_buffer_reserve(buffer, 0, SIZE, &bytes, error));
    memset(bytes, (int)index, SIZE);
    sample->fields[0] = (AugField){.bytes = bytes, .size = SIZE};
    return AUG_OK;
}

/* The first byte of a hint, of which all are equal; -1: there is none. */
static int told_by(const AugDomainJob *job, uint32_t i)
{
    const AugSampleHints *hints = job->hints ? &job->hints[i] : NULL;
    if (!hints || hints->size == 0)
        return -1;
    ck_assert_uint_eq(hints->size, HINT_SIZE);
    for (size_t k = 0; k < HINT_SIZE; k++)
        ck_assert_int_eq(hints->bytes[k], hints->bytes[0]);
    return hints->bytes[0];
}

/* Of one worker: the account of its thread. */
typedef struct FakeWorker {
    AugiAllowance *allowance;
} FakeWorker;

static AugStatus fake_worker_new(void **worker, AugiAllowance *allowance, AugError *error)
{
    FakeWorker *made = malloc(sizeof(*made));
    *worker = made;
    if (!made)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory");
    made->allowance = allowance;
    return AUG_OK;
}

static uint32_t fake_partners(const void *plan, const AugKey *key, uint64_t n_samples,
                              uint64_t *indices)
{
    indices[0] = (key->sample + 1) % n_samples;
    return ((const Fake *)plan)->n_partners;
}

static AugStatus fake_run(const void *plan, void *state, const AugDomainJob *job, AugOut *outs,
                          AugError *error)
{
    Fake *fake = (Fake *)(uintptr_t)plan;
    FakeWorker *worker = state;
    const uint8_t number = *(const uint8_t *)job->samples[0].fields[0].bytes;
    fake->jobs[number]++;
    fake->unchecked[number] = job->unchecked & 1;
    fake->told[number] = told_by(job, 0);
    fake->asked[number] = job->hints && job->hints[0].room ? job->hints[0].most : 0;
    if (job->n > 1)
        fake->partner_told[*(const uint8_t *)job->samples[1].fields[0].bytes] = told_by(job, 1);
    AUG_TRY(augi_allowance_take(worker->allowance, fake->n_bytes, error));
    augi_allowance_give(worker->allowance, fake->n_bytes);
    memset(outs[0].bytes, 3 * number, 8);
    if (job->hints && job->hints[0].room && !fake->is_lazy) {
        ck_assert(job->unchecked & 1);
        memset(job->hints[0].room, 100 + number, HINT_SIZE);
        job->hints[0].made = HINT_SIZE;
        job->hints[0].is_made = true;
    }
    if (number == BAD_SAMPLE)
        return AUG_FAIL(error, AUG_CORRUPT, job->samples[0].name, "this one is bad");
    return AUG_OK;
}

static AugStatus fake_augment(const void *plan, void *worker, const AugDomainJob *job,
                              AugField *fields, AugError *error)
{
    (void)fields;
    uint8_t bytes[8];
    AugOut out = {.bytes = bytes};
    return fake_run(plan, worker, job, &out, error);
}

static AugStatus fake_compile(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                              AugError *error)
{
    (void)error;
    /* The fixture hands itself through the place of the settings. */
    *plan = (void *)(uintptr_t)input->output;
    output->tensors[0] = (AugTensorSpec){.name = "data", .sample = {AUG_DTYPE_U8, 1, {8}}};
    output->n_tensors = 1;
    output->treated = 1;
    return AUG_OK;
}

static void nothing_to_free(void *plan)
{
    (void)plan;
}

static const AugDomain fake_domain = {
    .name = "fake",
    .checks_files = true,
    .hints = "fake1",
    .compile = fake_compile,
    .plan_free = nothing_to_free,
    .worker_new = fake_worker_new,
    .worker_free = free,
    .partners = fake_partners,
    .run = fake_run,
    .augment = fake_augment,
};

/* An open data set and what is made of it: a process of its own would have the same. */
typedef struct Made {
    Fake fake;
    AugSpec spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugiThread thread;
    AugWorker worker;
} Made;

static void open_made(Made *made, const AugDomain *domain, AugHintDetail detail)
{
    memset(made, 0, sizeof(*made));
    aug_limits_init(&made->spec.limits);
    made->spec.limits.hints = detail;
    made->spec.name = (char *)(uintptr_t) "fake.yaml";
    made->spec.batch.size = 4;
    made->spec.domain = domain;
    made->spec.output = &made->fake;
    const AugFieldDesc field = {.name = "image",
                                .kind = AUG_FIELD_IMAGE,
                                .form = AUG_FORM_ENCODED,
                                .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 3}};
    const AugDatasetCallbacks callbacks = {.fields = &field,
                                           .n_fields = 1,
                                           .n_samples = N_SAMPLES,
                                           .limits = &made->spec.limits,
                                           .fingerprint = "of this test",
                                           .read = read_sample};
    AugError error = {0};
    if (aug_dataset_from_callbacks(&made->dataset, &callbacks, &error) != AUG_OK ||
        augi_plan_new(&made->plan, domain, &made->spec, made->dataset, NULL, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    augi_thread_init(&made->thread, 0);
    ck_assert_int_eq(augi_worker_init(&made->worker, made->plan, &made->thread, NULL), AUG_OK);
}

static void open_process(Made *made, AugHintDetail detail)
{
    open_made(made, &fake_domain, detail);
}

static void close_process(Made *made)
{
    augi_thread_fini(&made->thread);
    ck_assert_uint_eq(made->thread.allowance.held, 0);
    aug_plan_free(made->plan);
    aug_dataset_unref(made->dataset);
}

static AugStatus augment(Made *made, uint64_t index, AugError *error)
{
    AugSample sample, out;
    ck_assert_int_eq(
        aug_dataset_read(made->dataset, index, &made->thread.buffers[0], &sample, NULL), AUG_OK);
    return aug_worker_augment(&made->worker, &(AugKey){.sample = index}, &sample, &out, error);
}

/* Makes a sample and compares what the domain was told. told: whether its hint, or -1. */
static void expect(Made *made, uint64_t index, bool unchecked, bool told, size_t asked)
{
    AugError error = {0};
    if (augment(made, index, &error) != AUG_OK)
        ck_abort_msg("sample %d: %s", (int)index, error.message);
    const Fake *fake = &made->fake;
    ck_assert_int_eq(fake->unchecked[index], unchecked);
    ck_assert_int_eq(fake->told[index], told ? 100 + (int)index : -1);
    ck_assert_uint_eq(fake->asked[index], asked);
}

static const char *use_cache(void)
{
    static char path[512];
    snprintf(path, sizeof(path), "%s/cache", test_folder());
    setenv("AUGD_CACHE", path, 1);
    return path;
}

/* Changes a byte in the middle of each file of hints. */
static uint32_t damage_files(const char *folder)
{
    DIR *listing = opendir(folder);
    uint32_t n = 0;
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        if (!strstr(entry->d_name, ".fake1-0."))
            continue;
        char *path = test_path("%s/%s", folder, entry->d_name);
        size_t size;
        uint8_t *bytes = test_read_file(path, &size);
        bytes[size - 10] ^= 1;
        test_write_file(path, bytes, size);
        free(bytes);
        free(path);
        n++;
    }
    closedir(listing);
    return n;
}

START_TEST(a_first_reading_leaves_hints)
{
    use_cache();
    Made made;
    open_process(&made, AUG_HINTS_FEW);
    expect(&made, 2, true, false, SIZE / 200);
    expect(&made, 2, false, true, 0);
    expect(&made, 5, true, false, SIZE / 200);
    close_process(&made);
    open_process(&made, AUG_HINTS_FEW);
    expect(&made, 2, false, true, 0);
    expect(&made, 5, false, true, 0);
    expect(&made, 6, true, false, SIZE / 200);
    close_process(&made);
}
END_TEST

/* A sample whose files are known to be whole is read to its end once more where hints are wanted
 * that nobody has left: in another detail, or after its hints were damaged. */
START_TEST(hints_are_made_later_too)
{
    const char *folder = use_cache();
    Made made;
    open_process(&made, AUG_HINTS_NONE);
    expect(&made, 2, true, false, 0);
    expect(&made, 2, false, false, 0);
    close_process(&made);
    open_process(&made, AUG_HINTS_FEW);
    expect(&made, 2, true, false, SIZE / 200);
    expect(&made, 2, false, true, 0);
    close_process(&made);
    open_process(&made, AUG_HINTS_MANY);
    expect(&made, 2, true, false, SIZE * 3 / 100);
    expect(&made, 2, false, true, 0);
    close_process(&made);
    ck_assert_uint_eq(damage_files(folder), 1);
    open_process(&made, AUG_HINTS_FEW);
    expect(&made, 2, true, false, SIZE / 200);
    expect(&made, 2, false, true, 0);
    close_process(&made);
    open_process(&made, AUG_HINTS_NONE);
    expect(&made, 2, false, false, 0);
    close_process(&made);
}
END_TEST

/* Without a cache hints live as long as the process. */
START_TEST(hints_without_files)
{
    setenv("AUGD_CACHE", "off", 1);
    Made made;
    for (int process = 0; process < 2; process++) {
        open_process(&made, AUG_HINTS_MORE);
        expect(&made, 3, true, false, SIZE * 3 / 200);
        expect(&made, 3, false, true, 0);
        close_process(&made);
    }
}
END_TEST

/* Neither a failed job leaves one, nor a domain that does not know; that is asked again. */
START_TEST(nothing_left_is_nothing_known)
{
    use_cache();
    Made made;
    AugError error = {0};
    open_process(&made, AUG_HINTS_FEW);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(augment(&made, BAD_SAMPLE, &error), AUG_CORRUPT);
        ck_assert(made.fake.unchecked[BAD_SAMPLE] && made.fake.told[BAD_SAMPLE] == -1);
        ck_assert_uint_eq(made.fake.asked[BAD_SAMPLE], SIZE / 200);
    }
    made.fake.is_lazy = true;
    expect(&made, 1, true, false, SIZE / 200);
    expect(&made, 1, true, false, SIZE / 200);
    made.fake.is_lazy = false;
    expect(&made, 1, true, false, SIZE / 200);
    expect(&made, 1, false, true, 0);
    close_process(&made);
}
END_TEST

START_TEST(partners_are_told_too)
{
    use_cache();
    Made made;
    open_process(&made, AUG_HINTS_FEW);
    made.fake.n_partners = 1;
    expect(&made, 3, true, false, SIZE / 200);
    ck_assert_int_eq(made.fake.partner_told[4], -1);
    /* It was checked as a partner, and leaves hints where it stands first. */
    expect(&made, 4, true, false, SIZE / 200);
    expect(&made, 3, false, true, 0);
    ck_assert_int_eq(made.fake.partner_told[4], 104);
    close_process(&made);
}
END_TEST

/* A domain with another form of hints neither gets nor leaves any while those of this one are open,
 * and finds none of them afterwards. */
START_TEST(each_domain_has_its_own)
{
    use_cache();
    AugDomain other = fake_domain;
    other.hints = "fake2";
    Made made;
    open_process(&made, AUG_HINTS_FEW);
    expect(&made, 2, true, false, SIZE / 200);
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(made.dataset, 2, &made.thread.buffers[0], &sample, NULL),
                     AUG_OK);
    ck_assert_ptr_nonnull(augi_sample_hints(&sample, "fake1"));
    ck_assert_ptr_null(augi_sample_hints(&sample, "fake2"));
    close_process(&made);
    open_made(&made, &other, AUG_HINTS_FEW);
    expect(&made, 2, true, false, SIZE / 200);
    close_process(&made);
    other.hints = NULL;
    open_made(&made, &other, AUG_HINTS_FEW);
    expect(&made, 2, false, false, 0);
    close_process(&made);
}
END_TEST

/* What hints take of a worker's memory does not decide whether a sample has room. */
START_TEST(memory_for_hints_is_given_up)
{
    use_cache();
    Made made;
    AugError error = {0};
    open_process(&made, AUG_HINTS_FEW);
    expect(&made, 2, true, false, SIZE / 200);
    made.fake.n_bytes = 50000;
    augi_thread_fini(&made.thread);
    for (int is_known = 0; is_known < 2; is_known++) {
        const uint64_t index = is_known ? 2 : 3;
        /* Room for the sample and what making it takes, and nothing else. */
        augi_thread_init(&made.thread, SIZE + made.fake.n_bytes);
        ck_assert_int_eq(augi_worker_init(&made.worker, made.plan, &made.thread, NULL), AUG_OK);
        made.fake.jobs[index] = 0;
        if (augment(&made, index, &error) != AUG_OK)
            ck_abort_msg("%s", error.message);
        ck_assert_uint_eq(made.fake.jobs[index], 2);
        ck_assert_int_eq(made.fake.unchecked[index], !is_known);
        ck_assert_int_eq(made.fake.told[index], -1);
        augi_thread_fini(&made.thread);
        /* One byte less is too little. */
        augi_thread_init(&made.thread, SIZE + made.fake.n_bytes - 1);
        ck_assert_int_eq(augi_worker_init(&made.worker, made.plan, &made.thread, NULL), AUG_OK);
        ck_assert_int_eq(augment(&made, index, &error), AUG_NO_MEMORY);
        augi_thread_fini(&made.thread);
        /* Not even room for a hint: it is no failure. */
        augi_thread_init(&made.thread, SIZE + 10);
        made.fake.n_bytes = 0;
        ck_assert_int_eq(augi_worker_init(&made.worker, made.plan, &made.thread, NULL), AUG_OK);
        ck_assert_int_eq(augment(&made, index, &error), AUG_OK);
        made.fake.n_bytes = 50000;
        augi_thread_fini(&made.thread);
    }
    close_process(&made);
}
END_TEST

/* Batches of an epoch on several threads, over two processes. */
START_TEST(batches_leave_hints)
{
    use_cache();
    Made made;
    for (int process = 0; process < 2; process++) {
        open_process(&made, AUG_HINTS_FEW);
        made.spec.batch.on_error.value = AUGI_ON_ERROR_FAIL;
        AugLoader *loader;
        const AugLoaderOptions options = {.threads = 3, .epochs = 1};
        ck_assert_int_eq(aug_loader_new(&loader, made.plan, &options, NULL), AUG_OK);
        AugBatch *batch;
        /* The second batch has the bad sample. */
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        aug_batch_free(batch);
        aug_loader_free(loader);
        for (uint64_t i = 0; i < 4; i++)
            ck_assert_int_eq(made.fake.told[i], process ? 100 + (int)i : -1);
        for (uint64_t i = 0; i < 4; i++)
            expect(&made, i, false, true, 0);
        close_process(&made);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sample_hints");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, a_first_reading_leaves_hints);
    tcase_add_test(tests, hints_are_made_later_too);
    tcase_add_test(tests, hints_without_files);
    tcase_add_test(tests, nothing_left_is_nothing_known);
    tcase_add_test(tests, partners_are_told_too);
    tcase_add_test(tests, each_domain_has_its_own);
    tcase_add_test(tests, memory_for_hints_is_given_up);
    tcase_add_test(tests, batches_leave_hints);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
