/* Trained networks in a program, through the library that is installed: outputs, their bits in any batch,
 * and models that are damaged or do not fit. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "augnn/nn.h"
#include "tests/support/train_case.h"

#define N 23
#define PIXELS (12 * 12)

/* The folder of a small run; made once for each test. The caller frees the path. */
static char *make_run(void)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--epochs", "1", "--output", "@run"), 0);
    return test_path("%s/run", test_folder());
}

static NnModel *opened(const char *path, const NnModelOptions *options)
{
    NnModel *model = NULL;
    AugError error = {0};
    ck_assert_msg(nn_model_open(&model, path, options, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
    return model;
}

static void fill(float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)((double)(i * 2654435761u % 1000) / 500 - 1);
}

START_TEST(a_model_says_what_it_is)
{
    char *run = make_run();
    NnModel *model = opened(run, NULL);
    NnModelInfo info;
    nn_model_info(model, &info);
    ck_assert(info.input.height == 12 && info.input.width == 12 && info.input.channels == 1);
    ck_assert(!info.input.is_list && info.output.is_list && info.output.channels == 4);
    ck_assert_uint_eq(info.n_outputs, 4);
    ck_assert_uint_eq(info.n_classes, 4);
    ck_assert_uint_eq(info.max_batch, 64);
    ck_assert_uint_eq(info.n_parameters, 6 * 9 + 12 + 216 * 4 + 4);
    ck_assert_str_eq(nn_model_class_name(model, 1), "b <i>");
    ck_assert_ptr_null(nn_model_class_name(model, 4));
    ck_assert_ptr_nonnull(strstr(info.spec, "\"fashion_mnist\""));
    ck_assert_ptr_nonnull(strstr(info.spec, "\"shuffle\":false"));
    ck_assert_ptr_null(strstr(info.spec, "dataset"));
    nn_model_free(model);
    nn_model_free(NULL);
    free(run);
}
END_TEST

START_TEST(outputs_are_the_same_in_any_batch)
{
    static float data[N * PIXELS], whole[N * 4], one[4], turned[PIXELS];
    char *run = make_run();
    NnModel *model = opened(run, &(NnModelOptions){.max_batch = N, .n_threads = 2});
    NnModel *single = opened(run, &(NnModelOptions){.max_batch = 1, .n_threads = 1});
    fill(data, N * PIXELS);
    NnModelBatch batch = {data, AUG_DTYPE_F32, NN_MODEL_HWC, N};
    ck_assert_int_eq(nn_model_run(model, &batch, whole, NULL), AUG_OK);
    for (uint32_t i = 0; i < N; i++) {
        memcpy(turned, data + i * PIXELS, sizeof(turned));
        batch = (NnModelBatch){turned, AUG_DTYPE_F32, NN_MODEL_CHW, 1};
        ck_assert_int_eq(nn_model_run(single, &batch, one, NULL), AUG_OK);
        ck_assert_mem_eq(one, whole + i * 4, sizeof(one));
    }
    nn_model_free(single);
    nn_model_free(model);
    free(run);
}
END_TEST

START_TEST(a_layer_inside_is_an_output)
{
    static float data[PIXELS], out[6 * 144];
    char *run = make_run();
    NnModel *model = opened(run, &(NnModelOptions){.layer = "2", .max_batch = 1});
    NnModelInfo info;
    nn_model_info(model, &info);
    ck_assert(!info.output.is_list && info.output.channels == 6 && info.output.height == 12);
    ck_assert_uint_eq(info.n_outputs, 6 * 144);
    fill(data, PIXELS);
    const NnModelBatch batch = {data, AUG_DTYPE_F32, NN_MODEL_HWC, 1};
    ck_assert_int_eq(nn_model_run(model, &batch, out, NULL), AUG_OK);
    double sum = 0;
    for (size_t i = 0; i < 6 * 144; i++) {
        ck_assert(out[i] >= 0);
        sum += (double)out[i];
    }
    ck_assert(sum > 0);
    nn_model_free(model);
    free(run);
}
END_TEST

/* Opening fails with a status and a word in the sentence. */
static void refuse(const char *path, const NnModelOptions *options, AugStatus status,
                   const char *word)
{
    NnModel *model = (NnModel *)&status;
    AugError error = {0};
    const AugStatus found = nn_model_open(&model, path, options, &error);
    ck_assert_msg(found == status && strstr(error.message, word), "%d, %s: %s (expected %d, %s)",
                  found, error.where, error.message, status, word);
    ck_assert_ptr_null(model);
}

/* What a layer makes of one sample: 6 maps of 12 x 12. */
static void run_layer(const char *run, const char *layer, const float *data, float *out)
{
    NnModel *model = opened(run, &(NnModelOptions){.layer = layer, .max_batch = 1});
    const NnModelBatch batch = {data, AUG_DTYPE_F32, NN_MODEL_HWC, 1};
    NnModelInfo info;
    nn_model_info(model, &info);
    ck_assert_uint_eq(info.n_outputs, 6 * 144);
    ck_assert_int_eq(nn_model_run(model, &batch, out, NULL), AUG_OK);
    nn_model_free(model);
}

/* A residual is the sum of what its branch ends with and of what it reads; a rectifier that runs with
 * the layer before it does not show in that. */
START_TEST(a_layer_of_a_branch_is_an_output)
{
    static float data[PIXELS], input[6 * 144], norm[6 * 144], branch[6 * 144], sum[6 * 144];
    train_case_write();
    train_case_replace("model.yaml", "    - max_pool: 2\n",
                       "    - residual: [{conv: {filters: 6, padding: 1}}, batch_norm, relu]\n"
                       "      name: block\n"
                       "    - max_pool: 2\n");
    ck_assert_int_eq(TRAIN_RUN("--epochs", "1", "--output", "@run"), 0);
    char *run = test_path("%s/run", test_folder());
    fill(data, PIXELS);
    run_layer(run, "2", data, input);
    run_layer(run, "3.branch.1", data, norm);
    run_layer(run, "block.branch.2", data, branch);
    run_layer(run, "3", data, sum);
    size_t n_below = 0;
    for (size_t i = 0; i < 6 * 144; i++) {
        n_below += norm[i] < 0;
        ck_assert(branch[i] == (norm[i] > 0 ? norm[i] : 0));
        ck_assert(sum[i] == input[i] + branch[i]);
    }
    ck_assert_uint_gt(n_below, 0);
    refuse(run, &(NnModelOptions){.layer = "block.branch.3"}, AUG_BAD_ARGUMENT,
           "no layer 'block.branch.3'");
    refuse(run, &(NnModelOptions){.layer = "2.branch.0"}, AUG_BAD_ARGUMENT, "no layer");
    free(run);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    char *run = make_run();
    char *file = test_path("%s/model.yaml", test_folder());
    refuse("/no/such/run", NULL, AUG_NOT_FOUND, "");
    refuse(file, NULL, AUG_BAD_ARGUMENT, "has no weights");
    refuse(run, &(NnModelOptions){.layer = "head_"}, AUG_BAD_ARGUMENT, "no layer 'head_'");
    refuse(run, &(NnModelOptions){.max_memory = 4096}, AUG_TOO_LARGE, "allowed are 0 MiB");
    refuse(run, &(NnModelOptions){.max_batch = 1u << 20}, AUG_BAD_SPEC, "batch size");
    static float data[3 * PIXELS], out[12];
    NnModel *model = opened(run, &(NnModelOptions){.max_batch = 2});
    AugError error = {0};
    NnModelBatch batch = {data, AUG_DTYPE_F32, NN_MODEL_HWC, 3};
    ck_assert_int_eq(nn_model_run(model, &batch, out, &error), AUG_BAD_ARGUMENT);
    batch.n = 1;
    batch.dtype = AUG_DTYPE_I64;
    ck_assert_int_eq(nn_model_run(model, &batch, out, &error), AUG_BAD_ARGUMENT);
    batch.dtype = AUG_DTYPE_F32;
    data[7] = strtof("nan", NULL);
    ck_assert_int_eq(nn_model_run(model, &batch, out, &error), AUG_CORRUPT);
    data[7] = 0;
    ck_assert_int_eq(nn_model_run(model, &batch, out, &error), AUG_OK);
    nn_model_free(model);
    free(file);
    free(run);
}
END_TEST

/* Whatever a file of weights holds, it opens or says why it does not. */
START_TEST(damaged_models_are_refused)
{
    char *run = make_run();
    char *path = test_path("%s/run/model.safetensors", test_folder());
    size_t size, n_refused = 0;
    char *bytes = (char *)test_read_file(path, &size);
    uint64_t header;
    memcpy(&header, bytes, sizeof(header));
    for (size_t at = 0; at < header + 8; at += 7) {
        NnModel *model = NULL;
        AugError error = {0};
        bytes[at] ^= 0x15;
        test_write_file(path, bytes, size);
        bytes[at] ^= 0x15;
        if (nn_model_open(&model, path, &(NnModelOptions){.n_threads = 1}, &error) != AUG_OK) {
            ck_assert_uint_gt(strlen(error.message), 0);
            ck_assert_ptr_null(model);
            n_refused++;
        }
        nn_model_free(model);
    }
    ck_assert_uint_gt(n_refused, 50);
    for (size_t cut = 0; cut < size; cut += size / 20) {
        test_write_file(path, bytes, cut);
        NnModel *model = NULL;
        ck_assert_int_ne(nn_model_open(&model, path, NULL, NULL), AUG_OK);
    }
    free(bytes);
    free(path);
    free(run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_model");
    TCase *test = tcase_create("nn_model");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, a_model_says_what_it_is);
    tcase_add_test(test, outputs_are_the_same_in_any_batch);
    tcase_add_test(test, a_layer_inside_is_an_output);
    tcase_add_test(test, a_layer_of_a_branch_is_an_output);
    tcase_add_test(test, what_does_not_fit_is_refused);
    tcase_add_test(test, damaged_models_are_refused);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
