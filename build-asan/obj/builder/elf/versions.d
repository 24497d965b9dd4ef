build-asan/obj/builder/elf/versions.o: builder/elf/versions.c \
 builder/base/arena.h builder/base/err.h builder/elf/internal.h \
 builder/elf/image.h
builder/base/arena.h:
builder/base/err.h:
builder/elf/internal.h:
builder/elf/image.h:
