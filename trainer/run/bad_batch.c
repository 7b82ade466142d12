/* Saves a batch as it came. */
#include "trainer/run/bad_batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "trainer/run/files.h"

static const char file_name[] = "bad_batch.safetensors";

/* A tensor of the batch's samples, described as a full batch is. */
static AugTensor cut(const char *name, AugTensorDesc desc, const void *bytes, uint32_t n)
{
    desc.shape[0] = n;
    return (AugTensor){name, desc, bytes, aug_tensor_size(&desc)};
}

static AugStatus save(const TrainRun *run, const TrainSourceBatch *batch, const char *path,
                      char *message)
{
    const TrainSourceInfo *info = train_source_info(run->train);
    const uint32_t n = batch->batch.n;
    const AugTensorDesc index = {.dtype = AUG_DTYPE_I64, .n_dims = 1, .shape = {n}};
    const void *label = batch->batch.labels ? (const void *)batch->batch.labels : batch->batch.soft;
    AugTensor tensors[3] = {cut("data", info->data, batch->batch.data, n),
                            cut("index", index, batch->index, n)};
    size_t n_tensors = 2;
    AugTensorDesc label_desc = info->label;
    /* Shares are those of the network's classes. */
    if (batch->batch.soft)
        label_desc.shape[1] = run->info.n_classes;
    if (label)
        tensors[n_tensors++] = cut("label", label_desc, label, n);
    char epoch[24], step[24], epoch_key[] = "epoch", step_key[] = "step", message_key[] = "message";
    snprintf(epoch, sizeof(epoch), "%u", batch->epoch);
    snprintf(step, sizeof(step), "%" PRIu64, batch->step);
    const AugiMetadata metadata[] = {{epoch_key, epoch}, {step_key, step}, {message_key, message}};
    return augi_safetensors_save(path, tensors, n_tensors, metadata, AUG_COUNT(metadata), NULL);
}

void train_bad_batch_keep(const TrainRun *run, const TrainSourceBatch *batch, AugError *error)
{
    if (!error)
        return;
    char message[sizeof(error->message)], kept[200] = "";
    snprintf(message, sizeof(message), "%s", error->message);
    char *path = run->folder ? train_path_join(run->folder, file_name) : NULL;
    if (path && save(run, batch, path, message) == AUG_OK)
        snprintf(kept, sizeof(kept), "; it is kept in %.160s", path);
    free(path);
    snprintf(error->message, sizeof(error->message), "%.260s (batch %" PRIu64 " of the epoch%s)",
             message, batch->step + 1, kept);
}
