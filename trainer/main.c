/* augtrain: trains a network on batches from augd or from specs run in this process. */
#include "trainer/command.h"

int main(int argc, char **argv)
{
    return cmd_main(&train_program, argc, argv);
}
