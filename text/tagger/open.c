/* Opening a tagger, and who owns it. */
#include <stdlib.h>
#include <string.h>

#include "aug/text.h"
#include "libaug/base/input_file.h"
#include "text/lexicon/data_path.h"
#include "text/tagger/model.h"

/* Opens a model, whose path and counts are told. */
static AugStatus open_path(TxtTagger **tagger, const char *name_or_path, char path[TXT_PATH_SIZE],
                           TxtModelHeader *header, AugError *error)
{
    *tagger = NULL;
    AUG_TRY(txt_data_find(name_or_path, TXT_DATA_TAGGER, path, error));
    uint8_t *bytes;
    size_t size;
    AUG_TRY(augi_input_file_load(path, TXT_MODEL_MAX_SIZE, &bytes, &size, error));
    TxtModelParts parts;
    AugStatus status = txt_model_parse(&parts, bytes, size, path, error);
    if (status == AUG_OK)
        status = txt_model_new(tagger, &parts, error);
    if (status == AUG_OK)
        *header = parts.header;
    free(bytes);
    return status;
}

AugStatus txt_tagger_open(TxtTagger **tagger, const char *name_or_path, AugError *error)
{
    char path[TXT_PATH_SIZE];
    TxtModelHeader header;
    return open_path(tagger, name_or_path, path, &header, error);
}

AugStatus aug_text_tagger_check(const char *name_or_path, AugTextTagger *out, char **notice,
                                AugError *error)
{
    TxtTagger *tagger;
    TxtModelHeader header;
    *out = (AugTextTagger){0};
    if (notice)
        *notice = NULL;
    AUG_TRY(open_path(&tagger, name_or_path, out->path, &header, error));
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
    atomic_fetch_add_explicit(&tagger->owners, 1, memory_order_relaxed);
    return tagger;
}

void txt_tagger_unref(TxtTagger *tagger)
{
    if (!tagger || atomic_fetch_sub_explicit(&tagger->owners, 1, memory_order_acq_rel) != 1)
        return;
    free(tagger->notice);
    free(tagger->features);
    free(tagger->words);
    free(tagger->weights);
    free(tagger);
}

uint64_t txt_tagger_identity(const TxtTagger *tagger)
{
    return tagger->seal;
}

const char *txt_tagger_notice(const TxtTagger *tagger)
{
    return tagger->notice;
}
