build-asan/obj/builder/zip/reader.o: builder/zip/reader.c \
 builder/zip/reader.h builder/base/arena.h builder/base/err.h \
 builder/base/map.h builder/base/str.h builder/base/vec.h \
 builder/base/alloc.h builder/zip/format.h builder/zip/name.h
builder/zip/reader.h:
builder/base/arena.h:
builder/base/err.h:
builder/base/map.h:
builder/base/str.h:
builder/base/vec.h:
builder/base/alloc.h:
builder/zip/format.h:
builder/zip/name.h:
