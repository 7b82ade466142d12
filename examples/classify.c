/* A trained network in a program: the folder of a run is opened, the samples of a data set are made as the
 * run's evaluation made them, and the network's outputs are printed.
 *
 *     cc classify.c $(pkg-config --cflags --libs augnn aug) -o classify
 *     ./classify runs/model image_folder:photos
 */
#include <aug/aug.h>
#include <augnn/nn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of each sample, the class of its largest output, and all outputs with as many digits as tell
 * floats apart. */
static void print(const NnModel *model, const NnModelInfo *info, const AugTensor *index,
                  const float *outputs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++, outputs += info->n_outputs) {
        uint32_t best = 0;
        for (uint32_t k = 1; k < info->n_outputs; k++)
            if (outputs[k] > outputs[best])
                best = k;
        const char *name = nn_model_class_name(model, best);
        printf("%d %s", (int)((const int64_t *)index->bytes)[i], name ? name : "-");
        for (uint32_t k = 0; k < info->n_outputs; k++)
            printf(" %.9g", (double)outputs[k]);
        printf("\n");
    }
}

/* Batch by batch: what libaug made goes into the network as it is. */
static AugStatus classify(NnModel *model, AugLoader *loader, NnModelLayout layout, AugError *error)
{
    NnModelInfo info;
    AugStatus status;
    AugBatch *batch;
    nn_model_info(model, &info);
    float *outputs = malloc((size_t)info.max_batch * info.n_outputs * sizeof(*outputs));
    if (!outputs)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the outputs");
    while ((status = aug_loader_next(loader, &batch, error)) == AUG_OK) {
        AugTensor data = {0}, index = {0};
        if (aug_batch_tensor(batch, "data", &data) && aug_batch_tensor(batch, "index", &index)) {
            const NnModelBatch samples = {data.bytes, data.desc.dtype, layout,
                                          aug_batch_count(batch)};
            status = nn_model_run(model, &samples, outputs, error);
            if (status == AUG_OK)
                print(model, &info, &index, outputs, samples.n);
        }
        aug_batch_free(batch);
        if (status != AUG_OK)
            break;
    }
    free(outputs);
    return status == AUG_END ? AUG_OK : status;
}

/* The batches of a data set as the specification says, and the model for batches of their size. */
static AugStatus open_and_classify(const char *run, const AugPlan *plan, NnModelLayout layout,
                                   AugError *error)
{
    const NnModelOptions options = {.max_batch = aug_plan_batch_size(plan)};
    NnModel *model;
    AugLoader *loader = NULL;
    AugStatus status = nn_model_open(&model, run, &options, error);
    if (status == AUG_OK)
        status = aug_loader_new(&loader, plan, &(AugLoaderOptions){.epochs = 1}, error);
    if (status == AUG_OK)
        status = classify(model, loader, layout, error);
    aug_loader_free(loader);
    nn_model_free(model);
    return status;
}

/* The specification is the model's, so it is asked for first. */
static AugStatus run_all(const char *run, const char *location, AugError *error)
{
    AugProblems problems = {.items = error, .capacity = 1};
    AugSpec *spec = NULL;
    AugDataset *dataset = NULL;
    AugPlan *plan = NULL;
    NnModel *model;
    NnModelInfo info = {0};
    AugStatus status = nn_model_open(&model, run, NULL, error);
    if (status == AUG_OK)
        nn_model_info(model, &info);
    if (status == AUG_OK && !info.spec)
        status = AUG_FAIL(error, AUG_BAD_ARGUMENT, run, "the run has no specification");
    if (status == AUG_OK)
        status = aug_spec_parse(&spec, info.spec, strlen(info.spec), run, NULL, &problems);
    const NnModelLayout layout =
        info.spec && strstr(info.spec, "\"layout\":\"hwc\"") ? NN_MODEL_HWC : NN_MODEL_CHW;
    nn_model_free(model);
    if (status == AUG_OK)
        status = aug_dataset_open(&dataset, location, NULL, error);
    if (status == AUG_OK)
        status = aug_plan_new(&plan, spec, dataset, NULL, error);
    if (status == AUG_OK)
        status = open_and_classify(run, plan, layout, error);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    return status;
}

int main(int argc, char **argv)
{
    AugError error = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: classify RUN_FOLDER KIND:PATH\n");
        return 2;
    }
    const AugStatus status = run_all(argv[1], argv[2], &error);
    if (status != AUG_OK)
        fprintf(stderr, "%s: %s\n", error.where, error.message);
    return aug_status_exit_code(status);
}
