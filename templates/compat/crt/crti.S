/* The begin of _init and _fini, to which objects may add in .init and .fini, and which crtn.S ends: what a C library brings
 * itself, but marked for control-flow protection where that is asked for. One file without the mark takes it from all
 * that is linked with it, and not every distribution's has it. */
#include "marked.h"

#if defined __x86_64__ && defined __LP64__

	.section .init, "ax", @progbits
	.globl _init
	.hidden _init
	.type _init, @function
_init:
	endbr64
	subq $8, %rsp
	movq __gmon_start__@GOTPCREL(%rip), %rax
	testq %rax, %rax
	je 1f
	call *%rax
1:
	.weak __gmon_start__

	.section .fini, "ax", @progbits
	.globl _fini
	.hidden _fini
	.type _fini, @function
_fini:
	endbr64
	subq $8, %rsp

#elif defined __aarch64__ && defined __LP64__

	.section .init, "ax", %progbits
	.balign 4
	.globl _init
	.hidden _init
	.type _init, %function
_init:
	hint #25 /* paciasp, where a jump may land too */
	stp x29, x30, [sp, #-16]!
	mov x29, sp
	adrp x0, :got:__gmon_start__
	ldr x0, [x0, #:got_lo12:__gmon_start__]
	cbz x0, 1f
	blr x0
1:
	.weak __gmon_start__

	.section .fini, "ax", %progbits
	.balign 4
	.globl _fini
	.hidden _fini
	.type _fini, %function
_fini:
	hint #25
	stp x29, x30, [sp, #-16]!
	mov x29, sp

#else
#error "no start code for this architecture"
#endif

MARKED
