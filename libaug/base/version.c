#include "aug/version.h"

const char *aug_version(void)
{
    return AUG_VERSION;
}
