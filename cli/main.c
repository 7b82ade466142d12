/* aug: finds the command and lets it run. */
#include <stdio.h>
#include <string.h>

#include "aug/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/outcome.h"

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int refuse_command(const char *name)
{
    const char *near = cli_command_nearest(name);
    if (near)
        fprintf(stderr, "aug: '%s' is not a command; did you mean '%s'?\n", name, near);
    else
        fprintf(stderr, "aug: '%s' is not a command; see 'aug --help'\n", name);
    return 2;
}

static int run_command(const CliCommand *command, const char *const *words, size_t n_words)
{
    CliCall call;
    AugError error = {0};
    if (cli_call_init(&call, command, words, n_words, &error) != AUG_OK) {
        call.command = command;
        return cli_fail(&call, &error);
    }
    int code = 0;
    if (call.wants_help)
        cli_help_print_command(stdout, command);
    else
        code = command->run(&call);
    cli_call_fini(&call);
    return code;
}

static int run(const char *const *words, size_t n_words)
{
    if (n_words == 0) {
        cli_help_print(stderr);
        return 2;
    }
    if (strcmp(words[0], "--version") == 0) {
        printf("aug %s (%s)\n", aug_version(), AUG_ENGINE);
        return 0;
    }
    const bool asks_help = is_help(words[0]);
    if (asks_help && n_words == 1) {
        cli_help_print(stdout);
        return 0;
    }
    const char *name = words[asks_help ? 1 : 0];
    const CliCommand *command = cli_command_find(name);
    if (!command)
        return refuse_command(name);
    if (asks_help) {
        cli_help_print_command(stdout, command);
        return 0;
    }
    return run_command(command, words + 1, n_words - 1);
}

int main(int argc, char **argv)
{
    return cli_finish(run((const char *const *)argv + 1, (size_t)(argc > 0 ? argc - 1 : 0)));
}
