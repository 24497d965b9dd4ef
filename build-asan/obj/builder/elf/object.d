build-asan/obj/builder/elf/object.o: builder/elf/object.c \
 builder/elf/object.h builder/elf/image.h builder/base/err.h \
 builder/base/str.h builder/elf/internal.h
builder/elf/object.h:
builder/elf/image.h:
builder/base/err.h:
builder/base/str.h:
builder/elf/internal.h:
