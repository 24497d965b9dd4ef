/* As Linux and the loader begin a program: a0 is a function of the loader's for exit(). Code of programs finds small
 * data by gp. */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined ra\n"
        ".option push\n"
        ".option norelax\n"
        "lla gp, __global_pointer$\n"
        ".option pop\n"
        "mv a1, a0\n"
        "mv a0, sp\n"
        "andi sp, sp, -16\n"
        "li s0, 0\n"
        "call staticbuild_start\n"
        "ebreak\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "4, 15, 0"
#define WITHOUT_INIT
