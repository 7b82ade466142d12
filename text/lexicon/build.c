/* The public calls that build and describe lexicons (aug/text.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aug/text.h"
#include "libaug/base/input_file.h"
#include "text/lexicon/context.h"
#include "text/lexicon/context_learn.h"
#include "text/lexicon/data_path.h"
#include "text/lexicon/lexicon.h"
#include "text/lexicon/sources.h"

_Static_assert(AUG_TEXT_PATH_SIZE == TXT_PATH_SIZE, "one size of paths");

/* Where Debian's packages put what lexicons are built from. */
#define WORDNET_FOLDER "/usr/share/wordnet"
#define ENGLISH_FORMS "/usr/share/hunspell/en_US"
#define ENGLISH_FORMS_NOTICE "/usr/share/doc/hunspell-en-us/copyright"

/* Bytes of a notice at most. */
#define MAX_NOTICE_SIZE (1u << 20)

/* A building. source: what the index says that it is made from; from: its path; glosses: folder of WordNet's files,
 * in whose glosses words are counted, NULL for none */
typedef struct Building {
    const AugTextBuild *how;
    const char *language, *source, *from, *glosses;
    TxtBuilder *builder;
    AugTextLexicon made;
} Building;

/* Adds a file's text as a notice. */
static AugStatus add_notice(Building *building, const char *title, const char *path,
                            AugError *error)
{
    uint8_t *bytes;
    size_t size;
    AUG_TRY(augi_input_file_load(path, MAX_NOTICE_SIZE, &bytes, &size, error));
    txt_builder_notice(building->builder, title, (const char *)bytes, size);
    free(bytes);
    return AUG_OK;
}

/* The whitelist, if there is to be one. */
static AugStatus add_forms(Building *building, AugError *error)
{
    const char *forms = building->how->forms;
    uint64_t n_forms;
    const bool is_english = strcmp(building->language, "en") == 0;
    const bool is_debians = !forms || strcmp(forms, ENGLISH_FORMS) == 0;
    if (!forms && is_english && access(ENGLISH_FORMS ".dic", R_OK) == 0)
        forms = ENGLISH_FORMS;
    if (!forms || !forms[0])
        return AUG_OK;
    AUG_TRY(txt_source_hunspell(building->builder, forms, &n_forms, error));
    const char *name = strrchr(forms, '/') ? strrchr(forms, '/') + 1 : forms;
    txt_builder_about(building->builder, "forms", name);
    char title[128];
    snprintf(title, sizeof(title), "Spelling dictionary %.100s", name);
    if (is_debians && access(ENGLISH_FORMS_NOTICE, R_OK) == 0)
        return add_notice(building, title, ENGLISH_FORMS_NOTICE, error);
    static const char advice[] = "Its licence is with the dictionary.";
    txt_builder_notice(building->builder, title, advice, sizeof(advice) - 1);
    return AUG_OK;
}

/* Makes all folders of a path. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        /* Where it fails, writing the file says why. */
        (void)mkdir(path, 0777);
        *slash = '/';
    }
}

static AugStatus find_output(Building *building, AugError *error)
{
    const char *output = building->how->output;
    if (output) {
        if (snprintf(building->made.path, AUG_TEXT_PATH_SIZE, "%s", output) >= AUG_TEXT_PATH_SIZE)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "the path of the output is too long");
        return AUG_OK;
    }
    AUG_TRY(txt_data_own_path(building->language, TXT_DATA_INDEX, building->made.path, error));
    make_folders(building->made.path);
    return AUG_OK;
}

static void copy(char *to, size_t size, TxtSlice from)
{
    snprintf(to, size, "%.*s", (int)from.size, from.text ? from.text : "");
}

static AugStatus describe(const TxtLexicon *lexicon, AugTextLexicon *made, AugError *error)
{
    TxtLexiconCounts counts;
    TxtContext context;
    AUG_TRY(txt_context_init(&context, lexicon, error));
    made->n_context_words = context.entry ? context.entry->n_words : 0;
    txt_lexicon_count(lexicon, &counts);
    copy(made->language, sizeof(made->language), txt_lexicon_about_value(lexicon, "language"));
    copy(made->source, sizeof(made->source), txt_lexicon_about_value(lexicon, "source"));
    made->size = counts.size;
    made->n_words = counts.n_words;
    made->n_lemmas = counts.n_lemmas;
    made->n_senses = counts.n_senses;
    made->n_synsets = counts.n_synsets;
    made->n_forms = counts.n_forms;
    made->n_antonyms = counts.n_antonyms;
    made->n_exceptions = counts.n_exceptions;
    made->has_forms = txt_lexicon_has_forms(lexicon);
    return AUG_OK;
}

/* Saves what was collected, and opens it as everybody will. */
static AugStatus finish(Building *building, AugTextLexicon *made, AugError *error)
{
    TxtLexicon *lexicon;
    if (txt_builder_senses(building->builder) == 0)
        return AUG_FAIL(error, AUG_CORRUPT, building->from,
                        "there is no word with a meaning in it, so the lexicon would be empty");
    AUG_TRY(add_forms(building, error));
    AUG_TRY(find_output(building, error));
    AUG_TRY(txt_builder_save(building->builder, building->made.path, error));
    if (building->glosses)
        AUG_TRY(txt_context_learn_glosses(building->glosses, building->made.path, error));
    AUG_TRY(txt_lexicon_open_file(&lexicon, building->made.path, error));
    building->made.n_left_out = txt_builder_left_out(building->builder);
    const AugStatus status = describe(lexicon, &building->made, error);
    txt_lexicon_unref(lexicon);
    if (made)
        *made = building->made;
    return status;
}

static AugStatus begin(Building *building, const AugTextBuild *how, const char *source,
                       AugError *error)
{
    static const AugTextBuild defaults;
    *building = (Building){.how = how ? how : &defaults, .source = source};
    building->language = building->how->language ? building->how->language : "en";
    const size_t length = strlen(building->language);
    if (length == 0 || length >= sizeof(building->made.language) ||
        strpbrk(building->language, "./ \n"))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.60s' is not the name of a language, such as en or de",
                        building->language);
    building->builder = txt_builder_new();
    if (!building->builder)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a lexicon");
    txt_builder_about(building->builder, "language", building->language);
    txt_builder_about(building->builder, "source", source);
    return AUG_OK;
}

static AugStatus build_wordnet(Building *building, const char *folder, AugTextLexicon *made,
                               AugError *error)
{
    building->from = building->glosses = folder;
    AUG_TRY(txt_source_wordnet(building->builder, folder, &building->made.n_counted, error));
    if (building->how->notice)
        AUG_TRY(add_notice(building, "Source", building->how->notice, error));
    return finish(building, made, error);
}

AugStatus aug_text_build_wordnet(const char *folder, const AugTextBuild *how, AugTextLexicon *made,
                                 AugError *error)
{
    Building building;
    if (!folder && access(WORDNET_FOLDER, F_OK) != 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, WORDNET_FOLDER,
                        "there is no such folder; install the package wordnet-base, or give the "
                        "folder of WordNet's files");
    AugStatus status = begin(&building, how, "wordnet", error);
    if (status == AUG_OK)
        status = build_wordnet(&building, folder ? folder : WORDNET_FOLDER, made, error);
    txt_builder_free(building.builder);
    return status;
}

/* The notice of a source of which nothing is known but its file. */
static AugStatus add_given_notice(Building *building, const char *path, AugError *error)
{
    if (building->how->notice)
        return add_notice(building, path, building->how->notice, error);
    static const char advice[] = "No licence notice was given with this source.";
    txt_builder_notice(building->builder, path, advice, sizeof(advice) - 1);
    return AUG_OK;
}

/* Debian's package of a thesaurus that is called th_de_DE_v2.dat is mythes-de or mythes-de-de. */
static bool find_mythes_notice(const char *path, char notice[TXT_PATH_SIZE])
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char language[3], country[3];
    if (sscanf(name, "th_%2[a-z]_%2[A-Z]", language, country) != 2)
        return false;
    snprintf(notice, TXT_PATH_SIZE, "/usr/share/doc/mythes-%s/copyright", language);
    if (access(notice, R_OK) == 0)
        return true;
    snprintf(notice, TXT_PATH_SIZE, "/usr/share/doc/mythes-%s-%c%c/copyright", language,
             country[0] | 0x20, country[1] | 0x20);
    return access(notice, R_OK) == 0;
}

static AugStatus build_mythes(Building *building, const char *path, AugTextLexicon *made,
                              AugError *error)
{
    char notice[TXT_PATH_SIZE];
    building->from = path;
    AUG_TRY(txt_source_mythes(building->builder, path, error));
    if (!building->how->notice && find_mythes_notice(path, notice))
        AUG_TRY(add_notice(building, path, notice, error));
    else
        AUG_TRY(add_given_notice(building, path, error));
    return finish(building, made, error);
}

AugStatus aug_text_build_mythes(const char *path, const AugTextBuild *how, AugTextLexicon *made,
                                AugError *error)
{
    Building building;
    AugStatus status = begin(&building, how, "mythes", error);
    if (status == AUG_OK)
        status = build_mythes(&building, path, made, error);
    txt_builder_free(building.builder);
    return status;
}

static AugStatus build_list(Building *building, const char *path, AugTextLexicon *made,
                            AugError *error)
{
    building->from = path;
    AUG_TRY(txt_source_list(building->builder, path, error));
    if (building->how->notice)
        AUG_TRY(add_given_notice(building, path, error));
    return finish(building, made, error);
}

AugStatus aug_text_build_list(const char *path, const AugTextBuild *how, AugTextLexicon *made,
                              AugError *error)
{
    Building building;
    AugStatus status = begin(&building, how, "list", error);
    if (status == AUG_OK)
        status = build_list(&building, path, made, error);
    txt_builder_free(building.builder);
    return status;
}

AugStatus aug_text_lexicon_check(const char *name_or_path, AugTextLexicon *lexicon, char **notices,
                                 AugError *error)
{
    TxtLexicon *opened;
    *lexicon = (AugTextLexicon){0};
    AUG_TRY(txt_data_find(name_or_path, TXT_DATA_INDEX, lexicon->path, error));
    AUG_TRY(txt_lexicon_open_file(&opened, lexicon->path, error));
    AugStatus status = describe(opened, lexicon, error);
    if (status == AUG_OK && notices) {
        const TxtSlice text = txt_lexicon_notices(opened);
        *notices = strndup(text.text ? text.text : "", text.size);
        if (!*notices)
            status = AUG_FAIL(error, AUG_NO_MEMORY, lexicon->path, "no memory for its notices");
    }
    txt_lexicon_unref(opened);
    return status;
}
