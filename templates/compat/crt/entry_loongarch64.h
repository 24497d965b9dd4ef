/* As Linux and the loader begin a program: a0 is a function of the loader's for exit(). */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined 1\n"
        "move $a1, $a0\n"
        "move $a0, $sp\n"
        "bstrins.d $sp, $zero, 3, 0\n"
        "move $fp, $zero\n"
        "bl staticbuild_start\n"
        "break 0\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "5, 19, 0"
#define WITHOUT_INIT
