/* The kinds of text that --generate prints, as a table. */
#include "command/generate.h"

#include <string.h>

/* A kind of text and what prints it. */
typedef struct Kind {
    const char *name;
    void (*print)(FILE *file, const CmdProgram *program);
} Kind;

static const Kind kinds[] = {
    {"man", cmd_generate_man},
    {"bash", cmd_generate_bash},
    {"zsh", cmd_generate_zsh},
    {"fish", cmd_generate_fish},
};

AugStatus cmd_generate(FILE *file, const CmdProgram *program, const char *kind, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, kind) == 0) {
            kinds[i].print(file, program);
            return AUG_OK;
        }
    }
    if (strcmp(kind, "json") == 0)
        return cmd_generate_json(file, program, error);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "--generate is %.60s; allowed is one of man, bash, zsh, fish, json", kind);
}
