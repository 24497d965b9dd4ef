build-asan/obj/tests/unit/main.o: tests/unit/main.c \
 build-asan/tests/suites.inc
build-asan/tests/suites.inc:
