build-asan/obj/builder/elf/relocations.o: builder/elf/relocations.c \
 builder/elf/internal.h builder/elf/image.h
builder/elf/internal.h:
builder/elf/image.h:
