/* What the paper recommends by the size of the data set, and what its operations share. */
#include "text/eda/eda.h"

TxtEdaRow txt_eda_row(uint64_t n_samples)
{
    static const struct {
        uint64_t size;
        TxtEdaRow row;
    } table[] = {{500, {0.05, 16}}, {2000, {0.05, 8}}, {5000, {TXT_EDA_MOST_ALPHA, 4}}};
    size_t i = n_samples == 0 ? AUG_COUNT(table) - 1 : 0;
    while (i + 1 < AUG_COUNT(table) && n_samples > table[i].size)
        i++;
    return table[i].row;
}

const AugParamDesc txt_eda_rows[TXT_EDA_N_ROWS] = {
    AUG_PARAM(TxtEdaParams, alpha, .fallback = "0", .low = 0, .high = 1,
              .help = "edits as a share of the words; 0: by the size of the data set"),
    AUG_PARAM(TxtEdaParams, lang, .fallback = "en",
              .help = "language whose lexicon is used, or path of a lexicon"),
};

double txt_eda_alpha(const TxtEdaParams *params, const TxtPrepare *input)
{
    if (params->alpha > 0)
        return params->alpha;
    return txt_eda_row(input->dataset ? input->dataset->n_samples : 0).alpha;
}
