/* For assembler: no executable stack, and the note that says that every jump lands on a mark, where the compiler is asked to
 * make code that keeps to it (NT_GNU_PROPERTY_TYPE_0 with GNU_PROPERTY_X86_FEATURE_1_AND or …_AARCH64_FEATURE_1_AND). */
#if defined __x86_64__ && defined __CET__
#define MARK 0xc0000002, __CET__
#elif defined __aarch64__ && defined __ARM_FEATURE_BTI_DEFAULT && defined __ARM_FEATURE_PAC_DEFAULT
#define MARK 0xc0000000, 3
#endif

.macro mark type, features
	.section .note.gnu.property, "a"
	.balign 8
	.long 4, 16, 5
	.asciz "GNU"
	.long \type, 4, \features, 0
.endm

#ifdef MARK
#define NOTE mark MARK;
#else
#define NOTE
#endif
#ifdef __aarch64__
#define MARKED NOTE .section .note.GNU-stack, "", %progbits
#else
#define MARKED NOTE .section .note.GNU-stack, "", @progbits
#endif
