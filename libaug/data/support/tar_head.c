/* An object {"augd_pack": 1, "key": "first_dot", "classes": ["bird", "cat"]}, or of classes without names
 * {"augd_pack": 1, "key": "first_dot", "n_classes": 10}. */
#include "libaug/data/support/tar_head.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/intern.h"

bool augi_tar_is_of_pack(const char *name)
{
    return strcmp(name, AUGI_TAR_HEAD) == 0 || strcmp(name, AUGI_TAR_PLACES) == 0;
}

static AugStatus refuse(const char *path, const char *what, AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, path,
                    "the member '" AUGI_TAR_HEAD "' %s; allowed is what 'aug pack' writes", what);
}

/* Equal names would make one class of two to who goes by names. */
static AugStatus take_names(AugiTarHead *head, const json_t *list, const char *path,
                            const AugLimits *limits, AugError *error)
{
    AugiIntern known = {0};
    AugStatus status = AUG_OK;
    const size_t n = json_array_size(list);
    head->classes = calloc(n, sizeof(*head->classes));
    if (!head->classes)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the names of classes");
    for (size_t i = 0; i < n && status == AUG_OK; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        uint32_t number;
        if (!name || !name[0]) {
            status = refuse(path, "has a class without a name", error);
            break;
        }
        status =
            augi_intern_add(&known, name, strlen(name), limits->max_resident_size, &number, error);
        if (status == AUG_OK && number != i)
            status = refuse(path, "has two classes of one name", error);
        if (status == AUG_OK && !(head->classes[i] = strdup(name)))
            status = AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the names of classes");
        head->n_classes = (uint32_t)i + 1;
    }
    augi_intern_fini(&known);
    return status;
}

static AugStatus take_number(AugiTarHead *head, const json_t *number, const char *path,
                             const AugLimits *limits, AugError *error)
{
    const json_int_t n = json_integer_value(number);
    if (n < 1 || n > (json_int_t)limits->max_classes)
        return refuse(path, "has no number of classes, or one that is too large", error);
    head->n_classes = (uint32_t)n;
    return AUG_OK;
}

static AugStatus take(AugiTarHead *head, const json_t *root, const char *path,
                      const AugLimits *limits, AugError *error)
{
    const json_t *version = json_object_get(root, "augd_pack");
    const json_t *key = json_object_get(root, "key"), *classes = json_object_get(root, "classes");
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return refuse(path, "is of no version that is known", error);
    if (!json_is_string(key) || strcmp(json_string_value(key), "first_dot") != 0)
        return refuse(path, "does not say where keys end", error);
    head->key = AUGI_TAR_KEY_FIRST_DOT;
    const json_t *number = json_object_get(root, "n_classes");
    if (!classes)
        return number ? take_number(head, number, path, limits, error) : AUG_OK;
    if (json_array_size(classes) == 0 || json_array_size(classes) > limits->max_classes)
        return refuse(path, "has no list of classes, or one that is too long", error);
    return take_names(head, classes, path, limits, error);
}

AugStatus augi_tar_head_read(AugiTarHead *head, const char *text, size_t size, const char *path,
                             const AugLimits *limits, AugError *error)
{
    *head = (AugiTarHead){0};
    json_error_t problem;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        return refuse(path, "is no JSON", error);
    const AugStatus status = take(head, root, path, limits, error);
    json_decref(root);
    if (status != AUG_OK)
        augi_tar_head_fini(head);
    return status;
}

bool augi_tar_head_equal(const AugiTarHead *a, const AugiTarHead *b)
{
    if (a->n_classes != b->n_classes)
        return false;
    for (uint32_t i = 0; i < a->n_classes; i++)
        if (a->classes && b->classes && strcmp(a->classes[i], b->classes[i]) != 0)
            return false;
    return !a->classes == !b->classes;
}

void augi_tar_head_fini(AugiTarHead *head)
{
    for (uint32_t i = 0; head->classes && i < head->n_classes; i++)
        free(head->classes[i]);
    free(head->classes);
    *head = (AugiTarHead){0};
}
