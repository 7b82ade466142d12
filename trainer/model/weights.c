/* Weights from a file into a network. */
#include "trainer/model/weights.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trainer/nn/optimizer.h"

static void shape_text(const AugTensorDesc *desc, char text[96])
{
    size_t used = (size_t)snprintf(text, 96, "[");
    for (uint32_t i = 0; i < desc->n_dims && used < 96; i++)
        used +=
            (size_t)snprintf(text + used, 96 - used, "%s%" PRIu64, i ? ", " : "", desc->shape[i]);
    if (used < 95)
        snprintf(text + used, 96 - used, "]");
}

static bool same_shape(const AugTensorDesc *a, const AugTensorDesc *b)
{
    return a->n_dims == b->n_dims &&
           memcmp(a->shape, b->shape, a->n_dims * sizeof(a->shape[0])) == 0;
}

static AugStatus check_wanted(const AugTensor *tensor, const NnTensorInfo *info, const char *path,
                              AugError *error)
{
    if (!tensor)
        return AUG_FAIL(error, AUG_BAD_SPEC, path, "the model's tensor '%s' is missing",
                        info->name);
    if (tensor->desc.dtype != AUG_DTYPE_F32)
        return AUG_FAIL(error, AUG_BAD_SPEC, path,
                        "the tensor '%s' has the type %s; F32 is allowed", info->name,
                        aug_dtype_name(tensor->desc.dtype));
    if (same_shape(&tensor->desc, &info->desc))
        return AUG_OK;
    char found[96], wanted[96];
    shape_text(&tensor->desc, found);
    shape_text(&info->desc, wanted);
    return AUG_FAIL(error, AUG_BAD_SPEC, path,
                    "the tensor '%s' has the shape %s; the model needs %s", info->name, found,
                    wanted);
}

static bool is_counter(const char *name)
{
    static const char ending[] = "num_batches_tracked";
    size_t length = strlen(name);
    return length >= sizeof(ending) - 1 &&
           strcmp(name + length - (sizeof(ending) - 1), ending) == 0;
}

/* Whether a name begins as those of some optimizer's states do. */
static bool is_state(const char *name)
{
    for (size_t i = 0; i < nn_n_optimizers; i++)
        for (size_t k = 0; k < nn_optimizer_n_states(nn_optimizers[i]); k++) {
            const char *state = nn_optimizers[i]->states[k];
            const size_t size = strlen(state);
            if (!strncmp(name, state, size) && name[size] == '.')
                return true;
        }
    return false;
}

/* Whether a tensor is one that a checkpoint has beside weights and optimizer. */
static bool is_of_run(const char *name)
{
    return !strcmp(name, TRAIN_STATE_RUN) || !strcmp(name, TRAIN_STATE_STEPS) ||
           !strcmp(name, TRAIN_STATE_EPOCHS) ||
           !strncmp(name, TRAIN_EMA_PREFIX, strlen(TRAIN_EMA_PREFIX));
}

/* Tensors that the model does not have: their file was made for another one. What a checkpoint has
 * beside its weights is known. */
static AugStatus check_surplus(const AugiTensorFile *file, const NnNetwork *network,
                               const char *path, AugError *error)
{
    for (size_t i = 0; i < file->n_tensors; i++) {
        const char *name = file->tensors[i].name;
        size_t index;
        const bool known = nn_network_find_tensor(network, name, &index) || is_counter(name) ||
                           is_state(name) || is_of_run(name);
        if (!known)
            return AUG_FAIL(error, AUG_BAD_SPEC, path, "the model has no tensor '%.80s'", name);
    }
    return AUG_OK;
}

/* The file's tensor for one of the network's; NULL where it is missing. */
static const AugTensor *find(const AugiTensorFile *file, const char *prefix, const char *name)
{
    const size_t size = strlen(prefix);
    for (size_t i = 0; i < file->n_tensors; i++) {
        const char *own = file->tensors[i].name;
        if (strncmp(own, prefix, size) == 0 && strcmp(own + size, name) == 0)
            return &file->tensors[i];
    }
    return NULL;
}

/* Names of tensors that do not fit, after the first. */
#define MAX_NAMED 6

/* Every tensor is looked at: the first that does not fit with what is wrong, others by name. */
static AugStatus check_all(const NnNetwork *network, const AugiTensorFile *file, unsigned kinds,
                           const char *prefix, const char *path, AugError *error)
{
    NnTensorInfo info;
    AugError first = {0}, reason = {0};
    char names[320] = "";
    size_t n = 0;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        const size_t used = strlen(names);
        nn_network_tensor(network, i, &info);
        if (!(kinds >> info.kind & 1) ||
            check_wanted(find(file, prefix, info.name), &info, path, &reason) == AUG_OK)
            continue;
        if (n == 0)
            first = reason;
        else if (n <= MAX_NAMED)
            snprintf(names + used, sizeof(names) - used, "%s'%.40s'", used ? ", " : "", info.name);
        n++;
    }
    if (n == 0)
        return AUG_OK;
    if (n == 1)
        return AUG_FAIL(error, first.status, first.where, "%s", first.message);
    return AUG_FAIL(error, first.status, first.where, "%s; nor do %zu others fit: %s%s",
                    first.message, n - 1, names, n - 1 > MAX_NAMED ? ", ..." : "");
}

AugStatus train_weights_read(NnNetwork *network, const AugiTensorFile *file, unsigned kinds,
                             const char *prefix, const char *path, AugError *error)
{
    const size_t n = nn_network_n_tensors(network);
    NnTensorInfo info;
    AUG_TRY(check_all(network, file, kinds, prefix, path, error));
    for (size_t i = 0; i < n; i++) {
        nn_network_tensor(network, i, &info);
        if (!(kinds >> info.kind & 1))
            continue;
        const AugTensor *tensor = find(file, prefix, info.name);
        /* In a file of somebody else's the values need not lie at a multiple of four. */
        float *values = tensor ? malloc(tensor->size + 1) : NULL;
        if (!values)
            return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for '%s'", info.name);
        memcpy(values, tensor->bytes, tensor->size);
        nn_network_write_tensor(network, i, values);
        free(values);
    }
    return AUG_OK;
}

AugStatus train_weights_set(NnNetwork *network, const AugiTensorFile *file, bool is_part,
                            const char *path, AugError *error)
{
    const unsigned weights = 1u << NN_TENSOR_PARAMETER | 1u << NN_TENSOR_BUFFER;
    AUG_TRY(check_all(network, file, weights, "", path, error));
    if (!is_part)
        AUG_TRY(check_surplus(file, network, path, error));
    return train_weights_read(network, file, weights, "", path, error);
}

bool train_weights_is_file(const char *path)
{
    struct stat status;
    unsigned char head[9] = {0};
    /* What is no plain file gives its bytes once. */
    const bool is_plain = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    FILE *file = is_plain ? fopen(path, "rbe") : NULL;
    const size_t n = file ? fread(head, 1, sizeof(head), file) : 0;
    if (file)
        fclose(file);
    return n == sizeof(head) && head[8] == '{' && head[7] == 0 && head[6] == 0 && head[5] == 0;
}

AugStatus train_weights_open(AugiTensorFile *file, const char *path, AugError *error)
{
    struct stat status;
    *file = (AugiTensorFile){0};
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && !train_weights_is_file(path))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "this is no file of weights; allowed is safetensors, such as "
                        "model.safetensors of a run");
    return augi_safetensors_load(file, path, TRAIN_MAX_WEIGHTS_SIZE, error);
}

AugStatus train_weights_load(NnNetwork *network, const char *path, AugError *error)
{
    AugiTensorFile file;
    AUG_TRY(train_weights_open(&file, path, error));
    AugStatus status = train_weights_set(network, &file, false, path, error);
    augi_tensor_file_fini(&file);
    return status;
}
