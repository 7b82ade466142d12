/* An arena is a list of blocks; pieces are cut off the newest one. */
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

/* spare: blocks without pieces. allowance: that they are counted on; NULL: none. */
struct AugiArena {
    Block *blocks, *spare;
    AugiAllowance *allowance;
};

AugiArena *augi_arena_new(void)
{
    return calloc(1, sizeof(AugiArena));
}

void augi_arena_count(AugiArena *arena, AugiAllowance *allowance)
{
    arena->allowance = allowance;
}

static void free_blocks(AugiArena *arena, Block *block)
{
    while (block) {
        Block *next = block->next;
        augi_allowance_give(arena->allowance, sizeof(Block) + block->size);
        free(block);
        block = next;
    }
}

void augi_arena_free(AugiArena *arena)
{
    if (!arena)
        return;
    free_blocks(arena, arena->blocks);
    free_blocks(arena, arena->spare);
    free(arena);
}

void augi_arena_reset(AugiArena *arena)
{
    while (arena->blocks) {
        Block *block = arena->blocks;
        arena->blocks = block->next;
        block->used = 0;
        block->next = arena->spare;
        arena->spare = block;
    }
}

/* A block with room for a piece: a spare one if one is large enough. */
static Block *next_block(AugiArena *arena, size_t size)
{
    for (Block **at = &arena->spare; *at; at = &(*at)->next)
        if ((*at)->size >= size) {
            Block *block = *at;
            *at = block->next;
            return block;
        }
    const size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (augi_allowance_take(arena->allowance, sizeof(Block) + capacity, NULL) != AUG_OK)
        return NULL;
    Block *block = malloc(sizeof(Block) + capacity);
    if (block)
        *block = (Block){.size = capacity};
    else
        augi_allowance_give(arena->allowance, sizeof(Block) + capacity);
    return block;
}

void *augi_arena_take(AugiArena *arena, size_t size)
{
    size_t step = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + step - 1) / step * step;
    Block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        block = next_block(arena, size);
        if (!block)
            return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *piece = block->bytes + block->used;
    block->used += size;
    memset(piece, 0, size);
    return piece;
}

char *augi_arena_text(AugiArena *arena, const char *text, size_t size)
{
    char *copy = augi_arena_take(arena, size + 1);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}
