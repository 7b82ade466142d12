/* Collects labels as numbers or texts; at the end texts become class numbers and names. */
#include "libaug/data/support/labels.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "libaug/data/support/numbers.h"

const char *const augi_label_type_names[] = {"auto", "numbers", "names", NULL};
const char *const augi_label_folder_names[] = {"names", "numbers", NULL};

int32_t augi_labels_get(const AugiLabels *labels, uint64_t i)
{
    switch (labels->width) {
    case 1:
        return ((const uint8_t *)labels->values)[i] - 1;
    case 2:
        return ((const uint16_t *)labels->values)[i] - 1;
    default:
        return (int32_t)(((const uint32_t *)labels->values)[i] - 1);
    }
}

void augi_labels_expect(const AugiLabels *labels, uint64_t i)
{
    if (labels->values)
        __builtin_prefetch((const uint8_t *)labels->values + i * labels->width);
}

/* The value fits the width. */
static void set(AugiLabels *labels, uint64_t i, int32_t value)
{
    const uint32_t stored = (uint32_t)value + 1;
    if (labels->width == 1)
        ((uint8_t *)labels->values)[i] = (uint8_t)stored;
    else if (labels->width == 2)
        ((uint16_t *)labels->values)[i] = (uint16_t)stored;
    else
        ((uint32_t *)labels->values)[i] = stored;
}

static uint32_t width_of(int32_t value)
{
    return value < UINT8_MAX ? 1 : value < UINT16_MAX ? 2 : 4;
}

/* Gives values room for a larger label. */
static AugStatus widen(AugiLabels *labels, uint32_t width, uint64_t max_size, AugError *error)
{
    AugiLabels wider = {.width = width};
    AUG_TRY(augi_grow(&wider.values, &wider.capacity, labels->n + 1, width, max_size, error));
    for (uint64_t i = 0; i < labels->n; i++)
        set(&wider, i, augi_labels_get(labels, i));
    free(labels->values);
    labels->values = wider.values;
    labels->capacity = wider.capacity;
    labels->width = width;
    return AUG_OK;
}

AugStatus augi_labels_add(AugiLabels *labels, int32_t value, const AugLimits *limits,
                          AugError *error)
{
    const uint64_t max_size = limits->max_resident_size;
    if (width_of(value) > labels->width)
        AUG_TRY(widen(labels, width_of(value), max_size, error));
    AUG_TRY(augi_grow(&labels->values, &labels->capacity, labels->n + 1, labels->width, max_size,
                      error));
    set(labels, labels->n++, value);
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
    bool lacks_some = false;
    for (uint64_t i = 0; i < labels->n; i++) {
        const int32_t value = augi_labels_get(labels, i);
        lacks_some = lacks_some || value < 0;
        if (value > highest) {
            highest = value;
            at = i;
        }
    }
    if (classes && highest >= classes)
        return AUG_FAIL(error, AUG_CORRUPT, augi_dataset_path(dataset),
                        "sample %" PRIu64 " has label %" PRId32 "; with classes %" PRId32
                        " the highest allowed is %" PRId32,
                        at, highest, classes, classes - 1);
    dataset->may_lack_labels = lacks_some && highest >= 0;
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

AugStatus augi_label_of_folder(const char *name, size_t size, const char *where,
                               const AugLimits *limits, int32_t *value, AugError *error)
{
    if (augi_label_parse(name, size, limits, value))
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, where,
                    "label_type is numbers, and a folder is called '%.*s'; allowed are class "
                    "numbers from 0 to %" PRIu32 " in digits",
                    (int)(size < 200 ? size : 200), name, limits->max_classes - 1);
}

const char *augi_label_trim(const char *text, size_t *size)
{
    for (; *size > 0 && (text[0] == ' ' || text[0] == '\t'); text++)
        --*size;
    while (*size > 0 && (text[*size - 1] == ' ' || text[*size - 1] == '\t'))
        --*size;
    return text;
}

/* What a text is: a name, a whole number from 0 however it is written ("2", " 2", "+2", "2.0",
 * "2e0"), or another number ("-1", "1.5"). */
typedef enum TextSort { TEXT_NAME, TEXT_WHOLE, TEXT_OTHER_NUMBER } TextSort;

/* Above every limit, and every whole number below it is a double. */
#define TOO_LARGE_LABEL (UINT64_C(1) << 53)

static TextSort sort_of(const char *text, uint64_t *value)
{
    size_t size = strlen(text);
    text = augi_label_trim(text, &size);
    *value = 0;
    size_t n_digits = 0;
    for (; n_digits < size && text[n_digits] >= '0' && text[n_digits] <= '9'; n_digits++)
        if (*value < TOO_LARGE_LABEL)
            *value = 10 * *value + (uint64_t)(text[n_digits] - '0');
    if (n_digits == size)
        return size > 0 ? TEXT_WHOLE : TEXT_NAME;
    double number;
    if (!augi_float_parse(text, size, &number))
        return TEXT_NAME;
    if (number < 0 || floor(number) < number)
        return TEXT_OTHER_NUMBER;
    *value = number < (double)TOO_LARGE_LABEL ? (uint64_t)number : TOO_LARGE_LABEL;
    return TEXT_WHOLE;
}

/* The number of the first text of a sort; the number of texts if there is none. */
static uint64_t find_sort(const AugiLabels *labels, TextSort wanted)
{
    uint64_t i = 0, value;
    while (i < labels->texts.n && sort_of(augi_intern_text(&labels->texts, i), &value) != wanted)
        i++;
    return i;
}

static AugStatus refuse_number(const AugiLabels *labels, uint64_t text, const char *path,
                               AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, path,
                    "line %" PRIu64 " has the label '%.60s'; allowed are whole numbers from 0, or "
                    "label_type: names for classes that are called so",
                    labels->places[text], augi_intern_text(&labels->texts, text));
}

/* Decides between numbers and names. Both in one data set are an error, since a lone "label" among
 * numbers is a forgotten header, and a lone -1 is not a class. */
static AugStatus find_type(const AugiLabels *labels, const char *path, AugiLabelType *type,
                           AugError *error)
{
    if (*type == AUGI_LABELS_NAMES)
        return AUG_OK;
    const uint64_t n = labels->texts.n, name = find_sort(labels, TEXT_NAME);
    const uint64_t whole = find_sort(labels, TEXT_WHOLE);
    const uint64_t other = find_sort(labels, TEXT_OTHER_NUMBER);
    const uint64_t number = whole < other ? whole : other;
    const uint64_t first = name < number ? name : number, second = name < number ? number : name;
    if (*type == AUGI_LABELS_AUTO && second < n)
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "line %" PRIu64 " has the label '%.60s', line %" PRIu64
                        " '%.60s'; allowed are whole numbers from 0 or names, not both, unless "
                        "label_type is names%s",
                        labels->places[first], augi_intern_text(&labels->texts, first),
                        labels->places[second], augi_intern_text(&labels->texts, second),
                        first == name && labels->places[first] == 1
                            ? "; if line 1 is a header, give label: and text: or image: with names "
                              "of it"
                            : "");
    if (*type == AUGI_LABELS_NUMBERS && name < n)
        return refuse_number(labels, name, path, error);
    if (other < n)
        return refuse_number(labels, other, path, error);
    *type = number < n ? AUGI_LABELS_NUMBERS : AUGI_LABELS_NAMES;
    return AUG_OK;
}

static AugStatus map_numbers(AugiLabels *labels, AugDataset *dataset, int32_t classes,
                             AugError *error)
{
    int32_t highest = -1;
    for (uint64_t i = 0; i < labels->texts.n; i++) {
        const char *text = augi_intern_text(&labels->texts, i);
        int32_t *class = &labels->classes[i];
        uint64_t value;
        if (sort_of(text, &value) != TEXT_WHOLE || value >= dataset->limits.max_classes ||
            value > INT32_MAX)
            return AUG_FAIL(error, AUG_TOO_LARGE, augi_dataset_path(dataset),
                            "line %" PRIu64 " has the label %.60s; allowed is at most %" PRIu32,
                            labels->places[i], text, dataset->limits.max_classes - 1);
        *class = (int32_t)value;
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

/* By what is between the blanks around them. */
static int compare_trimmed(const void *a, const void *b)
{
    const char *one = ((const Name *)a)->text, *other = ((const Name *)b)->text;
    size_t n = strlen(one), m = strlen(other);
    one = augi_label_trim(one, &n);
    other = augi_label_trim(other, &m);
    const int order = memcmp(one, other, n < m ? n : m);
    return order ? order : (n > m) - (n < m);
}

/* Two classes that nobody tells apart are one that was written in two ways. */
static AugStatus check_blanks(const AugiLabels *labels, Name *names, const char *path,
                              AugError *error)
{
    const size_t n = (size_t)labels->texts.n;
    qsort(names, n, sizeof(*names), compare_trimmed);
    for (size_t i = 1; i < n; i++)
        if (compare_trimmed(&names[i - 1], &names[i]) == 0)
            return AUG_FAIL(error, AUG_CORRUPT, path,
                            "line %" PRIu64 " has the label '%.60s', line %" PRIu64
                            " '%.60s', which differ only in the blanks around them; allowed is "
                            "one of them, or label_type: names",
                            labels->places[names[i - 1].number], names[i - 1].text,
                            labels->places[names[i].number], names[i].text);
    return AUG_OK;
}

/* Copies the sorted names to the data set. names has room for all. */
static AugStatus name_classes(AugiLabels *labels, AugDataset *dataset, Name *names, AugError *error)
{
    uint32_t n = (uint32_t)labels->texts.n;
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

/* is_exact: blanks around names are part of them. */
static AugStatus map_names(AugiLabels *labels, AugDataset *dataset, int32_t classes, bool is_exact,
                           AugError *error)
{
    if (classes && labels->texts.n != (uint64_t)classes)
        return AUG_FAIL(error, AUG_CORRUPT, augi_dataset_path(dataset),
                        "there are %" PRIu64 " different labels; classes is %" PRId32,
                        labels->texts.n, classes);
    Name *names = calloc((size_t)labels->texts.n, sizeof(*names));
    if (!names)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
    for (uint64_t i = 0; i < labels->texts.n; i++)
        names[i] = (Name){augi_intern_text(&labels->texts, i), i};
    AugStatus status =
        is_exact ? AUG_OK : check_blanks(labels, names, augi_dataset_path(dataset), error);
    if (status == AUG_OK)
        status = name_classes(labels, dataset, names, error);
    free(names);
    return status;
}

/* Texts become their classes, which may be larger numbers. */
static AugStatus number_samples(AugiLabels *labels, const AugDataset *dataset, AugError *error)
{
    const uint32_t width = width_of((int32_t)dataset->info.n_classes);
    if (width > labels->width)
        AUG_TRY(widen(labels, width, dataset->limits.max_resident_size, error));
    for (uint64_t i = 0; i < labels->n; i++) {
        const int32_t value = augi_labels_get(labels, i);
        set(labels, i, value < 0 ? -1 : labels->classes[value]);
    }
    return AUG_OK;
}

AugStatus augi_labels_finish_text(AugiLabels *labels, AugDataset *dataset, AugiLabelType type,
                                  int32_t classes, AugError *error)
{
    if (labels->texts.n == 0)
        return AUG_OK;
    const bool is_exact = type == AUGI_LABELS_NAMES;
    AUG_TRY(find_type(labels, augi_dataset_path(dataset), &type, error));
    labels->classes = calloc((size_t)labels->texts.n, sizeof(*labels->classes));
    if (!labels->classes)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
    AUG_TRY(type == AUGI_LABELS_NUMBERS ? map_numbers(labels, dataset, classes, error)
                                        : map_names(labels, dataset, classes, is_exact, error));
    AUG_TRY(number_samples(labels, dataset, error));
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
