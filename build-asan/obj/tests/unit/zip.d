build-asan/obj/tests/unit/zip.o: tests/unit/zip.c builder/base/cleanup.h \
 builder/base/str.h builder/zip/format.h builder/zip/name.h \
 builder/zip/reader.h builder/base/arena.h builder/base/err.h \
 builder/base/map.h builder/zip/writer.h
builder/base/cleanup.h:
builder/base/str.h:
builder/zip/format.h:
builder/zip/name.h:
builder/zip/reader.h:
builder/base/arena.h:
builder/base/err.h:
builder/base/map.h:
builder/zip/writer.h:
