/* Addresses as people write them: "unix:PATH", "tcp:HOST:PORT", "tcp:[::1]:PORT". */
#ifndef AUGP_ADDRESS_H
#define AUGP_ADDRESS_H

#include <stdbool.h>

#include "augp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kernel's limit on the path of a Unix socket, with the NUL. */
#define AUGP_PATH_SIZE 108

/* One address. Either path is set, or host and port (decimal). */
typedef struct AugpAddress {
    bool is_unix;
    char path[AUGP_PATH_SIZE];
    char host[256];
    char port[6];
} AugpAddress;

/* Reads an address; fails with AUGP_BAD_ARGUMENT. Nothing is looked up. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_address_parse(AugpAddress *out, const char *text,
                                                       AugpError *error);

#ifdef __cplusplus
}
#endif
#endif
