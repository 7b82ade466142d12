/* Memory that is allocated piece by piece and freed at once. */
#ifndef AUGI_ARENA_H
#define AUGI_ARENA_H

#include <stddef.h>

#include "libaug/base/allowance.h"

/* Opaque; not for two threads at once. */
typedef struct AugiArena AugiArena;

/* NULL if memory is out. */
AugiArena *augi_arena_new(void);

/* Counts the memory of an arena that has none yet on an allowance, which outlives it; a piece that
 * may not be taken is then as memory that is out. */
void augi_arena_count(AugiArena *arena, AugiAllowance *allowance);

/* Frees every piece; NULL does nothing. */
void augi_arena_free(AugiArena *arena);

/* Forgets every piece and keeps the memory for the pieces to come: an arena that is reset for each
 * of many like tasks allocates nothing once it has grown to the largest. */
void augi_arena_reset(AugiArena *arena);

/* Zeroed memory, aligned for any type; NULL if memory is out. */
void *augi_arena_take(AugiArena *arena, size_t size);

/* A copy of size bytes with a NUL behind them; NULL if memory is out. */
char *augi_arena_text(AugiArena *arena, const char *text, size_t size);

#endif
