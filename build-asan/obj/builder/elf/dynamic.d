build-asan/obj/builder/elf/dynamic.o: builder/elf/dynamic.c \
 builder/base/arena.h builder/base/err.h builder/elf/internal.h \
 builder/elf/image.h
builder/base/arena.h:
builder/base/err.h:
builder/elf/internal.h:
builder/elf/image.h:
