/* What a kind of parameter is: one const descriptor, and the readers and writers that kinds share.
 *
 * Adding a kind takes its C type and a line of AUG_PARAM_KINDS in param.h, and a file in
 * libaug/spec/params/. A kind that only one domain needs stands in that domain, beside the rows
 * that use it (see AUG_PARAM_BY).
 */
#ifndef AUGI_PARAM_KIND_H
#define AUGI_PARAM_KIND_H

#include "libaug/spec/param.h"

/* What a reader of one value needs: the row, where to complain and under which name. */
typedef struct AugParamTarget {
    const AugParamDesc *row;
    const char *path;
    AugProblems *problems;
} AugParamTarget;

/* What a value of a kind consists of; the bounds of its row hold for each number. */
typedef enum AugParamShape {
    AUG_SHAPE_WORDS,  /* no number */
    AUG_SHAPE_NUMBER, /* one */
    AUG_SHAPE_PAIR,   /* two */
    AUG_SHAPE_LIST,   /* several */
} AugParamShape;

/* The descriptor. Members that are not named are optional.
 *
 * text:        the kind in words, for tables: "range [low, high]"
 * allowed:     the same in sentences, where bounds and choices follow; NULL: text
 * bounds:      of every number of the kind, for sentences about rows without bounds; may be NULL
 * choices_join: what stands between that and "one of ..." where the row has choices; NULL: ", or "
 * size:        bytes of the field
 * is_whole:    its numbers are integers
 * read:        puts the value into the field, or complains and returns false with the field as it
 *              was. The field holds zeroes or a value read before
 * word:        the value where it is one word, else NULL; borrowed
 * write:       writes the value as JSON that reads back equal; not called for a word
 * write_forms: writes a JSON Schema for each form that a value may take, but for the row's choices
 * is_absent:   the value is what zero bytes say, and cannot be written
 * fini:        frees what the field owns
 */
typedef struct AugParamKind {
    const char *text;
    const char *allowed;
    const char *bounds;
    const char *choices_join;
    size_t size;
    AugParamShape shape;
    bool is_whole;
    bool (*read)(const AugParamTarget *target, const AugiTree *at, void *field);
    const char *(*word)(const AugParamDesc *row, const void *field);
    void (*write)(const AugParamDesc *row, const void *field, AugiJsonWriter *writer);
    void (*write_forms)(const AugParamDesc *row, AugiJsonWriter *writer);
    bool (*is_absent)(const AugParamDesc *row, const void *field);
    void (*fini)(void *field);
} AugParamKind;

/* All kinds of AUG_PARAM_KINDS, in its order. */
extern const AugParamKind *const augi_param_kinds[];
extern const size_t augi_n_param_kinds;

/* Adds the problem "NAME is FOUND; allowed is ..." at a value, and returns false. */
bool augi_param_complain(const AugParamTarget *target, const AugiTree *at, const char *found);

/* The same, with the value itself as what was found. */
bool augi_param_complain_value(const AugParamTarget *target, const AugiTree *at);

/* The same for a value that is none of the row's choices, naming the nearest. */
bool augi_param_complain_choice(const AugParamTarget *target, const AugiTree *at);

/* Adds the problem that memory is out, and returns false. */
bool augi_param_complain_memory(const AugParamTarget *target);

/* Reads the decimal numbers of JSON, plus a leading "+" or "." as YAML allows; no hexadecimal, no
 * "nan". */
bool augi_param_parse_number(const char *text, double *value);

/* Whether a number is within the row's bounds. */
bool augi_param_in_bounds(const AugParamDesc *row, double value);

/* Reads a number within the row's bounds, or complains. */
bool augi_param_read_number(const AugParamTarget *target, const AugiTree *at, double *value);

/* Reads a whole number within the row's bounds, or complains. */
bool augi_param_read_integer(const AugParamTarget *target, const AugiTree *at, int32_t *value);

/* Reads [low, high] with low <= high, or one number by the row's scalar rule, or complains. */
bool augi_param_read_interval(const AugParamTarget *target, const AugiTree *at, double *low,
                              double *high);

/* Index of a value among the row's choices; -1 if it is none of them. */
int32_t augi_param_find_choice(const AugParamDesc *row, const AugiTree *at);

/* Schema of a number of a JSON type ("integer", "number") within the row's bounds. */
void augi_param_number_schema(const AugParamDesc *row, const char *type, AugiJsonWriter *writer);

/* Schema of a list of least to most of them. */
void augi_param_list_schema(const AugParamDesc *row, const char *type, int least, int most,
                            AugiJsonWriter *writer);

/* Schema of the row's choices. */
void augi_param_choice_schema(const AugParamDesc *row, AugiJsonWriter *writer);

#endif
