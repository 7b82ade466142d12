/* Model files: what is read, and every mistake at once with its place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/spec.h"
#include "tests/support/support.h"
#include "trainer/model/model_file.h"

static const char good[] = "augtrain: 1\n"
                           "model:\n"
                           "  input: [8, 8, 1]\n"
                           "  classes: [zero, one, two]\n"
                           "  layers:\n"
                           "    - conv: {filters: 4, kernel: 3, padding: 1, bias: false}\n"
                           "      name: stem\n"
                           "    - relu\n"
                           "    - residual:\n"
                           "        branch: [{conv: {filters: 4, padding: 1}}, batch_norm]\n"
                           "    - max_pool: 2\n"
                           "    - flatten: {}\n"
                           "    - linear: 3\n"
                           "loss: {cross_entropy: {label_smoothing: 0.1}}\n"
                           "optimizer: {sgd: {lr: 0.2, momentum: 0.9, nesterov: true}}\n"
                           "schedule: {one_cycle: {pct_start: 0.25}}\n"
                           "train: {epochs: 3, seed: 9}\n"
                           "data: {train: sub/train.yaml, eval: /abs/eval.yaml}\n";

/* Problems of one reading, and where they were found. */
typedef struct Reading {
    AugError items[32];
    AugProblems problems;
    AugLimits limits;
    TrainModelFile *file;
    char *path;
} Reading;

static AugStatus read_text(Reading *reading, const char *text)
{
    *reading = (Reading){0};
    reading->problems = (AugProblems){.items = reading->items, .capacity = 32};
    reading->path = test_path("%s/model.yaml", test_folder());
    test_write_file(reading->path, text, strlen(text));
    aug_limits_init(&reading->limits);
    return train_model_file_load(&reading->file, reading->path, &reading->limits,
                                 &reading->problems);
}

static void end(Reading *reading)
{
    train_model_file_free(reading->file);
    free(reading->path);
}

/* A problem at "line:column" whose sentence holds words is among those found. */
static void expect(const Reading *reading, const char *place, const char *words)
{
    char where[300];
    snprintf(where, sizeof(where), "%s:%s", reading->path, place);
    for (size_t i = 0; i < reading->problems.n && i < 32; i++)
        if (strcmp(reading->items[i].where, where) == 0 && strstr(reading->items[i].message, words))
            return;
    for (size_t i = 0; i < reading->problems.n && i < 32; i++)
        printf("found: %s: %s\n", reading->items[i].where, reading->items[i].message);
    ck_abort_msg("not found: %s: %s", where, words);
}

START_TEST(reads_a_good_file)
{
    Reading reading;
    AugStatus status = read_text(&reading, good);
    ck_assert_msg(status == AUG_OK, "%s: %s", reading.items[0].where, reading.items[0].message);
    const TrainModelFile *file = reading.file;
    ck_assert_int_eq(file->input.height, 8);
    ck_assert_int_eq(file->input.channels, 1);
    ck_assert(!file->input.flat);
    ck_assert_uint_eq(file->n_classes, 3);
    ck_assert_str_eq(file->classes[2], "two");
    ck_assert_uint_eq(file->n_layers, 6);
    ck_assert_str_eq(file->layers[0].desc->name, "conv");
    ck_assert_str_eq(file->layers[0].name, "stem");
    ck_assert_uint_eq(file->layers[2].n_branch, 2);
    ck_assert_str_eq(file->layers[2].branch[1].desc->name, "batch_norm");
    char *where = test_path("%s:6:7", reading.path);
    ck_assert_str_eq(file->layers[0].where, where);
    free(where);
    ck_assert_str_eq(file->loss.module->name, "cross_entropy");
    char *smoothing = augi_param_text(&file->loss.module->params.rows[0], file->loss.params);
    ck_assert_str_eq(smoothing, "0.1");
    free(smoothing);
    ck_assert_str_eq(file->optimizer.module->name, "sgd");
    ck_assert_double_eq(nn_optimizer_rates(&file->optimizer).lr, 0.2);
    ck_assert_double_eq(nn_optimizer_rates(&file->optimizer).momentum, 0.9);
    ck_assert_str_eq(file->schedule.stages[0].choice.module->name, "one_cycle");
    ck_assert_int_eq(file->train.epochs, 3);
    ck_assert_uint_eq(file->train.seed, 9);
    ck_assert_int_eq(file->train.log_every, 20);
    char *train = test_path("%s/sub/train.yaml", test_folder());
    ck_assert_str_eq(file->train_data.path, train);
    free(train);
    ck_assert_str_eq(file->eval_data.path, "/abs/eval.yaml");
    end(&reading);
}
END_TEST

START_TEST(the_least_that_is_needed)
{
    Reading reading;
    AugStatus status = read_text(&reading, "model: {input: 12, layers: [{linear: 2}]}\n"
                                           "optimizer: {sgd: 0.1}\n"
                                           "train: {epochs: 1}\n");
    ck_assert_msg(status == AUG_OK, "%s: %s", reading.items[0].where, reading.items[0].message);
    ck_assert(reading.file->input.flat);
    ck_assert_int_eq(reading.file->input.channels, 12);
    ck_assert_str_eq(reading.file->schedule.stages[0].choice.module->name, "constant");
    ck_assert_double_eq(nn_optimizer_rates(&reading.file->optimizer).lr, 0.1);
    ck_assert_str_eq(reading.file->loss.module->name, "cross_entropy");
    ck_assert_ptr_null(reading.file->train_data.name);
    end(&reading);
}
END_TEST

START_TEST(every_mistake_at_once)
{
    Reading reading;
    AugStatus status = read_text(&reading, "augtrain: 2\n"
                                           "modle: 1\n"
                                           "model:\n"
                                           "  input: [8, 8]\n"
                                           "  classes: one\n"
                                           "  layers:\n"
                                           "    - conf: 3\n"
                                           "    - conv: {filters: 0, kernal: 3}\n"
                                           "    - relu: {x: 1}\n"
                                           "    - {conv: 3, relu: 1}\n"
                                           "    - [relu]\n"
                                           "    - linear: 3\n"
                                           "      name: a.b\n"
                                           "    - residual\n"
                                           "    - {relu: {}, from: []}\n"
                                           "loss: hinge\n"
                                           "optimizer: {sgd: {lr: 0.1, nesterov: true}}\n"
                                           "schedule: one_cicle\n"
                                           "train: {epochs: many, sed: 1}\n"
                                           "data: {trian: x, eval: [1]}\n");
    ck_assert_int_eq(status, AUG_BAD_SPEC);
    ck_assert_ptr_null(reading.file);
    expect(&reading, "1:11", "allowed is 1");
    expect(&reading, "2:1", "did you mean 'model'?");
    expect(&reading, "4:10", "input needs [height, width, channels] or [features]");
    expect(&reading, "5:12", "classes needs a list of names");
    expect(&reading, "7:7", "the layer 'conf' is not known; did you mean 'conv'?");
    expect(&reading, "8:23", "filters is 0; allowed is integer from 1");
    expect(&reading, "8:26", "'kernal' is not known; did you mean 'kernel'?");
    expect(&reading, "9:14", "the key 'x' is not known");
    expect(&reading, "10:7", "a map with several");
    expect(&reading, "11:7", "a list");
    expect(&reading, "13:13", "letters, digits and underscores");
    expect(&reading, "14:7", "branch is missing");
    expect(&reading, "15:24", "from is empty; it needs the name of a layer");
    expect(&reading, "16:7", "'hinge' is not known; 'augtrain modules' lists what is");
    expect(&reading, "17:18", "esterov");
    expect(&reading, "18:11", "did you mean 'one_cycle'?");
    expect(&reading, "19:17", "epochs is many");
    expect(&reading, "19:23", "did you mean 'seed'?");
    expect(&reading, "20:8", "did you mean 'train'?");
    expect(&reading, "20:24", "a list stands here");
    ck_assert_uint_eq(reading.problems.n, 20);
    end(&reading);
}
END_TEST

/* Neither wins over the other, and products of lengths stay in their range. */
START_TEST(stages_have_one_length)
{
    Reading reading;
    const AugStatus status = read_text(&reading, "augtrain: 1\n"
                                                 "model: {input: [8], layers: [linear: 3]}\n"
                                                 "optimizer: {sgd: {lr: 0.1}}\n"
                                                 "schedule:\n"
                                                 "  - {constant: {}, steps: 5, epochs: 3}\n"
                                                 "  - {constant: {}, epochs: 9223372036854775809}\n"
                                                 "  - cosine\n"
                                                 "train: {epochs: 9}\n");
    ck_assert_int_eq(status, AUG_BAD_SPEC);
    expect(&reading, "5:5", "steps and epochs both say how long constant is");
    expect(&reading, "6:28", "epochs is 9223372036854775809");
    ck_assert_uint_eq(reading.problems.n, 2);
    end(&reading);
}
END_TEST

START_TEST(missing_sections)
{
    Reading reading;
    ck_assert_int_eq(read_text(&reading, "loss: cross_entropy\n"), AUG_BAD_SPEC);
    expect(&reading, "1:1", "the section 'model' is missing");
    expect(&reading, "1:1", "the section 'optimizer' is missing");
    expect(&reading, "1:1", "the section 'train' is missing");
    end(&reading);
    ck_assert_int_eq(read_text(&reading, "- a\n"), AUG_BAD_SPEC);
    expect(&reading, "1:1", "a list stands here");
    end(&reading);
    ck_assert_int_eq(read_text(&reading, "model: {input: [1\n"), AUG_BAD_SPEC);
    ck_assert_uint_eq(reading.problems.n, 1);
    end(&reading);
}
END_TEST

static AugStatus load_inline(Reading *reading, AugSpec **spec)
{
    const TrainSpecRef *ref = &reading->file->train_data;
    return augi_spec_from_tree(spec, ref->tree, ref->name, &reading->limits, &reading->problems);
}

/* A spec inside the model file: what is wrong in it has the model file's line and column. */
START_TEST(inline_specs_keep_their_places)
{
    Reading reading;
    AugStatus status =
        read_text(&reading, "model: {input: 12, layers: [{linear: 2}]}\n"
                            "optimizer: {sgd: 0.1}\n"
                            "train: {epochs: 1}\n"
                            "data:\n"
                            "  train:\n"
                            "    augd: 1\n"
                            "    seed: 7\n"
                            "    dataset: {kind: synthetic, path: 'a: \"b\"', count: 8}\n"
                            "    pipeline:\n"
                            "      - HorizontalFlip: {p: 0.5}\n"
                            "      - RandomCrop: {size: [28, 28], paddin: 1}\n"
                            "      - Cutout: 0\n"
                            "    batch: {size: 4}\n");
    ck_assert_msg(status == AUG_OK, "%s: %s", reading.items[0].where, reading.items[0].message);
    AugSpec *spec;
    status = load_inline(&reading, &spec);
    ck_assert_int_eq(status, AUG_BAD_SPEC);
    expect(&reading, "8:32", "synthetic: the key 'path' is not known");
    expect(&reading, "11:38", "did you mean 'padding'?");
    expect(&reading, "12:17", "Cutout");
    ck_assert_uint_eq(reading.problems.n, 3);
    end(&reading);
}
END_TEST

START_TEST(inline_specs_mean_the_same)
{
    static const char spec_text[] = "augd: 1\nseed: 5\ndataset: digits\npipeline:\n"
                                    "  - HorizontalFlip: {p: 0.25}\n  - Cutout: {size: 3}\n"
                                    "batch: {size: 4, tail: drop}\noutput: {layout: hwc}\n";
    Reading reading;
    ck_assert_int_eq(read_text(&reading,
                               "model: {input: 12, layers: [{linear: 2}]}\n"
                               "optimizer: {sgd: 0.1}\n"
                               "train: {epochs: 1}\n"
                               "data: {train: {augd: 1, seed: 5, dataset: digits, "
                               "pipeline: [HorizontalFlip: {p: 0.25}, Cutout: {size: 3}],"
                               " batch: {size: 4, tail: drop}, output: {layout: hwc}}}\n"),
                     AUG_OK);
    AugSpec *inside = NULL, *outside = NULL;
    ck_assert_int_eq(load_inline(&reading, &inside), AUG_OK);
    ck_assert_int_eq(aug_spec_parse(&outside, spec_text, strlen(spec_text), "spec", &reading.limits,
                                    &reading.problems),
                     AUG_OK);
    char *first = aug_spec_canonical(inside);
    char *second = aug_spec_canonical(outside);
    ck_assert_str_eq(first, second);
    ck_assert_str_eq(aug_spec_dataset_name(inside), "digits");
    free(first);
    free(second);
    aug_spec_free(inside);
    aug_spec_free(outside);
    end(&reading);
}
END_TEST

/* Where and what an error of a daemon at "unix:/s" is in the model file. */
static void check_place(const Reading *reading, const char *said, const char *place,
                        const char *message)
{
    AugError error;
    AUG_FAIL(&error, AUG_BAD_SPEC, "unix:/s", "%s", said);
    train_spec_place(reading->file->train_data.tree, "m.yaml", &error);
    ck_assert_str_eq(error.where, place);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(error.status, AUG_BAD_SPEC);
}

START_TEST(what_a_daemon_says_has_its_place_in_the_model_file)
{
    Reading reading;
    ck_assert_int_eq(read_text(&reading, "model: {input: 12, layers: [{linear: 2}]}\n"
                                         "optimizer: {sgd: 0.1}\n"
                                         "train: {epochs: 1}\n"
                                         "data:\n"
                                         "  train:\n"
                                         "    augd: 1\n"
                                         "    pipeline:\n"
                                         "      - HorizontalFlip\n"
                                         "      - Cutout: 3\n"),
                     AUG_OK);
    check_place(&reading, "/spec/pipeline/1: Cutout: too: large", "unix:/s: m.yaml:9:9",
                "Cutout: too: large");
    /* The object has every default; the file may have less. */
    check_place(&reading, "/spec/pipeline/1/Cutout/size: x", "unix:/s: m.yaml:9:17", "x");
    check_place(&reading, "/spec/batch/size: x", "unix:/s: m.yaml:6:5", "x");
    check_place(&reading, "/spec: x", "unix:/s: m.yaml:6:5", "x");
    check_place(&reading, "/species: x", "unix:/s", "/species: x");
    check_place(&reading, "spec: no colon", "unix:/s", "spec: no colon");
    check_place(&reading, "/spec/pipeline", "unix:/s", "/spec/pipeline");
    end(&reading);
}
END_TEST

START_TEST(writes_every_default)
{
    Reading reading;
    ck_assert_int_eq(read_text(&reading, good), AUG_OK);
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    train_model_file_write(reading.file, &reading.file->train, &json);
    augi_json_object_end(&json);
    char *text = augi_json_take(&json);
    static const char *const parts[] = {"\"input\":[8,8,1]",
                                        "\"classes\":[\"zero\",\"one\",\"two\"]",
                                        "\"name\":\"stem\"",
                                        "\"branch\":[{\"conv\"",
                                        "\"stride\":[1,1]",
                                        "\"ignore_index\":-100,\"label_smoothing\":0.1",
                                        "\"dampening\":0",
                                        "\"pct_start\":0.25",
                                        "\"checkpoint_every\":\"1 epoch\"",
                                        "\"kernels\":\"auto\""};
    for (size_t i = 0; i < AUG_COUNT(parts); i++)
        ck_assert_msg(strstr(text, parts[i]) != NULL, "%s\n  is not in %s", parts[i], text);
    free(text);
    end(&reading);
}
END_TEST

/* A text that is read gives a file; one that is refused gives none, and every mistake has a place
 * in the file and a sentence. Returns whether it was read. */
static bool is_read_or_named(const char *text)
{
    Reading reading;
    const AugStatus status = read_text(&reading, text);
    ck_assert_msg((status == AUG_OK) == (reading.file != NULL), "%s", text);
    ck_assert_msg((status == AUG_OK) == (reading.problems.n == 0), "%s", text);
    for (size_t i = 0; i < reading.problems.n && i < reading.problems.capacity; i++) {
        const AugError *item = &reading.items[i];
        ck_assert_msg(strncmp(item->where, reading.path, strlen(reading.path)) == 0,
                      "'%s' (%s) in:\n%s", item->where, item->message, text);
        ck_assert_msg(item->message[0] != 0, "no sentence at %s", item->where);
        ck_assert(item->status != AUG_OK && item->status != AUG_INTERNAL);
    }
    end(&reading);
    return status == AUG_OK;
}

/* Cut at every third length, and with a colon or a brace there. */
START_TEST(damage_is_read_or_named)
{
    size_t length = strlen(good), n_read = 0, n_cut_read = 0;
    for (size_t i = 0; i < length; i += 3) {
        char *text = strdup(good);
        text[i] = (i % 2) ? '{' : ':';
        n_read += is_read_or_named(text);
        text[i] = 0;
        n_cut_read += is_read_or_named(text);
        free(text);
    }
    /* In a name a colon or a brace is a letter like others; a file that is cut anywhere lacks the
     * end of its data section. */
    ck_assert_uint_gt(n_read, 0);
    ck_assert_uint_lt(n_read, length / 6);
    ck_assert_uint_eq(n_cut_read, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_model_file");
    TCase *test = tcase_create("model_file");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, reads_a_good_file);
    tcase_add_test(test, the_least_that_is_needed);
    tcase_add_test(test, every_mistake_at_once);
    tcase_add_test(test, stages_have_one_length);
    tcase_add_test(test, missing_sections);
    tcase_add_test(test, inline_specs_keep_their_places);
    tcase_add_test(test, inline_specs_mean_the_same);
    tcase_add_test(test, what_a_daemon_says_has_its_place_in_the_model_file);
    tcase_add_test(test, writes_every_default);
    tcase_add_test(test, damage_is_read_or_named);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
