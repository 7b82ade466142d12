/* A tree of bytes, walked down from every byte of the text that a token may begin with. */
#include "text/tokens/added.h"

#include <stdlib.h>

#include "libaug/base/grow.h"

/* Bytes of tokens and nodes at most, as augi_grow wants to know it. */
#define MAX_SIZE ((uint64_t)TXT_MAX_ADDED * TXT_MAX_ADDED_BYTES * sizeof(TxtAddedNode))

static AugStatus new_node(TxtAddedSet *set, uint8_t byte, uint32_t *number, AugError *error)
{
    /* Number 0 stands for none. */
    const uint32_t n = set->n_nodes > 0 ? set->n_nodes : 1;
    AUG_TRY(augi_grow(&set->nodes, &set->nodes_room, (uint64_t)n + 1, sizeof(TxtAddedNode),
                      MAX_SIZE, error));
    set->nodes[n] = (TxtAddedNode){.token = -1, .byte = byte};
    set->n_nodes = n + 1;
    *number = n;
    return AUG_OK;
}

/* The node of a byte among those that begin with number first. 0: there is none, and *last is the
 * last one. */
static uint32_t find_beside(const TxtAddedSet *set, uint32_t first, uint8_t byte, uint32_t *last)
{
    *last = 0;
    for (uint32_t at = first; at; at = set->nodes[at].beside) {
        if (set->nodes[at].byte == byte)
            return at;
        *last = at;
    }
    return 0;
}

/* The node of a byte behind another one, made if need be. */
static AugStatus step_down(TxtAddedSet *set, uint32_t from, uint8_t byte, uint32_t *to,
                           AugError *error)
{
    const uint32_t first = from ? set->nodes[from].behind : set->first[byte];
    uint32_t last;
    *to = find_beside(set, first, byte, &last);
    if (*to)
        return AUG_OK;
    AUG_TRY(new_node(set, byte, to, error));
    if (last)
        set->nodes[last].beside = *to;
    else if (from)
        set->nodes[from].behind = *to;
    else
        set->first[byte] = *to;
    return AUG_OK;
}

AugStatus txt_added_add(TxtAddedSet *set, const void *text, size_t size, const TxtAdded *token,
                        AugError *error)
{
    const uint8_t *const bytes = text;
    AUG_TRY(augi_grow(&set->tokens, &set->tokens_room, (uint64_t)set->n_tokens + 1,
                      sizeof(TxtAdded), MAX_SIZE, error));
    uint32_t node = 0;
    for (size_t i = 0; i < size; i++)
        AUG_TRY(step_down(set, node, bytes[i], &node, error));
    if (set->nodes[node].token < 0) {
        set->nodes[node].token = (int32_t)set->n_tokens;
        set->tokens[set->n_tokens++] = *token;
    }
    return AUG_OK;
}

void txt_added_fini(TxtAddedSet *set)
{
    free(set->tokens);
    free(set->nodes);
    *set = (TxtAddedSet){0};
}

/* The longest token that begins at the text's first byte; NULL: none. */
static const TxtAdded *longest_here(const TxtAddedSet *set, const uint8_t *text, size_t size,
                                    size_t *length)
{
    const TxtAdded *found = NULL;
    uint32_t node = set->first[text[0]], last;
    for (size_t i = 1; node; i++) {
        if (set->nodes[node].token >= 0) {
            found = &set->tokens[set->nodes[node].token];
            *length = i;
        }
        node = i < size ? find_beside(set, set->nodes[node].behind, text[i], &last) : 0;
    }
    return found;
}

/* Start of the code point before a place that is not the text's start. */
static size_t step_back(const uint8_t *text, size_t at)
{
    do
        at--;
    while ((text[at] & 0xc0) == 0x80);
    return at;
}

static uint8_t bits_at(const TxtCodes *codes, const uint8_t *text, size_t at)
{
    const uint8_t *from = text + at;
    return txt_code_bits(codes, txt_code_next(&from));
}

static bool is_alone(const TxtCodes *codes, const uint8_t *text, size_t size, size_t start,
                     size_t end)
{
    if (start > 0 && (bits_at(codes, text, step_back(text, start)) & TXT_CODE_WORD))
        return false;
    return end == size || !(bits_at(codes, text, end) & TXT_CODE_WORD);
}

/* Takes white space to a token, on the left as far as the end of the token before it. */
static void take_space(const TxtCodes *codes, const uint8_t *text, size_t size,
                       TxtAddedMatch *match, size_t before)
{
    while (match->token->left && match->start > before) {
        const size_t at = step_back(text, match->start);
        if (!(bits_at(codes, text, at) & TXT_CODE_WHITE))
            break;
        match->start = at;
    }
    while (match->token->right && match->end < size &&
           (bits_at(codes, text, match->end) & TXT_CODE_WHITE)) {
        const uint8_t *from = text + match->end;
        txt_code_next(&from);
        match->end = (size_t)(from - text);
    }
}

bool txt_added_next(const TxtAddedSet *set, const TxtCodes *codes, const uint8_t *text, size_t size,
                    TxtAddedMatch *match)
{
    if (set->n_tokens == 0)
        return false;
    const size_t before = match->end;
    for (size_t at = match->behind; at < size;) {
        size_t length;
        const TxtAdded *token = NULL;
        if (set->first[text[at]])
            token = longest_here(set, text + at, size - at, &length);
        if (!token) {
            at++;
            continue;
        }
        if (!token->single_word || is_alone(codes, text, size, at, at + length)) {
            *match = (TxtAddedMatch){token, at, at + length, at + length};
            take_space(codes, text, size, match, before);
            return true;
        }
        at += length;
    }
    return false;
}
