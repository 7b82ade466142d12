/* The list of kinds. */
#include "libaug/spec/param_kind.h"

#define KIND_ENTRY(name, type) &aug_kind_##name,

const AugParamKind *const augi_param_kinds[] = {AUG_PARAM_KINDS(KIND_ENTRY)};
const size_t augi_n_param_kinds = AUG_COUNT(augi_param_kinds);
