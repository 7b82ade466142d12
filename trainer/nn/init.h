/* How an initialization is made: what its file provides, and the rows by which a layer lets users
 * choose one.
 *
 * To add one: its file with a descriptor in inits/, and a line in inits.list.
 */
#ifndef NN_INIT_H
#define NN_INIT_H

#include "trainer/nn/tensor.h"

/* Values that an output is made of, and outputs that a value goes into, each with the kernel's area:
 * in * height * width, out * height * width. */
typedef struct NnFans {
    double in, out;
} NnFans;

/* Which of the two counts, for initializations that take one. */
typedef enum NnFanMode {
    NN_FAN_IN,
    NN_FAN_OUT,
} NnFanMode;

/* What an initialization provides.
 *
 * gain:   what counts where a user gives none; 0: make knows
 * make:   the distribution; fan: the one that the mode says
 * biases: it is for biases, too; others leave them at 0
 */
typedef struct NnInitDesc {
    NN_MODULE;
    double gain;
    NnInit (*make)(double gain, double fan, NnFans fans);
    bool biases;
} NnInitDesc;

/* All initializations, sorted by name, and their names, NULL-terminated, for a parameter row. */
extern const NnInitDesc *const nn_inits[];
extern const size_t nn_n_inits;
extern const char *const nn_init_names[];
/* Names of the modes. */
extern const char *const nn_fan_mode_names[];

/* What a user chose, a member of a layer's parameters. gain 0: the initialization's own. */
typedef struct NnInitParams {
    AugChoice rule, mode;
    double gain;
} NnInitParams;

/* One row of such a member; name as in a model file. */
#define NN_INIT_ROW(T, row_name, member, ...)                                                   \
    {                                                                                           \
        .name = row_name, .kind = AUG_KIND_OF(((T *)0)->member), .offset = offsetof(T, member), \
        __VA_ARGS__                                                                             \
    }

/* The rows of a member of T; rule: the name of the default. */
#define NN_INIT_ROWS(T, member, rule_fallback)                                               \
    NN_INIT_ROW(T, "init", member.rule, .fallback = rule_fallback, .choices = nn_init_names, \
                .help = "distribution of the initial weights"),                              \
        NN_INIT_ROW(T, "init_gain", member.gain, .fallback = "0", .low = 0, .high = 1000,    \
                    .help = "its gain; 0: its own"),                                         \
        NN_INIT_ROW(T, "init_mode", member.mode, .fallback = "fan_in",                       \
                    .choices = nn_fan_mode_names, .help = "fan that He's initializations keep")

/* Distribution of the weights that a user chose, and of the biases beside them. */
NnInit nn_init_weights(const NnInitParams *params, NnFans fans);
NnInit nn_init_biases(const NnInitParams *params, NnFans fans);

#endif
