/* Which fields become files, where these lie, and their content. */
#include "cli/field_file.h"

#include <stdio.h>
#include <string.h>

#include "cli/apply_names.h"
#include "libaug/run/plan.h"

static bool is_picture(const AugFieldDesc *desc)
{
    return desc->kind == AUG_FIELD_IMAGE || desc->kind == AUG_FIELD_MASK;
}

static const char *own_extension(const AugPresenter *presenter, const AugFieldDesc *desc)
{
    return presenter && presenter->extension ? presenter->extension(desc) : NULL;
}

/* "right", but "masks", as people call a folder of them. */
static void name_folder(CliFieldFile *file)
{
    char name[CLI_FIELD_FOLDER_SIZE - 1];
    cli_name_clean(name, sizeof(name), file->desc->name, strlen(file->desc->name));
    snprintf(file->folder, sizeof(file->folder), "%s%s", name,
             file->desc->kind == AUG_FIELD_MASK ? "s" : "");
}

AugStatus cli_field_files_find(CliFieldFiles *files, const AugPlan *plan, const char *format,
                               int quality, AugError *error)
{
    uint32_t n_fields;
    const AugFieldDesc *fields = aug_plan_fields(plan, &n_fields);
    const AugPresenter *presenter = plan->domain->presenter;
    *files = (CliFieldFiles){0};
    for (uint32_t i = 0; i < n_fields; i++) {
        const AugFieldDesc *desc = &fields[i];
        CliFieldFile file = {.number = i, .desc = desc, .format = format, .quality = quality};
        file.extension = own_extension(presenter, desc);
        if (!file.extension && !is_picture(desc))
            continue;
        if (!file.extension && desc->form != AUG_FORM_PIXELS)
            return AUG_FAIL(error, AUG_UNSUPPORTED, desc->name,
                            "the field is a picture that no operation of the domain '%s' follows; "
                            "allowed are data sets whose pictures and masks it knows",
                            plan->domain->name);
        if (file.extension)
            file.presenter = presenter;
        else if (desc->kind == AUG_FIELD_MASK)
            file.format = "png";
        if (!file.extension)
            file.extension = aug_image_format_extension(file.format);
        if (files->n > 0)
            name_folder(&file);
        files->items[files->n++] = file;
    }
    return AUG_OK;
}

AugStatus cli_field_file_encode(const CliFieldFile *file, const AugField *value, uint8_t **bytes,
                                size_t *size, AugError *error)
{
    if (file->presenter)
        return file->presenter->encode(file->desc, value, bytes, size, error);
    const AugDtype dtype = file->desc->tensor.dtype;
    const AugImage image = {
        .dtype = dtype,
        .pixels = (uint8_t *)(uintptr_t)value->bytes,
        .height = value->height,
        .width = value->width,
        .channels = value->channels,
        .row_size = (size_t)value->width * (size_t)value->channels * aug_dtype_size(dtype),
    };
    return aug_image_encode(file->format, &image, file->quality, bytes, size, error);
}
