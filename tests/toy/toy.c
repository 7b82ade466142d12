/* The test domain: compiling, running, mixing. */
#include <stdlib.h>
#include <string.h>

#include "tests/toy/toy_domain.h"

typedef struct ToyOutput {
    int32_t add;
} ToyOutput;

static const AugParamDesc output_rows[] = {
    AUG_PARAM(ToyOutput, add, .fallback = "0", .low = 0, .high = 255,
              .help = "added to every pixel, modulo 256"),
};

/* Numbers of the fields by what they are. */
typedef struct Fields {
    uint32_t pictures[2];
    int boxes, text;
} Fields;

typedef struct ToyPlan {
    const AugOpList *ops;
    Fields fields;
    uint8_t add;
    uint32_t n_views;
    bool makes_turn, wants_partner;
} ToyPlan;

/* What augment hands out. */
typedef struct ToyWorker {
    ToySample sample;
} ToyWorker;

static const AugOpKind edit_kind = {"edit", "Edits", "Change the parts of one toy."};
static const AugOpKind mix_kind = {"mix", "Mixing of toys", "Pair toys of a batch."};

static const AugOpKind *op_kind(const AugOpDesc *desc)
{
    const ToyOpHooks *hooks = desc->hooks;
    return hooks->mix ? &mix_kind : &edit_kind;
}

static bool find_fields(const AugDatasetInfo *info, Fields *fields)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < info->n_fields; i++)
        if (info->fields[i].kind == AUG_FIELD_IMAGE && n < 2)
            fields->pictures[n++] = i;
    fields->boxes = aug_dataset_field(info, AUG_FIELD_BOXES);
    fields->text = aug_dataset_field(info, AUG_FIELD_TEXT);
    return n == 2 && fields->boxes >= 0 && fields->text >= 0;
}

static uint32_t suits(const AugDatasetInfo *info)
{
    Fields fields;
    return find_fields(info, &fields) ? 4 : 0;
}

/* What any operation of a list, nested ones included, asks for. */
static void look_at(const AugOpList *ops, ToyPlan *plan)
{
    for (size_t i = 0; i < ops->n; i++) {
        const AugOpList children = {ops->ops[i].children, ops->ops[i].n_children};
        const ToyOpHooks *hooks = ops->ops[i].desc->hooks;
        if (ops->ops[i].desc->scope == AUG_OP_SAMPLE) {
            plan->makes_turn = plan->makes_turn || hooks->makes_turn;
            plan->wants_partner = plan->wants_partner || hooks->wants_partner;
        }
        look_at(&children, plan);
    }
}

static void describe(const ToyPlan *plan, AugDomainOutput *output)
{
    static const char *const views[] = {"data", "data.1"};
    for (uint32_t v = 0; v < plan->n_views; v++)
        output->tensors[output->n_tensors++] = (AugTensorSpec){
            .name = views[v], .sample = {AUG_DTYPE_U8, 3, {2, TOY_SIDE, TOY_SIDE}}, .axes = "chw"};
    output->tensors[output->n_tensors++] =
        (AugTensorSpec){.name = "boxes",
                        .sample = {AUG_DTYPE_F32, 2, {TOY_MOST_BOXES, 4}},
                        .ragged = true,
                        .axes = "n4"};
    output->tensors[output->n_tensors++] = (AugTensorSpec){
        .name = "ids", .sample = {AUG_DTYPE_I32, 1, {TOY_MOST_TEXT}}, .ragged = true, .axes = "l"};
    if (plan->makes_turn)
        output->tensors[output->n_tensors++] =
            (AugTensorSpec){.name = "turn", .sample = {AUG_DTYPE_I64, 0, {0}}, .axes = ""};
    output->treated = 1u << plan->fields.pictures[0] | 1u << plan->fields.pictures[1] |
                      1u << plan->fields.boxes | 1u << plan->fields.text;
}

static AugStatus compile(const AugDomainInput *input, void **out, AugDomainOutput *output,
                         AugError *error)
{
    *out = NULL;
    if (input->n_views > 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "views is %u; the toys have 1 or 2",
                        input->n_views);
    ToyPlan *plan = calloc(1, sizeof(*plan));
    if (!plan)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a plan");
    if (!find_fields(input->dataset, &plan->fields)) {
        free(plan);
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "the data set does not hold toys");
    }
    plan->ops = input->pipeline;
    plan->add = (uint8_t)((const ToyOutput *)input->output)->add;
    plan->n_views = input->n_views;
    look_at(input->pipeline, plan);
    describe(plan, output);
    *out = plan;
    return AUG_OK;
}

static AugStatus worker_new(void **worker, AugiAllowance *allowance, AugError *error)
{
    (void)allowance;
    *worker = calloc(1, sizeof(ToyWorker));
    return *worker ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
}

static uint32_t partners(const void *context, const AugKey *key, uint64_t n_samples,
                         uint64_t *indices)
{
    const ToyPlan *plan = context;
    if (!plan->wants_partner)
        return 0;
    AugKey own = *key;
    own.position = 1000;
    AugRng rng = aug_rng_make(&own);
    indices[0] = aug_rng_below(&rng, n_samples);
    return 1;
}

static void visit(void *context, const AugOp *op, AugRng *rng)
{
    ((const ToyOpHooks *)op->desc->hooks)->edit(op->params, rng, context);
}

/* One view of a sample; key NULL: as it is stored. */
static void make(const ToyPlan *plan, const AugDomainJob *job, uint16_t view, ToySample *made)
{
    const AugField *fields = job->samples[0].fields;
    const AugField *boxes = &fields[plan->fields.boxes], *text = &fields[plan->fields.text];
    *made = (ToySample){.n_boxes = (uint32_t)boxes->n_rows, .n_text = (uint32_t)text->size};
    for (int i = 0; i < 2; i++) {
        memcpy(made->pictures[i], fields[plan->fields.pictures[i]].bytes, TOY_PIXELS);
        if (job->n > 1)
            made->partner[i] = job->samples[1].fields[plan->fields.pictures[i]].bytes;
    }
    memcpy(made->boxes, boxes->bytes, boxes->size);
    memcpy(made->text, text->bytes, text->size);
    if (!job->key)
        return;
    AugKey key = *job->key;
    key.view = view;
    augi_ops_visit(plan->ops, &key, false, visit, made);
}

/* Whether all members are toys; else at_fault says which one is not. */
static AugStatus check_members(const ToyPlan *plan, const AugDomainJob *job, AugError *error)
{
    for (uint32_t i = 0; i < job->n; i++) {
        const AugField *text = &job->samples[i].fields[plan->fields.text];
        if (text->size < strlen(TOY_SPOILED) ||
            memcmp(text->bytes, TOY_SPOILED, strlen(TOY_SPOILED)) != 0)
            continue;
        if (job->at_fault)
            *job->at_fault = i;
        return AUG_FAIL(error, AUG_CORRUPT, job->samples[i].name, "this is no toy");
    }
    return AUG_OK;
}

static AugStatus run(const void *context, void *worker, const AugDomainJob *job, AugOut *outs,
                     AugError *error)
{
    const ToyPlan *plan = context;
    AUG_TRY(check_members(plan, job, error));
    ToySample *made = &((ToyWorker *)worker)->sample;
    for (uint32_t v = plan->n_views; v-- > 0;) {
        make(plan, job, (uint16_t)v, made);
        uint8_t *to = outs[v].bytes;
        for (int i = 0; i < 2 * TOY_PIXELS; i++)
            to[i] = (uint8_t)(made->pictures[i / TOY_PIXELS][i % TOY_PIXELS] + plan->add);
    }
    AugOut *out = &outs[plan->n_views];
    out[0].n_rows = made->n_boxes;
    memcpy(out[0].bytes, made->boxes, made->n_boxes * sizeof(made->boxes[0]));
    out[1].n_rows = made->n_text;
    for (uint32_t i = 0; i < made->n_text; i++)
        ((int32_t *)out[1].bytes)[i] = made->text[i];
    if (plan->makes_turn)
        memcpy(out[2].bytes, &made->turn, sizeof(made->turn));
    return AUG_OK;
}

static AugStatus augment(const void *context, void *worker, const AugDomainJob *job,
                         AugField *fields, AugError *error)
{
    const ToyPlan *plan = context;
    AUG_TRY(check_members(plan, job, error));
    ToySample *made = &((ToyWorker *)worker)->sample;
    make(plan, job, 0, made);
    for (int i = 0; i < 2; i++)
        fields[plan->fields.pictures[i]].bytes = made->pictures[i];
    fields[plan->fields.boxes] = (AugField){.bytes = made->boxes,
                                            .size = made->n_boxes * sizeof(made->boxes[0]),
                                            .n_rows = made->n_boxes};
    fields[plan->fields.text] =
        (AugField){.bytes = made->text, .size = made->n_text, .n_rows = made->n_text};
    return AUG_OK;
}

static void mix_draw(const void *plan, const AugOp *op, AugRng *rng, const AugMixPass *pass)
{
    (void)plan;
    ((const ToyOpHooks *)op->desc->hooks)->mix(op->params, rng, pass);
}

static void mix(const void *context, const AugMixItem *item, const AugOut *own,
                const AugOut *partner, const AugOut *slot)
{
    const ToyPlan *plan = context;
    for (uint32_t v = 0; v < plan->n_views; v++)
        for (int i = 0; i < 2 * TOY_PIXELS; i++)
            ((uint8_t *)slot[v].bytes)[i] =
                (uint8_t)(item->share * ((const uint8_t *)own[v].bytes)[i] +
                          (1 - item->share) * ((const uint8_t *)partner[v].bytes)[i]);
    if (plan->makes_turn)
        memcpy(slot[plan->n_views + 2].bytes, own[plan->n_views + 2].bytes, sizeof(int64_t));
}

/* The first picture becomes a file of a format of its own; the second one is left to the caller. */
static const char *extension(const AugFieldDesc *field)
{
    return strcmp(field->name, "left") == 0 ? "pgm" : NULL;
}

static AugStatus encode(const AugFieldDesc *field, const AugField *value, uint8_t **bytes,
                        size_t *size, AugError *error)
{
    static const char head[] = "P5 4 4 255\n";
    *size = strlen(head) + TOY_PIXELS;
    *bytes = malloc(*size);
    if (!*bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, field->name, "no memory for a file");
    memcpy(*bytes, head, strlen(head));
    memcpy(*bytes + strlen(head), value->bytes, TOY_PIXELS);
    return AUG_OK;
}

/* Both pictures side by side, the text below; the boxes are left to the caller. */
static AugStatus present(const AugDatasetInfo *info, const AugSample *sample, AugPresentation *out,
                         AugError *error)
{
    Fields fields;
    *out = (AugPresentation){0};
    if (!find_fields(info, &fields))
        return AUG_OK;
    const AugField *text = &sample->fields[fields.text];
    out->text = strndup(text->bytes, text->size);
    out->picture = (AugImage){.pixels = malloc(2 * TOY_PIXELS),
                              .height = TOY_SIDE,
                              .width = 2 * TOY_SIDE,
                              .channels = 1,
                              .row_size = 2 * TOY_SIDE};
    if (!out->text || !out->picture.pixels) {
        free(out->text);
        free(out->picture.pixels);
        *out = (AugPresentation){0};
        return AUG_FAIL(error, AUG_NO_MEMORY, sample->name, "no memory for a picture");
    }
    for (int i = 0; i < 2 * TOY_PIXELS; i++) {
        const uint8_t *pixels = sample->fields[fields.pictures[i / TOY_SIDE % 2]].bytes;
        out->picture.pixels[i] = pixels[i / (2 * TOY_SIDE) * TOY_SIDE + i % TOY_SIDE];
    }
    out->shown = 1u << fields.pictures[0] | 1u << fields.pictures[1] | 1u << fields.text;
    return AUG_OK;
}

static const AugPresenter presenter = {
    .extension = extension, .encode = encode, .present = present};

const AugDomain aug_domain_toy = {
    .name = "toy",
    .presenter = &presenter,
    .output = AUG_PARAM_TABLE(ToyOutput, output_rows),
    .op_kind = op_kind,
    .suits = suits,
    .compile = compile,
    .plan_free = free,
    .worker_new = worker_new,
    .worker_free = free,
    .partners = partners,
    .run = run,
    .augment = augment,
    .mix_item_size = sizeof(AugMixItem),
    .mix_draw = mix_draw,
    .mix = mix,
};
