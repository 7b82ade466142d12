/* The tensors of a plan: the domain's, the fields that travel on, label and index; and the size of
 * a sample's part of each. */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/utf8.h"
#include "libaug/run/plan.h"

/* A name stands in the header of every batch, which is JSON, and in fixed room on the wire. */
static AugStatus check_name(const AugPlan *plan, const char *name, AugError *error)
{
    const size_t length = strlen(name);
    if (length > AUG_MAX_TENSOR_NAME)
        return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                        "the tensor '%.*s...' has a name of %zu bytes; allowed are %d",
                        AUG_MAX_TENSOR_NAME, name, length, AUG_MAX_TENSOR_NAME);
    if (length == 0 || augi_utf8_invalid(name, length) < length)
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "a tensor has a name that is empty or not UTF-8");
    return AUG_OK;
}

static AugStatus add_tensor(AugPlan *plan, const AugTensorSpec *spec, AugError *error)
{
    AUG_TRY(check_name(plan, spec->name, error));
    if (plan->n_tensors == AUG_MAX_TENSORS)
        return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                        "a batch would have more tensors than %d, which are allowed",
                        AUG_MAX_TENSORS);
    if (aug_plan_tensor(plan, spec->name))
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "a batch would have two tensors of the name '%s'", spec->name);
    plan->tensors[plan->n_tensors++] = *spec;
    return AUG_OK;
}

static const char *axes_of(const AugTensorSpec *spec)
{
    static const char *const ragged[] = {"", "n", "nd", "ndd", "nddd", "ndddd"};
    static const char *const fixed[] = {"", "d", "dd", "ddd", "dddd", "ddddd"};
    return spec->ragged ? ragged[spec->sample.n_dims] : fixed[spec->sample.n_dims];
}

/* The tensor of a field that nobody treats. */
static AugStatus add_passed(AugPlan *plan, uint32_t number, AugError *error)
{
    const AugFieldDesc *field = &aug_dataset_info(plan->dataset)->fields[number];
    AugTensorSpec spec = {.name = field->name, .sample = field->tensor};
    if (field->form == AUG_FORM_ENCODED)
        spec.sample = (AugTensorDesc){.dtype = AUG_DTYPE_U8, .n_dims = 1};
    for (uint32_t i = 1; i < spec.sample.n_dims; i++)
        if (spec.sample.shape[i] == 0)
            return AUG_FAIL(
                error, AUG_BAD_SPEC, plan->spec->name,
                "the field '%s' differs in shape from sample to sample and no operation "
                "treats it, so it fits no batch",
                field->name);
    spec.ragged = spec.sample.n_dims > 0 && spec.sample.shape[0] == 0;
    if (spec.ragged)
        spec.sample.shape[0] = field->most;
    if (spec.ragged && field->most == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "the field '%s' has no bound on its size and no operation treats it, so it "
                        "fits no batch",
                        field->name);
    spec.axes = axes_of(&spec);
    if (field->kind == AUG_FIELD_VALUES && spec.sample.dtype == AUG_DTYPE_F32 && !spec.ragged)
        plan->soft[plan->n_soft++] = plan->n_tensors;
    plan->passed[plan->n_passed++] = (AugiPassed){.field = number, .tensor = plan->n_tensors};
    return add_tensor(plan, &spec, error);
}

static AugStatus add_fields(AugPlan *plan, AugError *error)
{
    const AugDatasetInfo *info = aug_dataset_info(plan->dataset);
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const AugFieldKind kind = info->fields[i].kind;
        const bool is_treated = plan->made.treated >> i & 1;
        if (!is_treated && kind != AUG_FIELD_CLASS && kind != AUG_FIELD_CLASSES)
            AUG_TRY(add_passed(plan, i, error));
    }
    return AUG_OK;
}

/* A class as a number, or as shares where they are given or made by mixing. */
static AugStatus add_label(AugPlan *plan, AugError *error)
{
    const AugDatasetInfo *info = aug_dataset_info(plan->dataset);
    plan->class_field = aug_dataset_field(info, AUG_FIELD_CLASS);
    plan->shares_field = aug_dataset_field(info, AUG_FIELD_CLASSES);
    const bool is_soft = plan->shares_field >= 0;
    plan->label = -1;
    if (!is_soft && info->n_classes == 0 && aug_dataset_field(info, AUG_FIELD_VALUES) >= 0)
        return AUG_OK;
    AugTensorSpec label = {.name = "label", .sample = {.dtype = AUG_DTYPE_I64}, .axes = ""};
    plan->label = (int)plan->n_tensors;
    const bool becomes_soft = plan->spec->mix.n > 0 || plan->made.softens;
    if (is_soft || (becomes_soft && plan->class_field >= 0)) {
        label.sample =
            (AugTensorDesc){.dtype = AUG_DTYPE_F32, .n_dims = 1, .shape = {plan->n_classes}};
        label.axes = "c";
        plan->soft[plan->n_soft++] = plan->n_tensors;
    }
    return add_tensor(plan, &label, error);
}

static AugStatus add_engine_tensors(AugPlan *plan, AugError *error)
{
    AUG_TRY(add_fields(plan, error));
    AUG_TRY(add_label(plan, error));
    const AugTensorSpec index = {.name = "index", .sample = {.dtype = AUG_DTYPE_I64}, .axes = ""};
    plan->index = (int)plan->n_tensors;
    AUG_TRY(add_tensor(plan, &index, error));
    plan->name = -1;
    if (!plan->options.names)
        return AUG_OK;
    const AugTensorSpec name = {
        .name = "name",
        .sample = {.dtype = AUG_DTYPE_U8, .n_dims = 1, .shape = {AUGI_MAX_NAME}},
        .ragged = true,
        .axes = "n",
    };
    plan->name = (int)plan->n_tensors;
    return add_tensor(plan, &name, error);
}

static AugStatus fail_size(const AugPlan *plan, AugError *error)
{
    return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                    "a sample would have more than %llu bytes in a batch; use smaller pictures",
                    (unsigned long long)plan->spec->limits.max_batch_size);
}

static bool is_soft(const AugPlan *plan, uint32_t tensor)
{
    for (uint32_t i = 0; i < plan->n_soft; i++)
        if (plan->soft[i] == tensor)
            return true;
    return false;
}

/* Parts of samples. False if a size overflows or one sample is beyond the limits. */
static bool set_slots(AugPlan *plan)
{
    uint64_t total = 0;
    const uint64_t most = plan->spec->limits.max_batch_size;
    for (uint32_t t = 0; t < plan->n_tensors; t++) {
        const AugTensorSpec *spec = &plan->tensors[t];
        AugiSlot *slot = &plan->slots[t];
        slot->size = aug_tensor_size(&spec->sample);
        if (slot->size == 0 || slot->size > most || (total += slot->size) > most)
            return false;
        slot->row_size = spec->ragged ? slot->size / spec->sample.shape[0] : 0;
        slot->is_staged =
            plan->spec->mix.n > 0 && !spec->ragged && (t < plan->n_made || is_soft(plan, t));
    }
    return true;
}

static AugStatus set_class_names(AugPlan *plan, AugError *error)
{
    if (!plan->options.class_names)
        return AUG_OK;
    AugiJsonWriter names = {0}, value = {0};
    augi_json_list(&names);
    AugStatus status = AUG_OK;
    for (uint32_t i = 0; i < plan->n_classes && status == AUG_OK; i++) {
        const char *name = aug_dataset_class_name(plan->dataset, i);
        if (augi_utf8_invalid(name, strlen(name)) < strlen(name))
            status = AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                              "class %u has a name that is not UTF-8, so batches cannot carry the "
                              "names of the classes",
                              i);
        augi_json_string(&names, name);
    }
    augi_json_list_end(&names);
    char *list = augi_json_take(&names);
    augi_json_string(&value, list ? list : "");
    plan->class_names = augi_json_take(&value);
    const bool complete = list && plan->class_names;
    free(list);
    if (status != AUG_OK)
        return status;
    return complete ? AUG_OK
                    : AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "memory is exhausted");
}

AugStatus augi_plan_add_tensors(AugPlan *plan, AugError *error)
{
    plan->n_made = plan->made.n_tensors;
    for (uint32_t t = 0; t < plan->n_made; t++)
        AUG_TRY(add_tensor(plan, &plan->made.tensors[t], error));
    AUG_TRY(add_engine_tensors(plan, error));
    AUG_TRY(set_class_names(plan, error));
    if (plan->spec->batch.on_error.value == AUGI_ON_ERROR_REPLACE)
        plan->replaceable = plan->domain->partners ? 1 + AUG_MAX_PARTNERS : 1;
    plan->layout = (AugiLayoutPlan){
        .tensors = plan->tensors,
        .n_tensors = plan->n_tensors,
        .batch_size = plan->batch_size,
        .class_names = plan->class_names,
        .replaceable = plan->replaceable,
        .n_samples = plan->n_samples,
    };
    if (!set_slots(plan) || !augi_layout_plan(&plan->layout))
        return fail_size(plan, error);
    char *header = malloc(plan->layout.header_capacity);
    if (!header)
        return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "memory is exhausted");
    plan->batch_bytes = augi_layout_most(&plan->layout, header);
    free(header);
    return AUG_OK;
}

const AugTensorSpec *aug_plan_tensors(const AugPlan *plan, uint32_t *n)
{
    *n = plan->n_tensors;
    return plan->tensors;
}

const AugTensorSpec *aug_plan_tensor(const AugPlan *plan, const char *name)
{
    for (uint32_t t = 0; t < plan->n_tensors; t++)
        if (strcmp(plan->tensors[t].name, name) == 0)
            return &plan->tensors[t];
    return NULL;
}
