/* batch.on_error: what is replaced and what is not, by what, and that nothing else changes: not by
 * threads, a first step, or the way in which the damage shows. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "image/codec/codec.h"
#include "libaug/base/hash.h"
#include "libaug/run/replaced.h"
#include "libaug/spec/param.h"
#include "tests/support/pictures.h"
#include "tests/support/streams.h"

#define N_SAMPLES 120
#define N_CLASSES 3
#define MOST_NOTE 64

/* One in twenty is damaged. */
#define EVERY 20

enum { IMAGE, NOTE, TARGET, N_FIELDS };

static const AugFieldDesc fields[N_FIELDS] = {
    {.name = "image",
     .kind = AUG_FIELD_IMAGE,
     .form = AUG_FORM_ENCODED,
     .tensor = {AUG_DTYPE_U8, 3, {0}}},
    {.name = "note", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}, .most = MOST_NOTE},
    {.name = "target", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I64, 0, {0}}},
};

/* How the damaged samples are damaged. */
typedef enum Damage {
    NO_DAMAGE,
    FAILS_TO_READ, /* with the status of the source */
    SHORTENED,
    NO_PICTURE,
    OTHER_FORMAT,
    TOO_WIDE,
    BAD_SCAN,  /* one byte of the compressed data, near its end */
    STANDS_IN, /* they have the content of another sample */
} Damage;

/* period: how far damaged samples lie apart; 1: all are damaged */
typedef struct Source {
    Damage damage;
    AugStatus status;
    uint64_t period;
    uint64_t stand_in[N_SAMPLES];
    struct {
        uint8_t *bytes;
        size_t size;
    } pictures[N_SAMPLES];
} Source;

static bool is_damaged(const Source *source, uint64_t i)
{
    return i % source->period == 7 % source->period;
}

static void source_init(Source *source, Damage damage)
{
    memset(source, 0, sizeof(*source));
    source->damage = damage;
    source->status = AUG_CORRUPT;
    source->period = EVERY;
    uint64_t state = 5;
    for (int i = 0; i < N_SAMPLES; i++) {
        const AugImage scene = test_scene(&state, 24, 18, 3);
        source->pictures[i].bytes = test_jpeg(&scene, &(TestJpeg){0}, &source->pictures[i].size);
        free(scene.pixels);
    }
}

static void source_fini(Source *source)
{
    for (int i = 0; i < N_SAMPLES; i++)
        free(source->pictures[i].bytes);
}

/* The width in the frame header of a JPEG of ours becomes 65535. */
static void widen(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 9 < size; i++)
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) {
            bytes[i + 7] = bytes[i + 8] = 0xff;
            return;
        }
    ck_abort_msg("no frame header");
}

/* Changes the last byte of the picture's data whose change a careful decode finds; a window that
 * ends above it shows nothing of that. */
static void spoil_scan(uint8_t *bytes, size_t size)
{
    ImgDecoder *decoder;
    AugLimits limits;
    aug_limits_init(&limits);
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
    bool is_found = false;
    for (size_t i = size - 3; !is_found && i > size / 2; i--) {
        const uint8_t whole = bytes[i];
        bytes[i] ^= 0x5a;
        is_found =
            bytes[i] != 0xff && img_verify(decoder, bytes, size, &limits, NULL) == AUG_CORRUPT;
        if (!is_found)
            bytes[i] = whole;
    }
    ck_assert(is_found);
    img_decoder_free(decoder);
}

static void damage_picture(const Source *source, uint8_t *bytes, size_t *size)
{
    if (source->damage == SHORTENED)
        *size = *size * 2 / 3;
    else if (source->damage == NO_PICTURE)
        memset(bytes, 'x', 16);
    else if (source->damage == OTHER_FORMAT)
        memcpy(bytes, "GIF89a", 6);
    else if (source->damage == TOO_WIDE)
        widen(bytes, *size);
    else if (source->damage == BAD_SCAN)
        spoil_scan(bytes, *size);
}

static void *reserve(AugBuffer *buffer, AugSample *sample, uint32_t field, size_t size)
{
    void *bytes;
    ck_assert_int_eq(aug_buffer_reserve(buffer, field, size + 1, &bytes, NULL), AUG_OK);
    sample->fields[field] = (AugField){.bytes = bytes, .size = size};
    return bytes;
}

/* Damaged samples have the longest notes, so that what they leave behind would show. */
static AugStatus read_sample(void *user, uint64_t i, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    const Source *source = user;
    const bool damaged = source->damage != NO_DAMAGE && is_damaged(source, i);
    if (damaged && source->damage == FAILS_TO_READ)
        return AUG_FAIL(error, source->status, sample->name, "sample %d fails", (int)i);
    if (damaged && source->damage == STANDS_IN)
        i = source->stand_in[i];
    size_t size = source->pictures[i].size;
    uint8_t *bytes = reserve(buffer, sample, IMAGE, size);
    memcpy(bytes, source->pictures[i].bytes, size);
    if (damaged)
        damage_picture(source, bytes, &size);
    sample->fields[IMAGE].size = size;
    const size_t note_size = is_damaged(source, i) ? MOST_NOTE : (size_t)(i % 11);
    memset(reserve(buffer, sample, NOTE, note_size), 'a' + (int)(i % 26), note_size);
    *(int64_t *)reserve(buffer, sample, TARGET, sizeof(int64_t)) = (int64_t)(i % N_CLASSES);
    return AUG_OK;
}

#define MIXING                                                                             \
    "{augd: 1, seed: 3, pipeline: [RandomResizedCrop: {size: [8, 8]}], batch: {size: 24, " \
    "on_error: replace, mix: [MixUp: {alpha: 0.4, p: 0.7}, CutMix: {p: 0.7}]}, "           \
    "output: {dtype: uint8}}"

/* A plan over a source. */
typedef struct Case {
    Source source;
    AugSpec *spec;
    AugPlan *plan;
} Case;

#define SPEC(on_error)                                                                      \
    "{augd: 1, seed: 3, pipeline: [RandomResizedCrop: {size: [8, 8]}, HorizontalFlip: {p: " \
    "0.5}], batch: {size: 7, on_error: " on_error "}, output: {dtype: uint8}}"

static void case_init(Case *c, Damage damage, const char *text)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    source_init(&c->source, damage);
    if (aug_spec_parse(&c->spec, text, strlen(text), "test", NULL, &problems) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    const AugDatasetCallbacks callbacks = {.fields = fields,
                                           .n_fields = N_FIELDS,
                                           .n_samples = N_SAMPLES,
                                           .n_classes = N_CLASSES,
                                           .fingerprint = "same",
                                           .user = &c->source,
                                           .read = read_sample};
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, &error), AUG_OK);
    const AugPlanOptions options = {.names = true, .class_names = true};
    if (aug_plan_new(&c->plan, c->spec, dataset, &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    aug_dataset_unref(dataset);
}

static void case_fini(Case *c)
{
    aug_plan_free(c->plan);
    aug_spec_free(c->spec);
    source_fini(&c->source);
}

static AugLoader *load(const Case *c, const AugLoaderOptions *options)
{
    AugLoader *loader;
    ck_assert_int_eq(aug_loader_new(&loader, c->plan, options, NULL), AUG_OK);
    return loader;
}

static AugBatch *next_batch(AugLoader *loader)
{
    AugBatch *batch;
    AugError error = {0};
    const AugStatus status = aug_loader_next(loader, &batch, &error);
    if (status != AUG_OK && status != AUG_END)
        ck_abort_msg("%s: %s", error.where, error.message);
    return status == AUG_OK ? batch : NULL;
}

static AugTensor tensor(const AugBatch *batch, const char *name)
{
    AugTensor found = {0};
    ck_assert_msg(aug_batch_tensor(batch, name, &found), "no tensor %s", name);
    return found;
}

static void digest_of(const Case *c, const AugLoaderOptions *options, char hex[65])
{
    AugLoader *loader = load(c, options);
    AugiHash hash = {0};
    ck_assert_int_eq(augi_hash_init(&hash, NULL), AUG_OK);
    for (AugBatch *batch; (batch = next_batch(loader)) != NULL; aug_batch_free(batch)) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        ck_assert_uint_le(size, aug_plan_batch_bytes(c->plan));
        augi_hash_add(&hash, bytes, size);
    }
    augi_hash_hex(&hash, hex);
    aug_loader_free(loader);
}

/* Part of a ragged tensor of bytes that belongs to a row. */
static const uint8_t *part(const AugBatch *batch, const char *name, uint32_t row, int64_t *size)
{
    char offsets_name[32];
    snprintf(offsets_name, sizeof(offsets_name), "%s.offsets", name);
    const int64_t *at = tensor(batch, offsets_name).bytes;
    *size = at[row + 1] - at[row];
    return (const uint8_t *)tensor(batch, name).bytes + at[row];
}

/* Everything of a row but its pixels is that of the sample its index names. */
static void check_row(const AugBatch *batch, uint32_t row)
{
    const int64_t index = ((const int64_t *)tensor(batch, "index").bytes)[row];
    ck_assert_int_eq(((const int64_t *)tensor(batch, "label").bytes)[row], index % N_CLASSES);
    int64_t size;
    const uint8_t *note = part(batch, "note", row, &size);
    ck_assert_int_eq(size, index % 11);
    for (int64_t i = 0; i < size; i++)
        ck_assert_int_eq(note[i], 'a' + index % 26);
    char expected[16];
    const int length = snprintf(expected, sizeof(expected), "#%d", (int)index);
    const uint8_t *name = part(batch, "name", row, &size);
    ck_assert_int_eq(size, length);
    ck_assert_mem_eq(name, expected, (size_t)length);
}

/* What the header says is what the batch says. */
static void check_header(const AugBatch *batch)
{
    uint32_t n;
    const AugReplaced *replaced = aug_batch_replaced(batch, &n);
    size_t size;
    const uint8_t *bytes = aug_batch_bytes(batch, &size);
    uint64_t length;
    memcpy(&length, bytes, sizeof(length));
    json_t *header = json_loadb((const char *)bytes + 8, (size_t)length, 0, NULL);
    const json_t *metadata = json_object_get(header, "__metadata__");
    ck_assert_str_eq(json_string_value(json_object_get(metadata, "class_names")),
                     "[\"0\",\"1\",\"2\"]");
    ck_assert_uint_eq(json_object_size(metadata), n > 0 ? 2 : 1);
    json_t *list =
        n > 0 ? json_loads(json_string_value(json_object_get(metadata, "replaced")), 0, NULL)
              : json_array();
    ck_assert_uint_eq(json_array_size(list), n);
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t said[] = {replaced[i].row, replaced[i].index, replaced[i].replacement};
        for (size_t k = 0; k < 3; k++)
            ck_assert_uint_eq(
                (uint64_t)json_integer_value(json_array_get(json_array_get(list, i), k)), said[k]);
    }
    json_decref(list);
    json_decref(header);
}

START_TEST(an_epoch_is_full_and_whole)
{
    Case c, clean;
    case_init(&c, SHORTENED, SPEC("replace"));
    case_init(&clean, NO_DAMAGE, SPEC("fail"));
    AugLoader *loader = load(&c, &(AugLoaderOptions){.threads = 2, .epochs = 3});
    AugLoader *other = load(&clean, &(AugLoaderOptions){.threads = 2, .epochs = 3});
    uint32_t n_samples = 0, n_replaced = 0;
    for (AugBatch *batch, *due; (batch = next_batch(loader)) != NULL;) {
        due = next_batch(other);
        uint32_t n, next = 0;
        const AugReplaced *replaced = aug_batch_replaced(batch, &n);
        const int64_t *index = tensor(batch, "index").bytes, *drawn = tensor(due, "index").bytes;
        ck_assert_uint_eq(aug_batch_count(batch), aug_batch_count(due));
        for (uint32_t row = 0; row < aug_batch_count(batch); row++, n_samples++) {
            ck_assert(!is_damaged(&c.source, (uint64_t)index[row]));
            check_row(batch, row);
            if (!is_damaged(&c.source, (uint64_t)drawn[row])) {
                ck_assert_int_eq(index[row], drawn[row]);
                continue;
            }
            ck_assert_uint_lt(next, n);
            ck_assert_uint_eq(replaced[next].row, row);
            ck_assert_uint_eq(replaced[next].index, (uint64_t)drawn[row]);
            ck_assert_uint_eq(replaced[next].replacement, (uint64_t)index[row]);
            ck_assert(!replaced[next].of_partner);
            ck_assert_ptr_nonnull(strstr(replaced[next].reason, "JPEG"));
            ck_assert_int_eq(replaced[next++].reason[0], '#');
        }
        ck_assert_uint_eq(next, n);
        n_replaced += n;
        check_header(batch);
        aug_batch_free(batch);
        aug_batch_free(due);
    }
    ck_assert_uint_eq(n_samples, 3 * N_SAMPLES);
    ck_assert_uint_eq(n_replaced, 3 * N_SAMPLES / EVERY);
    aug_loader_free(loader);
    aug_loader_free(other);
    case_fini(&c);
    case_fini(&clean);
}
END_TEST

/* A verdict is about the sample: whether it falls while reading, before or behind the fields that
 * travel on, leaves no trace in the bytes. */
START_TEST(bytes_depend_neither_on_threads_nor_on_the_damage)
{
    static const Damage damages[] = {SHORTENED, FAILS_TO_READ, NO_PICTURE, OTHER_FORMAT,
                                     TOO_WIDE,  BAD_SCAN,      SHORTENED};
    static const uint32_t threads[] = {1, 2, 3, 8, 2, 3, 8};
    char first[65], hex[65];
    for (size_t i = 0; i < AUG_COUNT(damages); i++) {
        Case c;
        case_init(&c, damages[i], SPEC("replace"));
        c.source.status = i % 2 ? AUG_TOO_LARGE : AUG_CORRUPT;
        digest_of(&c, &(AugLoaderOptions){.threads = threads[i], .epochs = 2}, i ? hex : first);
        if (i > 0)
            ck_assert_str_eq(hex, first);
        case_fini(&c);
    }
}
END_TEST

START_TEST(any_step_can_be_the_first)
{
    Case c;
    case_init(&c, SHORTENED, SPEC("replace"));
    AugLoader *whole = load(&c, &(AugLoaderOptions){.threads = 2, .epochs = 2});
    const uint64_t steps = aug_plan_steps_per_epoch(c.plan);
    for (uint64_t k = 0; k < 2 * steps; k++) {
        const AugLoaderOptions there = {
            .threads = 1, .epoch = (uint32_t)(k / steps), .step = k % steps, .epochs = 1};
        AugLoader *loader = load(&c, &there);
        AugBatch *due = next_batch(whole), *got = next_batch(loader);
        size_t size, due_size;
        const void *bytes = aug_batch_bytes(got, &size),
                   *due_bytes = aug_batch_bytes(due, &due_size);
        ck_assert_uint_eq(size, due_size);
        ck_assert_mem_eq(bytes, due_bytes, size);
        aug_batch_free(got);
        aug_batch_free(due);
        aug_loader_free(loader);
    }
    aug_loader_free(whole);
    case_fini(&c);
}
END_TEST

/* Whatever the ranks, their rows together are those of the whole batch, and so are their lists. */
static void check_slice(const AugBatch *whole, const AugBatch *slice, uint32_t *next)
{
    static const char *const names[] = {"data", "label", "index"};
    const uint32_t first = aug_batch_first_row(slice), n = aug_batch_count(slice);
    for (size_t k = 0; k < AUG_COUNT(names); k++) {
        const AugTensor all = tensor(whole, names[k]), own = tensor(slice, names[k]);
        const size_t size = own.size / n;
        ck_assert_mem_eq(own.bytes, (const uint8_t *)all.bytes + first * size, own.size);
    }
    for (uint32_t row = 0; row < n; row++) {
        int64_t size, due_size;
        const uint8_t *note = part(slice, "note", row, &size);
        const uint8_t *due = part(whole, "note", first + row, &due_size);
        ck_assert_int_eq(size, due_size);
        ck_assert_mem_eq(note, due, (size_t)size);
    }
    uint32_t n_own, n_all;
    const AugReplaced *own = aug_batch_replaced(slice, &n_own);
    const AugReplaced *all = aug_batch_replaced(whole, &n_all);
    for (uint32_t i = 0; i < n_own; i++, ++*next) {
        ck_assert_uint_lt(*next, n_all);
        ck_assert_uint_eq(own[i].row + first, all[*next].row);
        ck_assert_uint_eq(own[i].index, all[*next].index);
        ck_assert_uint_eq(own[i].replacement, all[*next].replacement);
    }
}

START_TEST(ranks_share_one_stream)
{
    static const uint32_t worlds[] = {2, 3, 8};
    Case c;
    case_init(&c, SHORTENED, MIXING);
    c.source.period = 4;
    for (size_t w = 0; w < AUG_COUNT(worlds); w++) {
        AugLoader *whole = load(&c, &(AugLoaderOptions){.threads = 2, .epochs = 1}), *ranks[8];
        for (uint32_t r = 0; r < worlds[w]; r++)
            ranks[r] = load(
                &c, &(AugLoaderOptions){.threads = 1, .epochs = 1, .rank = r, .world = worlds[w]});
        for (AugBatch *batch; (batch = next_batch(whole)) != NULL; aug_batch_free(batch)) {
            uint32_t n, next = 0;
            aug_batch_replaced(batch, &n);
            for (uint32_t r = 0; r < worlds[w]; r++) {
                AugBatch *slice = next_batch(ranks[r]);
                check_slice(batch, slice, &next);
                aug_batch_free(slice);
            }
            ck_assert_uint_eq(next, n);
        }
        aug_loader_free(whole);
        for (uint32_t r = 0; r < worlds[w]; r++)
            aug_loader_free(ranks[r]);
    }
    case_fini(&c);
}
END_TEST

/* The replacement is made as the sample would have been whose place it takes: no twin of its own
 * appearance. */
START_TEST(replacements_have_the_draws_of_the_row)
{
    Case c, stand_in;
    case_init(&c, SHORTENED, SPEC("replace"));
    case_init(&stand_in, STANDS_IN, SPEC("fail"));
    AugLoader *loader = load(&c, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    for (AugBatch *batch; (batch = next_batch(loader)) != NULL; aug_batch_free(batch)) {
        uint32_t n;
        const AugReplaced *replaced = aug_batch_replaced(batch, &n);
        for (uint32_t i = 0; i < n; i++)
            stand_in.source.stand_in[replaced[i].index] = replaced[i].replacement;
    }
    aug_loader_free(loader);
    loader = load(&c, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugLoader *other = load(&stand_in, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    for (AugBatch *batch, *due; (batch = next_batch(loader)) != NULL;) {
        due = next_batch(other);
        const AugTensor data = tensor(batch, "data");
        ck_assert_mem_eq(data.bytes, tensor(due, "data").bytes, data.size);
        aug_batch_free(batch);
        aug_batch_free(due);
    }
    aug_loader_free(loader);
    aug_loader_free(other);
    case_fini(&c);
    case_fini(&stand_in);
}
END_TEST

/* Reads until the stream fails and returns the failure. */
static AugError failure_of(const Case *c)
{
    AugLoader *loader = load(c, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugError error = {0};
    for (AugBatch *batch; aug_loader_next(loader, &batch, &error) == AUG_OK;)
        aug_batch_free(batch);
    aug_loader_free(loader);
    return error;
}

START_TEST(what_is_not_the_samples_fault_ends_the_stream)
{
    static const AugStatus statuses[] = {AUG_IO,        AUG_CHANGED,  AUG_NO_MEMORY, AUG_BAD_SPEC,
                                         AUG_NOT_FOUND, AUG_INTERNAL, AUG_CLOSED};
    for (size_t i = 0; i < AUG_COUNT(statuses); i++) {
        Case c;
        case_init(&c, FAILS_TO_READ, SPEC("replace"));
        c.source.status = statuses[i];
        const AugError error = failure_of(&c);
        ck_assert_int_eq(error.status, statuses[i]);
        ck_assert_ptr_nonnull(strstr(error.message, "fails"));
        case_fini(&c);
    }
}
END_TEST

START_TEST(without_it_the_first_damaged_sample_ends_the_stream)
{
    Case c;
    case_init(&c, FAILS_TO_READ, SPEC("fail"));
    const AugError error = failure_of(&c);
    ck_assert_int_eq(error.status, AUG_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "fails"));
    case_fini(&c);
}
END_TEST

START_TEST(a_data_set_of_damage_is_named)
{
    Case c;
    case_init(&c, SHORTENED, SPEC("replace"));
    c.source.period = 1;
    const AugError error = failure_of(&c);
    ck_assert_int_eq(error.status, AUG_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "nor can any of 64 others"));
    ck_assert_ptr_nonnull(strstr(error.message, "most of the data set is damaged"));
    case_fini(&c);
}
END_TEST

/* Half of it is still enough. */
START_TEST(much_damage_is_replaced)
{
    Case c;
    case_init(&c, NO_PICTURE, SPEC("replace"));
    c.source.period = 2;
    char hex[65], other[65];
    digest_of(&c, &(AugLoaderOptions){.threads = 3, .epochs = 1}, hex);
    digest_of(&c, &(AugLoaderOptions){.threads = 1, .epochs = 1}, other);
    ck_assert_str_eq(hex, other);
    case_fini(&c);
}
END_TEST

/* A stream that replaces is another one, and one that does not is what it was without the row. */
START_TEST(identity_changes_with_the_policy_alone)
{
    static const char *const texts[] = {
        "{augd: 1, pipeline: [RandomResizedCrop: {size: [8, 8]}]}",
        "{augd: 1, pipeline: [RandomResizedCrop: {size: [8, 8]}], batch: {on_error: fail}}",
        "{augd: 1, pipeline: [RandomResizedCrop: {size: [8, 8]}], batch: {on_error: replace}}"};
    char ids[3][65];
    for (size_t i = 0; i < 3; i++) {
        Case c;
        case_init(&c, NO_DAMAGE, texts[i]);
        ck_assert_int_eq(aug_plan_stream_id(c.plan, ids[i], NULL), AUG_OK);
        case_fini(&c);
    }
    ck_assert_str_eq(ids[0], ids[1]);
    ck_assert_str_ne(ids[0], ids[2]);
    Case damaged, clean;
    char hex[65], other[65];
    case_init(&damaged, NO_DAMAGE, SPEC("replace"));
    case_init(&clean, NO_DAMAGE, SPEC("fail"));
    digest_of(&damaged, &(AugLoaderOptions){.threads = 2, .epochs = 1}, hex);
    digest_of(&clean, &(AugLoaderOptions){.threads = 2, .epochs = 1}, other);
    ck_assert_str_eq(hex, other);
    case_fini(&damaged);
    case_fini(&clean);
}
END_TEST

START_TEST(a_list_that_no_header_holds_is_refused)
{
    Case c;
    AugError error = {0};
    AugLoader *loader;
    case_init(&c, NO_DAMAGE,
              "{augd: 1, pipeline: [RandomResizedCrop: {size: [8, 8]}], batch: {size: 65536, "
              "on_error: replace}}");
    ck_assert_int_eq(aug_loader_new(&loader, c.plan, NULL, &error), AUG_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(error.message, "the header of a batch of 65536 samples"));
    const AugLoaderOptions shared = {.world = 64, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, c.plan, &shared, &error), AUG_OK);
    aug_loader_free(loader);
    case_fini(&c);
}
END_TEST

START_TEST(streams_hand_the_list_on)
{
    Case c;
    case_init(&c, SHORTENED, SPEC("replace"));
    ck_assert_uint_eq(test_streams_agree(c.plan, 2, 0, 1), 2 * aug_plan_steps_per_epoch(c.plan));
    for (uint32_t rank = 0; rank < 3; rank++)
        ck_assert_uint_eq(test_streams_agree(c.plan, 1, rank, 3), aug_plan_steps_per_epoch(c.plan));
    case_fini(&c);
}
END_TEST

/* The list of a header that a stranger wrote. */
START_TEST(lists_that_are_none_are_refused)
{
    static const char *const wrong[] = {"",
                                        "{}",
                                        "[1]",
                                        "[[1,2]]",
                                        "[[1,2,3,4]]",
                                        "[[1,-2,3]]",
                                        "[[1,2,\"3\"]]",
                                        "[[1,2,0.5]]",
                                        "[[5,2,3]]",
                                        "[[2,0,1],[1,2,3]]",
                                        "[[1,2,3]",
                                        "[[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],"
                                        "[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],"
                                        "[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],"
                                        "[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],"
                                        "[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],"
                                        "[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],[0,1,2],"
                                        "[0,1,2],[0,1,2],[0,1,2],[0,1,2]]"};
    AugReplaced *items;
    uint32_t n;
    AugError error;
    for (size_t i = 0; i < AUG_COUNT(wrong); i++) {
        ck_assert_msg(augi_replaced_read(wrong[i], NULL, 5, &items, &n, &error) == AUG_CORRUPT,
                      "%s was taken", wrong[i]);
        ck_assert_int_eq(augi_replaced_read("[[0,1,2]]", wrong[i], 5, &items, &n, &error),
                         AUG_CORRUPT);
        ck_assert_ptr_null(items);
        ck_assert_uint_eq(n, 0);
    }
    ck_assert_int_eq(augi_replaced_read("[[4,0,1]]", "[[1,2,3],[4,5,6]]", 5, &items, &n, NULL),
                     AUG_OK);
    ck_assert_uint_eq(n, 3);
    static const uint64_t indices[] = {2, 0, 5};
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_uint_eq(items[i].index, indices[i]);
        ck_assert_int_eq(items[i].of_partner, i != 1);
    }
    free(items);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replace");
    TCase *made = tcase_create("made");
    tcase_add_test(made, an_epoch_is_full_and_whole);
    tcase_add_test(made, bytes_depend_neither_on_threads_nor_on_the_damage);
    tcase_add_test(made, any_step_can_be_the_first);
    tcase_add_test(made, ranks_share_one_stream);
    tcase_add_test(made, replacements_have_the_draws_of_the_row);
    tcase_add_test(made, much_damage_is_replaced);
    tcase_add_test(made, identity_changes_with_the_policy_alone);
    tcase_add_test(made, streams_hand_the_list_on);
    suite_add_tcase(suite, made);
    TCase *refused = tcase_create("refused");
    tcase_add_test(refused, what_is_not_the_samples_fault_ends_the_stream);
    tcase_add_test(refused, without_it_the_first_damaged_sample_ends_the_stream);
    tcase_add_test(refused, a_data_set_of_damage_is_named);
    tcase_add_test(refused, a_list_that_no_header_holds_is_refused);
    tcase_add_test(refused, lists_that_are_none_are_refused);
    suite_add_tcase(suite, refused);
    return test_run(suite);
}
