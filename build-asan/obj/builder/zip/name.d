build-asan/obj/builder/zip/name.o: builder/zip/name.c builder/zip/name.h \
 builder/zip/reader.h builder/base/arena.h builder/base/err.h \
 builder/base/map.h builder/base/str.h
builder/zip/name.h:
builder/zip/reader.h:
builder/base/arena.h:
builder/base/err.h:
builder/base/map.h:
builder/base/str.h:
