#define CRT_STATIC
#include "start.h"
