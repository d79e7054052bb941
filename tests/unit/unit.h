/* unit.h - what every unit test includes first after its own header. */
#ifndef DUNLIN_TESTS_UNIT_H
#define DUNLIN_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define UNIT_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
