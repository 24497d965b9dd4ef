/* The end of _init and _fini; see crti.S. */
#include "marked.h"

#if defined __x86_64__ && defined __LP64__

	.section .init, "ax", @progbits
	addq $8, %rsp
	ret

	.section .fini, "ax", @progbits
	addq $8, %rsp
	ret

#elif defined __aarch64__ && defined __LP64__

	.section .init, "ax", %progbits
	ldp x29, x30, [sp], #16
	hint #29 /* autiasp */
	ret

	.section .fini, "ax", %progbits
	ldp x29, x30, [sp], #16
	hint #29
	ret

#else
#error "no start code for this architecture"
#endif

MARKED
