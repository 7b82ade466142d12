/* A stream as a network needs it: samples that fit its input, and labels that are its classes. */
#include "trainer/data/source.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/version.h"
#include "libaug/run/loader.h"
#include "libaug/spec/spec.h"
#include "trainer/data/tokens.h"

/* stream, or reader where it comes from a daemon: both NULL after they could not be opened anew. plan,
 * pool, dataset: of a stream that is made here; addresses: of daemons; without any it cannot be opened
 * anew. waited_s: for batches of earlier
 * streams. begun: the next batch is not the first of epoch 0. data, label, index: places of those
 * tensors in every batch; of texts data are ids. lengths: place of the texts' lengths, or -1. n_ids:
 * different ones of the tokenizer, 0: not known. n_classes, n_indices: the network's, 0 before
 * train_source_fit. views: places of the further views. loss: whose ignored labels are let through,
 * or NULL. */
struct TrainSource {
    Stream *stream;
    TrainReader *reader;
    AugPlan *plan;
    AugPool *pool;
    AugDataset *dataset;
    const char *addresses;
    TrainSourceOptions options;
    double waited_s;
    bool begun;
    char **class_names; /* info.n_classes of them */
    TrainClassMap map;
    TrainSourceInfo info;
    char *name;
    int data, label, index, lengths;
    uint32_t n_ids;
    uint32_t n_classes, n_indices;
    int views[AUGI_MAX_VIEWS];
    const void *view_bytes[AUGI_MAX_VIEWS];
    const NnChoice *loss;
    uint64_t n_replaced;
};

static bool is_open(const TrainSource *source)
{
    return source->stream || source->reader;
}

/* Of an open one, before its first batch. */
static const Stream *stream_of(const TrainSource *source)
{
    return source->reader ? train_reader_stream(source->reader) : source->stream;
}

/* The layout is the spec's; a shape alone cannot tell it (a picture of 3x3 with 3 channels). */
static NnLayout layout_of(const AugSpec *spec)
{
    const char *layout = augi_spec_output_choice(spec, "layout");
    return layout && strcmp(layout, "hwc") == 0 ? NN_LAYOUT_NHWC : NN_LAYOUT_NCHW;
}

/* Place, and type and shape in a full batch, of a tensor that the network needs. */
static AugStatus find_tensor(const TrainSource *source, const char *name, int *place,
                             AugTensorDesc *desc, AugError *error)
{
    const StreamInfo *info = stream_info(stream_of(source));
    *place = stream_find_tensor(info, name);
    if (*place < 0 || info->tensors[*place].ragged)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the stream has no tensor '%s' with one row a sample; needed are data, "
                        "label and index",
                        name);
    *desc = aug_tensor_spec_batch(&info->tensors[*place], info->batch_size);
    return AUG_OK;
}

/* Pictures are "data", texts are "ids", with "length" where they are padded. */
static AugStatus find_samples(TrainSource *source, AugError *error)
{
    TrainSourceInfo *info = &source->info;
    AugTensorDesc length;
    AUG_TRY(
        train_tokens_find(stream_info(stream_of(source)), source->name, &info->is_texts, error));
    source->lengths = -1;
    if (!info->is_texts)
        return find_tensor(source, "data", &source->data, &info->data, error);
    AUG_TRY(find_tensor(source, "ids", &source->data, &info->data, error));
    AUG_TRY(find_tensor(source, "length", &source->lengths, &length, error));
    const bool are_ids = info->data.dtype == AUG_DTYPE_I32 && info->data.n_dims == 2;
    if (are_ids && length.dtype == AUG_DTYPE_I32 && length.n_dims == 1)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                    "the tensors 'ids' and 'length' of the stream are not I32 [n, ids] and [n]");
}

static bool same_desc(const AugTensorDesc *a, const AugTensorDesc *b)
{
    return a->dtype == b->dtype && a->n_dims == b->n_dims &&
           memcmp(a->shape, b->shape, a->n_dims * sizeof(a->shape[0])) == 0;
}

/* The further views of a sample, which are made as the first one. */
static AugStatus find_views(TrainSource *source, AugError *error)
{
    const StreamInfo *info = stream_info(stream_of(source));
    source->info.n_views = 1;
    if (source->info.is_texts && stream_find_tensor(info, "ids.1") >= 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "batch.views makes several views of texts; allowed is 1");
    for (uint32_t i = 1; i < AUGI_MAX_VIEWS; i++) {
        char name[16];
        AugTensorDesc view;
        snprintf(name, sizeof(name), "data.%u", i);
        if (stream_find_tensor(info, name) < 0)
            break;
        AUG_TRY(find_tensor(source, name, &source->views[i - 1], &view, error));
        if (!same_desc(&view, &source->info.data))
            return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                            "the tensor '%s' of the stream has not the type and shape of 'data'",
                            name);
        source->info.n_views++;
    }
    return AUG_OK;
}

static AugStatus find_tensors(TrainSource *source, AugError *error)
{
    TrainSourceInfo *info = &source->info;
    AugTensorDesc index;
    AUG_TRY(find_samples(source, error));
    AUG_TRY(find_views(source, error));
    AUG_TRY(find_tensor(source, "label", &source->label, &info->label, error));
    AUG_TRY(find_tensor(source, "index", &source->index, &index, error));
    const bool hard = info->label.dtype == AUG_DTYPE_I64 && info->label.n_dims == 1;
    const bool soft = info->label.dtype == AUG_DTYPE_F32 && info->label.n_dims == 2;
    if (!hard && !soft)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the labels of the stream are neither I64 [n] nor F32 [n, classes]");
    if (index.dtype != AUG_DTYPE_I64 || index.n_dims != 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the tensor 'index' of the stream is not I64 [n]");
    return AUG_OK;
}

/* Copies: the stream's own names end with it. */
static AugStatus copy_class_names(TrainSource *source, AugError *error)
{
    const uint32_t n = source->info.n_classes;
    source->class_names = calloc((size_t)n + 1, sizeof(char *));
    bool is_full = !source->class_names;
    for (uint32_t i = 0; i < n && !is_full; i++) {
        const char *name = stream_class_name(stream_of(source), i);
        source->class_names[i] = name ? strdup(name) : NULL;
        is_full = name && !source->class_names[i];
    }
    return is_full ? AUG_FAIL(error, AUG_NO_MEMORY, source->name, "no memory for %u classes", n)
                   : AUG_OK;
}

static AugStatus describe(TrainSource *source, const TrainSourceOptions *options, AugError *error)
{
    const StreamInfo *info = stream_info(stream_of(source));
    source->info = (TrainSourceInfo){.n_samples = info->n_samples,
                                     .steps_per_epoch = info->steps_per_epoch,
                                     .batch_size = info->batch_size,
                                     .n_classes = info->n_classes};
    AUG_TRY(find_tensors(source, error));
    StreamIdentity identity;
    AUG_TRY(stream_identify(stream_of(source), &identity, error));
    memcpy(source->info.stream_id, identity.stream_id, sizeof(identity.stream_id));
    memcpy(source->info.fingerprint, identity.fingerprint, sizeof(identity.fingerprint));
    if (source->info.is_texts)
        source->n_ids = train_tokens_count(options->spec, source->name);
    else
        source->info.layout = layout_of(options->spec);
    return copy_class_names(source, error);
}

/* Takes one of stream and reader; on failure it is still the caller's. */
static AugStatus new_source(TrainSource **out, Stream *stream, TrainReader *reader,
                            const TrainSourceOptions *options, AugError *error)
{
    *out = NULL;
    TrainSource *source = calloc(1, sizeof(*source));
    if (!source)
        return AUG_FAIL(error, AUG_NO_MEMORY, options->name, "no memory for a source");
    source->stream = stream;
    source->reader = reader;
    source->options = *options;
    source->name = strdup(options->name);
    AugStatus status =
        source->name ? describe(source, options, error)
                     : AUG_FAIL(error, AUG_NO_MEMORY, options->name, "no memory for a source");
    if (status != AUG_OK) {
        source->stream = NULL;
        source->reader = NULL;
        train_source_free(source);
        return status;
    }
    *out = source;
    return AUG_OK;
}

AugStatus train_source_new(TrainSource **out, Stream *stream, const TrainSourceOptions *options,
                           AugError *error)
{
    return new_source(out, stream, NULL, options, error);
}

/* One more than are kept ready: the batch that the consumer holds counts too. */
static StreamOptions stream_options(const TrainSourceOptions *options)
{
    return (StreamOptions){.depth = options->prefetch + 1,
                           .epoch = options->epoch,
                           .step = options->step,
                           .epochs = options->epochs};
}

static AugStatus open_engine(Stream **out, const AugPlan *plan, AugPool *pool,
                             const TrainSourceOptions *options, AugError *error)
{
    StreamOptions how = stream_options(options);
    how.pool = pool;
    return stream_open(out, plan, &how, error);
}

static AugStatus open_loader(TrainSource **out, AugPlan *plan, const TrainSourceOptions *options,
                             AugPool *pool, AugError *error)
{
    Stream *stream;
    AUG_TRY(open_engine(&stream, plan, pool, options, error));
    const AugStatus status = train_source_new(out, stream, options, error);
    if (status != AUG_OK)
        stream_free(stream);
    return status;
}

AugStatus train_source_open_loader(TrainSource **out, const TrainSourceOptions *options,
                                   AugDataset *dataset, AugPool *pool, AugError *error)
{
    *out = NULL;
    AugPlan *plan;
    AUG_TRY(aug_plan_new(&plan, options->spec, dataset, NULL, error));
    const AugStatus status = open_loader(out, plan, options, pool, error);
    if (status != AUG_OK) {
        aug_plan_free(plan);
        return status;
    }
    (*out)->plan = plan;
    (*out)->pool = pool;
    (*out)->dataset = aug_dataset_ref(dataset);
    return AUG_OK;
}

/* expected: the stream's id, of one that was open before; or NULL. */
static AugStatus connect_to(TrainReader **out, const char *addresses,
                            const TrainSourceOptions *options, const char *expected,
                            AugError *error)
{
    const StreamSpec spec = {.spec = options->spec,
                             .text = options->text,
                             .is_object = options->text_is_object,
                             .name = options->name};
    StreamOptions how = stream_options(options);
    TrainPatience patience = {0};
    if (options->patience)
        patience = *options->patience;
    patience.insists = patience.insists || expected;
    how.client = "augtrain/" AUG_VERSION;
    how.expect_stream_id = expected;
    return train_reader_open(out, addresses, &spec, &how, &patience, error);
}

AugStatus train_source_open_socket(TrainSource **out, const TrainSourceOptions *options,
                                   const char *addresses, AugError *error)
{
    *out = NULL;
    TrainReader *reader;
    AUG_TRY(connect_to(&reader, addresses, options, NULL, error));
    const AugStatus status = new_source(out, NULL, reader, options, error);
    if (status == AUG_OK) {
        (*out)->addresses = addresses;
        return AUG_OK;
    }
    train_reader_free(reader);
    return aug_error_prefix(error, status, addresses);
}

AugStatus train_source_seek(TrainSource *source, uint32_t epoch, uint64_t step, uint32_t epochs,
                            AugError *error)
{
    TrainSourceOptions options = source->options;
    options.epoch = epoch;
    options.step = step;
    options.epochs = epochs;
    if (!source->plan && !source->addresses)
        return AUG_FAIL(error, AUG_UNSUPPORTED, source->name, "cannot be read from another place");
    source->waited_s = train_source_waited(source);
    stream_free(source->stream);
    train_reader_free(source->reader);
    source->stream = NULL;
    source->reader = NULL;
    source->begun = epoch > 0 || step > 0;
    if (source->plan)
        return open_engine(&source->stream, source->plan, source->pool, &options, error);
    const AugStatus status =
        connect_to(&source->reader, source->addresses, &options, source->info.stream_id, error);
    if (status != AUG_NOT_FOUND)
        return status;
    /* It was there before. */
    if (error)
        error->status = AUG_CLOSED;
    return AUG_CLOSED;
}

AugStatus train_source_rewind(TrainSource *source, AugError *error)
{
    return is_open(source) && !source->begun ? AUG_OK : train_source_seek(source, 0, 0, 1, error);
}

void train_source_free(TrainSource *source)
{
    if (!source)
        return;
    stream_free(source->stream);
    train_reader_free(source->reader);
    char note[512];
    if (source->plan && aug_dataset_take_note(aug_plan_dataset(source->plan), note))
        fprintf(stderr, "augtrain: %s\n", note);
    aug_plan_free(source->plan);
    aug_dataset_unref(source->dataset);
    for (uint32_t i = 0; source->class_names && i < source->info.n_classes; i++)
        free(source->class_names[i]);
    free(source->class_names);
    train_class_map_fini(&source->map);
    free(source->name);
    free(source);
}

const TrainSourceInfo *train_source_info(const TrainSource *source)
{
    return &source->info;
}

AugDataset *train_source_dataset(const TrainSource *source)
{
    return source->dataset;
}

const AugPlan *train_source_plan(const TrainSource *source)
{
    return source->plan;
}

const AugSpec *train_source_spec(const TrainSource *source)
{
    return source->options.spec;
}

const char *train_source_name(const TrainSource *source)
{
    return source->name;
}

const char *train_source_class_name(const TrainSource *source, uint32_t label)
{
    const TrainClassMap *map = &source->map;
    uint32_t i = label;
    for (uint32_t k = 0; map->moved && k < map->n_from; k++)
        if (map->numbers[k] == label)
            i = k;
    if (i >= source->info.n_classes || (map->moved && map->numbers[i] != label))
        return NULL;
    return source->class_names[i];
}

TrainClassNames train_source_class_names(const TrainSource *source)
{
    return (TrainClassNames){.owner = source->name,
                             .names = (const char *const *)source->class_names,
                             .n = source->info.n_classes};
}

AugStatus train_source_match(TrainSource *source, const TrainClassNames *classes, bool renames,
                             const TrainSource *like, TrainNotes *notes, AugError *error)
{
    const TrainClassNames own = train_source_class_names(source);
    const TrainClassRule rule = {.renames = renames, .via = like ? &like->map : NULL};
    if (own.n == 0 || classes->n == 0)
        return AUG_OK;
    train_class_map_fini(&source->map);
    return train_class_map_init(&source->map, &own, classes, rule, notes, error);
}

uint32_t train_source_last_batch(const TrainSource *source)
{
    const TrainSourceInfo *info = &source->info;
    const uint64_t full = info->steps_per_epoch * info->batch_size;
    if (info->n_samples == 0)
        return 0;
    return info->n_samples >= full ? info->batch_size
                                   : (uint32_t)(info->n_samples + info->batch_size - full);
}

double train_source_waited(const TrainSource *source)
{
    if (source->reader)
        return source->waited_s + train_reader_waited(source->reader);
    return source->waited_s + (source->stream ? stream_waited_seconds(source->stream) : 0);
}

double train_source_cpu(const TrainSource *source)
{
    if (!source->pool)
        return -1;
    double sum = 0;
    for (uint32_t i = 0; i < source->pool->n_threads; i++) {
        clockid_t clock;
        struct timespec time;
        if (pthread_getcpuclockid(source->pool->threads[i], &clock) == 0 &&
            clock_gettime(clock, &time) == 0)
            sum += (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
    }
    return sum;
}

uint64_t train_source_replaced(const TrainSource *source)
{
    return source->n_replaced;
}

/* "28 x 28 x 1" */
static void sample_text(const AugTensorDesc *data, char text[96])
{
    size_t used = 0;
    text[0] = 0;
    for (uint32_t i = 1; i < data->n_dims && used < 96; i++)
        used += (size_t)snprintf(text + used, 96 - used, "%s%" PRIu64, i > 1 ? " x " : "",
                                 data->shape[i]);
}

static bool fits_input(const TrainSourceInfo *info, NnShape input)
{
    const uint64_t *shape = info->data.shape;
    if (input.flat) {
        uint64_t values = 1;
        for (uint32_t i = 1; i < info->data.n_dims; i++)
            values *= shape[i];
        return values == (uint64_t)input.channels;
    }
    uint64_t height = (uint64_t)input.height;
    uint64_t width = (uint64_t)input.width;
    uint64_t channels = (uint64_t)input.channels;
    if (info->data.n_dims != 4)
        return false;
    if (info->layout == NN_LAYOUT_NHWC)
        return shape[1] == height && shape[2] == width && shape[3] == channels;
    return shape[1] == channels && shape[2] == height && shape[3] == width;
}

static AugStatus check_shape(const TrainSource *source, NnShape input, AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    if (info->data.n_dims < 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name, "the stream has no data");
    if (fits_input(info, input))
        return AUG_OK;
    char found[96], wanted[96];
    sample_text(&info->data, found);
    const char *order =
        info->layout == NN_LAYOUT_NHWC ? "height x width x channels" : "channels x height x width";
    if (input.flat)
        snprintf(wanted, sizeof(wanted), "%d values", input.channels);
    else
        snprintf(wanted, sizeof(wanted), "%d x %d with %d channel%s", input.height, input.width,
                 input.channels, input.channels == 1 ? "" : "s");
    return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                    "the samples are %s (%s); the model's input is %s", found, order, wanted);
}

/* Classes that the network must have: but for the last ones, if the loss ignores them. */
static uint32_t n_labels(const TrainSource *source)
{
    uint32_t n = source->info.n_classes;
    while (n > 0 && source->loss && nn_loss_ignores(source->loss, n - 1))
        n--;
    return n;
}

/* Whether samples are what the network's input takes: values of a picture, or ids. */
static AugStatus check_samples(const TrainSource *source, NnShape input, uint32_t n_indices,
                               AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    if (info->is_texts)
        return train_tokens_fit(source->name, info->data.shape[1], source->n_ids, input, n_indices,
                                error);
    if (n_indices > 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the samples are pictures; the model's first layer takes ids of texts");
    AUG_TRY(check_shape(source, input, error));
    if (info->data.dtype != AUG_DTYPE_F32 && info->data.dtype != AUG_DTYPE_U8)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the samples have the type %s; allowed are F32 and U8",
                        aug_dtype_name(info->data.dtype));
    return AUG_OK;
}

AugStatus train_source_fit(TrainSource *source, NnShape input, uint32_t n_indices,
                           uint32_t n_classes, AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    AUG_TRY(check_samples(source, input, n_indices, error));
    source->n_indices = n_indices;
    if (n_classes == 0)
        return AUG_OK;
    if (n_labels(source) > n_classes)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the data set has %u classes; the model's last layer has %u outputs",
                        info->n_classes, n_classes);
    const uint64_t n_shares = source->map.moved ? source->map.n_from : n_classes;
    if (info->label.n_dims == 2 &&
        (info->label.shape[1] != n_shares || train_class_map_end(&source->map) > n_classes))
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the labels are probabilities of %" PRIu64
                        " classes; the model's last layer has %u outputs",
                        info->label.shape[1], n_classes);
    source->n_classes = n_classes;
    return train_class_map_reserve(&source->map, info->batch_size, n_classes, error);
}

/* label: as the data set has it; the loss knows the network's number of that class. */
static bool is_ignored(const TrainSource *source, int64_t label)
{
    return source->loss &&
           nn_loss_ignores(source->loss, train_class_map_number(&source->map, label));
}

/* A label as the data set has it. */
static AugStatus check_label(const TrainSource *source, int64_t label, int64_t sample,
                             AugError *error)
{
    const int64_t number = train_class_map_number(&source->map, label);
    if ((number >= 0 && number < (int64_t)source->n_classes) || is_ignored(source, label))
        return AUG_OK;
    if (label == -1)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "sample %" PRId64 " has no label; every sample needs one", sample);
    return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                    "sample %" PRId64 " has the label %" PRId64
                    "; the model's last layer has %u outputs, so 0 to %u are allowed",
                    sample, label, source->n_classes, source->n_classes - 1);
}

/* Classes of the data set without a sample, but for what the loss ignores; a gap in what an evaluation
 * can tell. */
static void note_empty(const TrainSource *source, const uint64_t *counts, TrainNotes *notes)
{
    uint32_t n = 0, first = 0;
    for (uint32_t i = source->info.n_classes; i-- > 0;)
        if (counts[i] == 0 && !is_ignored(source, i)) {
            first = i;
            n++;
        }
    if (n > 0)
        train_notes_add(notes, "%s has no sample of %u of its %u classes, such as '%.80s'",
                        source->name, n, source->info.n_classes, source->class_names[first]);
}

AugStatus train_source_check_labels(const TrainSource *source, TrainNotes *notes, AugError *error)
{
    if (!source->dataset || source->n_classes == 0)
        return AUG_OK;
    const bool is_class = source->info.label.n_dims == 1;
    uint64_t *counts = calloc((size_t)source->n_classes + source->info.n_classes, sizeof(*counts));
    AugStatus status =
        counts ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, source->name, "no memory for counts");
    for (uint64_t i = 0; i < source->info.n_samples && is_class && status == AUG_OK; i++) {
        const int64_t label = aug_dataset_label(source->dataset, i);
        status = check_label(source, label, (int64_t)i, error);
        if (status == AUG_OK && !is_ignored(source, label))
            counts[label]++;
    }
    if (status == AUG_OK && is_class)
        note_empty(source, counts, notes);
    free(counts);
    return status;
}

static AugStatus check_labels(const TrainSource *source, const TrainSourceBatch *out,
                              AugError *error)
{
    for (uint32_t i = 0; i < out->batch.n; i++)
        AUG_TRY(check_label(source, out->batch.labels[i], out->index[i], error));
    return AUG_OK;
}

void train_source_set_loss(TrainSource *source, const NnChoice *loss)
{
    source->loss = loss;
}

AugStatus train_source_next(TrainSource *source, TrainSourceBatch *batch, AugError *error)
{
    *batch = (TrainSourceBatch){0};
    StreamBatch taken;
    if (!is_open(source))
        return AUG_FAIL(error, AUG_CLOSED, source->name, "the stream is not open");
    source->begun = true;
    AUG_TRY(source->reader ? train_reader_next(source->reader, &taken, error)
                           : stream_next(source->stream, &taken, error));
    source->n_replaced += taken.n_replaced;
    const void *label = taken.tensors[source->label].bytes;
    for (uint32_t i = 1; i < source->info.n_views; i++)
        source->view_bytes[i - 1] = taken.tensors[source->views[i - 1]].bytes;
    const bool used = source->n_classes > 0;
    const bool soft = source->info.label.dtype == AUG_DTYPE_F32;
    *batch = (TrainSourceBatch){.batch = {.data = taken.tensors[source->data].bytes,
                                          .dtype = source->info.data.dtype,
                                          .layout = source->info.layout,
                                          .n = taken.n_samples,
                                          .labels = soft ? NULL : label,
                                          .soft = used && soft ? label : NULL,
                                          .views = source->view_bytes},
                                .stream = taken,
                                .index = taken.tensors[source->index].bytes,
                                .epoch = taken.epoch,
                                .step = taken.step,
                                .last = taken.last};
    if (source->info.is_texts) {
        const TrainTokens tokens = {batch->batch.data, taken.tensors[source->lengths].bytes,
                                    batch->index, batch->batch.n};
        AUG_TRY(train_tokens_check(source->name, &tokens, source->info.data.shape[1],
                                   source->n_indices, error));
    }
    if (!soft && used)
        AUG_TRY(check_labels(source, batch, error));
    train_class_map_apply(&source->map, &batch->batch);
    return AUG_OK;
}
