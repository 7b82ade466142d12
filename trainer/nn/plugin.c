/* Finding and loading plug-ins. Where the library is installed to says CMake. */
#include "trainer/nn/plugin.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Folders that a plug-in may be in: the user's, beside the program, installed. */
#define N_PLACES 3

bool nn_plugin_is(NnKernelChoice choice)
{
    return choice >= NN_KERNELS_FIRST_PLUGIN && choice <= NN_KERNELS_LAST_PLUGIN;
}

/* The folder of libraries as seen from the program's, which the tree that it was built in has, too. */
static void near_folder(char path[PATH_MAX])
{
    char program[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (n <= 0)
        return;
    program[n] = 0;
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(program, '/');
        if (!slash)
            return;
        *slash = 0;
    }
    if (snprintf(path, PATH_MAX, "%s/" NN_NEAR_PLUGINS, program) >= PATH_MAX)
        path[0] = 0;
}

/* Folder number i, "" if there is no such place. */
static void place(size_t i, char path[PATH_MAX])
{
    const char *given = getenv("AUG_PLUGINS");
    path[0] = 0;
    if (i == 0 && given && strlen(given) < PATH_MAX)
        snprintf(path, PATH_MAX, "%s", given);
    if (i == 1)
        near_folder(path);
    if (i == 2)
        snprintf(path, PATH_MAX, "%s", NN_INSTALLED_PLUGINS);
}

/* Path of the first module of this name; false if there is none. */
static bool find_module(const char *name, char path[PATH_MAX])
{
    for (size_t i = 0; i < N_PLACES; i++) {
        char folder[PATH_MAX];
        place(i, folder);
        if (folder[0] &&
            snprintf(path, PATH_MAX, "%s/libaugtrain_%s.so", folder, name) < PATH_MAX &&
            access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static AugStatus fail_missing(const char *name, AugError *error)
{
    char near[PATH_MAX];
    place(1, near);
    return AUG_FAIL(error, AUG_UNSUPPORTED, "kernels",
                    "kernels %s are a plug-in, and there is no libaugtrain_%s.so in %.200s, %s or "
                    "the folder that AUG_PLUGINS names; auto is always there",
                    name, name, near, NN_INSTALLED_PLUGINS);
}

/* Opens the module and checks that it fits; *plugin stays valid. */
static AugStatus open_module(const char *path, const NnPlugin **plugin, AugError *error)
{
    /* Its library may have started threads and installed handlers: it is never unloaded. */
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!module)
        return AUG_FAIL(error, AUG_UNSUPPORTED, "kernels", "a plug-in cannot be loaded: %.400s",
                        dlerror());
    *plugin = dlsym(module, "nn_plugin");
    const bool fits = *plugin && (*plugin)->layout == NN_PLUGIN_LAYOUT;
    const bool same_values = fits && (*plugin)->value_size == sizeof(NnReal);
    dlclose(module);
    if (!fits)
        return AUG_FAIL(error, AUG_UNSUPPORTED, "kernels",
                        "%.400s is a plug-in of another version of this program", path);
    if (!same_values)
        return AUG_FAIL(error, AUG_UNSUPPORTED, "kernels",
                        "%.400s computes with values of %u bytes, this program with %zu", path,
                        (*plugin)->value_size, sizeof(NnReal));
    return AUG_OK;
}

AugStatus nn_plugin_load(NnKernelChoice choice, NnKernels *kernels, AugError *error)
{
    const char *name = nn_kernel_names[choice];
    const NnKernels *own;
    const NnPlugin *plugin = NULL;
    char path[PATH_MAX];
    if (!find_module(name, path))
        return fail_missing(name, error);
    AUG_TRY(open_module(path, &plugin, error));
    AUG_TRY(nn_kernels_choose(NN_KERNELS_AUTO, &own, error));
    *kernels = *own;
    kernels->name = name;
    const char *refusal = plugin->open(kernels);
    if (refusal)
        return AUG_FAIL(error, AUG_UNSUPPORTED, "kernels",
                        "kernels %s cannot work on this processor: %s; auto is always there", name,
                        refusal);
    return AUG_OK;
}
