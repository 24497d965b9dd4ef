build-asan/obj/builder/sys/path.o: builder/sys/path.c builder/sys/path.h \
 builder/base/alloc.h builder/base/cleanup.h builder/base/str.h
builder/sys/path.h:
builder/base/alloc.h:
builder/base/cleanup.h:
builder/base/str.h:
