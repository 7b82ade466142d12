/* Collecting what an index will hold. */
#include "text/lexicon/builder.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/utf8.h"
#include "text/lexicon/collected.h"
#include "text/lexicon/key.h"

TxtBuilder *txt_builder_new(void)
{
    return calloc(1, sizeof(TxtBuilder));
}

void txt_builder_free(TxtBuilder *builder)
{
    if (!builder)
        return;
    txt_words_fini(&builder->words);
    free(builder->synsets.items);
    free(builder->members.items);
    free(builder->senses.items);
    free(builder->exceptions.items);
    free(builder->antonyms.items);
    free(builder->about.items);
    free(builder->notices.items);
    free(builder);
}

void txt_builder_fail(TxtBuilder *builder, const AugError *error)
{
    if (builder->error.status == AUG_OK)
        builder->error = *error;
}

/* Adds n items of item_size bytes to a list; does nothing once something failed. */
static void append(TxtBuilder *builder, TxtList *list, const void *items, uint64_t n,
                   size_t item_size)
{
    AugError error = {0};
    if (builder->error.status != AUG_OK || n == 0)
        return;
    if (augi_grow(&list->items, &list->capacity, list->n + n, item_size, TXT_INDEX_MAX_SIZE,
                  &error) != AUG_OK) {
        txt_builder_fail(builder, &error);
        return;
    }
    memcpy((uint8_t *)list->items + list->n * item_size, items, n * item_size);
    list->n += n;
}

uint32_t txt_builder_word(TxtBuilder *builder, const char *text, size_t size)
{
    uint32_t number = 0;
    AugError error = {0};
    if (builder->error.status != AUG_OK)
        return 0;
    if (size == 0 || size > TXT_MAX_WORD_SIZE || augi_utf8_invalid(text, size) != size) {
        AUG_FAIL(&error, AUG_BAD_ARGUMENT, NULL, "'%.*s' is not a word of 1 to %d bytes of UTF-8",
                 size < 60 ? (int)size : 60, text, TXT_MAX_WORD_SIZE);
        txt_builder_fail(builder, &error);
        return 0;
    }
    if (txt_words_add(&builder->words, text, size, &number, &error) != AUG_OK)
        txt_builder_fail(builder, &error);
    return builder->error.status == AUG_OK ? number : 0;
}

uint32_t txt_builder_key(TxtBuilder *builder, const char *text, size_t size)
{
    char key[TXT_KEY_SIZE];
    size_t key_size;
    AugError error = {0};
    if (txt_key_make(text, size, key, &key_size, &error) != AUG_OK)
        txt_builder_fail(builder, &error);
    const uint32_t number = txt_builder_word(builder, key, key_size);
    if (builder->error.status == AUG_OK) {
        builder->words.items[number].flags |= TXT_WORD_KEY;
        builder->words.items[number].key = number;
    }
    return number;
}

uint32_t txt_builder_synset(TxtBuilder *builder, TxtPos pos)
{
    const TxtNewSynset synset = {.members = builder->members.n, .pos = pos};
    const uint32_t number = (uint32_t)builder->synsets.n;
    append(builder, &builder->synsets, &synset, 1, sizeof(synset));
    return number;
}

void txt_builder_member(TxtBuilder *builder, const char *text, size_t size, uint16_t flags)
{
    const uint32_t word = txt_builder_word(builder, text, size);
    const uint32_t key = txt_builder_key(builder, text, size);
    const TxtNewMember member = {.word = word, .flags = flags};
    if (builder->error.status == AUG_OK)
        builder->words.items[word].key = key;
    append(builder, &builder->members, &member, 1, sizeof(member));
}

void txt_builder_sense(TxtBuilder *builder, uint32_t key, uint32_t synset, uint32_t count)
{
    const TxtNewSynset *synsets = builder->synsets.items;
    if (builder->error.status != AUG_OK)
        return;
    const TxtNewSense sense = {.key = key,
                               .pos = synsets[synset].pos,
                               .synset = synset,
                               .count = count,
                               .order = (uint32_t)builder->senses.n};
    append(builder, &builder->senses, &sense, 1, sizeof(sense));
}

void txt_builder_form(TxtBuilder *builder, const char *text, size_t size)
{
    const uint32_t word = txt_builder_word(builder, text, size);
    if (builder->error.status == AUG_OK)
        builder->words.items[word].flags |= TXT_WORD_FORM;
}

void txt_builder_exception(TxtBuilder *builder, uint32_t form, uint32_t base, TxtPos pos)
{
    const TxtException exception = {.form = form, .base = base, .pos = (uint32_t)pos};
    if (builder->error.status != AUG_OK)
        return;
    builder->words.items[form].flags |= TXT_WORD_EXCEPTION;
    builder->words.items[base].flags |= TXT_WORD_IRREGULAR;
    append(builder, &builder->exceptions, &exception, 1, sizeof(exception));
}

void txt_builder_antonym(TxtBuilder *builder, uint32_t key, uint32_t other)
{
    const TxtPair pairs[] = {{key, other}, {other, key}};
    append(builder, &builder->antonyms, pairs, 2, sizeof(pairs[0]));
}

static void append_text(TxtBuilder *builder, TxtList *list, const char *text)
{
    append(builder, list, text, strlen(text), 1);
}

void txt_builder_about(TxtBuilder *builder, const char *key, const char *value)
{
    append_text(builder, &builder->about, key);
    append_text(builder, &builder->about, " ");
    append_text(builder, &builder->about, value);
    append_text(builder, &builder->about, "\n");
}

void txt_builder_notice(TxtBuilder *builder, const char *title, const char *text, size_t size)
{
    if (builder->notices.n)
        append_text(builder, &builder->notices, "\n");
    append_text(builder, &builder->notices, title);
    append_text(builder, &builder->notices, "\n\n");
    append(builder, &builder->notices, text, size, 1);
    if (size && text[size - 1] != '\n')
        append_text(builder, &builder->notices, "\n");
}

void txt_builder_leave_out(TxtBuilder *builder)
{
    builder->n_left_out++;
}

uint64_t txt_builder_senses(const TxtBuilder *builder)
{
    return builder->senses.n;
}

uint64_t txt_builder_left_out(const TxtBuilder *builder)
{
    return builder->n_left_out;
}
