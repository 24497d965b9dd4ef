/* System V psABI for x86-64, 3.4.1. */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined rip\n" /* nobody called */
        "endbr64\n"
        "xorl %ebp, %ebp\n"
        "movq %rsp, %rdi\n"
        "movq %rdx, %rsi\n" /* a function of the loader's for exit(), 0 without a loader */
        "andq $-16, %rsp\n"
        "call staticbuild_start\n"
        "hlt\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "2, 6, 32"
