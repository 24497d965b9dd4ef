build-asan/obj/builder/elf/ar.o: builder/elf/ar.c builder/elf/ar.h \
 builder/base/str.h builder/elf/image.h builder/base/err.h \
 builder/elf/internal.h
builder/elf/ar.h:
builder/base/str.h:
builder/elf/image.h:
builder/base/err.h:
builder/elf/internal.h:
