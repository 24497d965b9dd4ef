build-asan/obj/builder/base/err.o: builder/base/err.c builder/base/err.h \
 builder/base/alloc.h
builder/base/err.h:
builder/base/alloc.h:
