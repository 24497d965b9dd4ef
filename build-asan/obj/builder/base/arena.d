build-asan/obj/builder/base/arena.o: builder/base/arena.c \
 builder/base/arena.h builder/base/alloc.h
builder/base/arena.h:
builder/base/alloc.h:
