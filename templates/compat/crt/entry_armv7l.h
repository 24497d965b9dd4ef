/* As Linux and the loader begin a program: r0 is a function of the loader's for exit(). In the instruction set that
 * the compiler was told, ARM or Thumb. */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, %function\n"
        "_start:\n"
        ".fnstart\n"
        ".cantunwind\n"
        "mov r11, #0\n"
        "mov lr, #0\n"
        "mov r1, r0\n"
        "mov r0, sp\n"
        "bl staticbuild_start\n"
        "udf #0\n"
        ".fnend\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "2, 6, 32"
