/* The daemon's settings: one table drives parsing, range checks, defaults and the help. */
#ifndef AUGD_SETTINGS_H
#define AUGD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"

/* Texts given for an option that may be repeated; they point into the command line. */
typedef struct AugdTexts {
    const char **items;
    size_t n;
} AugdTexts;

/* What the command line says; settings.c has each option's meaning in its help. */
typedef struct AugdSettings {
    AugdTexts listen;
    AugdTexts dataset;
    uint32_t threads;
    uint32_t depth;
    uint32_t max_connections;
    uint64_t max_memory; /* bytes */
    uint32_t handshake_ms;
    uint32_t stall_ms;
    uint32_t drain_ms;
    bool quiet, verbose;
    bool help, version;
} AugdSettings;

/* Reads the command line; argv must outlive the settings. Fails with AUG_BAD_ARGUMENT, naming the
 * option. Whatever happens, settings can be given to augd_settings_fini afterwards. */
AUG_MUST_CHECK AugStatus augd_settings_parse(AugdSettings *settings, int argc, char **argv,
                                             AugError *error);

/* Frees the lists and zeroes the struct. */
void augd_settings_fini(AugdSettings *settings);

/* Writes how to call the daemon, with every option and its default. */
void augd_settings_help(FILE *out);

#endif
