build-asan/obj/tests/unit/elf.o: tests/unit/elf.c builder/base/arena.h \
 builder/base/err.h tests/unit/compile.h builder/base/alloc.h \
 builder/base/cleanup.h builder/base/str.h builder/elf/image.h \
 builder/elf/internal.h builder/elf/object.h builder/elf/pic.h
builder/base/arena.h:
builder/base/err.h:
tests/unit/compile.h:
builder/base/alloc.h:
builder/base/cleanup.h:
builder/base/str.h:
builder/elf/image.h:
builder/elf/internal.h:
builder/elf/object.h:
builder/elf/pic.h:
