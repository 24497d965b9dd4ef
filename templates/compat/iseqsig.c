/* What iseqsig() of <math.h> calls: equality that tells of a NaN, by the exception of <= and by errno. */
#define TYPE double
#define NAME __iseqsig
#include "iseqsig.h"
#undef TYPE
#undef NAME
#define TYPE float
#define NAME __iseqsigf
#include "iseqsig.h"
#undef TYPE
#undef NAME
#define TYPE long double
#define NAME __iseqsigl
#include "iseqsig.h"
