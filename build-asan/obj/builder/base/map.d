build-asan/obj/builder/base/map.o: builder/base/map.c builder/base/map.h \
 builder/base/alloc.h
builder/base/map.h:
builder/base/alloc.h:
