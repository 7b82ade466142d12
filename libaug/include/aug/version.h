/* Version of the library, and of its numeric behaviour. */
#ifndef AUG_VERSION_H
#define AUG_VERSION_H

#include "aug/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Version of these headers. */
#define AUG_VERSION_MAJOR 0
#define AUG_VERSION_MINOR 1
#define AUG_VERSION_PATCH 0
#define AUG_VERSION "0.1.0"

/* Changes whenever the same spec, data and seed may give other bytes than before. Part of every
 * stream's identity. */
#define AUG_ENGINE "aug-engine-2"

/* Version of the library that is linked, such as "0.1.0". Static string. Any thread. */
AUG_API const char *aug_version(void);

#ifdef __cplusplus
}
#endif
#endif
