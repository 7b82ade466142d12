/* aug: data augmentation at the terminal. */
#include "cli/program.h"

int main(int argc, char **argv)
{
    return cmd_main(&cli_program, argc, argv);
}
