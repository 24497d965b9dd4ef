build-asan/obj/builder/event/event.o: builder/event/event.c \
 builder/event/event.h
builder/event/event.h:
