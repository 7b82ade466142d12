/* Pictures that the rows of a text file name. */
#include "libaug/data/support/row_pictures.h"

#include <stdlib.h>
#include <string.h>

AugStatus augi_row_pictures_open(AugiPictures *pictures, const char *path, AugError *error)
{
    char *folder;
    AUG_TRY(augi_path_make(&folder, error, "%.*s.", (int)augi_path_folder_size(path), path));
    const AugStatus status = augi_pictures_open(pictures, folder, error);
    free(folder);
    return status;
}

static bool stays_below(const char *path)
{
    if (path[0] == '/' || path[0] == 0)
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += part[0] == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == 0))
            return false;
    }
    return true;
}

AugStatus augi_row_pictures_add(AugiPictures *pictures, AugiCell path, const AugLimits *limits,
                                const char *where, AugError *error)
{
    const char *what = pictures->field == 0 ? "picture" : "mask";
    char name[4096];
    if (path.size >= sizeof(name))
        return AUG_FAIL(error, AUG_CORRUPT, where, "the %s's path has %zu bytes; %zu allowed", what,
                        path.size, sizeof(name) - 1);
    memcpy(name, path.text, path.size);
    name[path.size] = 0;
    if (!stays_below(name) || strlen(name) != path.size)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the %s '%.200s' is not allowed; allowed is a path below the folder of "
                        "this file, without '..'",
                        what, name);
    return augi_pictures_add(pictures, name, limits, where, error);
}
