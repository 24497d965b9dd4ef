build-asan/obj/builder/zip/writer.o: builder/zip/writer.c \
 builder/zip/writer.h builder/base/err.h builder/base/alloc.h \
 builder/base/cleanup.h builder/base/map.h builder/base/str.h \
 builder/zip/format.h builder/zip/name.h
builder/zip/writer.h:
builder/base/err.h:
builder/base/alloc.h:
builder/base/cleanup.h:
builder/base/map.h:
builder/base/str.h:
builder/zip/format.h:
builder/zip/name.h:
