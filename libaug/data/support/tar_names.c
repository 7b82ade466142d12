/* Splits names of members at the ending or at the first dot. */
#include "libaug/data/support/tar_names.h"

#include <string.h>
#include <strings.h>

#include "libaug/data/support/paths.h"
#include "libaug/data/support/pictures.h"

/* Longer than any ending that is read. */
#define MAX_ENDING 15

const char *const augi_tar_key_names[] = {
    [AUGI_TAR_KEY_AUTO] = "auto",
    [AUGI_TAR_KEY_FIRST_DOT] = "first_dot",
    [AUGI_TAR_KEY_ENDING] = "ending",
    NULL,
};

/* Bytes of a name without the ending of a packer, or all of them. */
static size_t unpacked_size(const char *name)
{
    static const char *const packers[] = {".gz", ".zst", ".xz", ".bz2"};
    const size_t size = strlen(name);
    for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
        if (augi_path_has_suffix(name, packers[i]))
            return size - strlen(packers[i]);
    return size;
}

static AugiTarPart part_of(const char *ending, size_t size, const char *extensions)
{
    char text[MAX_ENDING + 1];
    if (size > MAX_ENDING)
        return AUGI_TAR_PART_NONE;
    memcpy(text, ending, size);
    text[size] = 0;
    if (strcasecmp(text, "cls") == 0)
        return AUGI_TAR_PART_CLS;
    if (strcasecmp(text, "json") == 0)
        return AUGI_TAR_PART_JSON;
    return augi_picture_extension(text, extensions) ? AUGI_TAR_PART_PICTURE : AUGI_TAR_PART_NONE;
}

size_t augi_tar_key_dot_size(const char *key, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < size; i++)
        if (key[i] == '/')
            at = i + 1;
    while (at < size && key[at] != '.')
        at++;
    return at;
}

AugiTarName augi_tar_name_split(const char *name, const char *extensions, AugiTarKey key)
{
    const size_t end = unpacked_size(name), folder = augi_path_folder_size(name);
    size_t dot = end;
    while (dot > folder && name[dot - 1] != '.')
        dot--;
    AugiTarName split = {.is_packed = name[end] != 0};
    if (dot <= folder + 1)
        return split;
    split.key_size = dot - 1;
    split.dot_size = augi_tar_key_dot_size(name, split.key_size);
    split.part = part_of(name + dot, end - dot, extensions);
    if (key == AUGI_TAR_KEY_FIRST_DOT && split.part != AUGI_TAR_PART_NONE &&
        split.dot_size < split.key_size)
        split.part = AUGI_TAR_PART_FURTHER;
    return split;
}
