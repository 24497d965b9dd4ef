build-asan/obj/builder/elf/header.o: builder/elf/header.c \
 builder/base/err.h builder/elf/internal.h builder/elf/image.h
builder/base/err.h:
builder/elf/internal.h:
builder/elf/image.h:
