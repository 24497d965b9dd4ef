/* OpenPOWER ELF V2 ABI, 4.1.2: argc, argv, envp and the auxiliary vector come in r3 to r6, a function of the loader's
 * for exit() in r7, and r12 is where it begins. The word on top of the stack is 0 where there is a loader, else argc. */
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        ".cfi_startproc\n"
        ".cfi_undefined lr\n"
        "addis 2, 12, .TOC. - _start@ha\n"
        "addi 2, 2, .TOC. - _start@l\n"
        ".localentry _start, . - _start\n"
        "mr 8, 1\n"
        "clrrdi 1, 1, 4\n"
        "li 0, 0\n"
        "stdu 0, -128(1)\n"
        "mtlr 0\n"
        "bl staticbuild_enter\n"
        "nop\n"
        "trap\n"
        ".cfi_endproc\n"
        ".size _start, . - _start\n");
#define OLDEST_KERNEL "3, 10, 0"

/* What the loader was given, for __libc_start_main, which reads the kernel's stack where there is no loader. */
static struct entered {
    int argc;
    char **argv, **envp;
    void *auxiliary;
} entered;

struct start_info {
    void *small_data;
    int (*main)(int argc, char **argv, char **envp);
    constructor *init;
    function *fini;
};

int __libc_start_main(int argc, char **argv, char **envp, void *auxiliary, function *loader_fini,
    struct start_info *info, char **stack);

HIDDEN void staticbuild_start(long *stack, function *loader_fini);
HIDDEN void staticbuild_enter(
    int argc, char **argv, char **envp, void *auxiliary, function *loader_fini, long *stack);
HIDDEN void staticbuild_enter(
    int argc, char **argv, char **envp, void *auxiliary, function *loader_fini, long *stack)
{
    entered = (struct entered){argc, argv, envp, auxiliary};
    staticbuild_start(stack, stack[0] ? NULL : loader_fini);
}

#define STARTED_BY_INFO
static void start_by_info(int (*call_main)(int, char **, char **), long *stack, constructor *init, function *fini,
    function *loader_fini)
{
    struct start_info info = {NULL, call_main, init, fini};
    __libc_start_main(entered.argc, entered.argv, entered.envp, entered.auxiliary, loader_fini, &info, (char **)stack);
}
