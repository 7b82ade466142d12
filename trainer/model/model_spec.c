/* Places of errors: in a model file, and in a data spec that stands in it. */
#include <stdio.h>
#include <string.h>

#include "trainer/model/model_file.h"

void train_spec_place(const AugiTree *tree, const char *name, AugError *error)
{
    static const char root[] = "/spec";
    const size_t root_size = sizeof(root) - 1;
    const char *end = strstr(error->message, ": ");
    const char *begin = error->message + root_size;
    if (!end || strncmp(error->message, root, root_size) != 0 || (*begin != '/' && begin != end))
        return;
    char message[sizeof(error->message)], pointer[sizeof(error->message)];
    snprintf(message, sizeof(message), "%s", end + 2);
    snprintf(pointer, sizeof(pointer), "%.*s", (int)(end - begin), begin);
    char where[sizeof(error->where)], outer[sizeof(error->where)];
    augi_place_where(&augi_tree_at(tree, pointer)->place, name, where, sizeof(where));
    snprintf(outer, sizeof(outer), "%s", error->where);
    AugStatus status = AUG_FAIL(error, error->status, where, "%s", message);
    aug_error_prefix(error, status, outer);
}

AugStatus train_model_place(const TrainModelFile *file, AugStatus status, AugError *error)
{
    const size_t size = strlen(file->path);
    /* Kernels may be an option's. */
    if (error && strcmp(error->where, "kernels") == 0)
        return status;
    if (error && strncmp(error->where, file->path, size) == 0 && error->where[size] == ':')
        return status;
    return aug_error_prefix(error, status, file->path);
}
