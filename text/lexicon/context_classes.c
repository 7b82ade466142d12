/* Classes of words by the exchange algorithm (Kneser and Ney 1993; Martin, Liermann and Ney 1998):
 * each word in turn moves to the class in which the text is most likely under a bigram of classes,
 *
 *   F = sum over pairs of classes n(g,h) log n(g,h) - sum over g of n(g,.) log n(g,.)
 *       - sum over h of n(.,h) log n(.,h)
 *
 * Sums are made in a fixed order of exactly rounded doubles, so classes are the same everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/exact_math.h"
#include "text/lexicon/context_train.h"

#define N TXT_CONTEXT_CLASSES

/* Passes over all words: after some, few words move. */
#define PASSES 6

/* n log n of so many numbers at most is kept in a table. */
#define TABLE 65536

/* A neighbour with how often it was seen. */
typedef TxtContextCell Cell;

/* The state. pairs[g * N + h], left[g] = n(g,.), right[h] = n(.,h). before_*: the transpose of the
 * training's pairs. own: how often a word stands beside itself. */
typedef struct Exchange {
    TxtTraining *training;
    double *table;
    int64_t n_table;
    int64_t pairs[N * N], left[N], right[N];
    uint32_t *before_rows;
    Cell *before_cells;
    /* Of the word that is looked at: its pairs with each class before and behind it, and the classes
     * with which it has any. */
    int64_t from[N], to[N];
    uint32_t around[N], n_around;
    int64_t own, n_from, n_to;
} Exchange;

static double x_log_x(const Exchange *exchange, int64_t n)
{
    if (n <= 0)
        return 0;
    return n < exchange->n_table ? exchange->table[n] : (double)n * augi_log((double)n);
}

static const Cell *next_cells(const Exchange *exchange)
{
    return exchange->training->next_cells.items;
}

/* Pairs by their second word. */
static AugStatus transpose(Exchange *exchange, AugError *error)
{
    const TxtTraining *training = exchange->training;
    const uint32_t n_words = training->n_words;
    const Cell *cells = next_cells(exchange);
    exchange->before_rows = calloc((size_t)n_words + 2, sizeof(uint32_t));
    exchange->before_cells = calloc(training->next_cells.n + 1, sizeof(Cell));
    exchange->n_table =
        training->entry.n_next < TABLE ? (int64_t)training->entry.n_next + 1 : TABLE;
    exchange->table = malloc((size_t)exchange->n_table * sizeof(double));
    if (!exchange->before_rows || !exchange->before_cells || !exchange->table)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for classes of words");
    exchange->table[0] = 0;
    for (int64_t i = 1; i < exchange->n_table; i++)
        exchange->table[i] = (double)i * augi_log((double)i);
    uint32_t *ends = exchange->before_rows + 1;
    for (uint64_t i = 0; i < training->next_cells.n; i++)
        ends[cells[i].word + 1]++;
    for (uint32_t i = 0; i < n_words; i++)
        ends[i + 1] += ends[i];
    /* ends[w] is where row w begins; laying down moves it to its end, where row w + 1 begins. */
    for (uint32_t row = 0; row < n_words; row++)
        for (uint32_t i = training->next_rows[row]; i < training->next_rows[row + 1]; i++)
            exchange->before_cells[ends[cells[i].word]++] = (Cell){(uint16_t)row, cells[i].count};
    return AUG_OK;
}

/* The most frequent words begin in classes of their own, the others follow in turn. */
static void begin(Exchange *exchange)
{
    const TxtTraining *training = exchange->training;
    const Cell *cells = next_cells(exchange);
    for (uint32_t i = 0; i < training->n_words; i++)
        training->classes[i] = i % N;
    for (uint32_t row = 0; row < training->n_words; row++)
        for (uint32_t i = training->next_rows[row]; i < training->next_rows[row + 1]; i++) {
            const uint32_t g = training->classes[row], h = training->classes[cells[i].word];
            exchange->pairs[g * N + h] += cells[i].count;
            exchange->left[g] += cells[i].count;
            exchange->right[h] += cells[i].count;
        }
}

/* Counts the pairs of a word with the classes around it; those with itself apart. */
static void look_at(Exchange *exchange, uint32_t word)
{
    const TxtTraining *training = exchange->training;
    const Cell *cells = next_cells(exchange);
    memset(exchange->from, 0, sizeof(exchange->from));
    memset(exchange->to, 0, sizeof(exchange->to));
    exchange->own = exchange->n_from = exchange->n_to = 0;
    for (uint32_t i = training->next_rows[word]; i < training->next_rows[word + 1]; i++) {
        exchange->n_to += cells[i].count;
        if (cells[i].word == word)
            exchange->own += cells[i].count;
        else
            exchange->to[training->classes[cells[i].word]] += cells[i].count;
    }
    for (uint32_t i = exchange->before_rows[word]; i < exchange->before_rows[word + 1]; i++) {
        const Cell *cell = &exchange->before_cells[i];
        exchange->n_from += cell->count;
        if (cell->word != word)
            exchange->from[training->classes[cell->word]] += cell->count;
    }
    exchange->n_around = 0;
    for (uint32_t g = 0; g < N; g++) {
        if (exchange->from[g] || exchange->to[g])
            exchange->around[exchange->n_around++] = g;
    }
}

/* Adds the word that is looked at to a class (sign 1), or takes it out (-1). */
static void put(Exchange *exchange, uint32_t g, int64_t sign)
{
    for (uint32_t i = 0; i < exchange->n_around; i++) {
        const uint32_t h = exchange->around[i];
        exchange->pairs[g * N + h] += sign * exchange->to[h];
        exchange->pairs[h * N + g] += sign * exchange->from[h];
    }
    exchange->pairs[g * N + g] += sign * exchange->own;
    exchange->left[g] += sign * exchange->n_to;
    exchange->right[g] += sign * exchange->n_from;
}

static double change(const Exchange *exchange, int64_t before, int64_t more)
{
    return more ? x_log_x(exchange, before + more) - x_log_x(exchange, before) : 0;
}

/* What F gains if the word, which is in no class, joins class g. */
static double gain(const Exchange *exchange, uint32_t g)
{
    double sum = 0;
    for (uint32_t i = 0; i < exchange->n_around; i++) {
        const uint32_t h = exchange->around[i];
        if (h == g)
            continue;
        sum += change(exchange, exchange->pairs[g * N + h], exchange->to[h]);
        sum += change(exchange, exchange->pairs[h * N + g], exchange->from[h]);
    }
    sum += change(exchange, exchange->pairs[g * N + g],
                  exchange->to[g] + exchange->from[g] + exchange->own);
    sum -= change(exchange, exchange->left[g], exchange->n_to);
    return sum - change(exchange, exchange->right[g], exchange->n_from);
}

/* One pass over all words; how many moved. */
static uint32_t pass(Exchange *exchange)
{
    uint32_t n_moved = 0;
    for (uint32_t word = 0; word < exchange->training->n_words; word++) {
        const uint32_t before = exchange->training->classes[word];
        look_at(exchange, word);
        put(exchange, before, -1);
        uint32_t best = before;
        double best_gain = gain(exchange, before);
        for (uint32_t g = 0; g < N; g++) {
            const double found = g == before ? best_gain : gain(exchange, g);
            if (found > best_gain) {
                best = g;
                best_gain = found;
            }
        }
        put(exchange, best, 1);
        exchange->training->classes[word] = best;
        n_moved += best != before;
    }
    return n_moved;
}

/* How often two classes follow each other, over how often they would by chance; of pairs that were
 * hardly to be expected, nearly 1. */
static AugStatus put_ratios(const Exchange *exchange, AugError *error)
{
    TxtTraining *training = exchange->training;
    training->ratios = malloc(sizeof(float) * N * N);
    if (!training->ratios)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for classes of words");
    const double total = (double)training->entry.n_next;
    for (uint32_t g = 0; g < N; g++) {
        for (uint32_t h = 0; h < N; h++) {
            const double chance = (double)exchange->left[g] * (double)exchange->right[h] / total;
            const double seen = (double)exchange->pairs[g * N + h];
            training->ratios[g * N + h] = (float)((seen + 1) / (chance + 1));
        }
    }
    training->entry.n_classes = N;
    return AUG_OK;
}

static AugStatus classify(Exchange *exchange, AugError *error)
{
    AUG_TRY(transpose(exchange, error));
    begin(exchange);
    for (int i = 0; i < PASSES && pass(exchange) > 0; i++)
        continue;
    return put_ratios(exchange, error);
}

AugStatus txt_training_classify(TxtTraining *training, AugError *error)
{
    Exchange *exchange = calloc(1, sizeof(*exchange));
    if (!exchange)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for classes of words");
    exchange->training = training;
    const AugStatus status = classify(exchange, error);
    free(exchange->before_rows);
    free(exchange->before_cells);
    free(exchange->table);
    free(exchange);
    return status;
}
