/* The list of commands. */
#include <string.h>

#include "cli/command.h"

extern const CliCommand cli_command_apply;
extern const CliCommand cli_command_batch;
extern const CliCommand cli_command_bench;
extern const CliCommand cli_command_check;
extern const CliCommand cli_command_datasets;
extern const CliCommand cli_command_digest;
extern const CliCommand cli_command_ops;
extern const CliCommand cli_command_preview;
extern const CliCommand cli_command_schema;

const CliCommand *const cli_commands[] = {
    &cli_command_check, &cli_command_preview,  &cli_command_apply,
    &cli_command_batch, &cli_command_digest,   &cli_command_bench,
    &cli_command_ops,   &cli_command_datasets, &cli_command_schema,
};
const size_t cli_n_commands = AUG_COUNT(cli_commands);

static const char *name_at(const void *list, size_t i)
{
    (void)list;
    return cli_commands[i]->name;
}

const CliCommand *cli_command_find(const char *name)
{
    for (size_t i = 0; i < cli_n_commands; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    }
    return NULL;
}

const char *cli_command_nearest(const char *wrong)
{
    return augi_nearest_name(wrong, name_at, NULL, cli_n_commands);
}
