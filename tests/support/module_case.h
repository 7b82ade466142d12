/* What the parameters of every module must hold, whatever its list. */
#ifndef TEST_MODULE_CASE_H
#define TEST_MODULE_CASE_H

#include "trainer/nn/nn.h"

/* Name and summary are there, the bounds of each row are allowed while just outside is refused by
 * its name, and what is written out is read again as the same. Ends the test where not. */
void module_case_check(const NnModuleDesc *module);

#endif
