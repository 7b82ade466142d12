/* The trainer's model file, and weights for the network that it describes. A file that is read is
 * written with every default, and reads the same again; weights fit and are those of the file, or
 * the network keeps its own.
 *
 * Input: a model file, a line "%%", and a safetensors file with weights.
 */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "tests/fuzz/fuzz.h"
#include "trainer/model/model_file.h"
#include "trainer/model/weights.h"

/* Networks that take more are not built: the target is fast and small, not deep. */
#define MAX_MEMORY (UINT64_C(1) << 22)

static TrainModelFile *read_model(const void *text, size_t size, AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    /* A network of thousands of layers is as slow to build as it is useless to look at here. */
    limits.max_spec_nodes = 2000;
    AugProblems problems = {.items = error, .capacity = 1};
    TrainModelFile *file;
    const AugStatus status =
        train_model_file_load(&file, fuzz_file(text, size), &limits, &problems);
    FUZZ_CHECK((status == AUG_OK) == (problems.n == 0) && (status == AUG_OK) == (file != NULL),
               "%zu problems with status %s", problems.n, aug_status_name(status));
    if (status != AUG_OK)
        fuzz_check_failure(status, error);
    return file;
}

static char *model_text(const TrainModelFile *file)
{
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    train_model_file_write(file, &file->train, &writer);
    augi_json_object_end(&writer);
    char *text = augi_json_take(&writer);
    FUZZ_CHECK(text != NULL, "no memory for a model");
    return text;
}

static void check_again(const TrainModelFile *file)
{
    AugError error = {0};
    char *first = model_text(file);
    TrainModelFile *again = read_model(first, strlen(first), &error);
    FUZZ_CHECK(again != NULL, "%s: %s\n  %s", error.where, error.message, first);
    char *second = model_text(again);
    FUZZ_CHECK(strcmp(first, second) == 0, "%s\n  %s", first, second);
    train_model_file_free(again);
    free(first);
    free(second);
}

static NnNetwork *build(const TrainModelFile *file)
{
    NnNetwork *network = NULL;
    AugError error = {0};
    const NnNetworkSpec spec = {
        .input = file->input,
        .input_indices = file->n_layers > 0 && nn_layer_reads_indices(file->layers[0].desc),
        .layers = file->layers,
        .n_layers = file->n_layers,
        .loss = file->loss,
        .optimizer = file->optimizer,
        .max_batch = 1,
        .seed = file->train.seed,
        .n_threads = 1,
        .max_memory = MAX_MEMORY,
        .inference = true,
    };
    const AugStatus status = nn_network_new(&network, &spec, &error);
    FUZZ_CHECK((status == AUG_OK) == (network != NULL), "%s", aug_status_name(status));
    if (status != AUG_OK)
        fuzz_check_failure(status, &error);
    return network;
}

/* All values of a network's parameters and buffers; the caller frees them. */
static NnReal *read_values(const NnNetwork *network, size_t *n)
{
    NnReal *values = NULL;
    *n = 0;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        values = realloc(values, (*n + info.n_values) * sizeof(*values) + 1);
        FUZZ_CHECK(values != NULL, "no memory for the values");
        nn_network_read_tensor(network, i, values + *n);
        *n += info.n_values;
    }
    return values;
}

/* The network's tensors are those of the file, bit by bit. */
static void check_loaded(const NnNetwork *network, const uint8_t *bytes, size_t size)
{
    AugiTensorFile file;
    FUZZ_CHECK(augi_safetensors_parse(&file, bytes, size, "weights", NULL) == AUG_OK, "refused");
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        const AugTensor *tensor = augi_tensor_file_find(&file, info.name);
        NnReal *values = malloc(info.n_values * sizeof(*values) + 1);
        FUZZ_CHECK(values && tensor, "'%s' is missing", info.name);
        nn_network_read_tensor(network, i, values);
        FUZZ_CHECK(tensor->size == info.n_values * sizeof(float) &&
                       memcmp(values, tensor->bytes, tensor->size) == 0,
                   "'%s' has other values", info.name);
        free(values);
    }
    augi_tensor_file_fini(&file);
}

/* One picture of zeros goes through, or a layer is named that made something else than a number. */
static void evaluate(NnNetwork *network)
{
    NnNetworkInfo info;
    nn_network_info(network, &info);
    const size_t n =
        (size_t)info.input.height * (size_t)info.input.width * (size_t)info.input.channels;
    float *data = calloc(n ? n : 1, sizeof(*data));
    FUZZ_CHECK(data != NULL, "no memory for a sample");
    NnResult result;
    AugError error = {0};
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = 1};
    const AugStatus status = nn_network_evaluate(network, &batch, NULL, &result, &error);
    if (status != AUG_OK)
        fuzz_check_failure(status, &error);
    free(data);
}

static void load_weights(NnNetwork *network, const uint8_t *bytes, size_t size)
{
    size_t n, n_after;
    NnReal *before = read_values(network, &n);
    AugError error = {0};
    const AugStatus status = train_weights_load(network, fuzz_file(bytes, size), &error);
    if (status == AUG_OK) {
        check_loaded(network, bytes, size);
    } else {
        fuzz_check_failure(status, &error);
        NnReal *after = read_values(network, &n_after);
        FUZZ_CHECK(n == n_after && memcmp(before, after, n * sizeof(*before)) == 0,
                   "a refused file changed the network");
        free(after);
    }
    free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    AugError error = {0};
    size_t text_size, weights_size;
    uint8_t *text = fuzz_part(&input, &text_size);
    TrainModelFile *file = read_model(text, text_size, &error);
    free(text);
    if (!file)
        return 0;
    check_again(file);
    NnNetwork *network = build(file);
    if (network) {
        uint8_t *weights = fuzz_part(&input, &weights_size);
        load_weights(network, weights, weights_size);
        evaluate(network);
        free(weights);
    }
    nn_network_free(network);
    train_model_file_free(file);
    return 0;
}
