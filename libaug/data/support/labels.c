/* Collects labels as numbers or texts; at the end texts become class numbers and names. */
#include "libaug/data/support/labels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"

const char *const augi_label_type_names[] = {"auto", "numbers", "names", NULL};

AugStatus augi_labels_add(AugiLabels *labels, int32_t value, const AugLimits *limits,
                          AugError *error)
{
    AUG_TRY(augi_grow(&labels->values, &labels->capacity, labels->n + 1, sizeof(*labels->values),
                      limits->max_resident_size, error));
    labels->values[labels->n++] = value;
    return AUG_OK;
}

AugStatus augi_labels_name(AugiLabels *labels, AugiLabelText text, const AugLimits *limits,
                           uint32_t *number, AugError *error)
{
    uint64_t n_before = labels->texts.n;
    uint64_t max_size = limits->max_resident_size;
    AUG_TRY(augi_intern_add(&labels->texts, text.text, text.size, max_size, number, error));
    if (labels->texts.n > limits->max_classes)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "there are more than %" PRIu32 " different labels", limits->max_classes);
    if (labels->texts.n > n_before) {
        AUG_TRY(augi_grow(&labels->places, &labels->place_capacity, labels->texts.n,
                          sizeof(*labels->places), max_size, error));
        labels->places[*number] = text.place;
    }
    return AUG_OK;
}

AugStatus augi_labels_add_text(AugiLabels *labels, AugiLabelText text, const AugLimits *limits,
                               AugError *error)
{
    uint32_t number;
    AUG_TRY(augi_labels_name(labels, text, limits, &number, error));
    return augi_labels_add(labels, (int32_t)number, limits, error);
}

AugStatus augi_labels_finish(AugiLabels *labels, AugDataset *dataset, int32_t classes,
                             AugError *error)
{
    int32_t highest = -1;
    uint64_t at = 0;
    for (uint64_t i = 0; i < labels->n; i++)
        if (labels->values[i] > highest) {
            highest = labels->values[i];
            at = i;
        }
    if (classes && highest >= classes)
        return AUG_FAIL(error, AUG_CORRUPT, augi_dataset_path(dataset),
                        "sample %" PRIu64 " has label %" PRId32 "; with classes %" PRId32
                        " the highest allowed is %" PRId32,
                        at, highest, classes, classes - 1);
    dataset->info.n_classes = (uint32_t)(classes && highest >= 0 ? classes : highest + 1);
    return AUG_OK;
}

bool augi_label_parse(const char *text, size_t size, const AugLimits *limits, int32_t *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || number >= limits->max_classes)
            return false;
        number = 10 * number + (uint64_t)(text[i] - '0');
    }
    *value = (int32_t)number;
    return size > 0 && number < limits->max_classes && number <= INT32_MAX;
}

static bool is_digits(const char *text)
{
    return text[0] && !text[strspn(text, "0123456789")];
}

/* Decides between numbers and names by the first text; a text of the other sort is an error, since
 * a lone "label" among numbers is a forgotten header, and a lone -1 is not a class. */
static AugStatus find_type(const AugiLabels *labels, const char *path, AugiLabelType *type,
                           AugError *error)
{
    if (*type == AUGI_LABELS_NAMES)
        return AUG_OK;
    const char *first = augi_intern_text(&labels->texts, 0);
    bool numbers = *type == AUGI_LABELS_NUMBERS || is_digits(first);
    for (uint64_t i = 0; i < labels->texts.n; i++) {
        const char *text = augi_intern_text(&labels->texts, i);
        if (is_digits(text) == numbers)
            continue;
        if (*type == AUGI_LABELS_NUMBERS)
            return AUG_FAIL(error, AUG_CORRUPT, path,
                            "line %" PRIu64
                            " has the label '%.60s'; allowed are whole numbers from 0",
                            labels->places[i], text);
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "line %" PRIu64 " has the label '%.60s', line %" PRIu64
                        " '%.60s'; allowed are whole numbers from 0 or names, not both, unless "
                        "label_type is names",
                        labels->places[0], first, labels->places[i], text);
    }
    *type = numbers ? AUGI_LABELS_NUMBERS : AUGI_LABELS_NAMES;
    return AUG_OK;
}

static AugStatus map_numbers(AugiLabels *labels, AugDataset *dataset, int32_t classes,
                             AugError *error)
{
    int32_t highest = -1;
    for (uint64_t i = 0; i < labels->texts.n; i++) {
        const char *text = augi_intern_text(&labels->texts, i);
        int32_t *class = &labels->classes[i];
        if (!augi_label_parse(text, strlen(text), &dataset->limits, class))
            return AUG_FAIL(error, AUG_TOO_LARGE, augi_dataset_path(dataset),
                            "line %" PRIu64 " has the label %.60s; allowed is at most %" PRIu32,
                            labels->places[i], text, dataset->limits.max_classes - 1);
        if (classes && *class >= classes)
            return AUG_FAIL(error, AUG_CORRUPT, augi_dataset_path(dataset),
                            "line %" PRIu64 " has the label %" PRId32 "; with classes %" PRId32
                            " the highest allowed is %" PRId32,
                            labels->places[i], *class, classes, classes - 1);
        highest = *class > highest ? *class : highest;
    }
    dataset->info.n_classes = (uint32_t)(classes ? classes : highest + 1);
    return AUG_OK;
}

typedef struct Name {
    const char *text;
    uint64_t number;
} Name;

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const Name *)a)->text, ((const Name *)b)->text);
}

/* Copies the sorted names to the data set. names has room for all. */
static AugStatus name_classes(AugiLabels *labels, AugDataset *dataset, Name *names, AugError *error)
{
    uint32_t n = (uint32_t)labels->texts.n;
    for (uint32_t i = 0; i < n; i++)
        names[i] = (Name){augi_intern_text(&labels->texts, i), i};
    qsort(names, n, sizeof(*names), compare_names);
    dataset->class_names = calloc(n, sizeof(*dataset->class_names));
    dataset->info.n_classes = dataset->class_names ? n : 0;
    for (uint32_t i = 0; i < dataset->info.n_classes; i++) {
        dataset->class_names[i] = strdup(names[i].text);
        labels->classes[names[i].number] = (int32_t)i;
        if (!dataset->class_names[i])
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
    }
    return dataset->class_names ? AUG_OK
                                : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
}

static AugStatus map_names(AugiLabels *labels, AugDataset *dataset, int32_t classes,
                           AugError *error)
{
    if (classes && labels->texts.n != (uint64_t)classes)
        return AUG_FAIL(error, AUG_CORRUPT, augi_dataset_path(dataset),
                        "there are %" PRIu64 " different labels; classes is %" PRId32,
                        labels->texts.n, classes);
    Name *names = calloc((size_t)labels->texts.n, sizeof(*names));
    if (!names)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
    AugStatus status = name_classes(labels, dataset, names, error);
    free(names);
    return status;
}

AugStatus augi_labels_finish_text(AugiLabels *labels, AugDataset *dataset, AugiLabelType type,
                                  int32_t classes, AugError *error)
{
    if (labels->texts.n == 0)
        return AUG_OK;
    AUG_TRY(find_type(labels, augi_dataset_path(dataset), &type, error));
    labels->classes = calloc((size_t)labels->texts.n, sizeof(*labels->classes));
    if (!labels->classes)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
    AUG_TRY(type == AUGI_LABELS_NUMBERS ? map_numbers(labels, dataset, classes, error)
                                        : map_names(labels, dataset, classes, error));
    for (uint64_t i = 0; i < labels->n; i++)
        if (labels->values[i] >= 0)
            labels->values[i] = labels->classes[labels->values[i]];
    augi_intern_fini(&labels->texts);
    return AUG_OK;
}

AugStatus augi_class_names_copy(AugDataset *dataset, const char *const *names, AugError *error)
{
    const uint32_t n = dataset->info.n_classes;
    dataset->class_names = calloc(n, sizeof(*dataset->class_names));
    bool is_complete = dataset->class_names;
    for (uint32_t i = 0; is_complete && i < n; i++) {
        dataset->class_names[i] = strdup(names[i]);
        is_complete = dataset->class_names[i];
    }
    return is_complete ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
}

void augi_labels_fini(AugiLabels *labels)
{
    augi_intern_fini(&labels->texts);
    free(labels->values);
    free(labels->places);
    free(labels->classes);
    *labels = (AugiLabels){0};
}
