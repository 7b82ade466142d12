/* The vectors with all values in double, where they must hold within 1e-10: this is where a place
 * of eps or a missing factor near 1 shows. */
#include "tests/golden/test_nn_vectors.c"
