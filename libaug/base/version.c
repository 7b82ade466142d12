/* The version of the library that a program really runs with. */
#include "aug/version.h"

const char *aug_version(void)
{
    return AUG_VERSION;
}
