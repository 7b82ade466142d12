/* aug data: the lexicons and models that operations on texts need. */
#include "cli/data.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/text.h"
#include "cli/program.h"

static const CliDataTask tasks[] = {
    {"list", NULL, "", 0, 0, "", cli_data_list},
    {"build", "wordnet", "[FOLDER]", 0, 1, "output overwrite lang forms notice ",
     cli_data_build_wordnet},
    {"build", "mythes", "FILE", 1, 1, "output overwrite lang forms notice ", cli_data_build_mythes},
    {"build", "list", "FILE", 1, 1, "output overwrite lang forms notice ", cli_data_build_list},
    {"build", "vocabulary", "DATASET", 1, 1,
     "output overwrite field unit lower min_count max_size ", cli_data_build_vocabulary},
    {"train", "context", "FILE...", 1, 64, "output overwrite lang notice ", cli_data_train_context},
    {"train", "tagger", "FILE...", 1, SIZE_MAX, "output overwrite notice dev ",
     cli_data_train_tagger},
    {"check", NULL, "FILE", 1, 1, "", cli_data_check},
};

/* Names of AugTextUnit. */
static const char *const unit_names[] = {"words", "code_points", "graphemes", NULL};

static const AugParamDesc option_rows[] = {
    AUG_PARAM(CliDataOptions, output, .optional = true, .unit = "file",
              .help = "what build and train write; default of build: LANG.augx in the folder of "
                      "the user's own data"),
    AUG_PARAM(CliDataOptions, overwrite, .optional = true,
              .help = "build, train: replace an output that is there already"),
    AUG_PARAM(
        CliDataOptions, lang, .optional = true, .unit = "name",
        .help = "the language that the lexicon is for, by which specs name it; train: or its path; "
                "default: en"),
    AUG_PARAM(CliDataOptions, forms, .optional = true, .unit = "path",
              .help = "build: spelling dictionary of hunspell, without .aff and .dic, whose words "
                      "are the inflected forms that may be written; default: that of English, "
                      "where it is installed"),
    AUG_PARAM(CliDataOptions, notice, .optional = true, .unit = "file",
              .help = "build, train: licence notice of the source, which the result keeps"),
    AUG_PARAM(CliDataOptions, dev, .optional = true, .unit = "file",
              .help = "train: tagged text that is not learnt from, to say how good the tagger is"),
    AUG_PARAM(CliDataOptions, field, .optional = true, .unit = "name",
              .help = "vocabulary: the field of text to count; default: all fields of text"),
    AUG_PARAM(CliDataOptions, unit, .fallback = "words", .choices = unit_names,
              .help = "vocabulary: what gets a line"),
    AUG_PARAM(CliDataOptions, lower, .fallback = "false",
              .help = "vocabulary: upper case counts as lower case"),
    AUG_PARAM(CliDataOptions, min_count, .fallback = "1", .low = 1, .high = INT32_MAX,
              .help = "vocabulary: how often something must stand there to get a line"),
    AUG_PARAM(CliDataOptions, max_size, .fallback = "0", .low = 0, .high = 4194304,
              .help = "vocabulary: lines at most, the most frequent ones; 0: all"),
};

/* Words of the table for completion and for messages: the i-th action, each once. */
static const char *action_at(size_t i)
{
    for (size_t k = 0; k < AUG_COUNT(tasks); k++) {
        const bool is_new = k == 0 || strcmp(tasks[k].action, tasks[k - 1].action) != 0;
        if (is_new && i-- == 0)
            return tasks[k].action;
    }
    return NULL;
}

static const char *listed_action_at(const void *list, size_t i)
{
    (void)list;
    return action_at(i);
}

static size_t count_actions(void)
{
    size_t n = 0;
    while (action_at(n))
        n++;
    return n;
}

static const CliDataTask *find_task(const char *action, const char *what)
{
    for (size_t i = 0; i < AUG_COUNT(tasks); i++) {
        const bool fits = !tasks[i].what || (what && strcmp(tasks[i].what, what) == 0);
        if (fits && strcmp(tasks[i].action, action) == 0)
            return &tasks[i];
    }
    return NULL;
}

/* Which second words an action has: "mythes, list". text has room for size bytes. */
static void list_whats(const char *action, char *text, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < AUG_COUNT(tasks) && n < size; i++) {
        if (tasks[i].what && strcmp(tasks[i].action, action) == 0)
            n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "", tasks[i].what);
    }
}

static AugStatus refuse(const CmdCall *call, AugError *error)
{
    const char *action = call->arguments[0];
    char whats[256] = "";
    list_whats(action, whats, sizeof(whats));
    if (whats[0] && call->n_arguments == 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "behind %s follows one of %s", action,
                        whats);
    if (whats[0])
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "%s is followed by '%.60s'; allowed is one of %s", action,
                        call->arguments[1], whats);
    const size_t n = count_actions();
    const char *near = augi_nearest_name(action, listed_action_at, NULL, n);
    augi_known_names(listed_action_at, NULL, n, whats, sizeof(whats));
    if (near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.60s' is nothing that is done to data; did you mean '%s'?", action,
                        near);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "'%.60s' is nothing that is done to data; %s",
                    action, whats);
}

/* A name as it is written behind two dashes; text has room for size bytes. */
static const char *dashed(const char *name, char *text, size_t size)
{
    snprintf(text, size, "%s", name);
    for (char *at = text; *at; at++)
        *at = *at == '_' ? '-' : *at;
    return text;
}

/* Options that were given, and that the task does not have. */
static AugStatus check_options(const CmdCall *call, const CliDataTask *task, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(option_rows); i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s ", option_rows[i].name);
        if (call->given[i] && !strstr(task->options, name))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s is no option of 'data %s%s%s'",
                            dashed(option_rows[i].name, name, sizeof(name)), task->action,
                            task->what ? " " : "", task->what ? task->what : "");
    }
    return AUG_OK;
}

static AugStatus check_inputs(const CliDataTask *task, size_t n, AugError *error)
{
    if (n >= task->least && n <= task->most)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s; it is called as 'aug data %s%s%s%s%s'",
                    n < task->least ? "an argument is missing" : "there is one argument too many",
                    task->action, task->what ? " " : "", task->what ? task->what : "",
                    task->inputs[0] ? " " : "", task->inputs);
}

/* Where a task writes; false if it writes nothing. */
static bool find_output(const CliDataTask *task, const CliDataOptions *options,
                        char path[AUG_TEXT_PATH_SIZE])
{
    if (!strstr(task->options, "output "))
        return false;
    if (!options->output)
        return strcmp(task->action, "build") == 0 && strstr(task->options, "lang ") &&
               aug_text_data_output(options->lang, path);
    snprintf(path, AUG_TEXT_PATH_SIZE, "%s", options->output);
    return true;
}

/* Refuses to write over what is read, and over what is there unless that is wanted. A data set may
 * stand behind its kind: "tsv:FILE". */
static AugStatus check_output(const CliDataCall *data, const CliDataTask *task, AugError *error)
{
    const CliDataOptions *options = data->options;
    const char *const others[] = {options->notice, options->dev};
    char path[AUG_TEXT_PATH_SIZE];
    struct stat output, input;
    if (!find_output(task, options, path) || stat(path, &output) != 0)
        return AUG_OK;
    for (size_t i = 0; i < data->n + AUG_COUNT(others); i++) {
        const char *read = i < data->n ? data->inputs[i] : others[i - data->n];
        const char *colon = read ? strchr(read, ':') : NULL;
        const bool is_there =
            read && (stat(read, &input) == 0 || (colon && stat(colon + 1, &input) == 0));
        if (is_there && input.st_dev == output.st_dev && input.st_ino == output.st_ino)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                            "--output is what is read; allowed is another file, so that nothing is "
                            "lost");
    }
    if (options->overwrite || S_ISDIR(output.st_mode))
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                    "there is such a file; allowed is another --output, or --overwrite to replace "
                    "it");
}

static AugStatus run_task(const CmdCall *call, AugError *error)
{
    const char *what = call->n_arguments > 1 ? call->arguments[1] : NULL;
    const CliDataTask *task = find_task(call->arguments[0], what);
    if (!task)
        return refuse(call, error);
    const size_t n_words = task->what ? 2 : 1;
    const CliDataCall data = {.call = call,
                              .options = call->options,
                              .inputs = call->arguments + n_words,
                              .n = call->n_arguments - n_words};
    AUG_TRY(check_inputs(task, data.n, error));
    AUG_TRY(check_options(call, task, error));
    AUG_TRY(check_output(&data, task, error));
    return task->run(&data, error);
}

static int run(const CmdCall *call)
{
    AugError error = {0};
    return run_task(call, &error) == AUG_OK ? 0 : cmd_fail(call, &error);
}

static const CmdExample examples[] = {
    {"list", "Which lexicons and taggers are found, where, and of what licence."},
    {"build wordnet", "The English lexicon, from the packages wordnet-base and hunspell-en-us."},
    {"build mythes /usr/share/mythes/th_de_DE_v2.dat --lang de",
     "A German lexicon, from the package mythes-de."},
    {"build list words.tsv --lang ko", "A lexicon from a list of your own."},
    {"build vocabulary tsv:train.tsv --lower --min-count 2 --max-size 30000 -o words.txt",
     "The vocabulary of output.ids: {tokenizer: words, vocabulary: words.txt, lower: true}."},
    {"train context reviews.txt --output films.augx",
     "The English lexicon with counts of how words stand in these texts, which choose among "
     "synonyms."},
    {"train tagger train.conllu --dev dev.conllu --output en.augt",
     "A tagger from sentences in CoNLL-U, such as those of Universal Dependencies."},
    {"check en", "Checks the English lexicon, and prints what it holds and its licence notices."},
};

static const CmdArgument arguments[] = {
    {.name = "TASK", .name_at = action_at},
    {.name = "WORD", .optional = true, .repeats = true, .words = CMD_WORDS_FILES},
};

const CmdCommand cli_command_data = {
    .name = "data",
    .summary = "Lexicons, taggers and vocabularies for texts: list, build, train, check",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .details =
        "A lexicon is one file, which a process reads once. 'build wordnet [FOLDER]' makes it from "
        "the files of WordNet, 'build mythes FILE' from a thesaurus of MyThes, and 'build list "
        "FILE' from lines of a word, a tab, its part of speech (n, v, a, r or -), a tab, and "
        "synonyms with '|' between them, in UTF-8. The same input gives the same bytes.\n"
        "'build vocabulary DATASET' counts the words of a data set's texts (a file whose name says "
        "what it is, or KIND:PATH) and writes a text of "
        "one word a line: [PAD], [UNK], then the most frequent first, and equally frequent ones in "
        "the "
        "order of their bytes. A word's number is its line's, from 0.\n"
        "'train context FILE...' counts which words stand beside and near which in texts, a "
        "sentence or a text a line, and writes the lexicon of --lang with these counts in place of "
        "any others; that of WordNet has those of its glosses, for which among the files its "
        "folder stands. It says how well a word is told from its synonyms in lines that were not "
        "counted.\n"
        "'train tagger FILE...' learns from CoNLL-U, packed by gzip or not, which part of speech "
        "words have, and writes one file of about 1 MB; the same files give the same bytes.\n"
        "Data are looked for in $AUG_TEXT_DATA, then in $XDG_DATA_HOME/augd/text, else "
        "~/.local/share/augd/text, then where aug was installed. 'list' shows what is found; what "
        "is behind another file of its name is marked. 'check NAME' reads a lexicon whole, or a "
        "tagger by its path, and prints the licence notices of its sources, which travel inside.",
    .json = "print JSON, where a task prints anything",
    .options = AUG_PARAM_TABLE(CliDataOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
