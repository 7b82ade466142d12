/* How samples of the image domain look to people. */
#ifndef IMG_PRESENT_H
#define IMG_PRESENT_H

#include "libaug/spec/presenter.h"

/* Draws a sample as one picture: over its first picture the classes of masks, boxes, keypoints and
 * polygons, each class in a colour of its own. Pixels of a mask that are 0 stay as they are. */
extern const AugPresenter img_presenter;

#endif
