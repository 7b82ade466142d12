/* The daemon's settings: what its command line says, checked. */
#ifndef AUGD_SETTINGS_H
#define AUGD_SETTINGS_H

#include <stdint.h>

#include "command/command.h"

/* The options of augd; program.c has their bounds, defaults and meaning.
 *
 * quiet: --quiet: warnings and errors are logged, nothing else
 * max_memory_size, worker_memory_size: bytes that max_memory and worker_memory stand for; 0: auto
 * listen, dataset: the repeated options, borrowed from the call
 */
typedef struct AugdSettings {
    int32_t threads;
    int32_t depth;
    int32_t max_connections;
    AugText max_memory;
    uint64_t max_memory_size;
    AugText worker_memory;
    uint64_t worker_memory_size;
    int32_t sample_work; /* millions of passes over a pixel */
    AugChoice marks;     /* AugHintDetail */
    int32_t handshake_ms;
    int32_t stall_ms;
    int32_t drain_ms;
    AugText files; /* NULL: jobs may name none */
    bool quiet, verbose;
    CmdTexts listen;
    CmdTexts dataset;
} AugdSettings;

/* --listen ADDRESS. */
extern const CmdRepeat augd_settings_listen;

/* --dataset NAME=KIND:PATH. */
extern const CmdRepeat augd_settings_dataset;

/* The check of a call whose options are AugdSettings: fills the members that are no rows, or fails
 * with AUG_BAD_ARGUMENT, naming the option. */
AUG_MUST_CHECK AugStatus augd_settings_check(CmdCall *call, AugError *error);

#endif
