/* calendar_frames.h - "dunlin understand --frames --calendar". */
#ifndef DUNLIN_CMD_CALENDAR_FRAMES_H
#define DUNLIN_CMD_CALENDAR_FRAMES_H

#include "base/err.h"

int calendar_frames(void *owner, struct err *err);

#endif
