build-asan/obj/builder/hash/hash.o: builder/hash/hash.c \
 builder/hash/hash.h builder/base/err.h builder/base/str.h \
 builder/base/alloc.h builder/sys/fs.h
builder/hash/hash.h:
builder/base/err.h:
builder/base/str.h:
builder/base/alloc.h:
builder/sys/fs.h:
