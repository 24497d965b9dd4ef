build-asan/obj/builder/zip/extract.o: builder/zip/extract.c \
 builder/base/alloc.h builder/zip/format.h builder/zip/reader.h \
 builder/base/arena.h builder/base/err.h builder/base/map.h \
 builder/base/str.h
builder/base/alloc.h:
builder/zip/format.h:
builder/zip/reader.h:
builder/base/arena.h:
builder/base/err.h:
builder/base/map.h:
builder/base/str.h:
