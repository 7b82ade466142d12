/* Which Unicode texts are read by. */
#include <utf8proc.h>

#include "text/unicode/unicode.h"

void txt_unicode_identify(AugiHash *hash)
{
    augi_hash_add_text(hash, "unicode");
    augi_hash_add_text(hash, TXT_UNICODE_VERSION);
    augi_hash_add_text(hash, utf8proc_version());
    augi_hash_add_text(hash, utf8proc_unicode_version());
}
