build-asan/obj/builder/sys/tree.o: builder/sys/tree.c \
 builder/base/alloc.h builder/base/cleanup.h builder/sys/fs.h \
 builder/base/err.h builder/base/str.h builder/sys/path.h
builder/base/alloc.h:
builder/base/cleanup.h:
builder/sys/fs.h:
builder/base/err.h:
builder/base/str.h:
builder/sys/path.h:
