#define CRT_STATIC
#define CRT_PROFILE
#include "start.h"
