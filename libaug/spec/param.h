/* Parameter tables: one row is the parser, the range check, the storage, the help and the schema of
 * one parameter. Operations, data sets, outputs, layers and optimizers all describe themselves with
 * such a table.
 *
 * The kind of a row is derived from the C type of its field, so a row cannot disagree with its
 * storage, and a field of a type without a kind does not compile. A default stands in its row as a
 * user would write it in a spec.
 */
#ifndef AUGI_PARAM_H
#define AUGI_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/limits.h"
#include "aug/problems.h"
#include "libaug/base/json_writer.h"
#include "libaug/base/tree.h"

/* Closed interval of numbers, low <= high. */
typedef struct AugRange {
    double low, high;
} AugRange;

/* Closed interval of whole numbers, low <= high. */
typedef struct AugIntRange {
    int32_t low, high;
} AugIntRange;

/* Height and width in pixels. width 0: "the shorter side is height" (scalar rule SHORTER_SIDE). */
typedef struct AugSize {
    int32_t height, width;
} AugSize;

/* Index into the row's choices. */
typedef struct AugChoice {
    int32_t value;
} AugChoice;

/* What fills pixels that have no source: a constant colour of n values from 0 to 255, one for each
 * channel, or, if the row has choices, one of those names (named is its index, else -1). A single
 * number stands for all channels and is kept as three times the same. */
typedef struct AugFill {
    int32_t named;
    int32_t n;
    double channels[AUG_MAX_CHANNELS];
} AugFill;

/* Most numbers of an AugNumbers: one for each channel. */
#define AUG_MAX_NUMBERS AUG_MAX_CHANNELS
/* A short list of numbers; n of them count. */
typedef struct AugNumbers {
    int32_t n;
    double values[AUG_MAX_NUMBERS];
} AugNumbers;

/* Owned string, NULL if the default is absent. */
typedef char *AugText;

/* Most strings of an AugTexts. */
#define AUG_MAX_TEXTS 64
/* Several strings, owned; n of them. */
typedef struct AugTexts {
    int32_t n;
    char **values;
} AugTexts;

/* What one number means where a pair is expected: not allowed; [x, x]; [-x, x]; [1 - x, 1 + x], not
 * below 0; a square; "shorter side". POINT, SYMMETRIC and FACTOR are for ranges, SQUARE and
 * SHORTER_SIDE for sizes. */
typedef enum AugScalarRule {
    AUG_SCALAR_REFUSED,
    AUG_SCALAR_POINT,
    AUG_SCALAR_SYMMETRIC,
    AUG_SCALAR_FACTOR,
    AUG_SCALAR_SQUARE,
    AUG_SCALAR_SHORTER_SIDE,
} AugScalarRule;

/* One parameter. Members that are not named are optional.
 *
 * fallback:  default as written in a spec ("0.5", "[0.08, 1.0]", "bilinear"), the words of a list
 *            in quotes; NULL: the parameter must be given, unless optional is set (then zero bytes
 *            are its default)
 * quiet:     not written where it is the default, so that a row which comes later leaves the
 *            canonical form of specs without it, and with it their streams' ids, as they were
 * low, high: bounds of every number in the value; both zero: no bounds. low_open, high_open: the
 *            bound itself is not allowed
 * choices:   NULL-terminated names of an AugChoice, an AugFill or an AugTexts
 * aka:       what other libraries call it, separated by blanks: whoever writes that is told the name
 */
typedef struct AugParamDesc {
    const char *name;
    const struct AugParamKind *kind;
    size_t offset;
    const char *fallback;
    bool optional;
    bool quiet;
    double low, high;
    bool low_open, high_open;
    AugScalarRule scalar;
    const char *const *choices;
    const char *unit;
    const char *help;
    const char *aka;
} AugParamDesc;

/* The rows of one struct of the given size.
 *
 * settle: called once every row was read without a mistake: refuses what rows may not say together,
 *         and brings what can be written in two ways to one; may be NULL
 */
typedef struct AugParamTable {
    const AugParamDesc *rows;
    size_t n;
    size_t size;
    AugStatus (*settle)(void *params, AugError *error);
} AugParamTable;

#define AUG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The list of kinds: name, and the C type of the field. A kind's descriptor, aug_kind_NAME, stands
 * in libaug/spec/params/ and is described in param_kind.h. */
#define AUG_PARAM_KINDS(X)    \
    X(bool, bool)             \
    X(int, int32_t)           \
    X(uint64, uint64_t)       \
    X(float, double)          \
    X(range, AugRange)        \
    X(int_range, AugIntRange) \
    X(size, AugSize)          \
    X(choice, AugChoice)      \
    X(fill, AugFill)          \
    X(numbers, AugNumbers)    \
    X(text, AugText)          \
    X(texts, AugTexts)

#define AUG_KIND_DECLARE(name, type) \
    ;                                \
    extern const struct AugParamKind aug_kind_##name
/* The descriptors of all kinds. */
struct AugParamKind AUG_PARAM_KINDS(AUG_KIND_DECLARE);

#define AUG_KIND_CASE(name, type) , type : &aug_kind_##name
/* Kind of a field, by its type. */
#define AUG_KIND_OF(field) _Generic((field)AUG_PARAM_KINDS(AUG_KIND_CASE))

/* Row for a field of struct T; the rest are designated members of AugParamDesc. */
#define AUG_PARAM(T, field, ...) AUG_PARAM_BY(AUG_KIND_OF, T, field, __VA_ARGS__)

/* The same for a field of a kind that a domain has for itself; kind_of is its own AUG_KIND_OF. */
#define AUG_PARAM_BY(kind_of, T, field, ...)                                            \
    {                                                                                   \
        .name = #field, .kind = kind_of(((T *)0)->field), .offset = offsetof(T, field), \
        __VA_ARGS__                                                                     \
    }

#define AUG_PARAM_TABLE(T, array)                                 \
    {                                                             \
        .rows = (array), .n = AUG_COUNT(array), .size = sizeof(T) \
    }

/* Fills params (table->size bytes, the caller's) from a map: defaults first, then what is given.
 * map NULL means "nothing given". A key without a row, a missing required key, a wrong type or a
 * number out of bounds goes to problems with its place; path is put before messages ("Rotate").
 * Whatever happens, params can be given to augi_params_fini afterwards. Keys that the caller
 * handles itself, also those that have a row, are listed in handled (NULL-terminated; NULL: none);
 * where a key is not known, they are named with those of the rows.
 */
void augi_params_bind(const AugParamTable *table, const AugiTree *map, const char *const *handled,
                      const char *path, void *params, AugProblems *problems);

/* Binds a lone scalar or list to the first row, for the short form "Cutout: 16". */
void augi_params_bind_short(const AugParamTable *table, const AugiTree *value, const char *path,
                            void *params, AugProblems *problems);

/* Frees what params own and zeroes them. */
void augi_params_fini(const AugParamTable *table, void *params);

/* Writes every parameter, defaults included but for those of quiet rows, as members of the JSON
 * object that is open in the writer, sorted by name. Reading the result back gives equal params. */
void augi_params_write(const AugParamTable *table, const void *params, AugiJsonWriter *writer);

/* The same with the defaults of quiet rows: for people, never for an identity. */
void augi_params_write_all(const AugParamTable *table, const void *params, AugiJsonWriter *writer);

/* The value of one row for people: words bare, other values as JSON; empty if it was not given and
 * has no default. The caller frees it; NULL if memory is out. */
char *augi_param_text(const AugParamDesc *row, const void *params);

/* Writes one row's JSON Schema (draft 2020-12) as an object. */
void augi_param_write_schema(const AugParamDesc *row, AugiJsonWriter *writer);

/* The allowed values in words: "0 to 1", "one of bilinear, nearest". text has room for size bytes.
 */
void augi_param_describe(const AugParamDesc *row, char *text, size_t size);

/* Nearest of n names to a misspelt one, or NULL if none is near (edit distance above a third of its
 * length). name_at returns the i-th name. */
const char *augi_nearest_name(const char *wrong, const char *(*name_at)(const void *list, size_t i),
                              const void *list, size_t n);

/* Whether word, of so many bytes, is one of the names that blanks separate; letters of either case. */
bool augi_name_is_among(const char *names, const char *word, size_t size);

/* What is known in place of a name that is not: "known are: a, b", "known is only a", "none is
 * known". Names that do not fit are left out behind "...". text has room for size bytes. */
void augi_known_names(const char *(*name_at)(const void *list, size_t i), const void *list,
                      size_t n, char *text, size_t size);

#endif
