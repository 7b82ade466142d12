/* Tasks of "aug data": each is a row of the table in data.c and a function in a file of its own. */
#ifndef CLI_DATA_H
#define CLI_DATA_H

#include "command/command.h"

/* Options of all tasks; each row of the table says which ones its task has. */
typedef struct CliDataOptions {
    AugText output;
    bool overwrite;
    AugText lang;
    AugText forms;
    AugText notice;
    AugText dev;
    AugText field;
    AugChoice unit; /* AugTextUnit */
    bool lower;
    int32_t min_count, max_size;
} CliDataOptions;

/* One call of a task. inputs: the n arguments behind its words */
typedef struct CliDataCall {
    const CmdCall *call;
    const CliDataOptions *options;
    const char *const *inputs;
    size_t n;
} CliDataCall;

/* A task, chosen by one or two words.
 *
 * what:          the second word; NULL: there is none
 * inputs:        what follows, for people
 * least, most:   how many inputs it takes
 * options:       names of the options that it has, each with a blank behind it
 */
typedef struct CliDataTask {
    const char *action, *what;
    const char *inputs;
    size_t least, most;
    const char *options;
    AugStatus (*run)(const CliDataCall *call, AugError *error);
} CliDataTask;

/* aug data list */
AUG_MUST_CHECK AugStatus cli_data_list(const CliDataCall *call, AugError *error);

/* aug data check */
AUG_MUST_CHECK AugStatus cli_data_check(const CliDataCall *call, AugError *error);

/* aug data build wordnet, mythes and list */
AUG_MUST_CHECK AugStatus cli_data_build_wordnet(const CliDataCall *call, AugError *error);
AUG_MUST_CHECK AugStatus cli_data_build_mythes(const CliDataCall *call, AugError *error);
AUG_MUST_CHECK AugStatus cli_data_build_list(const CliDataCall *call, AugError *error);

/* aug data build vocabulary */
AUG_MUST_CHECK AugStatus cli_data_build_vocabulary(const CliDataCall *call, AugError *error);

/* aug data train tagger */
AUG_MUST_CHECK AugStatus cli_data_train_tagger(const CliDataCall *call, AugError *error);
/* aug data train context */
AUG_MUST_CHECK AugStatus cli_data_train_context(const CliDataCall *call, AugError *error);

#endif
