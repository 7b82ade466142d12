/* The option --marks, which the programs that read pictures share. */
#ifndef CMD_MARKS_H
#define CMD_MARKS_H

#include "libaug/base/limits.h"
#include "libaug/spec/param.h"

/* Its row in a table of options; type is the struct, whose field marks is an AugChoice of an
 * AugHintDetail. */
#define CMD_MARKS_ROW(type)                                                                       \
    AUG_PARAM(type, marks, .fallback = "row", .choices = augi_hint_names,                         \
              .help = "what the first reading of a JPEG file leaves for later ones, beside the "  \
                      "digests (see 'aug fingerprint'): places at which decoding can begin, one " \
                      "a row of blocks (0.5 % of the file at most), every 16 blocks (1.5 %) or "  \
                      "every 8 (3 %). A crop is then reached without decoding what lies before "  \
                      "it; no pixel changes")

#endif
