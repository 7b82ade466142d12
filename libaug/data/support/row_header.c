/* What columns are often called elsewhere, and what they are called here. */
#include "libaug/data/support/row_header.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The names are compared without case. */
static const char *const text_names[] = {"text", "txt",     "sentence", "review",
                                         "body", "content", "message",  "comment"};
static const char *const image_names[] = {"image",    "images",   "img",       "picture",
                                          "photo",    "filename", "file",      "file_name",
                                          "filepath", "path",     "image_path"};
static const char *const label_names[] = {"label",    "labels", "lbl",      "class",
                                          "category", "target", "sentiment"};

/* The parameters, with what their columns are called. */
static const struct {
    const char *parameter;
    const char *const *names;
    size_t n;
} roles[] = {
    {"text", text_names, sizeof(text_names) / sizeof(*text_names)},
    {"image", image_names, sizeof(image_names) / sizeof(*image_names)},
    {"label", label_names, sizeof(label_names) / sizeof(*label_names)},
};

enum { TEXT, IMAGE, LABEL };

/* The first column that is called like a parameter's; NULL if there is none. */
static const char *find(const AugiPaths *cells, int role)
{
    for (size_t i = 0; i < cells->n; i++) {
        for (size_t k = 0; k < roles[role].n; k++) {
            if (strcasecmp(cells->items[i], roles[role].names[k]) == 0)
                return cells->items[i];
        }
    }
    return NULL;
}

bool augi_says_no_label(const char *label)
{
    return label && strcmp(label, AUGI_NO_LABEL) == 0;
}

AugStatus augi_header_check_first(const AugiPaths *cells, const char *where, AugError *error)
{
    const char *label = find(cells, LABEL);
    const int role = find(cells, IMAGE) ? IMAGE : TEXT;
    const char *content = find(cells, role);
    if (!label || !content)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                    "the first row looks like a header, but its names are not those of columns "
                    "here; give %s: %.60s and label: %.60s, or header: no if it is a sample",
                    roles[role].parameter, content, label);
}

AugStatus augi_header_check_label(const AugiPaths *cells, const char *where, AugError *error)
{
    const char *label = find(cells, LABEL);
    if (!label)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                    "the header has no 'label', but '%.60s'; give label: %.60s, or label: %s to "
                    "have samples without labels",
                    label, label, AUGI_NO_LABEL);
}

void augi_header_describe(const AugiPaths *cells, char text[AUGI_HEADER_TEXT_SIZE])
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < cells->n && used < AUGI_HEADER_TEXT_SIZE; i++)
        used += (size_t)snprintf(text + used, AUGI_HEADER_TEXT_SIZE - used, "%s'%.40s'",
                                 i ? ", " : "", cells->items[i]);
}
