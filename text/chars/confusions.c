/* The shapes. Each is written with what it looks like in common fonts, in print that is worn, and to
 * recognizers that lose accents. */
#include "text/chars/confusions.h"

#include <string.h>

const TxtConfusion txt_confusion_list[] = {
    {"0", 1, 1, 4, {"O", "o", "D", "Q"}},
    {"1", 1, 1, 3, {"l", "I", "i"}},
    {"2", 1, 1, 2, {"Z", "z"}},
    {"3", 1, 1, 1, {"8"}},
    {"4", 1, 1, 1, {"A"}},
    {"5", 1, 1, 2, {"S", "s"}},
    {"6", 1, 1, 2, {"G", "b"}},
    {"7", 1, 1, 1, {"T"}},
    {"8", 1, 1, 2, {"B", "3"}},
    {"9", 1, 1, 2, {"g", "q"}},
    {"A", 1, 1, 1, {"4"}},
    {"B", 1, 1, 3, {"8", "E", "R"}},
    {"C", 1, 1, 2, {"G", "c"}},
    {"D", 1, 1, 2, {"O", "0"}},
    {"E", 1, 1, 1, {"F"}},
    {"F", 1, 1, 2, {"P", "E"}},
    {"G", 1, 1, 2, {"6", "C"}},
    {"H", 1, 1, 1, {"N"}},
    {"I", 1, 1, 2, {"l", "1"}},
    {"L", 1, 1, 1, {"I"}},
    {"M", 1, 1, 1, {"N"}},
    {"N", 1, 1, 2, {"M", "H"}},
    {"O", 1, 1, 3, {"0", "Q", "D"}},
    {"P", 1, 1, 1, {"F"}},
    {"Q", 1, 1, 2, {"O", "0"}},
    {"R", 1, 1, 2, {"K", "B"}},
    {"S", 1, 1, 2, {"5", "s"}},
    {"T", 1, 1, 2, {"7", "I"}},
    {"U", 1, 1, 1, {"V"}},
    {"V", 1, 1, 2, {"U", "v"}},
    {"Y", 1, 1, 1, {"V"}},
    {"Z", 1, 1, 2, {"2", "z"}},
    {"a", 1, 1, 1, {"o"}},
    {"b", 1, 1, 2, {"6", "h"}},
    {"c", 1, 1, 2, {"e", "o"}},
    {"ci", 2, 2, 1, {"a"}},
    {"cl", 2, 2, 1, {"d"}},
    {"d", 1, 1, 1, {"cl"}},
    {"e", 1, 1, 2, {"c", "o"}},
    {"f", 1, 1, 1, {"t"}},
    {"fi", 2, 2, 1, {"fl"}},
    {"fl", 2, 2, 1, {"fi"}},
    {"g", 1, 1, 2, {"9", "q"}},
    {"h", 1, 1, 2, {"b", "li"}},
    {"i", 1, 1, 3, {"l", "j", "1"}},
    {"ii", 2, 2, 1, {"u"}},
    {"in", 2, 2, 1, {"m"}},
    {"j", 1, 1, 1, {"i"}},
    {"k", 1, 1, 1, {"lc"}},
    {"l", 1, 1, 3, {"1", "I", "i"}},
    {"lc", 2, 2, 1, {"k"}},
    {"li", 2, 2, 1, {"h"}},
    {"m", 1, 1, 2, {"rn", "nn"}},
    {"n", 1, 1, 2, {"ri", "u"}},
    {"nn", 2, 2, 1, {"m"}},
    {"o", 1, 1, 2, {"0", "a"}},
    {"q", 1, 1, 2, {"g", "9"}},
    {"ri", 2, 2, 1, {"n"}},
    {"rn", 2, 2, 1, {"m"}},
    {"s", 1, 1, 2, {"5", "S"}},
    {"t", 1, 1, 1, {"f"}},
    {"u", 1, 1, 3, {"ii", "v", "n"}},
    {"v", 1, 1, 1, {"u"}},
    {"vv", 2, 2, 1, {"w"}},
    {"w", 1, 1, 1, {"vv"}},
    {"y", 1, 1, 1, {"v"}},
    {"z", 1, 1, 2, {"2", "Z"}},
    {"ß", 2, 1, 1, {"B"}},
    {"à", 2, 1, 1, {"a"}},
    {"á", 2, 1, 1, {"a"}},
    {"â", 2, 1, 1, {"a"}},
    {"ã", 2, 1, 1, {"a"}},
    {"ä", 2, 1, 1, {"a"}},
    {"å", 2, 1, 1, {"a"}},
    {"ç", 2, 1, 1, {"c"}},
    {"è", 2, 1, 1, {"e"}},
    {"é", 2, 1, 1, {"e"}},
    {"ê", 2, 1, 1, {"e"}},
    {"ë", 2, 1, 1, {"e"}},
    {"ì", 2, 1, 1, {"i"}},
    {"í", 2, 1, 1, {"i"}},
    {"î", 2, 1, 1, {"i"}},
    {"ï", 2, 1, 1, {"i"}},
    {"ñ", 2, 1, 1, {"n"}},
    {"ò", 2, 1, 1, {"o"}},
    {"ó", 2, 1, 1, {"o"}},
    {"ô", 2, 1, 1, {"o"}},
    {"õ", 2, 1, 1, {"o"}},
    {"ö", 2, 1, 1, {"o"}},
    {"ù", 2, 1, 1, {"u"}},
    {"ú", 2, 1, 1, {"u"}},
    {"û", 2, 1, 1, {"u"}},
    {"ü", 2, 1, 1, {"u"}},
    {"ý", 2, 1, 1, {"y"}},
};

const uint32_t txt_n_confusions = sizeof(txt_confusion_list) / sizeof(txt_confusion_list[0]);

static void add(TxtConfusions *confusions, uint32_t number)
{
    const TxtConfusion *shape = &txt_confusion_list[number];
    const uint8_t byte = (uint8_t)shape->shape[0];
    if (shape->size == 1)
        confusions->alone[byte] = (uint8_t)number;
    if (byte >= 0x80 || shape->size == 1)
        return;
    uint32_t i = 0;
    while (i < TXT_MOST_PAIRS && confusions->pairs[byte][i] != TXT_NO_SHAPE)
        i++;
    confusions->pairs[byte][i] = (uint8_t)number;
    confusions->behind[byte][i] = shape->shape[1];
    confusions->masks[byte] |= UINT32_C(1) << (shape->shape[1] % 32);
}

void txt_confusions_init(TxtConfusions *confusions)
{
    uint32_t n = 0;
    memset(confusions, TXT_NO_SHAPE, sizeof(*confusions));
    memset(confusions->masks, 0, sizeof(confusions->masks));
    for (uint32_t byte = 0; byte <= 256; byte++) {
        confusions->first[byte] = (uint16_t)n;
        for (; n < txt_n_confusions && (uint8_t)txt_confusion_list[n].shape[0] == byte; n++)
            add(confusions, n);
    }
}
