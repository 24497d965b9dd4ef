/* s390x ELF ABI supplement: a callee's registers are kept in 160 bytes of its caller's frame. r14 is a function of the
 * loader's for exit(). */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined r14\n"
        "lgr %r2, %r15\n"
        "lgr %r3, %r14\n"
        "lghi %r0, -16\n"
        "ngr %r15, %r0\n"
        "aghi %r15, -160\n"
        "xc 0(8, %r15), 0(%r15)\n" /* the end of the chain of frames */
        "brasl %r14, staticbuild_start\n"
        ".word 0\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "2, 6, 32"
