#include "libaug/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A page less what malloc itself needs; larger pieces get a block of their own. */
#define BLOCK_SIZE 4000

typedef struct Block {
    struct Block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
} Block;

struct AugiArena {
    Block *blocks;
};

AugiArena *augi_arena_new(void)
{
    return calloc(1, sizeof(AugiArena));
}

void augi_arena_free(AugiArena *arena)
{
    if (!arena)
        return;
    for (Block *block = arena->blocks; block;) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    free(arena);
}

void *augi_arena_take(AugiArena *arena, size_t size)
{
    size_t step = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + step - 1) / step * step;
    Block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = calloc(1, sizeof(Block) + capacity);
        if (!block)
            return NULL;
        block->size = capacity;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *piece = block->bytes + block->used;
    block->used += size;
    return piece;
}

char *augi_arena_text(AugiArena *arena, const char *text, size_t size)
{
    char *copy = augi_arena_take(arena, size + 1);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}
