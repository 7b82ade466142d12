/* Data specs that stand in a model file: what a daemon says of one, at its place in the file. */
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
