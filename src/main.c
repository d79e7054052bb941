/* main.c - the command table; nothing else. */
#include "base/mem.h"

#include <stdio.h>

int
main(void)
{
	mem_init();
	printf("dunlin\n");
	return 0;
}
