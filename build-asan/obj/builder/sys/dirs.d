build-asan/obj/builder/sys/dirs.o: builder/sys/dirs.c builder/sys/dirs.h \
 builder/base/alloc.h builder/base/cleanup.h builder/sys/fs.h \
 builder/base/err.h builder/base/str.h builder/sys/path.h
builder/sys/dirs.h:
builder/base/alloc.h:
builder/base/cleanup.h:
builder/sys/fs.h:
builder/base/err.h:
builder/base/str.h:
builder/sys/path.h:
