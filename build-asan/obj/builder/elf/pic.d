build-asan/obj/builder/elf/pic.o: builder/elf/pic.c builder/elf/pic.h \
 builder/elf/object.h builder/elf/image.h builder/base/str.h \
 builder/elf/pic.def
builder/elf/pic.h:
builder/elf/object.h:
builder/elf/image.h:
builder/base/str.h:
builder/elf/pic.def:
