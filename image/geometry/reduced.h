/* Stages that read a picture which was made smaller when it was decoded. */
#ifndef IMG_GEOMETRY_REDUCED_H
#define IMG_GEOMETRY_REDUCED_H

#include "image/geometry/geometry.h"

/* How many times smaller the picture that a stage reads may be for it, 8, 4, 2 or 1: the most that
 * leaves it a resize that makes both sides at least 2 times smaller, so that it sees at least 2 pixels
 * for each of its own. 1 for all that does not resize, and for filters with edges, NEAREST and BOX,
 * which would take the larger pixels whole or not at all. Any thread. */
int32_t img_stage_most_reduction(const ImgStage *stage);

/* The same stage for a picture that is so many times smaller, sides rounded up: it reads windows of
 * that one, in which each pixel stands for reduction x reduction of the whole, and makes what the
 * whole would be made to. Any thread. */
ImgStage img_stage_reduced(const ImgStage *stage, int32_t reduction);

/* Whether a stage turns or mirrors its whole source, and nothing more. Any thread. */
bool img_stage_only_turns(const ImgStage *stage);

/* A VIEW that reads what another one makes that only turns, as a VIEW of that one's source. Pixels
 * are those of both but for the rounding between the passes of a resize, whose order changes where the
 * turn transposes. Any thread. */
ImgStage img_stage_with_turn(const ImgStage *turn, const ImgStage *stage);

#endif
