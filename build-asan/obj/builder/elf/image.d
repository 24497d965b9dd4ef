build-asan/obj/builder/elf/image.o: builder/elf/image.c \
 builder/base/err.h builder/elf/internal.h builder/elf/image.h
builder/base/err.h:
builder/elf/internal.h:
builder/elf/image.h:
