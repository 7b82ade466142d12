/* Searching for data files. Where the library is installed to says CMake. */
#include "text/lexicon/data_path.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* Of the data, below the folder that has bin and lib. */
#define DATA_FOLDER "share/augd/text"

_Static_assert(TXT_PATH_SIZE >= PATH_MAX, "room for what realpath writes");

/* What is said of a kind where a file of it is missing. */
typedef struct Kind {
    const char *ending, *what, *command;
} Kind;

static const Kind kinds[TXT_N_DATA_KINDS] = {
    [TXT_DATA_INDEX] = {".augx", "lexicon", "aug data build mythes' or 'aug data build list"},
    [TXT_DATA_TAGGER] = {".augt", "tagger", "aug data train tagger"},
};

const char *txt_data_ending(TxtDataKind kind)
{
    return kinds[kind].ending;
}

static void own_folder(char path[TXT_PATH_SIZE])
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && data[0])
        snprintf(path, TXT_PATH_SIZE, "%s/augd/text", data);
    else if (home && home[0])
        snprintf(path, TXT_PATH_SIZE, "%s/.local/share/augd/text", home);
}

/* Real path of the file that this code was loaded from, a library or the program itself; false if it
 * is not known. */
static bool find_binary(char path[TXT_PATH_SIZE])
{
    static const char anchor;
    Dl_info own, program;
    /* The program's name may be anything; its headers lie in it. */
    void *headers = (void *)(uintptr_t)getauxval(AT_PHDR);
    const bool is_library = dladdr(&anchor, &own) != 0 && dladdr(headers, &program) != 0 &&
                            own.dli_fbase != program.dli_fbase;
    return realpath(is_library ? own.dli_fname : "/proc/self/exe", path) != NULL;
}

/* "../share/augd/text" as seen from the folder of the library or the program, which the tree that it
 * was built in has, too. */
static void near_folder(char path[TXT_PATH_SIZE])
{
    char binary[TXT_PATH_SIZE];
    char *slash = find_binary(binary) ? strrchr(binary, '/') : NULL;
    if (!slash)
        return;
    *slash = 0;
    slash = strrchr(binary, '/');
    if (slash && snprintf(path, TXT_PATH_SIZE, "%.*s/" DATA_FOLDER, (int)(slash - binary),
                          binary) >= TXT_PATH_SIZE)
        path[0] = 0;
}

/* Where CMake installs to; none where that is the folder above. */
static void installed_folder(char path[TXT_PATH_SIZE])
{
    char near[TXT_PATH_SIZE] = "", real[TXT_PATH_SIZE];
    near_folder(near);
    if (!realpath(TXT_INSTALLED_DATA, real) || strcmp(real, near) != 0)
        snprintf(path, TXT_PATH_SIZE, "%s", TXT_INSTALLED_DATA);
}

void txt_data_place(size_t i, char path[TXT_PATH_SIZE])
{
    const char *given = getenv("AUG_TEXT_DATA");
    path[0] = 0;
    if (i == 0 && given)
        snprintf(path, TXT_PATH_SIZE, "%s", given);
    if (i == TXT_OWN_DATA_PLACE)
        own_folder(path);
    if (i == 2)
        near_folder(path);
    if (i == 3)
        installed_folder(path);
}

/* "folder/name.ending"; false if it does not fit, or there is no such folder. */
static bool make_path(size_t place, const char *name, TxtDataKind kind, char path[TXT_PATH_SIZE])
{
    char folder[TXT_PATH_SIZE];
    txt_data_place(place, folder);
    const int n = snprintf(path, TXT_PATH_SIZE, "%s/%s%s", folder, name, kinds[kind].ending);
    return folder[0] && n < TXT_PATH_SIZE;
}

static AugStatus fail_missing(const char *name, TxtDataKind kind, AugError *error)
{
    const Kind *said = &kinds[kind];
    if (kind == TXT_DATA_INDEX && strcmp(name, "en") == 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, "en.augx",
                        "the English lexicon is in none of the data folders; install the packages "
                        "wordnet-base and hunspell-en-us, then 'aug data build wordnet' makes it");
    return AUG_FAIL(error, AUG_NOT_FOUND, name,
                    "there is no %s '%.60s' in the data folders, which 'aug data list' shows; '%s' "
                    "makes one",
                    said->what, name, said->command);
}

bool txt_data_is_path(const char *name)
{
    return strpbrk(name, "./") != NULL;
}

AugStatus txt_data_find(const char *name, TxtDataKind kind, char path[TXT_PATH_SIZE],
                        AugError *error)
{
    if (!name[0])
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "the name of a %s is empty",
                        kinds[kind].what);
    if (txt_data_is_path(name)) {
        if (snprintf(path, TXT_PATH_SIZE, "%s", name) >= TXT_PATH_SIZE)
            return AUG_FAIL(error, AUG_NOT_FOUND, NULL, "the path '%.60s...' is too long", name);
        return AUG_OK;
    }
    for (size_t i = 0; i < TXT_N_DATA_PLACES; i++) {
        if (make_path(i, name, kind, path) && access(path, F_OK) == 0)
            return AUG_OK;
    }
    return fail_missing(name, kind, error);
}

AugStatus txt_data_own_path(const char *name, TxtDataKind kind, char path[TXT_PATH_SIZE],
                            AugError *error)
{
    if (make_path(TXT_OWN_DATA_PLACE, name, kind, path))
        return AUG_OK;
    return AUG_FAIL(error, AUG_NOT_FOUND, name,
                    "there is no home folder to keep it in; give a file with --output");
}
