build-asan/obj/builder/elf/notes.o: builder/elf/notes.c \
 builder/elf/internal.h builder/elf/image.h
builder/elf/internal.h:
builder/elf/image.h:
