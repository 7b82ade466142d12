/* Names that are harmless and different, whatever a data set's names hold. */
#include "cli/pack_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "libaug/data/support/passed_over.h"
#include "libaug/data/support/paths.h"

/* Bytes that stay free behind a key for endings and the number of a name that is taken. */
#define ROOM_BEHIND 128

/* Longest part of a path, ending included, that file systems take. */
#define MAX_PART 255

/* Copies one part of a path. Dots end a key, so those of the last part become "_", as does a dot in
 * front, which readers take for hidden, and what no file name should hold. */
static size_t clean_part(char *to, size_t room, const char *from, size_t size, bool is_last)
{
    size_t n = 0;
    for (size_t i = 0; i < size && n + 1 < room && n < MAX_PART - ROOM_BEHIND; i++) {
        const unsigned char c = (unsigned char)from[i];
        const bool is_dot = c == '.' && (is_last || i == 0);
        to[n++] = c < ' ' || c == 0x7f || c == '\\' || is_dot ? '_' : (char)c;
    }
    to[n] = 0;
    AugiPassReason reason;
    if (augi_name_is_passed_over(to, &reason))
        to[0] = to[0] == '_' ? '-' : '_';
    return n;
}

/* Name without its ending; a mere number ("#17") is written as wide as the last one is. */
static size_t name_size(const char *name)
{
    const size_t folder = augi_path_folder_size(name);
    const char *dot = strrchr(name + folder, '.');
    return dot && dot > name + folder ? (size_t)(dot - name) : strlen(name);
}

/* Whether a part of a path leads nowhere below an archive. */
static bool leads_away(const char *part, size_t size)
{
    return size == 0 || (size == 1 && part[0] == '.') ||
           (size == 2 && part[0] == '.' && part[1] == '.');
}

/* Part by part, without those that lead away. */
static void clean_name(char key[CLI_PACK_NAME_SIZE], const char *name, size_t size)
{
    size_t n = 0;
    key[0] = 0;
    for (size_t at = 0; at < size;) {
        const char *slash = memchr(name + at, '/', size - at);
        const size_t end = slash ? (size_t)(slash - name) : size;
        const bool is_last = end == size;
        if (!leads_away(name + at, end - at)) {
            const size_t room = CLI_PACK_NAME_SIZE - ROOM_BEHIND - n;
            n += clean_part(key + n, room, name + at, end - at, is_last);
            if (!is_last && n + 2 < CLI_PACK_NAME_SIZE - ROOM_BEHIND)
                key[n++] = '/';
            key[n] = 0;
        }
        at = end + 1;
    }
}

/* Puts a number behind keys that are taken, until one is free. */
static AugStatus add(CliPackNames *names, char key[CLI_PACK_NAME_SIZE], uint64_t most,
                     AugError *error)
{
    const size_t size = strlen(key);
    const uint64_t n_before = names->keys.n;
    for (uint64_t i = 1; names->keys.n == n_before; i++) {
        uint32_t number;
        AUG_TRY(augi_intern_add(&names->keys, key, strlen(key), most, &number, error));
        snprintf(key + size, CLI_PACK_NAME_SIZE - size, "-%" PRIu64, i);
    }
    return AUG_OK;
}

static AugStatus add_sample(CliPackNames *names, const AugDataset *dataset, uint64_t index,
                            AugBuffer *buffer, AugError *error)
{
    char key[CLI_PACK_NAME_SIZE];
    const char *name = augi_dataset_sample_name(dataset, index, buffer);
    const size_t size = name_size(name);
    const int width = snprintf(NULL, 0, "%" PRIu64, dataset->info.n_samples - 1);
    if (name[0] == '#')
        key[0] = 0;
    else
        clean_name(key, name, size);
    /* Also of a name of which nothing is left. */
    const size_t length = strlen(key);
    const bool is_number = length == 0 || key[length - 1] == '/';
    if (is_number)
        snprintf(key + length, sizeof(key) - length, "%0*" PRIu64, width, index);
    AUG_TRY(add(names, key, dataset->limits.max_resident_size, error));
    const char *made = augi_intern_text(&names->keys, index);
    names->n_changed += !is_number && (strlen(made) != size || memcmp(made, name, size) != 0);
    return AUG_OK;
}

AugStatus cli_pack_names_init(CliPackNames *names, const AugDataset *dataset, AugError *error)
{
    AugBuffer buffer = {0};
    AugStatus status = AUG_OK;
    *names = (CliPackNames){0};
    for (uint64_t i = 0; i < dataset->info.n_samples && status == AUG_OK; i++)
        status = add_sample(names, dataset, i, &buffer, error);
    aug_buffer_fini(&buffer);
    if (status != AUG_OK)
        cli_pack_names_fini(names);
    return status;
}

void cli_pack_names_fini(CliPackNames *names)
{
    augi_intern_fini(&names->keys);
    *names = (CliPackNames){0};
}

const char *cli_pack_names_key(const CliPackNames *names, uint64_t index)
{
    return augi_intern_text(&names->keys, index);
}

bool cli_pack_names_find(const CliPackNames *names, const char *member, uint64_t *index,
                         const char **ending)
{
    const char *dot = strchr(member + augi_path_folder_size(member), '.');
    uint32_t number;
    if (!dot || !augi_intern_find(&names->keys, member, (size_t)(dot - member), &number))
        return false;
    *index = number;
    *ending = dot + 1;
    return true;
}
