/* The table of what people know from Albumentations and torchvision, old names included. */
#include "image/domain/elsewhere.h"

const AugElsewhere img_elsewhere[] = {
    /* Other names. */
    {"HFlip RandomHorizontalFlip FlipLR", "HorizontalFlip", NULL},
    {"VFlip RandomVerticalFlip FlipUD", "VerticalFlip", NULL},
    {"Rotate90 Rot90", "RandomRotate90", NULL},
    {"RandomRotate RandomRotation", "Rotate", NULL},
    {"RandomSizedCrop", "RandomResizedCrop", NULL},
    {"Scale", "Resize", NULL},
    {"Erasing", "RandomErasing", NULL},
    {"RandomEqualize", "Equalize", NULL},
    {"GaussianNoise RandomGaussianNoise AddGaussianNoise", "GaussNoise", NULL},
    {"RandomGaussianBlur", "GaussianBlur", NULL},
    {"RandomBrightness RandomContrast", "RandomBrightnessContrast", NULL},
    {"RandomChoice OneOrOther", "OneOf", NULL},
    {"RandomMixUp", "MixUp", "here it is 'MixUp', under batch.mix"},
    {"RandomCutMix", "CutMix", "here it is 'CutMix', under batch.mix"},

    /* Other places. */
    {"Normalize", "output.normalize",
     "here it is a key of output, as in output: {normalize: imagenet}"},
    {"ToTensor ToTensorV2 ToTensor3D PILToTensor ToImage ToPureTensor", "output.layout",
     "it is not needed: batches are tensors, laid out as output says, as in output: {layout: chw}"},
    {"ToPILImage", "output.layout", "it is not needed: operations work on pictures"},
    {"ToDtype ToFloat FromFloat ConvertImageDtype", "output.dtype",
     "here it is a key of output, as in output: {dtype: float32}"},
    {"ToGray Grayscale", "output.color", "here it is a key of output, as in output: {color: gray}"},
    {"ToRGB RGB", "output.color", "here it is a key of output, as in output: {color: rgb}"},
    {"BboxParams KeypointParams SanitizeBoundingBoxes SanitizeKeyPoints ClampBoundingBoxes "
     "ClampKeyPoints ConvertBoundingBoxFormat ConvertBoxFormat",
     "output.min_visibility",
     "boxes and points move with their picture; output says which stay, as in output: "
     "{min_visibility: 0.1}"},
    {"FiveCrop TenCrop", "batch.views",
     "each sample is made several times with 'RandomCrop' and batch: {views: 5}"},

    /* Made of other operations. */
    {"Flip RandomFlip", "HorizontalFlip", "here it is 'HorizontalFlip' and 'VerticalFlip'"},
    {"D4 SquareSymmetry", "RandomRotate90",
     "here it is 'RandomRotate90: {p: 1}' and 'HorizontalFlip' behind it"},
    {"SafeRotate", "Rotate", "here it is 'Rotate: {expand: true}' and 'Resize' behind it"},
    {"Compose ReplayCompose", "Sequential",
     "the pipeline runs its operations in order; a part of it is 'Sequential: [...]'"},
    {"RandomApply", "Sequential", "here it is 'Sequential: {p: 0.5, transforms: [...]}'"},
    {"SmallestMaxSize RandomShortestSize", "Resize",
     "here it is 'Resize' with one number, which is the shorter side"},
    {"LongestMaxSize", "Resize",
     "the longer side cannot be given; 'Resize: {size: [height, width]}' gives both"},
    {"PadIfNeeded", "RandomCrop",
     "here it is 'RandomCrop: {size: ..., pad_if_needed: true}'; 'CenterCrop' pads without being "
     "told"},
    {"Crop CropAndPad RandomCropFromBorders", "CenterCrop",
     "'CenterCrop', 'RandomCrop' and 'Pad' are here"},
    {"RandomScale ScaleJitter ShiftScaleRotate Affine RandomAffine RandomZoomOut", "Rotate",
     "'Rotate' turns, and 'RandomResizedCrop' moves and scales"},
    {"RandomGrayscale", "ColorJitter",
     "here it is 'ColorJitter: {brightness: 0, contrast: 0, saturation: [0, 0], hue: 0, p: 0.1}'"},
    {"HueSaturationValue RandomPhotometricDistort", "ColorJitter",
     "'ColorJitter' changes brightness, contrast, saturation and hue"},
    {"CoarseDropout", "Cutout",
     "here it is 'Cutout', one square of fixed size, or 'RandomErasing', one rectangle"},
    {"Blur AdvancedBlur MedianBlur MotionBlur GlassBlur ZoomBlur Defocus", "GaussianBlur",
     "of its kind 'GaussianBlur' is here"},
    {"ISONoise MultiplicativeNoise AdditiveNoise SaltAndPepper ShotNoise", "GaussNoise",
     "of its kind 'GaussNoise' is here"},
    {"RandAugment AutoAugment AutoAugmentPolicy TrivialAugmentWide AugMix", "SomeOf",
     "'SomeOf' and 'OneOf' choose among operations that the spec lists"},
    {"NoOp Identity", "OneOf",
     "leave it out; a p below 1 leaves samples as they are, as in "
     "'OneOf: {p: 0.5, transforms: [...]}'"},

    /* Nothing like them: without these lines a name that only sounds alike would be offered. */
    {"AtLeastOneBBoxRandomCrop AtLeastOneBboxRandomCrop AutoContrast BBoxSafeRandomCrop CLAHE "
     "ChannelDropout ChannelShuffle ChromaticAberration ConstrainedCoarseDropout "
     "CropNonEmptyMaskIfExists CubicSymmetry Downscale ElasticTransform Emboss FDA FancyPCA "
     "FrequencyMasking GridDistortion GridDropout GridElasticDeform GridMask HEStain "
     "HistogramMatching Illumination ImageCompression InvertImg JPEG JpegCompression Lambda "
     "LinearTransformation MaskDropout Morphological Mosaic OpticalDistortion OverlayElements "
     "Perspective PiecewiseAffine PixelDistributionAdaptation PixelDropout PlanckianJitter "
     "PlasmaBrightnessContrast PlasmaShadow Posterize RGBShift RandomAdjustSharpness "
     "RandomAutocontrast RandomChannelPermutation RandomCropNearBBox RandomFog RandomGamma "
     "RandomGravel RandomGridShuffle RandomInvert RandomIoUCrop RandomPerspective "
     "RandomPosterize RandomRain RandomShadow RandomSizedBBoxSafeCrop RandomSnow RandomSolarize "
     "RandomSunFlare RandomToneCurve RingingOvershoot SelectiveChannelTransform Sharpen Solarize "
     "Spatter Superpixels TemplateTransform TextImage ThinPlateSpline TimeMasking TimeReverse "
     "ToSepia UniformTemporalSubsample UnsharpMask WaterRefraction XYMasking",
     NULL, NULL},
    {NULL, NULL, NULL},
};
