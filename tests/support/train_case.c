/* Writes the files of a small training run, and runs augtrain's command on them. */
#include "tests/support/train_case.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/command.h"

static const char model_text[] = "model:\n"
                                 "  input: [12, 12, 1]\n"
                                 "  classes: [a, 'b <i>', c, d]\n"
                                 "  layers:\n"
                                 "    - conv: {filters: 6, padding: 1, bias: false}\n"
                                 "    - batch_norm\n"
                                 "    - relu\n"
                                 "    - max_pool: 2\n"
                                 "    - flatten\n"
                                 "    - dropout: 0.1\n"
                                 "    - linear: 4\n"
                                 "      name: head\n"
                                 "optimizer: {sgd: {lr: 0.05, momentum: 0.9, nesterov: true}}\n"
                                 "schedule: one_cycle\n"
                                 "train: {epochs: 2, log_every: 3, threads: 2}\n"
                                 "data: {train: train.yaml, eval: eval.yaml}\n";

static const char train_text[] = "augd: 1\n"
                                 "dataset: {kind: idx, path: FOLDER/train-images-idx3-ubyte}\n"
                                 "pipeline:\n"
                                 "  - RandomCrop: {size: [12, 12], padding: 1}\n"
                                 "batch: {size: 32}\n"
                                 "output: {layout: hwc, normalize: fashion_mnist}\n";

static const char eval_text[] = "augd: 1\n"
                                "dataset: {kind: idx, path: FOLDER/t10k-images-idx3-ubyte}\n"
                                "batch: {size: 30, shuffle: false}\n"
                                "output: {layout: hwc, normalize: fashion_mnist}\n";

static void write_text(const char *name, const char *text)
{
    char *path = test_path("%s/%s", test_folder(), name);
    test_write_file(path, text, strlen(text));
    free(path);
}

char *train_case_read(const char *name, size_t *size)
{
    char *path = test_path("%s/%s", test_folder(), name);
    char *text = (char *)test_read_file(path, size);
    free(path);
    return text;
}

void train_case_replace(const char *name, const char *what, const char *with)
{
    size_t size;
    char *text = train_case_read(name, &size);
    const char *at = strstr(text, what);
    if (!at)
        ck_abort_msg("%s does not hold '%s'", name, what);
    char *changed = test_path("%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
    write_text(name, changed);
    free(changed);
    free(text);
}

#define SIDE 12

/* A picture of noise in which the quadrant of its class is brighter. */
static void fill_picture(uint8_t *pixels, uint32_t number, uint32_t class)
{
    for (uint32_t i = 0; i < SIDE * SIDE; i++) {
        uint32_t noise = (number * SIDE * SIDE + i) * 2654435761u >> 25;
        uint32_t quadrant = i / SIDE / (SIDE / 2) * 2 + i % SIDE / (SIDE / 2);
        pixels[i] = (uint8_t)(noise + (quadrant == class ? 100 : 0));
    }
}

/* n pictures and labels as the files of MNIST; numbers from first, so that splits differ. */
static void write_pictures(const char *split, uint8_t n, uint32_t first)
{
    size_t size = 16 + (size_t)n * SIDE * SIDE;
    uint8_t *images = calloc(1, size);
    uint8_t labels[8 + UINT8_MAX] = {0, 0, 8, 1, 0, 0, 0, n};
    const uint8_t header[16] = {0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, SIDE, 0, 0, 0, SIDE};
    memcpy(images, header, sizeof(header));
    for (uint32_t i = 0; i < n; i++) {
        labels[8 + i] = (uint8_t)(i % 4);
        fill_picture(images + 16 + i * SIDE * SIDE, first + i, i % 4);
    }
    char *path = test_path("%s/%s-images-idx3-ubyte", test_folder(), split);
    test_write_file(path, images, size);
    free(path);
    path = test_path("%s/%s-labels-idx1-ubyte", test_folder(), split);
    test_write_file(path, labels, 8 + (size_t)n);
    free(path);
    free(images);
}

void train_case_write(void)
{
    write_pictures("train", 240, 0);
    write_pictures("t10k", 100, 1000);
    write_text("model.yaml", model_text);
    write_text("train.yaml", train_text);
    write_text("eval.yaml", eval_text);
    train_case_replace("train.yaml", "FOLDER", test_folder());
    train_case_replace("eval.yaml", "FOLDER", test_folder());
}

int train_case_run(const char *const *words)
{
    enum { MAX_WORDS = 32 };
    char *owned[MAX_WORDS];
    size_t n = 0;
    owned[n++] = test_path("%s/model.yaml", test_folder());
    owned[n++] = test_path("--quiet");
    for (size_t i = 0; words[i] && n < MAX_WORDS; i++)
        owned[n++] = words[i][0] == '@' ? test_path("%s/%s", test_folder(), words[i] + 1)
                                        : test_path("%s", words[i]);
    const int code = cmd_run(&train_program, (const char *const *)owned, n);
    for (size_t i = 0; i < n; i++)
        free(owned[i]);
    return code;
}

bool train_case_same(const char *a, const char *b)
{
    size_t a_size, b_size;
    char *a_bytes = train_case_read(a, &a_size);
    char *b_bytes = train_case_read(b, &b_size);
    bool same = a_size == b_size && memcmp(a_bytes, b_bytes, a_size) == 0;
    free(a_bytes);
    free(b_bytes);
    return same;
}
