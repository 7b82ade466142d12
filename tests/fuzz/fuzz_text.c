/* Texts: any bytes, through any operations with any parameters. What is made differs from the text
 * by its edits alone; damage stays, what is protected stays, no grapheme is cut, nothing becomes
 * empty, and the same key gives the same bytes whatever the worker made before.
 *
 * Input: two bytes for the number of a recipe, from which operations, parameters and settings are
 * drawn; one for the key; then the text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/dataset.h"
#include "aug/random.h"
#include "libaug/run/plan.h"
#include "libaug/run/worker.h"
#include "tests/fuzz/fuzz.h"
#include "text/domain/domain.h"
#include "text/unicode/unicode.h"

/* Operations of a pipeline at most. */
#define MOST_OPS 3

/* Recipes, whose plans are all kept: making one takes as long as a hundred texts. */
#define N_RECIPES 2048

/* Recipes, the first ones, that may have operations with a lexicon: each plan maps and checks all
 * 18 MB of it, which takes as long as thousands of texts. */
#define N_WITH_LEXICON 128

/* Operations that edit what is protected, as that is what they are for. */
static const char *const free_ones[] = {"Contraction", "Expansion", "SentenceShuffle",
                                        "SentenceCrop"};

/* EDA as the paper has it edits any word. */
static const char unprotects[] = "\"compat\":true";

/* What is drawn for a number.
 *
 * spec:      as JSON
 * protected: no operation may touch what is protected
 * alone:     there is one operation, so its edits are those of the text
 * cut:       the text may be cut at a bound
 */
typedef struct Recipe {
    char spec[2048];
    size_t size;
    bool protected, alone, cut;
} Recipe;

/* What is kept of a recipe: its spec, its plan with two workers, and what holds of its results. plan
 * NULL: the spec is refused. */
typedef struct Kept {
    Recipe recipe;
    AugSpec *spec;
    AugPlan *plan;
    AugWorker *workers[2];
} Kept;

static const AugOpDesc *ops[256];
static size_t n_ops;
static AugDataset *dataset;
static AugLimits limits;
static Kept *kept[N_RECIPES];
static TxtScanner scanner;
static TxtIcuWords *dictionary;

static void init(void)
{
    static const AugFieldDesc text = {.name = "text",
                                      .kind = AUG_FIELD_TEXT,
                                      .form = AUG_FORM_VALUES,
                                      .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
    const AugDatasetCallbacks callbacks = {.fields = &text, .n_fields = 1};
    AugError error = {0};
    FUZZ_CHECK(aug_dataset_from_callbacks(&dataset, &callbacks, &error) == AUG_OK, "%s",
               error.message);
    aug_limits_init(&limits);
    for (size_t i = 0; i < augi_n_ops; i++)
        if (augi_ops[i]->domain == &aug_domain_text && n_ops < 256)
            ops[n_ops++] = augi_ops[i];
}

static void say(Recipe *recipe, const char *format, ...) AUG_PRINTF(2, 3);

static void say(Recipe *recipe, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = sizeof(recipe->spec) - recipe->size;
    const int n = vsnprintf(recipe->spec + recipe->size, room, format, arguments);
    va_end(arguments);
    FUZZ_CHECK(n >= 0 && (size_t)n < room, "no room for a spec");
    recipe->size += (size_t)n;
}

/* A value for a row; 0 leaves the default, and so do rows of other kinds. */
static void say_value(Recipe *recipe, const AugParamDesc *row, uint32_t choice, const char **comma)
{
    static const double parts[] = {0, 1, 0.5, 0.1, 0.01};
    const double value = row->low + parts[choice % 5] * (row->high - row->low);
    size_t n = 0;
    while (row->choices && row->choices[n])
        n++;
    if (choice == 0)
        return;
    if (row->kind == &aug_kind_bool)
        say(recipe, "%s\"%s\":%s", *comma, row->name, choice % 2 ? "true" : "false");
    else if (row->kind == &aug_kind_int && row->high > row->low)
        say(recipe, "%s\"%s\":%.0f", *comma, row->name, value);
    else if (row->kind == &aug_kind_float && row->high > row->low)
        say(recipe, "%s\"%s\":%.17g", *comma, row->name, value);
    else if (row->kind == &aug_kind_range && row->high > row->low)
        say(recipe, "%s\"%s\":[%.17g,%.17g]", *comma, row->name, row->low, value);
    else if (row->kind == &aug_kind_int_range && row->high > row->low)
        say(recipe, "%s\"%s\":[%.0f,%.0f]", *comma, row->name, row->low, value);
    else if (row->kind == &aug_kind_choice && n > 0)
        say(recipe, "%s\"%s\":\"%s\"", *comma, row->name, row->choices[choice % n]);
    else if (row->kind == &aug_kind_texts && n > 0)
        say(recipe, "%s\"%s\":[\"%s\"]", *comma, row->name, row->choices[choice % n]);
    else
        return;
    *comma = ",";
}

static bool is_free(const AugOpDesc *op)
{
    for (size_t i = 0; i < sizeof(free_ones) / sizeof(free_ones[0]); i++)
        if (strcmp(op->name, free_ones[i]) == 0)
            return true;
    return false;
}

/* Operations whose results hang on files are those that open a lexicon; a group may bring one. */
static bool has_lexicon(const AugOpDesc *op)
{
    return op->scope == AUG_OP_GROUP || txt_op_hooks(op)->identify;
}

static void say_op(Recipe *recipe, AugRng *rng, bool may_have_lexicon)
{
    const AugOpDesc *op = ops[aug_rng_below(rng, n_ops)];
    const char *comma = "";
    const size_t begin = recipe->size;
    while (!may_have_lexicon && has_lexicon(op))
        op = ops[aug_rng_below(rng, n_ops)];
    say(recipe, "{\"%s\":{", op->name);
    for (size_t i = 0; i < op->params.n; i++)
        say_value(recipe, &op->params.rows[i], (uint32_t)aug_rng_below(rng, 16), &comma);
    say(recipe, "}}");
    recipe->protected =
        recipe->protected && !is_free(op) && !strstr(recipe->spec + begin, unprotects);
}

static void say_output(Recipe *recipe, AugRng *rng)
{
    say(recipe, "\"output\":{\"allow_label_change\":true");
    recipe->cut = aug_rng_bernoulli(rng, 0.2);
    if (recipe->cut)
        say(recipe, ",\"truncation\":true,\"max_bytes\":%d", 16 + (int)aug_rng_below(rng, 64));
    if (aug_rng_bernoulli(rng, 0.2))
        say(recipe, ",\"protect_quotes\":true");
    if (aug_rng_bernoulli(rng, 0.2))
        say(recipe, ",\"unprotect\":[\"numbers\",\"names\",\"urls\",\"negations\"]");
    if (aug_rng_bernoulli(rng, 0.1))
        say(recipe, ",\"segmenter\":\"icu\"");
    say(recipe, "}");
}

/* The first recipes are each operation by itself as it is by default. */
static void draw_recipe(Recipe *recipe, uint32_t number)
{
    *recipe = (Recipe){.protected = true, .alone = true};
    if (number < n_ops) {
        recipe->protected = !is_free(ops[number]);
        say(recipe, "{\"augd\":1,\"pipeline\":[{\"%s\":{}}]", ops[number]->name);
        say(recipe, ",\"output\":{\"allow_label_change\":true}}");
        return;
    }
    AugRng rng = aug_rng_make(&(AugKey){.seed = 1, .sample = number});
    const uint32_t n = 1 + (uint32_t)aug_rng_below(&rng, MOST_OPS);
    const bool is_drawn = aug_rng_bernoulli(&rng, 0.2);
    recipe->alone = n == 1;
    say(recipe, "{\"augd\":1,\"pipeline\":[%s", is_drawn ? "{\"OneOf\":[" : "");
    for (uint32_t i = 0; i < n; i++) {
        say(recipe, "%s", i > 0 ? "," : "");
        say_op(recipe, &rng, number < N_WITH_LEXICON);
    }
    say(recipe, "%s],", is_drawn ? "]}" : "");
    say_output(recipe, &rng);
    say(recipe, "}");
}

/* A text that was made, with its edits. */
typedef struct Made {
    AugStatus status;
    AugField field;
    AugChanges changes;
} Made;

static Made make(AugWorker *worker, const uint8_t *text, size_t size, uint8_t key)
{
    AugError error = {0};
    AugField field = {.bytes = text, .size = size, .n_rows = size};
    const AugSample in = {.fields = &field, .name = "text"};
    AugSample out;
    const AugKey place = {.seed = key, .sample = size};
    Made made = {.status = aug_worker_augment(worker, &place, &in, &out, &error)};
    if (made.status != AUG_OK) {
        fuzz_check_failure(made.status, &error);
        return made;
    }
    made.field = out.fields[0];
    aug_worker_changes(worker, &in, &out, 0, &made.changes);
    return made;
}

/* Lets a worker take its first pieces of memory, of which there are several: libFuzzer looks for a
 * leak, for as long as a thousand texts take, after each input that took some and left it taken. */
static void warm(AugWorker *worker)
{
    static const char words[] = "I can't say that it is a good film. The cast is fine, we do not "
                                "know why \uc548 \ubcf8\ub2e4.";
    for (uint8_t key = 0; key < 8; key++)
        (void)make(worker, (const uint8_t *)words, sizeof(words) - 1, key);
}

/* Makes what is kept of a recipe. */
static Kept *keep(uint32_t number)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    Kept *made = calloc(1, sizeof(*made));
    FUZZ_CHECK(made != NULL, "no memory for a recipe");
    draw_recipe(&made->recipe, number);
    const Recipe *recipe = &made->recipe;
    AugStatus status =
        aug_spec_parse(&made->spec, recipe->spec, recipe->size, "s", &limits, &problems);
    const AugPlanOptions options = {.any_size = true};
    if (status == AUG_OK)
        status = aug_plan_new(&made->plan, made->spec, dataset, &options, &error);
    if (status != AUG_OK)
        fuzz_check_failure(status, &error);
    for (int i = 0; i < 2 && made->plan; i++) {
        FUZZ_CHECK(aug_worker_new(&made->workers[i], made->plan, &error) == AUG_OK, "%s",
                   error.message);
        warm(made->workers[i]);
    }
    return made;
}

/* The text with its edits is what was made. */
static void check_edits(const Made *made, const uint8_t *text, size_t size)
{
    const uint8_t *bytes = made->field.bytes;
    size_t at = 0, new_at = 0;
    for (uint32_t i = 0; i <= made->changes.n; i++) {
        const AugChange end = {.start = (uint32_t)size, .new_start = (uint32_t)made->field.size};
        const AugChange *change = i < made->changes.n ? &made->changes.items[i] : &end;
        FUZZ_CHECK(change->start >= at && change->new_start >= new_at &&
                       change->start - at == change->new_start - new_at && change->start <= size &&
                       change->new_start <= made->field.size,
                   "edit %u of %u is from %u to %u, after %zu and %zu", i, made->changes.n,
                   change->start, change->new_start, at, new_at);
        FUZZ_CHECK(memcmp(text + at, bytes + new_at, change->start - at) == 0,
                   "bytes before edit %u are others", i);
        at = change->end;
        new_at = change->new_end;
    }
    FUZZ_CHECK(size == 0 || made->field.size > 0, "the text became empty");
}

/* No edit touches bytes start to end - 1. */
static void check_untouched(const AugChanges *changes, uint32_t *first, uint32_t start,
                            uint32_t end, const char *what)
{
    while (*first < changes->n && changes->items[*first].end <= start)
        (*first)++;
    if (*first == changes->n)
        return;
    const AugChange *change = &changes->items[*first];
    FUZZ_CHECK(change->start >= end, "%s edits %u to %u; %u to %u is %s",
               change->op ? change->op : "several", change->start, change->end, start, end, what);
}

/* What is said to be ASCII is. */
static void check_ascii(const TxtSpan *span, const uint8_t *text)
{
    for (uint32_t at = span->start; span->flags & TXT_ASCII && at < span->end; at++)
        FUZZ_CHECK(text[at] < 0x80, "byte %u of an ASCII word is %02x", at, text[at]);
}

/* Damage is a barrier for every operation, what is protected for nearly all. */
static void check_barriers(const Kept *by, const AugChanges *changes, const uint8_t *text,
                           size_t size)
{
    const TxtPlan *own = by->plan->domain_plan;
    AugError error = {0};
    if (own->icu && !dictionary)
        FUZZ_CHECK(txt_icu_words_new(&dictionary, own->icu, NULL, &error) == AUG_OK, "%s",
                   error.message);
    const TxtScanInput input = {.bytes = text,
                                .size = (uint32_t)size,
                                .protect = own->protect,
                                .dictionary = own->icu ? dictionary : NULL};
    TxtDoc doc;
    uint32_t first = 0, at = 0;
    FUZZ_CHECK(txt_scan(&scanner, &input, &doc, &error) == AUG_OK, "%s", error.message);
    for (uint32_t i = 0; i < doc.n_spans; i++) {
        const TxtSpan *span = &doc.spans[i];
        FUZZ_CHECK(span->start == at && span->end > at, "span %u is %u to %u, after %u", i,
                   span->start, span->end, at);
        at = span->end;
        check_ascii(span, text);
        if (span->kind == TXT_INVALID)
            check_untouched(changes, &first, span->start, span->end, "damage");
        else if (span->kind == TXT_PROTECTED && by->recipe.protected)
            check_untouched(changes, &first, span->start, span->end, "protected");
    }
    FUZZ_CHECK(at == size, "spans end at %u of %zu", at, size);
}

/* Edits and spans begin and end where graphemes do. */
static void check_graphemes(const AugChanges *changes, const uint8_t *text, size_t size)
{
    size_t at = 0;
    for (uint32_t i = 0; i < 2 * changes->n; i++) {
        const AugChange *change = &changes->items[i / 2];
        const size_t place = i % 2 ? change->end : change->start;
        while (at < place)
            at = txt_grapheme_end(text, size, at);
        FUZZ_CHECK(at == place, "%s cuts a grapheme at %zu", change->op ? change->op : "several",
                   place);
    }
}

static void check_text(const Kept *by, const uint8_t *text, size_t size, uint8_t key)
{
    Made made[2];
    /* One of them has just made something else. */
    (void)make(by->workers[1], text, size / 2, (uint8_t)(key + 1));
    for (int i = 0; i < 2; i++)
        made[i] = make(by->workers[i], text, size, key);
    FUZZ_CHECK(made[0].status == made[1].status, "%s and %s", aug_status_name(made[0].status),
               aug_status_name(made[1].status));
    if (made[0].status != AUG_OK)
        return;
    FUZZ_CHECK(made[0].field.size == made[1].field.size &&
                   memcmp(made[0].field.bytes, made[1].field.bytes, made[0].field.size) == 0,
               "two workers make %zu and %zu bytes, or others", made[0].field.size,
               made[1].field.size);
    check_edits(&made[0], text, size);
    if (by->recipe.cut)
        return;
    check_barriers(by, &made[0].changes, text, size);
    if (by->recipe.alone)
        check_graphemes(&made[0].changes, text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (!dataset)
        init();
    FuzzInput input = {bytes, size};
    const uint32_t number = fuzz_number(&input, N_RECIPES);
    const uint8_t key = fuzz_byte(&input);
    size = input.left;
    uint8_t *text = fuzz_take(&input, &size);
    if (!kept[number])
        kept[number] = keep(number);
    if (kept[number]->plan)
        check_text(kept[number], text, size, key);
    free(text);
    return 0;
}
