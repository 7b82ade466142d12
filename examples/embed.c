/* One sample in memory: a picture, its mask and its boxes go in, augmented ones come out, moved
 * together.
 *
 *     cc embed.c $(pkg-config --cflags --libs aug) -o embed && ./embed
 */
#include <aug/aug.h>
#include <stdio.h>
#include <string.h>

#define HEIGHT 120
#define WIDTH 160

static const char spec_text[] = "augd: 1\n"
                                "seed: 42\n"
                                "pipeline:\n"
                                "  - RandomResizedCrop: {size: [96, 96], scale: [0.6, 1.0]}\n"
                                "  - HorizontalFlip: {p: 0.5}\n"
                                "  - RandomRotate90\n";

/* What a sample consists of. A data set without samples says it; samples come by hand. */
enum { IMAGE, MASK, BOXES, BOX_CLASSES, N_FIELDS };
static const AugFieldDesc fields[N_FIELDS] = {
    [IMAGE] = {.name = "image",
               .kind = AUG_FIELD_IMAGE,
               .form = AUG_FORM_PIXELS,
               .tensor = {AUG_DTYPE_U8, 3, {HEIGHT, WIDTH, 3}}},
    [MASK] = {.name = "mask",
              .kind = AUG_FIELD_MASK,
              .form = AUG_FORM_PIXELS,
              .tensor = {AUG_DTYPE_U8, 3, {HEIGHT, WIDTH, 1}}},
    [BOXES] = {.name = "boxes",
               .kind = AUG_FIELD_BOXES,
               .tensor = {AUG_DTYPE_F32, 2, {0, 4}},
               .most = 16},
    [BOX_CLASSES] = {.name = "box_classes",
                     .kind = AUG_FIELD_OTHER,
                     .tensor = {AUG_DTYPE_I64, 1, {0}},
                     .most = 16,
                     .follows = "boxes"},
};

/* A grey picture with a white rectangle, which is class 1 of the mask and the only box. */
static uint8_t pixels[HEIGHT][WIDTH][3], mask[HEIGHT][WIDTH];
static const float boxes[1][4] = {{60, 40, 110, 80}};
static const int64_t box_classes[1] = {7};

static void draw(void)
{
    memset(pixels, 96, sizeof(pixels));
    for (int y = 40; y < 80; y++) {
        memset(pixels[y][60], 255, 50 * 3);
        memset(&mask[y][60], 1, 50);
    }
}

static void print(const AugSample *sample)
{
    const AugField *image = &sample->fields[IMAGE], *classes = &sample->fields[MASK];
    const AugField *found = &sample->fields[BOXES];
    size_t covered = 0;
    for (size_t i = 0; i < classes->size; i++)
        covered += ((const uint8_t *)classes->bytes)[i];
    printf("image %d x %d x %d, mask %d x %d with %zu pixels of class 1, %d boxes:\n",
           image->height, image->width, image->channels, classes->height, classes->width, covered,
           (int)found->n_rows);
    for (uint64_t i = 0; i < found->n_rows; i++) {
        const float *box = (const float *)found->bytes + 4 * i;
        printf("  class %d at %.1f %.1f %.1f %.1f\n",
               (int)((const int64_t *)sample->fields[BOX_CLASSES].bytes)[i], (double)box[0],
               (double)box[1], (double)box[2], (double)box[3]);
    }
}

/* Three variants of the sample; a worker counts its samples, and each has draws of its own. */
static AugStatus augment(const AugPlan *plan, AugError *error)
{
    AugWorker *worker;
    AugStatus status = aug_worker_new(&worker, plan, error);
    AugField values[N_FIELDS] = {
        [IMAGE] = {pixels, sizeof(pixels), 0, HEIGHT, WIDTH, 3},
        [MASK] = {mask, sizeof(mask), 0, HEIGHT, WIDTH, 1},
        [BOXES] = {.bytes = boxes, .size = sizeof(boxes), .n_rows = 1},
        [BOX_CLASSES] = {.bytes = box_classes, .size = sizeof(box_classes), .n_rows = 1},
    };
    const AugSample in = {.name = "rectangle", .fields = values};
    AugSample out;
    print(&in);
    for (int i = 0; i < 3 && status == AUG_OK; i++) {
        status = aug_worker_augment(worker, NULL, &in, &out, error);
        if (status == AUG_OK)
            print(&out);
    }
    aug_worker_free(worker);
    return status;
}

int main(void)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugSpec *spec = NULL;
    AugDataset *dataset = NULL;
    AugPlan *plan = NULL;
    draw();
    AugStatus status =
        aug_spec_parse(&spec, spec_text, strlen(spec_text), "embed", NULL, &problems);
    if (status == AUG_OK)
        status = aug_dataset_from_callbacks(
            &dataset, &(AugDatasetCallbacks){.fields = fields, .n_fields = N_FIELDS}, &error);
    if (status == AUG_OK)
        status = aug_plan_new(&plan, spec, dataset, &(AugPlanOptions){.any_size = true}, &error);
    if (status == AUG_OK)
        status = augment(plan, &error);
    if (status != AUG_OK)
        fprintf(stderr, "%s: %s\n", error.where, error.message);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    return aug_status_exit_code(status);
}
