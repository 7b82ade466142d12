/* YAML before and beside its parser: texts that would cost the parser more than their size, and
 * what it finds wrong, in sentences for people who do not know it. */
#ifndef AUGI_YAML_TEXT_H
#define AUGI_YAML_TEXT_H

#include "libaug/base/tree.h"

/* A text in the caller's memory. */
typedef struct AugiYamlText {
    const char *bytes;
    size_t size;
} AugiYamlText;

/* A place in a text. index counts characters from 0, line and column from 1. */
typedef struct AugiYamlMark {
    size_t index;
    int line, column;
} AugiYamlMark;

/* A mistake of syntax as libyaml tells it; context may be NULL and is then nowhere. */
typedef struct AugiYamlFault {
    const char *problem, *context;
    AugiYamlMark at, begin;
} AugiYamlFault;

/* Refuses UTF-16, directives but for %YAML (each is compared with those before it, and a tag may
 * stand for a long text), and more than 1,024 blanks and line breaks in a row (the parser clears as
 * many bytes for every word that comes after them). */
AUG_MUST_CHECK AugStatus augi_yaml_check(const AugiYamlText *text, AugProblems *problems);

/* Adds the problem of a fault, and returns AUG_BAD_SPEC. */
AugStatus augi_yaml_refuse(const AugiYamlText *text, const AugiYamlFault *fault,
                           AugProblems *problems);

#endif
