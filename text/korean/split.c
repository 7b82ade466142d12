/* Eojeol: nouns and the particles behind them. */
#include <string.h>

#include "text/korean/korean.h"

/* Bytes of a syllable in NFC, and the most syllables of particles behind a noun. */
#define SYLLABLE 3
#define MOST_SYLLABLES (TXT_MOST_SPLITS - 1)

#define PLURAL 0
#define CASE 1
#define LIMIT 2
#define LAST 3
#define CORE 4

/* Where a form is of several, the first counts. Left out: 하고, 이고, 이며 and other endings
 * of verbs and of the copula, 요 and what else is polite. */
static const TxtParticle particles[] = {
    {"들", "들", PLURAL, false},
    {"에게서", "에게서", CASE, false},
    {"에게로", "에게로", CASE, false},
    {"에다가", "에다가", CASE, false},
    {"에게", "에게", CASE, false},
    {"에서", "에서", CASE, false},
    {"에다", "에다", CASE, false},
    {"에", "에", CASE, false},
    {"한테서", "한테서", CASE, false},
    {"한테", "한테", CASE, false},
    {"께서", "께서", CASE, false},
    {"께", "께", CASE, false},
    {"더러", "더러", CASE, false},
    {"으로서", "로서", CASE, true},
    {"으로써", "로써", CASE, true},
    {"으로", "로", CASE, true},
    {"과", "와", CASE, false},
    {"이랑", "랑", CASE, false},
    {"보다", "보다", CASE, false},
    {"처럼", "처럼", CASE, false},
    {"같이", "같이", CASE, false},
    {"만큼", "만큼", CASE, false},
    {"만으로", "만으로", CASE, false},
    {"대로", "대로", CASE, false},
    {"치고", "치고", CASE, false},
    {"까지", "까지", LIMIT, false},
    {"부터", "부터", LIMIT, false},
    {"조차", "조차", LIMIT, false},
    {"마저", "마저", LIMIT, false},
    {"마다", "마다", LIMIT, false},
    {"밖에", "밖에", LIMIT, false},
    {"뿐", "뿐", LIMIT, false},
    {"만", "만", LIMIT, false},
    {"은커녕", "는커녕", LAST, false},
    {"은", "는", LAST, false},
    {"이야말로", "야말로", LAST, false},
    {"이라도", "라도", LAST, false},
    {"이라야", "라야", LAST, false},
    {"이나마", "나마", LAST, false},
    {"이든지", "든지", LAST, false},
    {"이든", "든", LAST, false},
    {"이나", "나", LAST, false},
    {"이란", "란", LAST, false},
    {"이여", "여", LAST, false},
    /* Of 아/야 or of 이야/야: behind a consonant it cannot be told which. */
    {NULL, "야", LAST, false},
    {"이야", "야", LAST, false},
    {"아", "야", LAST, false},
    {"이", "가", CORE, false},
    {"을", "를", CORE, false},
    {"의", "의", LAST, false},
    {"도", "도", LAST, false},
};

#define N_PARTICLES (sizeof(particles) / sizeof(particles[0]))

/* Nouns of a noun and a suffix that looks like a particle which agrees: -도 (degree, map, island),
 * -가 (person, song, street), -과 (department), -란 (column), -의 (physician). */
static const char *const compounds[] = {
    "가속도", "고난도", "공감도", "공헌도", "긴장도", "기여도", "난이도", "노출도", "만족도",
    "명료도", "몰입도", "민감도", "밀집도", "복잡도", "선명도", "선호도", "성숙도", "성취도",
    "숙련도", "신뢰도", "신선도", "안전도", "안정도", "연관도", "완성도", "위험도", "유사도",
    "의존도", "이해도", "인지도", "일치도", "자유도", "적합도", "정밀도", "정확도", "조감도",
    "존중도", "주목도", "중독도", "중요도", "지명도", "지지도", "지형도", "집중도", "참여도",
    "청결도", "충성도", "충실도", "친밀도", "친숙도", "투명도", "풍경도", "피로도", "해상도",
    "호감도", "호응도", "활용도", "경기도", "거제도", "울릉도", "제주도", "도예가", "만화가",
    "무도가", "번화가", "서예가", "안무가", "애호가", "연주가", "정치가", "종교가", "주제가",
    "투자가", "국문과", "사학과", "영문과", "광고란", "독자란", "비고란", "전문의", "주치의",
};

/* Particles of one syllable that end no other word, and so may stand behind one syllable. */
static const char *const safe[] = {"를", "에"};

/* What is known of a place in an eojeol: levels with which particles up to its end may begin (a bit
 * each), and the first one with its form. */
typedef struct Place {
    uint32_t levels;
    const TxtParticle *particle;
    size_t form_size;
} Place;

static bool is_among(const char *const *list, size_t n, const uint8_t *word, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == size && memcmp(list[i], word, size) == 0)
            return true;
    return false;
}

#define IS_AMONG(list, word, size) is_among(list, sizeof(list) / sizeof((list)[0]), word, size)

/* The form behind such an end; NULL if it cannot be told. */
static const char *form_behind(const TxtParticle *particle, TxtFinal final)
{
    if (particle->consonant == particle->vowel ||
        (particle->consonant && particle->vowel &&
         strcmp(particle->consonant, particle->vowel) == 0))
        return particle->vowel;
    if (final == TXT_FINAL_UNKNOWN)
        return NULL;
    const bool is_vowel = final == TXT_FINAL_VOWEL || (final == TXT_FINAL_RIEUL && particle->rieul);
    return is_vowel ? particle->vowel : particle->consonant;
}

/* Whether a particle of some level may be followed by one that begins with one of these levels. */
static bool may_follow(uint32_t level, uint32_t levels)
{
    static const uint32_t allowed[] = {
        [PLURAL] = 1u << CASE | 1u << LIMIT | 1u << LAST | 1u << CORE,
        [CASE] = 1u << LIMIT | 1u << LAST,
        [LIMIT] = 1u << LIMIT | 1u << LAST | 1u << CORE,
        [LAST] = 0,
        [CORE] = 0,
    };
    return (levels & allowed[level]) != 0;
}

/* Finds the particles that may begin n syllables before the end. places[k]: k syllables before it. */
static Place read_place(const uint8_t *word, size_t size, size_t n, const Place *places)
{
    const size_t at = size - n * SYLLABLE;
    const TxtFinal before = txt_korean_final(word, at);
    Place place = {0};
    for (size_t i = 0; i < N_PARTICLES; i++) {
        const char *form = form_behind(&particles[i], before);
        const size_t bytes = form ? strlen(form) : 0;
        if (bytes == 0 || bytes > size - at || memcmp(word + at, form, bytes) != 0)
            continue;
        if (bytes < size - at &&
            !may_follow(particles[i].level, places[n - bytes / SYLLABLE].levels))
            continue;
        place.levels |= 1u << particles[i].level;
        if (place.form_size < bytes) {
            place.particle = &particles[i];
            place.form_size = bytes;
        }
    }
    return place;
}

static bool is_syllable(const uint8_t *bytes)
{
    /* U+AC00 to U+D7A3 begin with EA to ED; a continuation byte does not. */
    return bytes[0] >= 0xea && bytes[0] <= 0xed;
}

/* Whether a stem with what is behind it may be read as another word as well. */
static bool is_doubtful(const uint8_t *word, size_t size, const TxtSplit *split)
{
    if (split->form_size > SYLLABLE)
        return false;
    if (split->stem_size == SYLLABLE && is_syllable(word))
        return !IS_AMONG(safe, word + split->stem_size, SYLLABLE);
    return IS_AMONG(compounds, word, size);
}

size_t txt_korean_split(const uint8_t *word, size_t size, TxtSplit splits[TXT_MOST_SPLITS])
{
    Place places[MOST_SYLLABLES + 1] = {0};
    size_t n_splits = 0;
    if (size == 0)
        return 0;
    splits[n_splits++] = (TxtSplit){.stem_size = size};
    for (size_t n = 1; n <= MOST_SYLLABLES && n * SYLLABLE < size; n++) {
        const size_t at = size - n * SYLLABLE;
        if (!is_syllable(word + at))
            break;
        places[n] = read_place(word, size, n, places);
        const TxtSplit split = {at, places[n].form_size, places[n].particle};
        if (split.particle && !is_doubtful(word, size, &split))
            splits[n_splits++] = split;
    }
    return n_splits;
}

const char *txt_korean_form(const TxtSplit *split, const uint8_t *noun, size_t size)
{
    if (!split->particle)
        return "";
    return form_behind(split->particle, txt_korean_final(noun, size));
}
