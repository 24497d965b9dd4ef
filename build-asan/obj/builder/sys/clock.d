build-asan/obj/builder/sys/clock.o: builder/sys/clock.c \
 builder/sys/clock.h builder/base/err.h
builder/sys/clock.h:
builder/base/err.h:
