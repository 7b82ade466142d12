/* What a server serves, as it tells clients that ask for it and its own log.
 *
 * Nothing here waits: of fingerprints and contents, which may take a while to find, it tells those
 * that are known by now.
 */
#ifndef AUGD_SERVED_H
#define AUGD_SERVED_H

#include "aug/catalog.h"
#include "augd/log.h"
#include "protocol/message.h"

/* The caller's memory. catalog is borrowed; items has one for each of its data sets, in its order,
 * without fingerprints and contents. */
typedef struct AugdServed {
    const AugCatalog *catalog;
    AugpListed *items;
    uint32_t n;
} AugdServed;

/* Looks at all data sets of a catalog. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augd_served_init(AugdServed *served, const AugCatalog *catalog,
                                          AugError *error);

/* Accepts zeroed ones. */
void augd_served_fini(AugdServed *served);

/* Logs one line for each data set. */
void augd_served_log(const AugdServed *served, AugdLog *log);

/* The data sets behind a name, as many as one LISTING may have. False if memory is out; else the
 * caller frees (augp_listing_fini). */
bool augd_served_page(const AugdServed *served, const char *after, AugpListing *page);

#endif
