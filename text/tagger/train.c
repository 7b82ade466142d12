/* Training a tagger: dictionary, two rounds of epochs, and the file.
 *
 * The first round finds out which features matter; the second one trains weights for these alone, so
 * that a small model is as good as a large one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/random.h"
#include "libaug/base/input_file.h"
#include "text/tagger/perceptron.h"
#include "text/tagger/score.h"

/* Passes over the text in each round. */
#define EPOCHS 8
/* Features of the second round at most: those with the largest weights. And how far from zero an
 * average must be to be in the model, in 1/TXT_MARGIN_ONE. On UD English-EWT this gives a model of
 * 0.9 MB, a third of one of all features, which is right 0.1 points more often. */
#define MOST_FEATURES 45000
#define LEAST_WEIGHT 24

/* Bytes of a licence notice at most. */
#define MAX_NOTICE_SIZE (1 << 20)

/* A word stands in the dictionary if it was seen so often; and it has one tag only if it was seen so
 * often and had another at most so many times in a thousand. */
#define LEAST_COUNT 2
#define LEAST_SURE 15
#define MOST_OTHERS 10

/* A training. words, word_tags: the dictionary, as the file has it */
typedef struct Training {
    const AugTaggerTraining *options;
    TxtTreebank bank;
    uint64_t n_train;
    uint32_t n_epochs, epoch;
    uint8_t *notice;
    uint32_t size_notice;
    uint32_t *words;
    uint8_t *word_tags;
    uint32_t n_words;
    uint32_t *order;
    uint64_t n_decided, n_right;
} Training;

static AugStatus no_memory(AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for training a tagger");
}

static int by_number(const void *a, const void *b)
{
    const uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;
    return one < two ? -1 : one > two;
}

/* Adds a word, whose n pairs these are, to the dictionary. */
static void add_word(Training *training, const uint64_t *pairs, uint64_t n)
{
    uint64_t counts[TXT_MODEL_MAX_TAGS] = {0};
    uint32_t best = 0;
    for (uint64_t i = 0; i < n; i++)
        counts[pairs[i] & 0xff]++;
    for (uint32_t tag = 1; tag < training->bank.n_tags; tag++)
        if (counts[tag] > counts[best])
            best = tag;
    if (n < LEAST_COUNT)
        return;
    const bool is_sure = n >= LEAST_SURE && (n - counts[best]) * 1000 <= n * MOST_OTHERS;
    training->words[training->n_words] = (uint32_t)(pairs[0] >> 8);
    training->word_tags[training->n_words++] = (uint8_t)(best | (is_sure ? TXT_MODEL_SURE : 0));
}

static AugStatus make_dictionary(Training *training, AugError *error)
{
    const TxtTreebank *bank = &training->bank;
    uint64_t n = 0;
    uint64_t *pairs = malloc((bank->n_tokens + 1) * sizeof(*pairs));
    training->words = malloc((bank->n_tokens + 1) * sizeof(*training->words));
    training->word_tags = malloc(bank->n_tokens + 1);
    if (!pairs || !training->words || !training->word_tags) {
        free(pairs);
        return no_memory(error);
    }
    for (uint64_t s = 0; s < training->n_train; s++)
        for (uint32_t i = 0; i < bank->sentences[s].n; i++) {
            const TxtTreeToken *token = &bank->tokens[bank->sentences[s].first + i];
            pairs[n++] = (uint64_t)token->token.word << 8 | token->tag;
        }
    qsort(pairs, n, sizeof(*pairs), by_number);
    for (uint64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && pairs[end] >> 8 == pairs[i] >> 8; end++)
            continue;
        add_word(training, pairs + i, end - i);
    }
    free(pairs);
    return AUG_OK;
}

static TxtModelParts parts_of(const Training *training)
{
    return (TxtModelParts){.header = {.n_tags = training->bank.n_tags,
                                      .size_notice = training->size_notice,
                                      .n_words = training->n_words},
                           .notice = training->notice ? (const char *)training->notice : "",
                           .tags = training->bank.tags[0],
                           .words = training->words,
                           .word_tags = training->word_tags};
}

/* Fills in what the dictionary says of all tokens. */
static AugStatus guess_all(Training *training, AugError *error)
{
    const TxtModelParts parts = parts_of(training);
    TxtTagger *dictionary;
    AUG_TRY(txt_model_new(&dictionary, &parts, error));
    for (uint64_t i = 0; i < training->bank.n_tokens; i++)
        txt_model_guess(dictionary, &training->bank.tokens[i].token);
    txt_tagger_unref(dictionary);
    return AUG_OK;
}

static AugStatus learn_sentence(Training *training, TxtPerceptron *perceptron, TxtTreeToken *tokens,
                                uint32_t n, AugError *error)
{
    uint32_t last = 0, before = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t tag = tokens[i].token.guess - 1u;
        if (!tokens[i].token.sure) {
            TxtTagContext context = txt_tree_context(tokens, n, i);
            context.tag_last = last;
            context.tag_before = before;
            AUG_TRY(txt_perceptron_learn(perceptron, &context, tokens[i].tag, &tag, error));
            training->n_decided++;
            training->n_right += tag == tokens[i].tag;
        }
        before = last;
        last = tag + 1;
    }
    return AUG_OK;
}

/* One sentence as it is, or as other texts have it: half of those with hyphens are joined, a quarter
 * is in small letters. */
static AugStatus learn_variant(Training *training, TxtPerceptron *perceptron,
                               const TxtTreeSentence *sentence, AugRng *rng, AugError *error)
{
    const bool is_joined = aug_rng_below(rng, 2) == 0, is_lower = aug_rng_below(rng, 4) == 0;
    const uint32_t first = is_joined ? sentence->joined_first : sentence->first;
    const uint32_t n = is_joined ? sentence->joined_n : sentence->n;
    TxtTreeToken *tokens = training->bank.tokens + first;
    if (!is_lower)
        return learn_sentence(training, perceptron, tokens, n, error);
    uint8_t *shapes = malloc(n);
    if (!shapes)
        return no_memory(error);
    for (uint32_t i = 0; i < n; i++) {
        shapes[i] = tokens[i].token.shape;
        txt_token_lower(&tokens[i].token);
    }
    const AugStatus status = learn_sentence(training, perceptron, tokens, n, error);
    for (uint32_t i = 0; i < n; i++)
        tokens[i].token.shape = shapes[i];
    free(shapes);
    return status;
}

static AugStatus report(const Training *training, uint64_t sentence, AugError *error)
{
    const AugTaggerTraining *options = training->options;
    const AugTaggerProgress progress = {
        training->epoch,   2 * training->n_epochs, sentence,
        training->n_train, training->n_decided,    training->n_right};
    if (options->progress && !options->progress(options->user, &progress))
        return AUG_FAIL(error, AUG_CLOSED, NULL, "the training was ended");
    return AUG_OK;
}

static AugStatus run_epoch(Training *training, TxtPerceptron *perceptron, AugError *error)
{
    const AugKey key = {
        .seed = training->options->seed, .epoch = training->epoch, .position = AUG_POSITION_ORDER};
    AugRng rng = aug_rng_make(&key);
    aug_rng_permutation(&rng, training->order, training->n_train);
    training->n_decided = training->n_right = 0;
    for (uint64_t s = 0; s < training->n_train; s++) {
        if (s % 1024 == 0)
            AUG_TRY(report(training, s, error));
        AUG_TRY(learn_variant(training, perceptron, &training->bank.sentences[training->order[s]],
                              &rng, error));
    }
    training->epoch++;
    return report(training, training->n_train, error);
}

/* One round of all epochs: the averages that are at least so far from zero. */
static AugStatus run_round(Training *training, const uint32_t *kept, uint32_t n_kept,
                           TxtAverage **averages, uint32_t *n, AugError *error)
{
    TxtPerceptron *perceptron;
    *averages = NULL;
    AUG_TRY(txt_perceptron_new(&perceptron, training->bank.n_tags, kept, n_kept, error));
    AugStatus status = AUG_OK;
    for (uint32_t e = 0; e < training->n_epochs && status == AUG_OK; e++)
        status = run_epoch(training, perceptron, error);
    if (status == AUG_OK)
        status = txt_perceptron_averages(perceptron, LEAST_WEIGHT, averages, n, error);
    txt_perceptron_free(perceptron);
    return status;
}

/* The largest weight of the feature whose averages begin at i, and where the next one's begin. */
static uint32_t largest_of(const TxtAverage *averages, uint32_t n, uint32_t i, uint32_t *next)
{
    uint32_t largest = 0, k = i;
    for (; k < n && averages[k].key == averages[i].key; k++) {
        const uint32_t size = (uint32_t)abs(averages[k].weight);
        largest = size > largest ? size : largest;
    }
    *next = k;
    return largest;
}

/* How large a feature's largest weight must be so that at most `most` features are left. */
static AugStatus find_least(const TxtAverage *averages, uint32_t n, uint32_t most, uint32_t *least,
                            AugError *error)
{
    uint32_t *counts = calloc(INT16_MAX + 1, sizeof(*counts));
    if (!counts)
        return no_memory(error);
    for (uint32_t i = 0, next; i < n; i = next)
        counts[largest_of(averages, n, i, &next)]++;
    uint64_t left = 0;
    *least = INT16_MAX + 1;
    while (*least > 0 && left + counts[*least - 1] <= most)
        left += counts[--*least];
    free(counts);
    return AUG_OK;
}

/* The keys of the features whose largest weight is at least `least`. */
static uint32_t keys_of(const TxtAverage *averages, uint32_t n, uint32_t least, uint32_t *keys)
{
    uint32_t n_keys = 0;
    for (uint32_t i = 0, next; i < n; i = next)
        if (largest_of(averages, n, i, &next) >= least)
            keys[n_keys++] = averages[i].key;
    return n_keys;
}

/* Writes the model, and scores it as it was written. */
static AugStatus finish(Training *training, const TxtAverage *averages, uint32_t n,
                        AugTextTagger *result, AugError *error)
{
    TxtModelParts parts = parts_of(training);
    uint32_t *keys = malloc(((size_t)n + 1) * sizeof(*keys));
    uint8_t *counts = calloc((size_t)n + 1, 1);
    int16_t *weights = malloc(((size_t)n + 1) * sizeof(*weights));
    uint8_t *tags = malloc((size_t)n + 1);
    TxtTagger *tagger = NULL;
    AugStatus status = keys && counts && weights && tags ? AUG_OK : no_memory(error);
    if (status == AUG_OK) {
        parts.header.n_features = keys_of(averages, n, 0, keys);
        parts.header.n_weights = n;
        for (uint32_t i = 0, key = 0; i < n; i++) {
            key += i > 0 && averages[i].key != averages[i - 1].key;
            counts[key]++;
            weights[i] = (int16_t)averages[i].weight;
            tags[i] = (uint8_t)averages[i].tag;
        }
        parts.features = keys;
        parts.feature_weights = counts;
        parts.weights = weights;
        parts.weight_tags = tags;
        status = txt_model_save(&parts, training->options->output, &result->size, error);
    }
    if (status == AUG_OK)
        status = txt_model_new(&tagger, &parts, error);
    if (status == AUG_OK) {
        result->n_tags = parts.header.n_tags;
        result->n_words = parts.header.n_words;
        result->n_features = parts.header.n_features;
        result->n_weights = n;
        txt_score(tagger, &training->bank, training->n_train, &result->score);
    }
    txt_tagger_unref(tagger);
    free(keys);
    free(counts);
    free(weights);
    free(tags);
    return status;
}

/* The first round: the keys of the features that matter; the caller frees them. */
static AugStatus select_features(Training *training, uint32_t **kept, uint32_t *n_kept,
                                 AugError *error)
{
    TxtAverage *averages;
    uint32_t n, least = 0;
    AUG_TRY(run_round(training, NULL, 0, &averages, &n, error));
    AugStatus status = find_least(averages, n, MOST_FEATURES, &least, error);
    *kept = status == AUG_OK ? malloc(((size_t)n + 1) * sizeof(**kept)) : NULL;
    if (status == AUG_OK && !*kept)
        status = no_memory(error);
    if (status == AUG_OK)
        *n_kept = keys_of(averages, n, least, *kept);
    free(averages);
    return status;
}

static AugStatus train(Training *training, AugTextTagger *result, AugError *error)
{
    AUG_TRY(make_dictionary(training, error));
    AUG_TRY(guess_all(training, error));
    training->order = malloc((training->n_train + 1) * sizeof(*training->order));
    if (!training->order)
        return no_memory(error);
    uint32_t *kept = NULL, n_kept = 0, n = 0;
    TxtAverage *averages = NULL;
    AUG_TRY(select_features(training, &kept, &n_kept, error));
    AugStatus status = run_round(training, kept, n_kept, &averages, &n, error);
    if (status == AUG_OK)
        status = finish(training, averages, n, result, error);
    free(kept);
    free(averages);
    return status;
}

static AugStatus read_all(Training *training, AugError *error)
{
    const AugTaggerTraining *options = training->options;
    size_t size = 0;
    if (options->notice)
        AUG_TRY(augi_input_file_load(options->notice, MAX_NOTICE_SIZE, &training->notice, &size,
                                     error));
    training->size_notice = (uint32_t)size;
    for (size_t i = 0; i < options->n_files; i++)
        AUG_TRY(txt_treebank_read(&training->bank, options->files[i], error));
    training->n_train = training->bank.n_sentences;
    if (training->n_train == 0 || training->n_train > UINT32_MAX)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, options->n_files ? options->files[0] : NULL,
                        "there are no sentences to train a tagger on");
    return options->dev ? txt_treebank_read(&training->bank, options->dev, error) : AUG_OK;
}

AugStatus aug_text_train_tagger(const AugTaggerTraining *how, AugTextTagger *made, AugError *error)
{
    AugTextTagger ignored, *result = made ? made : &ignored;
    Training training = {.options = how, .n_epochs = how->epochs ? how->epochs : EPOCHS};
    *result = (AugTextTagger){0};
    AugStatus status = read_all(&training, error);
    if (status == AUG_OK)
        status = train(&training, result, error);
    snprintf(result->path, sizeof(result->path), "%s", how->output);
    result->n_sentences = training.n_train;
    for (uint64_t s = 0; s < training.n_train; s++)
        result->n_tokens += training.bank.sentences[s].n;
    txt_treebank_fini(&training.bank);
    free(training.notice);
    free(training.words);
    free(training.word_tags);
    free(training.order);
    return status;
}
