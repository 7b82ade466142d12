/* A catalog of data sets by name: what "--dataset NAME=KIND:PATH" fills and a spec's
 * "dataset: NAME" looks up, alike in aug, augd and augtrain.
 *
 * Fill it on one thread; then any number of threads may look things up.
 */
#ifndef AUG_CATALOG_H
#define AUG_CATALOG_H

#include <stddef.h>

#include "aug/dataset.h"
#include "aug/limits.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; owns a reference to each data set in it. */
typedef struct AugCatalog AugCatalog;

/* Longest name, in bytes. */
#define AUG_CATALOG_MAX_NAME 64

/* An empty catalog; NULL if memory is out. */
AUG_API AugCatalog *aug_catalog_new(void);

/* Gives up the references to all data sets; NULL does nothing. */
AUG_API void aug_catalog_free(AugCatalog *catalog);

/* Opens and adds a data set given as "NAME=KIND:PATH[,key=value...]"; see aug_dataset_open. A name
 * has 1 to 64 letters, digits, "-", "_" and ".", the first a letter or digit. Fails with
 * AUG_BAD_ARGUMENT (no name, a name that is not allowed or already taken), or as opening does.
 * limits NULL: the defaults. */
AUG_API AUG_MUST_CHECK AugStatus aug_catalog_add(AugCatalog *catalog, const char *definition,
                                                 const AugLimits *limits, AugError *error);

/* Whether aug_catalog_add could add such a definition to an empty catalog, as far as its text says;
 * nothing is opened. Fails as aug_catalog_add does. */
AUG_API AUG_MUST_CHECK AugStatus aug_catalog_check(const char *definition, AugError *error);

/* Adds an open data set under a name; the catalog takes a reference of its own. */
AUG_API AUG_MUST_CHECK AugStatus aug_catalog_add_dataset(AugCatalog *catalog, const char *name,
                                                         AugDataset *dataset, AugError *error);

/* The data set with a name. *out is borrowed from the catalog: take a reference to keep it longer.
 * AUG_NOT_FOUND, with the nearest or all known names, if there is none. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_catalog_find(const AugCatalog *catalog, const char *name,
                                                  AugDataset **out, AugError *error);

/* Number of data sets, and each in the order of their names' bytes, 0 <= i < count. Borrowed. Any
 * thread. */
AUG_API size_t aug_catalog_count(const AugCatalog *catalog);
AUG_API const char *aug_catalog_name(const AugCatalog *catalog, size_t i);
AUG_API AugDataset *aug_catalog_dataset(const AugCatalog *catalog, size_t i);

#ifdef __cplusplus
}
#endif
#endif
