/* libaug: all public headers. */
#ifndef AUG_AUG_H
#define AUG_AUG_H

#include "aug/batch.h"
#include "aug/catalog.h"
#include "aug/dataset.h"
#include "aug/image.h"
#include "aug/limits.h"
#include "aug/loader.h"
#include "aug/order.h"
#include "aug/plan.h"
#include "aug/problems.h"
#include "aug/random.h"
#include "aug/sample.h"
#include "aug/spec.h"
#include "aug/status.h"
#include "aug/tensor.h"
#include "aug/version.h"

#endif
