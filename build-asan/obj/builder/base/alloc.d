build-asan/obj/builder/base/alloc.o: builder/base/alloc.c \
 builder/base/alloc.h
builder/base/alloc.h:
