/* aug data list and aug data check: what is there, and whether it is whole. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/text.h"
#include "cli/data.h"
#include "cli/describe.h"

/* A list in the making. json: where it is written, NULL for people; n: files so far */
typedef struct Shown {
    AugiJsonWriter *json;
    size_t n;
} Shown;

/* First line of a text that is not empty, which is the title of the first notice. */
static int first_line(const char *text)
{
    return (int)strcspn(text, "\n");
}

static void show_lexicon(const AugTextFile *file)
{
    AugTextLexicon lexicon;
    AugError error = {0};
    char *notices = NULL;
    if (aug_text_lexicon_check(file->path, &lexicon, &notices, &error) != AUG_OK) {
        printf("          %s\n", error.message);
        return;
    }
    printf("          %s, %" PRIu64 " lemmas, %" PRIu64 " senses, %" PRIu64
           " inflected forms; licence: %.*s\n",
           lexicon.source, lexicon.n_lemmas, lexicon.n_senses, lexicon.n_forms, first_line(notices),
           notices);
    free(notices);
}

static void show_tagger(const AugTextFile *file)
{
    AugTextTagger tagger;
    AugError error = {0};
    char *notice = NULL;
    if (aug_text_tagger_check(file->path, &tagger, &notice, &error) != AUG_OK) {
        printf("          %s\n", error.message);
        return;
    }
    printf("          %" PRIu32 " tags, %" PRIu32 " words, %" PRIu32 " features; licence: %.*s\n",
           tagger.n_tags, tagger.n_words, tagger.n_features, first_line(notice), notice);
    free(notice);
}

static void show_file(void *user, const AugTextFile *file)
{
    Shown *shown = user;
    shown->n++;
    printf("%-9s %-8s %" PRIu64 " bytes  %s%s\n", file->name, file->kind, file->size, file->path,
           file->is_used ? "" : "  (behind another)");
    if (strcmp(file->kind, "lexicon") == 0)
        show_lexicon(file);
    else
        show_tagger(file);
}

static void write_counts(AugiJsonWriter *json, const AugTextLexicon *lexicon)
{
    augi_json_text_member(json, "language", lexicon->language);
    augi_json_text_member(json, "source", lexicon->source);
    augi_json_unsigned_member(json, "lemmas", lexicon->n_lemmas);
    augi_json_unsigned_member(json, "senses", lexicon->n_senses);
    augi_json_unsigned_member(json, "synsets", lexicon->n_synsets);
    augi_json_unsigned_member(json, "forms", lexicon->n_forms);
    augi_json_unsigned_member(json, "antonyms", lexicon->n_antonyms);
    augi_json_unsigned_member(json, "exceptions", lexicon->n_exceptions);
    augi_json_unsigned_member(json, "context_words", lexicon->n_context_words);
}

static void write_tagger_counts(AugiJsonWriter *json, const AugTextTagger *tagger)
{
    augi_json_unsigned_member(json, "tags", tagger->n_tags);
    augi_json_unsigned_member(json, "words", tagger->n_words);
    augi_json_unsigned_member(json, "features", tagger->n_features);
    augi_json_unsigned_member(json, "weights", tagger->n_weights);
}

static void write_lexicon(AugiJsonWriter *json, const char *path)
{
    AugTextLexicon lexicon;
    AugError error = {0};
    char *notices = NULL;
    if (aug_text_lexicon_check(path, &lexicon, &notices, &error) == AUG_OK) {
        write_counts(json, &lexicon);
        augi_json_text_member(json, "notices", notices);
        free(notices);
    } else {
        augi_json_text_member(json, "error", error.message);
    }
}

static void write_tagger(AugiJsonWriter *json, const char *path)
{
    AugTextTagger tagger;
    AugError error = {0};
    char *notice = NULL;
    if (aug_text_tagger_check(path, &tagger, &notice, &error) == AUG_OK) {
        write_tagger_counts(json, &tagger);
        augi_json_text_member(json, "notices", notice);
        free(notice);
    } else {
        augi_json_text_member(json, "error", error.message);
    }
}

static void write_file(void *user, const AugTextFile *file)
{
    AugiJsonWriter *json = ((Shown *)user)->json;
    augi_json_object(json);
    augi_json_text_member(json, "name", file->name);
    augi_json_text_member(json, "kind", file->kind);
    augi_json_text_member(json, "path", file->path);
    augi_json_unsigned_member(json, "size", file->size);
    augi_json_key(json, "used");
    augi_json_bool(json, file->is_used);
    if (strcmp(file->kind, "lexicon") == 0)
        write_lexicon(json, file->path);
    else
        write_tagger(json, file->path);
    augi_json_object_end(json);
}

static AugStatus list_json(AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    Shown shown = {.json = &writer};
    augi_json_list(&writer);
    const AugStatus status = aug_text_data_list(write_file, &shown, error);
    augi_json_list_end(&writer);
    if (status == AUG_OK)
        return cli_describe_print(&writer, error);
    free(augi_json_take(&writer));
    return status;
}

AugStatus cli_data_list(const CliDataCall *call, AugError *error)
{
    Shown shown = {0};
    char folder[AUG_TEXT_PATH_SIZE];
    if (call->call->json)
        return list_json(error);
    AUG_TRY(aug_text_data_list(show_file, &shown, error));
    printf("%sLooked for in:\n", shown.n ? "\n" : "Nothing was found.\n");
    for (size_t i = 0; aug_text_data_folder(i, folder); i++)
        printf("  %s\n", folder[0] ? folder : "$AUG_TEXT_DATA (not set)");
    if (shown.n == 0)
        cmd_say(call->call, "'aug data build wordnet' makes the English lexicon");
    return AUG_OK;
}

static AugStatus check_json(const AugTextLexicon *lexicon, const char *notices, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "path", lexicon->path);
    augi_json_unsigned_member(&writer, "size", lexicon->size);
    write_counts(&writer, lexicon);
    augi_json_text_member(&writer, "notices", notices);
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus check_tagger(const CliDataCall *call, AugError *error)
{
    AugTextTagger tagger;
    char *notice;
    AUG_TRY(aug_text_tagger_check(call->inputs[0], &tagger, &notice, error));
    AugStatus status = AUG_OK;
    if (call->call->json) {
        AugiJsonWriter writer = {.indent = 2};
        augi_json_object(&writer);
        augi_json_text_member(&writer, "path", tagger.path);
        augi_json_unsigned_member(&writer, "size", tagger.size);
        write_tagger_counts(&writer, &tagger);
        augi_json_text_member(&writer, "notices", notice);
        augi_json_object_end(&writer);
        status = cli_describe_print(&writer, error);
    } else {
        printf("path        %s\nsize        %" PRIu64 " bytes\ntags        %" PRIu32
               "\nwords       %" PRIu32 "\nfeatures    %" PRIu32 "\nweights     %" PRIu32 "\n",
               tagger.path, tagger.size, tagger.n_tags, tagger.n_words, tagger.n_features,
               tagger.n_weights);
        printf("\n%s", notice[0] ? notice : "It has no licence notice.\n");
    }
    free(notice);
    return status;
}

AugStatus cli_data_check(const CliDataCall *call, AugError *error)
{
    const size_t size = strlen(call->inputs[0]);
    if (size > 5 && strcmp(call->inputs[0] + size - 5, ".augt") == 0)
        return check_tagger(call, error);
    AugTextLexicon lexicon;
    char *notices = NULL;
    AugStatus status = aug_text_lexicon_check(call->inputs[0], &lexicon, &notices, error);
    if (status != AUG_OK)
        return status;
    if (call->call->json) {
        status = check_json(&lexicon, notices, error);
    } else {
        printf("path        %s\nlanguage    %s\nsource      %s\n", lexicon.path, lexicon.language,
               lexicon.source);
        printf("size        %" PRIu64 " bytes\nlemmas      %" PRIu64 "\nsenses      %" PRIu64
               "\nsynsets     %" PRIu64 "\n",
               lexicon.size, lexicon.n_lemmas, lexicon.n_senses, lexicon.n_synsets);
        printf("forms       %" PRIu64 "\nantonyms    %" PRIu64 "\nexceptions  %" PRIu64 "\n",
               lexicon.n_forms, lexicon.n_antonyms, lexicon.n_exceptions);
        printf("context     %" PRIu64 " words\n", lexicon.n_context_words);
        printf("\n%s", notices[0] ? notices : "It has no licence notice.\n");
    }
    free(notices);
    return status;
}
