#include "float128.h"

#define TYPE float128
#define NAME __iseqsigf128
#include "iseqsig.h"
