build-asan/obj/builder/zip/facts.o: builder/zip/facts.c \
 builder/zip/reader.h builder/base/arena.h builder/base/err.h \
 builder/base/map.h builder/base/str.h
builder/zip/reader.h:
builder/base/arena.h:
builder/base/err.h:
builder/base/map.h:
builder/base/str.h:
