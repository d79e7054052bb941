/* main.c - the command table; nothing else. */
#include "cmd/cmd.h"

static const struct command commands[] = {
#define COMMAND(fn, word, needs, summary) \
	{ #word, cmd_##fn, needs, summary },
#include "cmd/commands.def"
#undef COMMAND
	{ 0 }
};

int
main(int argc, char **argv)
{
	return cmd_main(commands, argc, argv);
}
