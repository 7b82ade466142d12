/* What is said for an operation that is not known: where it is here, what it may have meant. */
#include <stdio.h>
#include <string.h>

#include "libaug/spec/domain.h"

static const AugElsewhere *find_elsewhere(const char *word, size_t size)
{
    for (size_t d = 0; d < augi_n_domains; d++)
        for (const AugElsewhere *row = augi_domains[d]->elsewhere; row && row->names; row++)
            if (augi_name_is_among(row->names, word, size))
                return row;
    return NULL;
}

/* The name in what is written as in Python: "A.Resize(224)". */
static const char *bare_name(const char *name, size_t *size)
{
    *size = strcspn(name, "( ");
    for (const char *dot = memchr(name, '.', *size); dot; dot = memchr(name, '.', *size)) {
        *size -= (size_t)(dot + 1 - name);
        name = dot + 1;
    }
    return name;
}

static void say_elsewhere(const AugElsewhere *found, char *text, size_t size)
{
    if (found->text)
        snprintf(text, size, "%s", found->text);
    else if (found->target)
        snprintf(text, size, "here it is '%s'", found->target);
    else
        snprintf(text, size, "nothing like it is here; 'aug ops' lists all");
}

void augi_op_instead(const char *name, char *text, size_t size)
{
    size_t length;
    char word[64] = "";
    const char *bare = bare_name(name, &length);
    const AugElsewhere *found = find_elsewhere(bare, length);
    if (found) {
        say_elsewhere(found, text, size);
        return;
    }
    if (length < sizeof(word))
        memcpy(word, bare, length);
    const char *near = augi_op_nearest(name);
    if (name[length] && augi_op_find(word))
        snprintf(text, size, "write it as '%s: {parameters}'", word);
    else if (near)
        snprintf(text, size, "did you mean '%s'?", near);
    else
        snprintf(text, size, "'aug ops' lists all");
}
