/* System V psABI for i386, 2.3.1: arguments on a stack that is aligned where it is called. */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined eip\n"
        "endbr32\n"
        "xorl %ebp, %ebp\n"
        "movl %esp, %eax\n"
        "andl $-16, %esp\n"
        "subl $8, %esp\n"
        "pushl %edx\n" /* a function of the loader's for exit(), 0 without a loader */
        "pushl %eax\n"
        "call staticbuild_start\n"
        "hlt\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "2, 6, 32"
