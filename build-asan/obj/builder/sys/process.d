build-asan/obj/builder/sys/process.o: builder/sys/process.c \
 builder/sys/process.h builder/base/err.h builder/base/str.h \
 builder/base/alloc.h builder/base/cleanup.h builder/sys/clock.h \
 builder/sys/fs.h builder/sys/path.h
builder/sys/process.h:
builder/base/err.h:
builder/base/str.h:
builder/base/alloc.h:
builder/base/cleanup.h:
builder/sys/clock.h:
builder/sys/fs.h:
builder/sys/path.h:
