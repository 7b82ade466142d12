/* What an operation does to the label of a text, which depends on what the label is about. */
#ifndef TXT_EFFECT_H
#define TXT_EFFECT_H

/* Kinds of tasks: what a text is read for.
 *
 * SENTIMENT: an opinion or its strength
 * TOPIC:     what it is about
 * PAIRS:     how two texts relate (inference, paraphrase)
 * NER:       which words name what
 * QA:        where in it an answer stands
 */
typedef enum TxtTask {
    TXT_SENTIMENT,
    TXT_TOPIC,
    TXT_PAIRS,
    TXT_NER,
    TXT_QA,
    TXT_N_TASKS,
} TxtTask;

/* PRESERVING: the label stays true. NOISY: it stays true for nearly all texts. CHANGING: for many it
 * does not, so a spec must allow it. */
typedef enum TxtEffect { TXT_PRESERVING, TXT_NOISY, TXT_CHANGING } TxtEffect;

/* The effects of an operation that does the same to labels of every kind of task. */
#define TXT_ALL_TASKS(what)                                                                       \
    {                                                                                             \
        [TXT_SENTIMENT] = (what), [TXT_TOPIC] = (what), [TXT_PAIRS] = (what), [TXT_NER] = (what), \
        [TXT_QA] = (what)                                                                         \
    }

#endif
