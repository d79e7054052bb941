/* output.h - "-o FILE", which cmd_options does not know. */
#ifndef DUNLIN_CMD_OUTPUT_H
#define DUNLIN_CMD_OUTPUT_H

/* Takes it out of argv; NULL where it is not there. */
const char *output_take(int *argc, char **argv);

#endif
