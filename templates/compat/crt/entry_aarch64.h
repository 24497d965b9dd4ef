/* As Linux and the loader begin a program: x0 is a function of the loader's for exit(). */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, %function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined x30\n"
        "hint #34\n" /* bti c */
        "mov x29, #0\n"
        "mov x30, #0\n"
        "mov x1, x0\n"
        "mov x0, sp\n"
        "bl staticbuild_start\n"
        "brk #1\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "3, 7, 0"
