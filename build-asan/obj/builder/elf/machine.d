build-asan/obj/builder/elf/machine.o: builder/elf/machine.c \
 builder/elf/image.h
builder/elf/image.h:
