/* Doing what a command line asks for, and telling how it went. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/generate.h"
#include "command/help.h"
#include "command/option.h"
#include "libaug/base/utf8.h"

/* "PROGRAM COMMAND: ", behind what was printed so far. */
static void print_origin(const CmdCall *call)
{
    fflush(stdout);
    const char *name = call->command ? call->command->name : NULL;
    fprintf(stderr, "%s%s%s: ", call->program->name, name ? " " : "", name ? name : "");
}

static void put(FILE *to, const char *text, const char *allowed)
{
    const uint8_t *bytes = (const uint8_t *)text;
    for (size_t size = strlen(text), n; size > 0; bytes += n, size -= n) {
        int32_t code;
        n = augi_utf8_decode(bytes, size, &code);
        const bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
        if (!is_control || (code > 0 && strchr(allowed, code)))
            fwrite(bytes, 1, n, to);
        else
            for (size_t i = 0; i < n; i++)
                fprintf(to, "\\x%02x", bytes[i]);
    }
}

void cmd_put_text(FILE *to, const char *text)
{
    put(to, text, "");
}

int cmd_fail(const CmdCall *call, const AugError *error)
{
    print_origin(call);
    cmd_put_text(stderr, error->where);
    fputs(error->where[0] ? ": " : "", stderr);
    cmd_put_text(stderr, error->message);
    fputc('\n', stderr);
    return aug_status_exit_code(error->status);
}

void cmd_say(const CmdCall *call, const char *format, ...)
{
    if (call->quiet)
        return;
    print_origin(call);
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    if (vasprintf(&text, format, arguments) >= 0) {
        put(stderr, text, "\n\t");
        fputc('\n', stderr);
        free(text);
    }
    va_end(arguments);
}

const CmdTerm *cmd_exit_code_at(const CmdProgram *program, size_t i)
{
    static const CmdTerm first[] = {
        {"0", "done"},
        {"1", "failed, by the data or the machine"},
        {"2", "a mistake in the call, in a specification or another file of yours, or in a path or "
              "an address"},
    };
    static const CmdTerm last = {
        "130, 143", "interrupted by SIGINT (Ctrl-C), by SIGTERM; augd then ends with 0"};
    if (i < AUG_COUNT(first))
        return &first[i];
    i -= AUG_COUNT(first);
    if (i < program->n_exit_codes)
        return &program->exit_codes[i];
    return i == program->n_exit_codes ? &last : NULL;
}

static int print_help(const CmdCall *call)
{
    if (call->command && call->command->name)
        cmd_help_command(stdout, call->program, call->command);
    else
        cmd_help_program(stdout, call->program);
    return 0;
}

static int do_wish(const CmdCall *call)
{
    switch (call->wish) {
    case CMD_RUN:
        return call->command->run(call);
    case CMD_HELP:
        return print_help(call);
    case CMD_VERSION:
        printf("%s %s\n", call->program->name, call->program->version);
        return 0;
    case CMD_GENERATE:
        break;
    }
    AugError error = {0};
    if (cmd_generate(stdout, call->program, call->generate, &error) != AUG_OK)
        return cmd_fail(call, &error);
    return 0;
}

int cmd_run(const CmdProgram *program, const char *const *words, size_t n_words)
{
    if (n_words == 0 && !cmd_command_find(program, NULL)) {
        cmd_help_program(stderr, program);
        return aug_status_exit_code(AUG_BAD_ARGUMENT);
    }
    CmdCall call;
    AugError error = {0};
    if (cmd_call_init(&call, program, words, n_words, &error) != AUG_OK)
        return cmd_fail(&call, &error);
    const int code = do_wish(&call);
    cmd_call_fini(&call);
    return code;
}

int cmd_main(const CmdProgram *program, int argc, char **argv)
{
    const size_t n_words = argc > 0 ? (size_t)argc - 1 : 0;
    const int code = cmd_run(program, (const char *const *)argv + 1, n_words);
    const bool failed_before = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed_before)
        return code;
    if (errno != EPIPE)
        fprintf(stderr, "%s: writing to standard output failed: %s\n", program->name,
                strerror(errno));
    return code ? code : 1;
}
