/* nn_vectors: runs test vectors on the modules of the trainer. */
#include "trainer/vectors/command.h"

int main(int argc, char **argv)
{
    return cmd_main(&vector_program, argc, argv);
}
