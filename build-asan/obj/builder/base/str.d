build-asan/obj/builder/base/str.o: builder/base/str.c builder/base/str.h \
 builder/base/alloc.h
builder/base/str.h:
builder/base/alloc.h:
