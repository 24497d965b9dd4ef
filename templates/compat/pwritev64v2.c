#define NAME pwritev64v2
#define CALL SYS_pwritev2
#define WITHOUT_FLAGS pwritev
#define WITHOUT_OFFSET writev
#include "vector2.h"
