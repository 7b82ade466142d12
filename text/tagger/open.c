/* Opening a tagger, and who owns it. */
#include <stdlib.h>
#include <string.h>

#include "aug/text.h"
#include "libaug/base/input_file.h"
#include "text/lexicon/data_path.h"
#include "text/tagger/model.h"

/* Opens a model, whose counts are told. */
static AugStatus open_path(TxtTagger **tagger, const char *path, TxtModelHeader *header,
                           AugError *error)
{
    *tagger = NULL;
    uint8_t *bytes;
    size_t size;
    AUG_TRY(augi_input_file_load(path, TXT_MODEL_MAX_SIZE, &bytes, &size, error));
    TxtModelParts parts;
    AugStatus status = txt_model_parse(&parts, bytes, size, path, error);
    if (status == AUG_OK)
        status = txt_model_new(tagger, &parts, error);
    if (status == AUG_OK) {
        *header = parts.header;
        txt_shared_set_key(&(*tagger)->shared, bytes, size);
    }
    free(bytes);
    return status;
}

static AugStatus open_shared(TxtShared **made, const char *path, AugError *error)
{
    TxtTagger *tagger;
    TxtModelHeader header;
    AUG_TRY(open_path(&tagger, path, &header, error));
    *made = &tagger->shared;
    return AUG_OK;
}

static void free_shared(TxtShared *shared)
{
    TxtTagger *tagger = (TxtTagger *)shared;
    free(tagger->notice);
    free(tagger->features);
    free(tagger->words);
    free(tagger->weights);
    free(tagger);
}

static const TxtSharedKind kind = {open_shared, free_shared};

AugStatus txt_tagger_open(TxtTagger **tagger, const char *name_or_path, AugError *error)
{
    char path[TXT_PATH_SIZE];
    TxtShared *shared;
    *tagger = NULL;
    AUG_TRY(txt_data_find(name_or_path, TXT_DATA_TAGGER, path, error));
    AUG_TRY(txt_shared_open(&shared, path, &kind, error));
    *tagger = (TxtTagger *)shared;
    return AUG_OK;
}

AugStatus aug_text_tagger_check(const char *name_or_path, AugTextTagger *out, char **notice,
                                AugError *error)
{
    TxtTagger *tagger;
    TxtModelHeader header;
    *out = (AugTextTagger){0};
    if (notice)
        *notice = NULL;
    AUG_TRY(txt_data_find(name_or_path, TXT_DATA_TAGGER, out->path, error));
    AUG_TRY(open_path(&tagger, out->path, &header, error));
    out->size = header.size;
    out->n_tags = header.n_tags;
    out->n_words = header.n_words;
    out->n_features = header.n_features;
    out->n_weights = header.n_weights;
    AugStatus status = AUG_OK;
    if (notice && !(*notice = strdup(tagger->notice)))
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a notice");
    txt_tagger_unref(tagger);
    return status;
}

TxtTagger *txt_tagger_ref(TxtTagger *tagger)
{
    txt_shared_ref(&tagger->shared);
    return tagger;
}

void txt_tagger_unref(TxtTagger *tagger)
{
    if (tagger)
        txt_shared_unref(&tagger->shared, &kind);
}

uint64_t txt_tagger_identity(const TxtTagger *tagger)
{
    return tagger->seal;
}

const char *txt_tagger_notice(const TxtTagger *tagger)
{
    return tagger->notice;
}
