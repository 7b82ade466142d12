/* Where a value stands in what a user gave: line and column of a text; or, in an object that never
 * was text to the user, the keys and indexes that lead to it, written as a JSON pointer (RFC 6901).
 */
#ifndef AUGI_PLACE_H
#define AUGI_PLACE_H

#include <stddef.h>

/* One step of a way from the root: a key, or an index if key is NULL. The root's own has no parent,
 * and its key and index mean nothing. */
typedef struct AugiPath {
    const struct AugiPath *parent;
    const char *key;
    size_t index;
} AugiPath;

/* line and column count from 1 and belong to texts; path is NULL for them. Borrows the path. */
typedef struct AugiPlace {
    int line, column;
    const AugiPath *path;
} AugiPlace;

/* "3:5", or "/batch/size"; "" for the root of an object. A pointer that does not fit ends at the
 * last step that does. text has room for size bytes. */
void augi_place_text(const AugiPlace *place, char *text, size_t size);

/* An error's place: "train.yaml:3:5", or "/spec/batch/size" for the name "spec"; name NULL stands
 * for "spec". where has room for size bytes. */
void augi_place_where(const AugiPlace *place, const char *name, char *where, size_t size);

/* The same from a place's text; an empty one leaves the name alone. */
void augi_place_join(const char *name, const char *place_text, char *where, size_t size);

#endif
