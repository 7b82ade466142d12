/* Plug-ins: modules that replace some kernels by those of another library. They are found when a
 * network is built that asks for one; nothing is linked to them, and no network takes one unasked,
 * for its bits would change with what happens to be installed.
 *
 * A plug-in named NAME is the file libaugtrain_NAME.so, in the folder that the environment's
 * AUG_PLUGINS names, or beside the program (../lib/augd as seen from it), or where the project was
 * installed to. It exports one thing, nn_plugin. To add one: its file in trainer/plugins, and a line
 * in NN_KERNEL_CHOICES.
 *
 * A plug-in guarantees what kernels do (kernels.h): its results depend on the arguments only, never on
 * the thread or on how many there are. It computes in float.
 */
#ifndef NN_PLUGIN_H
#define NN_PLUGIN_H

#include "trainer/nn/kernels/kernels.h"

/* What a module exports under the name nn_plugin.
 *
 * layout:     NN_PLUGIN_LAYOUT as the module saw it
 * value_size: sizeof(NnReal)
 * open:       replaces members of the fastest own table, of which it gets a copy, once for each
 *             network; or says why it cannot work on this processor, as the end of a sentence
 */
typedef struct NnPlugin {
    uint32_t layout, value_size;
    const char *(*open)(NnKernels *kernels);
} NnPlugin;

/* Changes with the types that the two sides share: another version's module is told by it. */
#define NN_PLUGIN_LAYOUT \
    ((uint32_t)(sizeof(NnKernels) << 20 | sizeof(NnDot) << 10 | sizeof(NnOuter)))

/* Whether a choice is a plug-in. */
bool nn_plugin_is(NnKernelChoice choice);

/* Fills a table with the kernels of a plug-in and, for what it does not replace, the fastest own
 * ones. The module stays loaded until the program ends. UNSUPPORTED if there is none, with all places
 * where it was looked for; if it is of another version; or if it refuses this processor. */
AUG_MUST_CHECK AugStatus nn_plugin_load(NnKernelChoice choice, NnKernels *kernels, AugError *error);

#endif
