build-asan/obj/builder/sys/fs.o: builder/sys/fs.c builder/sys/fs.h \
 builder/base/err.h builder/base/str.h builder/base/alloc.h \
 builder/base/cleanup.h builder/sys/path.h
builder/sys/fs.h:
builder/base/err.h:
builder/base/str.h:
builder/base/alloc.h:
builder/base/cleanup.h:
builder/sys/path.h:
