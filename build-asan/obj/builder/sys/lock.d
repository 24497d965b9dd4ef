build-asan/obj/builder/sys/lock.o: builder/sys/lock.c builder/sys/lock.h \
 builder/base/err.h builder/base/cleanup.h
builder/sys/lock.h:
builder/base/err.h:
builder/base/cleanup.h:
