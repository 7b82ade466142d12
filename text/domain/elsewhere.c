/* The table of what people know from nlpaug, TextAttack, textaugment and fast-aug. */
#include "text/domain/elsewhere.h"

const AugElsewhere txt_elsewhere[] = {
    /* Other names. */
    {"SynonymAug SR Wordnet WordNetAugmenter WordSwapWordNet", "SynonymReplacement", NULL},
    {"RI SynonymInsertionAugmenter WordInsertionRandomSynonym", "RandomInsertion", NULL},
    {"RS SwapAugmenter WordsRandomSwapAugmenter WordInnerSwapRandom", "RandomSwap", NULL},
    {"RD DeletionAugmenter WordsRandomDeleteAugmenter WordDeletion", "RandomDeletion", NULL},
    {"EasyDataAugmenter EasyDataAugmentation", "EDA", NULL},
    {"KeyboardAug WordSwapQWERTY ButterFingersPerturbation", "KeyboardNoise", NULL},
    {"OcrAug", "OcrNoise", NULL},
    {"SpellingAug", "SpellingErrors", NULL},
    {"ReservedAug", "SynonymReplacement",
     "here it is 'SynonymReplacement' with a list of your own, which 'aug data build list' makes"},
    {"RandomSentAug", "SentenceShuffle", NULL},
    {"CharsRandomInsertAugmenter WordSwapRandomCharacterInsertion", "CharInsert", NULL},
    {"CharsRandomDeleteAugmenter WordSwapRandomCharacterDeletion", "CharDelete", NULL},
    {"CharsRandomSwapAugmenter WordSwapNeighboringCharacterSwap", "CharSwap", NULL},
    {"CharsRandomSubstituteAugmenter WordSwapRandomCharacterSubstitution", "CharSubstitute", NULL},
    {"ChangeCase RandomUpper", "RandomCase", NULL},
    {"Contract", "Contraction", NULL},
    {"Expand", "Expansion", NULL},

    /* Made of other operations. */
    {"RandomWordAug", "RandomDeletion", "'RandomSwap', 'RandomDeletion' and 'TokenMask' are here"},
    {"RandomCharAug CharSwapAugmenter", "CharInsert",
     "'CharInsert', 'CharDelete', 'CharSwap' and 'CharSubstitute' are here"},
    {"SplitAug", "CharInsert", "of its kind 'CharInsert' is here"},
    {"CheckListAugmenter", "Contraction", "of its kind 'Contraction' and 'Expansion' are here"},
    {"SoftEDA", "output.label_smoothing",
     "here it is 'EDA' with a key of output, as in output: {label_smoothing: 0.1}"},

    /* What takes a model of language: the classic way without one is offered. */
    {"ContextualWordEmbsAug WordEmbsAug TfIdfAug EmbeddingAugmenter CLAREAugmenter Word2vec "
     "Fasttext WordSwapEmbedding WordSwapMaskedLM",
     "SynonymReplacement",
     "it takes a model of language, which is not here; 'SynonymReplacement' takes a lexicon"},
    {"BackTranslation BackTranslationAug BackTranslationAugmenter BackTranscriptionAugmenter "
     "Translate Paraphrase ContextualWordEmbsForSentenceAug AbstSummAug LambadaAug AntonymAug",
     NULL, NULL},
    {NULL, NULL, NULL},
};
