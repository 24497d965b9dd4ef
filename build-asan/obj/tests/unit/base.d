build-asan/obj/tests/unit/base.o: tests/unit/base.c builder/base/arena.h \
 builder/base/cleanup.h builder/base/err.h builder/base/map.h \
 builder/base/str.h builder/base/vec.h builder/base/alloc.h
builder/base/arena.h:
builder/base/cleanup.h:
builder/base/err.h:
builder/base/map.h:
builder/base/str.h:
builder/base/vec.h:
builder/base/alloc.h:
