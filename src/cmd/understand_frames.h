/* understand_frames.h - "dunlin understand --mail --frames". */
#ifndef DUNLIN_CMD_UNDERSTAND_FRAMES_H
#define DUNLIN_CMD_UNDERSTAND_FRAMES_H

#include "base/err.h"

int understand_frames(void *owner, struct err *err);

#endif
