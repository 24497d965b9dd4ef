#define NAME preadv64v2
#define CALL SYS_preadv2
#define WITHOUT_FLAGS preadv
#define WITHOUT_OFFSET readv
#include "vector2.h"
