/* Folders of pictures and of their masks, for segmentation: root/images/more/a.jpg goes with
 * root/masks/more/a.png.
 *
 * A mask is found by its name without ending. Samples are in the order of the bytes of the
 * pictures' names, as in image_folder.
 */
#include <stdlib.h>
#include <string.h>

#include "aug/image.h"
#include "libaug/data/support/folders.h"
#include "libaug/data/support/pictures.h"

/* Masks hold class numbers, which only a format without losses keeps. */
#define MASK_EXTENSIONS "png"

typedef struct MaskFolderParams {
    AugText path;
    AugText images;
    AugText masks;
    AugText mask_suffix;
    AugText extensions;
} MaskFolderParams;

static const AugParamDesc params[] = {
    AUG_PARAM(MaskFolderParams, path, .help = "folder that holds the two others"),
    AUG_PARAM(MaskFolderParams, images, .fallback = "images", .help = "its folder of pictures"),
    AUG_PARAM(MaskFolderParams, masks, .fallback = "masks", .help = "its folder of masks"),
    AUG_PARAM(MaskFolderParams, mask_suffix, .optional = true,
              .help = "what a mask's name has behind the picture's: with _mask, a.jpg has the mask "
                      "a_mask.png"),
    AUG_PARAM(MaskFolderParams, extensions, .fallback = aug_image_endings,
              .help = "file name endings of pictures, separated by spaces"),
};

typedef struct MaskFolder {
    AugiPictures images, masks;
} MaskFolder;

/* A mask under its name without ending. */
typedef struct Mask {
    char *stem;
    const char *name;
    const char *image; /* whose mask it is; NULL: none yet */
} Mask;

/* What is found in the two folders; roots are their paths. masks are sorted by their stems. */
typedef struct Pairing {
    const MaskFolderParams *params;
    char *image_root, *mask_root;
    AugiPaths images, mask_names;
    Mask *masks;
} Pairing;

static size_t stem_size(const char *name)
{
    return (size_t)(augi_picture_suffix(name) - name) - 1;
}

static int compare_masks(const void *a, const void *b)
{
    return strcmp(((const Mask *)a)->stem, ((const Mask *)b)->stem);
}

static AugStatus find_files(AugiPaths *names, const AugiPictures *pictures, AugiFolders *walk,
                            AugError *error)
{
    walk->folder = pictures->folder;
    const AugStatus status = augi_folders_collect(walk, "", names, error);
    augi_folders_fini(walk);
    if (status != AUG_OK)
        return status;
    if (names->n > 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_NOT_FOUND, walk->root,
                    "no pictures were found; looked for names that end in one of: %.200s",
                    walk->extensions);
}

static AugStatus sort_masks(Pairing *pairing, AugError *error)
{
    const size_t n = pairing->mask_names.n;
    pairing->masks = calloc(n, sizeof(*pairing->masks));
    if (!pairing->masks)
        return AUG_FAIL(error, AUG_NO_MEMORY, pairing->mask_root, "no memory for a data set");
    for (size_t i = 0; i < n; i++) {
        Mask *mask = &pairing->masks[i];
        mask->name = pairing->mask_names.items[i];
        AUG_TRY(augi_path_make(&mask->stem, error, "%.*s", (int)stem_size(mask->name), mask->name));
    }
    qsort(pairing->masks, n, sizeof(*pairing->masks), compare_masks);
    for (size_t i = 1; i < n; i++)
        if (compare_masks(&pairing->masks[i - 1], &pairing->masks[i]) == 0)
            return AUG_FAIL(error, AUG_CORRUPT, pairing->mask_root,
                            "'%.180s' and '%.180s' differ only in their endings; allowed is one "
                            "of them",
                            pairing->masks[i - 1].name, pairing->masks[i].name);
    return AUG_OK;
}

/* The mask of a picture, which no other picture may have. */
static AugStatus take_mask(Pairing *pairing, const char *image, Mask **mask, AugError *error)
{
    const MaskFolderParams *p = pairing->params;
    Mask wanted = {0};
    AUG_TRY(augi_path_make(&wanted.stem, error, "%.*s%s", (int)stem_size(image), image,
                           p->mask_suffix ? p->mask_suffix : ""));
    *mask = bsearch(&wanted, pairing->masks, pairing->mask_names.n, sizeof(wanted), compare_masks);
    AugStatus status = AUG_OK;
    if (!*mask)
        status = AUG_FAIL(error, AUG_NOT_FOUND, pairing->image_root,
                          "'%.180s' has no mask; looked for '%.180s.png' in '%.60s'", image,
                          wanted.stem, p->masks);
    else if ((*mask)->image)
        status = AUG_FAIL(error, AUG_CORRUPT, pairing->image_root,
                          "'%.180s' and '%.180s' differ only in their endings; allowed is one of "
                          "them, since they would have one mask",
                          (*mask)->image, image);
    else
        (*mask)->image = image;
    free(wanted.stem);
    return status;
}

static AugStatus add_pairs(MaskFolder *state, Pairing *pairing, const AugLimits *limits,
                           AugError *error)
{
    for (size_t i = 0; i < pairing->images.n; i++) {
        const char *image = pairing->images.items[i];
        Mask *mask;
        AUG_TRY(take_mask(pairing, image, &mask, error));
        AUG_TRY(augi_pictures_add(&state->images, image, limits, pairing->image_root, error));
        AUG_TRY(augi_pictures_add(&state->masks, mask->name, limits, pairing->mask_root, error));
    }
    for (size_t i = 0; i < pairing->mask_names.n; i++)
        if (!pairing->masks[i].image)
            return AUG_FAIL(error, AUG_NOT_FOUND, pairing->mask_root,
                            "'%.180s' is the mask of no picture in '%.60s'; allowed are masks with "
                            "one picture each",
                            pairing->masks[i].name, pairing->params->images);
    return AUG_OK;
}

static AugStatus pair(AugDataset *dataset, Pairing *pairing, const AugLimits *limits,
                      AugError *error)
{
    MaskFolder *state = dataset->state;
    const MaskFolderParams *p = pairing->params;
    AUG_TRY(augi_path_make(&pairing->image_root, error, "%s/%s", p->path, p->images));
    AUG_TRY(augi_path_make(&pairing->mask_root, error, "%s/%s", p->path, p->masks));
    AUG_TRY(augi_pictures_open(&state->images, pairing->image_root, error));
    AUG_TRY(augi_pictures_open(&state->masks, pairing->mask_root, error));
    /* One folder of both is walked twice, and what is passed over in it counted once. */
    const bool is_shared = strcmp(p->images, p->masks) == 0;
    AugiFolders images = {.root = pairing->image_root,
                          .extensions = p->extensions,
                          .elsewhere = is_shared ? MASK_EXTENSIONS : NULL,
                          .limits = limits,
                          .passed = &dataset->passed};
    AugiFolders masks = {.root = pairing->mask_root,
                         .extensions = MASK_EXTENSIONS,
                         .limits = limits,
                         .passed = is_shared ? NULL : &dataset->passed};
    AUG_TRY(find_files(&pairing->images, &state->images, &images, error));
    AUG_TRY(find_files(&pairing->mask_names, &state->masks, &masks, error));
    AUG_TRY(sort_masks(pairing, error));
    return add_pairs(state, pairing, limits, error);
}

static void fini_pairing(Pairing *pairing)
{
    for (size_t i = 0; pairing->masks && i < pairing->mask_names.n; i++)
        free(pairing->masks[i].stem);
    free(pairing->masks);
    augi_paths_fini(&pairing->images);
    augi_paths_fini(&pairing->mask_names);
    free(pairing->image_root);
    free(pairing->mask_root);
}

static AugStatus mask_folder_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    MaskFolder *state = calloc(1, sizeof(*state));
    if (!state)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    dataset->state = state;
    state->masks.field = 1;
    const AugFieldDesc image = augi_field_encoded(), mask = augi_field_mask();
    AUG_TRY(augi_dataset_add_field(dataset, &image, error));
    AUG_TRY(augi_dataset_add_field(dataset, &mask, error));
    Pairing pairing = {.params = dataset->params};
    const AugStatus status = pair(dataset, &pairing, limits, error);
    fini_pairing(&pairing);
    dataset->info.n_samples = state->images.n;
    return status;
}

static void mask_folder_close(AugDataset *dataset)
{
    MaskFolder *state = dataset->state;
    if (!state)
        return;
    augi_pictures_fini(&state->images);
    augi_pictures_fini(&state->masks);
    free(state);
    dataset->state = NULL;
}

static const char *mask_folder_sample_name(const AugDataset *dataset, uint64_t index,
                                           AugBuffer *buffer)
{
    (void)buffer;
    const MaskFolder *state = dataset->state;
    return augi_pictures_name(&state->images, index);
}

static AugStatus mask_folder_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                                  AugSample *sample, AugError *error)
{
    const MaskFolder *state = dataset->state;
    AUG_TRY(augi_pictures_read(&state->images, dataset, index, buffer, sample, error));
    return augi_pictures_read(&state->masks, dataset, index, buffer, sample, error);
}

static uint64_t mask_folder_stored_size(const AugDataset *dataset, uint64_t index)
{
    const MaskFolder *state = dataset->state;
    return augi_pictures_size(&state->images, index) + augi_pictures_size(&state->masks, index);
}

static void mask_folder_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const MaskFolder *state = dataset->state;
    augi_pictures_add_manifest(&state->images, hash);
    augi_pictures_add_manifest(&state->masks, hash);
}

static int64_t mask_folder_label(const AugDataset *dataset, uint64_t index)
{
    (void)dataset;
    (void)index;
    return -1;
}

const AugDatasetKind aug_dataset_mask_folder = {
    .name = "mask_folder",
    .summary = "A folder of picture files, and one of their masks in PNG",
    .example = "mask_folder:data/train",
    .aka = "voc pascal_voc segmentation",
    .params = AUG_PARAM_TABLE(MaskFolderParams, params),
    .open = mask_folder_open,
    .close = mask_folder_close,
    .sample_name = mask_folder_sample_name,
    .read = mask_folder_read,
    .label = mask_folder_label,
    .manifest = mask_folder_manifest,
    .stored_size = mask_folder_stored_size,
};
