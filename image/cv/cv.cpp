/* Calls into OpenCV: each checks its pictures first and turns what is thrown into a status. */
// The wrapper over OpenCV: every body runs inside guard(), which lets no exception out.
#include "image/cv/cv.h"

#include <new>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace
{

// AugImage as a matrix over the same memory. OpenCV has no matrix that is only read.
cv::Mat matrix_of(const AugImage *image)
{
    return cv::Mat(image->height, image->width, CV_8UC(image->channels), image->pixels,
                   image->row_size);
}

bool is_picture(const AugImage *image)
{
    return image->width > 0 && image->height > 0 && (image->channels == 1 || image->channels == 3);
}

AugStatus check(const AugImage *source, const AugImage *out, int64_t width, int64_t height,
                AugError *error)
{
    if (!is_picture(source) || !is_picture(out) || source->channels != out->channels ||
        out->width != width || out->height != height)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, nullptr,
                        "found pictures of %ld x %ld x %ld and %ld x %ld x %ld; the second must "
                        "have %lld x %lld pixels and both 1 or both 3 channels",
                        static_cast<long>(source->width), static_cast<long>(source->height),
                        static_cast<long>(source->channels), static_cast<long>(out->width),
                        static_cast<long>(out->height), static_cast<long>(out->channels),
                        static_cast<long long>(width), static_cast<long long>(height));
    return AUG_OK;
}

// Runs body, which writes into out, and turns what it throws into a status. Where OpenCV has moved
// the result elsewhere, out did not have the size that it wanted.
template <typename Body> AugStatus guard(const AugImage *out, AugError *error, Body body)
{
    try {
        // Threads are the loader's matter. Set once: the setting is global and not guarded.
        static const bool no_threads = (cv::setNumThreads(1), true);
        static_cast<void>(no_threads);
        cv::Mat target = matrix_of(out);
        body(target);
        if (target.data != out->pixels)
            return AUG_FAIL(error, AUG_INTERNAL, nullptr, "OpenCV gave a picture of another size");
        return AUG_OK;
    } catch (const std::bad_alloc &) {
        return AUG_FAIL(error, AUG_NO_MEMORY, nullptr, "no memory for a picture in OpenCV");
    } catch (const cv::Exception &failure) {
        const bool memory = failure.code == cv::Error::StsNoMem;
        return AUG_FAIL(error, memory ? AUG_NO_MEMORY : AUG_INTERNAL, nullptr, "OpenCV: %s",
                        failure.err.c_str());
    } catch (...) {
        return AUG_FAIL(error, AUG_INTERNAL, nullptr, "OpenCV failed without a reason");
    }
}

int border_type(ImgBorder border)
{
    switch (border) {
    case IMG_BORDER_REFLECT101:
        return cv::BORDER_REFLECT_101;
    case IMG_BORDER_EDGE:
        return cv::BORDER_REPLICATE;
    case IMG_BORDER_CONSTANT:
        break;
    }
    return cv::BORDER_CONSTANT;
}

} // namespace

extern "C" AugStatus img_cv_transpose(const AugImage *source, const AugImage *out, AugError *error)
{
    AUG_TRY(check(source, out, source->height, source->width, error));
    return guard(out, error, [&](cv::Mat &target) { cv::transpose(matrix_of(source), target); });
}

extern "C" AugStatus img_cv_flip(const AugImage *source, bool x, bool y, const AugImage *out,
                                 AugError *error)
{
    AUG_TRY(check(source, out, source->width, source->height, error));
    return guard(out, error, [&](cv::Mat &target) {
        if (x || y)
            cv::flip(matrix_of(source), target, x && y ? -1 : x ? 1 : 0);
        else
            matrix_of(source).copyTo(target);
    });
}

extern "C" AugStatus img_cv_pad(const AugImage *source, ImgMargins margins, ImgBorder border,
                                const uint8_t fill[3], const AugImage *out, AugError *error)
{
    if (margins.top < 0 || margins.bottom < 0 || margins.left < 0 || margins.right < 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, nullptr,
                        "found margins of %ld, %ld, %ld, %ld pixels; allowed are 0 and more",
                        static_cast<long>(margins.top), static_cast<long>(margins.bottom),
                        static_cast<long>(margins.left), static_cast<long>(margins.right));
    const int64_t width = static_cast<int64_t>(source->width) + margins.left + margins.right;
    const int64_t height = static_cast<int64_t>(source->height) + margins.top + margins.bottom;
    AUG_TRY(check(source, out, width, height, error));
    const cv::Scalar value = border == IMG_BORDER_CONSTANT && source->channels == 3
                                 ? cv::Scalar(fill[0], fill[1], fill[2])
                             : border == IMG_BORDER_CONSTANT ? cv::Scalar(fill[0])
                                                             : cv::Scalar();
    return guard(out, error, [&](cv::Mat &target) {
        cv::copyMakeBorder(matrix_of(source), target, margins.top, margins.bottom, margins.left,
                           margins.right, border_type(border) | cv::BORDER_ISOLATED, value);
    });
}

extern "C" AugStatus img_cv_blur(const AugImage *source, double sigma, int32_t radius,
                                 const AugImage *out, AugError *error)
{
    AUG_TRY(check(source, out, source->width, source->height, error));
    if (!(sigma > 0) || radius < 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, nullptr,
                        "found a blur of sigma %g and radius %ld; above 0 and 1 are allowed", sigma,
                        static_cast<long>(radius));
    const cv::Size taps(2 * radius + 1, 2 * radius + 1);
    // ISOLATED: only then does OpenCV take its bit-exact way.
    return guard(out, error, [&](cv::Mat &target) {
        cv::GaussianBlur(matrix_of(source), target, taps, sigma, sigma,
                         cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
    });
}
