/* A plan's cache: what it is asked and offered, that its bytes stay while they are used, and that
 * no byte of the stream depends on it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/loader.h"
#include "aug/sample.h"
#include "libaug/base/hash.h"
#include "libaug/run/plan.h"
#include "tests/support/support.h"

#define N_SAMPLES 41
#define N_PARTNERS 2
#define SIDE 4
#define SIZE (SIDE * SIDE)
#define N_EPOCHS 3
#define BAD_SAMPLE 9

/* What an entry holds after its end, so that a use after it shows. */
#define POISON 0xee

/* One sample that is kept. A dropped one waits for those who use it. */
typedef struct Entry {
    uint64_t index;
    uint32_t n_pins;
    bool is_dropped;
    char name[16];
    uint8_t bytes[SIZE];
    int64_t label;
    struct Entry *next;
} Entry;

/* A cache of the newest samples.
 *
 * most:      entries that it keeps; refuses: get fails every so many times, 0: never
 * n_late:    entries that were dropped while they were pinned
 * had_bad:   it was offered BAD_SAMPLE
 */
typedef struct Toy {
    pthread_mutex_t lock;
    Entry *entries;
    uint32_t n, most, refuses, n_gets, n_hits, n_puts, n_pins, n_late;
    bool had_bad;
} Toy;

static void end_entry(Entry *entry)
{
    memset(entry->bytes, POISON, SIZE);
    free(entry);
}

static bool toy_get(void *user, uint64_t index, AugSample *sample, void **pin)
{
    Toy *toy = user;
    pthread_mutex_lock(&toy->lock);
    Entry *entry = toy->entries;
    while (entry && entry->index != index)
        entry = entry->next;
    toy->n_gets++;
    if (toy->refuses > 0 && toy->n_gets % toy->refuses == 0)
        entry = NULL;
    if (entry) {
        entry->n_pins++;
        toy->n_pins++;
        toy->n_hits++;
        ck_assert_ptr_null(sample->fields[0].bytes);
        sample->name = entry->name;
        sample->fields[0] = (AugField){
            .bytes = entry->bytes, .size = SIZE, .height = SIDE, .width = SIDE, .channels = 1};
        sample->fields[1] = (AugField){.bytes = &entry->label, .size = sizeof(entry->label)};
        *pin = entry;
    }
    pthread_mutex_unlock(&toy->lock);
    return entry != NULL;
}

/* Lock held. */
static void drop_oldest(Toy *toy)
{
    Entry **link = &toy->entries;
    while ((*link)->next)
        link = &(*link)->next;
    Entry *entry = *link;
    *link = NULL;
    toy->n--;
    entry->is_dropped = true;
    toy->n_late += entry->n_pins > 0;
    if (entry->n_pins == 0)
        end_entry(entry);
}

static void toy_put(void *user, uint64_t index, const AugSample *sample)
{
    Toy *toy = user;
    Entry *entry = calloc(1, sizeof(*entry));
    ck_assert_ptr_nonnull(entry);
    entry->index = index;
    ck_assert_uint_lt(strlen(sample->name), sizeof(entry->name));
    memcpy(entry->name, sample->name, strlen(sample->name) + 1);
    ck_assert_uint_eq(sample->fields[0].size, SIZE);
    memcpy(entry->bytes, sample->fields[0].bytes, SIZE);
    memcpy(&entry->label, sample->fields[1].bytes, sizeof(entry->label));
    pthread_mutex_lock(&toy->lock);
    toy->n_puts++;
    toy->had_bad = toy->had_bad || index == BAD_SAMPLE;
    entry->next = toy->entries;
    toy->entries = entry;
    if (++toy->n > toy->most)
        drop_oldest(toy);
    pthread_mutex_unlock(&toy->lock);
}

static void toy_release(void *user, void *pin)
{
    Toy *toy = user;
    Entry *entry = pin;
    pthread_mutex_lock(&toy->lock);
    ck_assert_uint_gt(entry->n_pins, 0);
    toy->n_pins--;
    if (--entry->n_pins == 0 && entry->is_dropped)
        end_entry(entry);
    pthread_mutex_unlock(&toy->lock);
}

static void toy_init(Toy *toy, uint32_t most)
{
    *toy = (Toy){.most = most};
    pthread_mutex_init(&toy->lock, NULL);
}

static void toy_fini(Toy *toy)
{
    ck_assert_uint_eq(toy->n_pins, 0);
    while (toy->n > 0)
        drop_oldest(toy);
    pthread_mutex_destroy(&toy->lock);
}

static AugCache cache_of(Toy *toy)
{
    return (AugCache){.get = toy_get, .put = toy_put, .release = toy_release, .user = toy};
}

/* Readings of the data set; bad: BAD_SAMPLE cannot be made. */
typedef struct Source {
    atomic_int n_reads;
    bool has_bad;
} Source;

static AugStatus read_sample(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    Source *source = user;
    atomic_fetch_add(&source->n_reads, 1);
    void *bytes, *label;
    AUG_TRY(aug_buffer_reserve(buffer, 0, SIZE, &bytes, error));
    AUG_TRY(aug_buffer_reserve(buffer, 1, sizeof(int64_t), &label, error));
    for (uint64_t i = 0; i < SIZE; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)(index * 31 + i * i);
    memcpy(label, &(int64_t){(int64_t)index % 3}, sizeof(int64_t));
    sample->fields[0] =
        (AugField){.bytes = bytes, .size = SIZE, .height = SIDE, .width = SIDE, .channels = 1};
    sample->fields[1] = (AugField){.bytes = label, .size = sizeof(int64_t)};
    return AUG_OK;
}

static AugStatus fake_worker_new(void **worker, AugiAllowance *allowance, AugError *error)
{
    (void)allowance;
    (void)error;
    *worker = malloc(SIZE);
    return AUG_OK;
}

static uint32_t fake_partners(const void *plan, const AugKey *key, uint64_t n_samples,
                              uint64_t *indices)
{
    (void)plan;
    AugRng rng = aug_rng_make(key);
    for (int i = 0; i < N_PARTNERS; i++)
        indices[i] = aug_rng_below(&rng, n_samples);
    return N_PARTNERS;
}

/* The sum of all members, in which a poisoned one would show. Some rows take their time. */
static AugStatus fake_run(const void *plan, void *worker, const AugDomainJob *job, AugOut *outs,
                          AugError *error)
{
    (void)worker;
    const Source *source = plan;
    ck_assert_uint_eq(job->n, 1 + N_PARTNERS);
    if (job->key->sample % 5 == 0)
        nanosleep(&(struct timespec){0, 200000}, NULL);
    memset(outs[0].bytes, 0, SIZE);
    for (uint32_t k = 0; k < job->n; k++) {
        const uint8_t *bytes = job->samples[k].fields[0].bytes;
        if (source->has_bad && bytes[0] == (uint8_t)(BAD_SAMPLE * 31)) {
            *job->at_fault = k;
            return AUG_FAIL(error, AUG_CORRUPT, job->samples[k].name, "this one is bad");
        }
        for (int i = 0; i < SIZE; i++)
            ((uint8_t *)outs[0].bytes)[i] += (uint8_t)(bytes[i] * (k + 1));
    }
    return AUG_OK;
}

static AugStatus fake_augment(const void *plan, void *worker, const AugDomainJob *job,
                              AugField *fields, AugError *error)
{
    AugOut out = {.bytes = worker};
    AUG_TRY(fake_run(plan, worker, job, &out, error));
    fields[0].bytes = worker;
    return AUG_OK;
}

static AugStatus fake_compile(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                              AugError *error)
{
    (void)error;
    /* The fixture hands its source through the place of the settings. */
    *plan = (void *)(uintptr_t)input->output;
    output->tensors[0] = (AugTensorSpec){.name = "data", .sample = {AUG_DTYPE_U8, 1, {SIZE}}};
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
    .compile = fake_compile,
    .plan_free = nothing_to_free,
    .worker_new = fake_worker_new,
    .worker_free = free,
    .partners = fake_partners,
    .run = fake_run,
    .augment = fake_augment,
};

typedef struct Fixture {
    Source source;
    AugSpec spec;
    AugDataset *dataset;
    AugPlan *plan;
} Fixture;

static void start(Fixture *f, const AugCache *cache, bool has_bad)
{
    memset(f, 0, sizeof(*f));
    f->source.has_bad = has_bad;
    aug_limits_init(&f->spec.limits);
    f->spec.name = (char *)(uintptr_t) "fake.yaml";
    f->spec.head.seed = 5;
    f->spec.batch.size = 6;
    f->spec.batch.shuffle = true;
    f->spec.batch.on_error.value = has_bad ? AUGI_ON_ERROR_REPLACE : AUGI_ON_ERROR_FAIL;
    f->spec.domain = &fake_domain;
    f->spec.output = &f->source;
    const AugFieldDesc fields[] = {
        {.name = "image",
         .kind = AUG_FIELD_IMAGE,
         .form = AUG_FORM_PIXELS,
         .tensor = {AUG_DTYPE_U8, 3, {SIDE, SIDE, 1}}},
        {.name = "label", .kind = AUG_FIELD_CLASS, .tensor = {.dtype = AUG_DTYPE_I64}}};
    const AugDatasetCallbacks callbacks = {.fields = fields,
                                           .n_fields = 2,
                                           .n_samples = N_SAMPLES,
                                           .n_classes = 3,
                                           .read = read_sample,
                                           .user = &f->source};
    AugError error = {0};
    const AugPlanOptions options = {.names = true, .cache = cache ? *cache : (AugCache){0}};
    if (aug_dataset_from_callbacks(&f->dataset, &callbacks, &error) != AUG_OK ||
        augi_plan_new(&f->plan, &fake_domain, &f->spec, f->dataset, &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
}

static void end(Fixture *f)
{
    aug_plan_free(f->plan);
    aug_dataset_unref(f->dataset);
}

/* Hashes the batches of three epochs and ends the fixture; returns how often samples were read. */
static int digest_of(Fixture *f, uint32_t threads, char hex[65])
{
    AugLoader *loader;
    AugError error = {0};
    const AugLoaderOptions options = {.threads = threads, .epochs = N_EPOCHS};
    ck_assert_int_eq(aug_loader_new(&loader, f->plan, &options, &error), AUG_OK);
    AugiHash hash = {0};
    ck_assert_int_eq(augi_hash_init(&hash, &error), AUG_OK);
    AugBatch *batch;
    AugStatus status;
    while ((status = aug_loader_next(loader, &batch, &error)) == AUG_OK) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add(&hash, bytes, size);
        aug_batch_free(batch);
    }
    ck_assert_msg(status == AUG_END, "%s: %s", error.where, error.message);
    augi_hash_hex(&hash, hex);
    aug_loader_free(loader);
    end(f);
    return f->source.n_reads;
}

START_TEST(a_sample_is_read_once)
{
    char plain[65], cached[65];
    Fixture f;
    start(&f, NULL, false);
    const int n_members = N_EPOCHS * N_SAMPLES * (1 + N_PARTNERS);
    ck_assert_int_eq(digest_of(&f, 1, plain), n_members);
    for (uint32_t threads = 1; threads <= 4; threads++) {
        Toy toy;
        toy_init(&toy, 1000);
        const AugCache cache = cache_of(&toy);
        start(&f, &cache, false);
        const int n_reads = digest_of(&f, threads, cached);
        ck_assert_str_eq(cached, plain);
        ck_assert_int_eq((int)toy.n_gets, n_members);
        ck_assert_int_eq((int)toy.n_hits, n_members - n_reads);
        ck_assert_int_eq((int)toy.n_puts, n_reads);
        /* A row that has a sample twice, or threads at once, read it before the first is done. */
        ck_assert_int_ge(n_reads, N_SAMPLES);
        ck_assert_int_le(n_reads, N_SAMPLES * ((int)threads + 1));
        toy_fini(&toy);
    }
}
END_TEST

START_TEST(what_is_dropped_stays_while_it_is_used)
{
    char plain[65], cached[65];
    Fixture f;
    start(&f, NULL, false);
    digest_of(&f, 2, plain);
    for (uint32_t most = 1; most <= 8; most *= 2) {
        uint32_t n_late = 0;
        for (int turn = 0; turn < 20; turn++) {
            Toy toy;
            toy_init(&toy, most);
            const AugCache cache = cache_of(&toy);
            start(&f, &cache, false);
            digest_of(&f, 4, cached);
            ck_assert_str_eq(cached, plain);
            n_late += toy.n_late;
            toy_fini(&toy);
        }
        ck_assert_msg(most > 4 || n_late > 0, "nothing of %u was dropped while it was used", most);
    }
}
END_TEST

START_TEST(a_cache_may_fail_and_refuse)
{
    char plain[65], cached[65];
    Fixture f;
    start(&f, NULL, false);
    digest_of(&f, 2, plain);
    for (uint32_t refuses = 1; refuses <= 3; refuses++) {
        Toy toy;
        toy_init(&toy, 20);
        toy.refuses = refuses;
        AugCache cache = cache_of(&toy);
        start(&f, &cache, false);
        digest_of(&f, 3, cached);
        ck_assert_str_eq(cached, plain);
        ck_assert(refuses > 1 || toy.n_hits == 0);
        cache.put = NULL;
        start(&f, &cache, false);
        digest_of(&f, 3, cached);
        ck_assert_str_eq(cached, plain);
        toy_fini(&toy);
    }
}
END_TEST

START_TEST(what_is_damaged_is_not_kept)
{
    char plain[65], cached[65];
    Fixture f;
    start(&f, NULL, true);
    digest_of(&f, 2, plain);
    for (uint32_t threads = 1; threads <= 4; threads++) {
        Toy toy;
        toy_init(&toy, 1000);
        const AugCache cache = cache_of(&toy);
        start(&f, &cache, true);
        digest_of(&f, threads, cached);
        ck_assert_str_eq(cached, plain);
        ck_assert(toy.n_hits > 0 && !toy.had_bad);
        toy_fini(&toy);
    }
}
END_TEST

START_TEST(partners_of_single_samples_are_looked_for)
{
    Toy toy;
    toy_init(&toy, 1000);
    const AugCache cache = cache_of(&toy);
    Fixture f;
    start(&f, &cache, false);
    AugWorker *worker;
    AugBuffer buffer = {0};
    AugSample sample, made;
    ck_assert_int_eq(aug_worker_new(&worker, f.plan, NULL), AUG_OK);
    ck_assert_int_eq(aug_dataset_read(f.dataset, 3, &buffer, &sample, NULL), AUG_OK);
    const AugKey key = {.seed = 5, .sample = 3};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(aug_worker_augment(worker, &key, &sample, &made, NULL), AUG_OK);
        ck_assert_uint_eq(toy.n_gets, (uint32_t)(i + 1) * N_PARTNERS);
    }
    ck_assert_uint_eq(toy.n_puts, N_PARTNERS);
    ck_assert_uint_eq(toy.n_hits, N_PARTNERS);
    aug_buffer_fini(&buffer);
    aug_worker_free(worker);
    end(&f);
    toy_fini(&toy);
}
END_TEST

START_TEST(half_a_cache_is_refused)
{
    const AugCache caches[] = {{.get = toy_get}, {.release = toy_release}, {.put = toy_put}};
    Fixture f;
    start(&f, NULL, false);
    for (size_t i = 0; i < AUG_COUNT(caches); i++) {
        AugPlan *plan;
        AugError error = {0};
        const AugPlanOptions options = {.cache = caches[i]};
        ck_assert_int_eq(augi_plan_new(&plan, &fake_domain, &f.spec, f.dataset, &options, &error),
                         AUG_BAD_ARGUMENT);
        ck_assert_str_eq(error.message, "a cache needs the functions get and release");
    }
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cache");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, a_sample_is_read_once);
    tcase_add_test(tests, what_is_dropped_stays_while_it_is_used);
    tcase_add_test(tests, a_cache_may_fail_and_refuse);
    tcase_add_test(tests, what_is_damaged_is_not_kept);
    tcase_add_test(tests, partners_of_single_samples_are_looked_for);
    tcase_add_test(tests, half_a_cache_is_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
