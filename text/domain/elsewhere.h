/* Operations of other libraries for texts that have another name or place here. */
#ifndef TXT_ELSEWHERE_H
#define TXT_ELSEWHERE_H

#include "libaug/spec/domain.h"

/* Augmenters of nlpaug, TextAttack, textaugment and fast-aug, and the names of EDA's paper, where
 * they are none of ours. Ends with a row without names. */
extern const AugElsewhere txt_elsewhere[];

#endif
