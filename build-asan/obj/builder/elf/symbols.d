build-asan/obj/builder/elf/symbols.o: builder/elf/symbols.c \
 builder/base/err.h builder/elf/internal.h builder/elf/image.h
builder/base/err.h:
builder/elf/internal.h:
builder/elf/image.h:
