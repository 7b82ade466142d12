/* augtrain: trains a network on batches from augd or from specs run in this process. */
#include "aug/version.h"
#include "trainer/command.h"

int main(int n_words, char **words)
{
    TrainOptions options;
    AugError error = {0};
    const char *const *given = (const char *const *)words + 1;
    AugStatus status =
        train_options_init(&options, given, n_words > 0 ? (size_t)n_words - 1 : 0, &error);
    int code = 0;
    if (options.help) {
        train_options_help(stdout);
    } else if (options.version) {
        printf("augtrain %s (%s)\n", aug_version(), AUG_ENGINE);
    } else if (status != AUG_OK) {
        code = train_command_fail(&error);
    } else if (options.command == TRAIN_COMMAND_LAYERS) {
        code = train_command_layers(&options);
    } else {
        code = train_command_run(&options);
    }
    train_options_fini(&options);
    return code;
}
