/* Stepping over instructions against the disassembler: on the code of this program itself, and on any bytes.
 */
#include "isa/step.h"

#include <capstone/capstone.h>
#include <check.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "elf/image.h"
#include "sys/fs.h"

#ifdef __x86_64__
/* Every instruction that Capstone knows is as long as it says. */
static void compare(const uint8_t *bytes, size_t left, size_t *count)
{
    csh handle;
    ck_assert_int_eq(cs_open(CS_ARCH_X86, CS_MODE_64, &handle), CS_ERR_OK);
    cs_insn *insn = cs_malloc(handle);
    uint64_t address = 0;
    while (left) {
        struct isa_step s;
        const uint8_t *at = bytes;
        size_t before = left;
        bool read = step_read(&s, bytes, left);
        if (!cs_disasm_iter(handle, &bytes, &left, &address, insn)) {
            bytes++;
            left--;
            continue;
        }
        ck_assert_msg(read && s.length == before - left, "%s %s: %02x %02x %02x %02x %02x: %zu bytes, not %u",
            insn->mnemonic, insn->op_str, at[0], at[1], at[2], at[3], at[4], before - left,
            read ? s.length : 0);
        ++*count;
    }
    cs_free(insn, 1);
    cs_close(&handle);
}

START_TEST(lengths_are_those_of_the_disassembler)
{
    struct mapping file;
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    struct elf_image image;
    size_t count = 0;
    ck_assert_int_eq(mapping_open(&file, "/proc/self/exe", &e), 0);
    ck_assert_int_eq(elf_open(&image, &a, file.bytes, file.size, &e), 0);
    for (size_t i = 0; i < image.segment_count; i++) {
        struct elf_segment s = elf_segment_at(&image, i);
        if (s.type == PT_LOAD && s.flags & PF_X)
            compare(image.bytes + s.offset, s.file_size, &count);
    }
    mapping_release(&file);
    ck_assert_uint_gt(count, 100000);
}
END_TEST

/* What compilers write seldom: each with its length. */
START_TEST(rare_instructions)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool suspect, writes;
    } cases[] = {
        {"\x90", 1, false, false}, {"\x66\x0f\x38\xcf\xc1", 5, true, false}, /* gf2p8mulb */
        {"\xc4\xe2\x7b\x49\xc0", 5, true, false},                            /* tilezero */
        {"\xc4\xe2\x71\x50\xc2", 5, true, false},                            /* vpdpbusd */
        {"\xc5\xf8\x77", 3, true, false},                                    /* vzeroupper */
        {"\x62\xf1\x7c\x48\x58\x05\0\0\0\0", 10, true, false},               /* vaddps zmm, [rip] */
        {"\x0f\x0f\xc1\x9e", 4, true, false},                                /* 3DNow! pfadd */
        {"\x48\xb8\1\2\3\4\5\6\7\x08", 10, false, false},                    /* mov rax, imm64 */
        {"\x66\xb8\1\2", 4, false, false},                                   /* mov ax, imm16 */
        {"\xf6\x05\0\0\0\0\x10", 7, false, false},                           /* test byte [rip], 16 */
        {"\xf6\x1d\0\0\0\0", 6, false, true},                                /* neg byte [rip] */
        {"\x0f\xa2", 2, true, false},                                        /* cpuid */
        {"\x0f\x84\0\0\0\0", 6, false, false},                               /* je */
        {"\xc8\x10\0\0", 4, false, false},                                   /* enter */
        {"\x48\xa1\1\2\3\4\5\6\7\x08", 10, false, false},                    /* mov rax, [moffs] */
        {"\x89\x84\x24\1\2\3\4", 7, false, true},                            /* mov [rsp+disp32], eax */
        {"\x8f\xe8\x78\xc0\xc1\x05", 6, true, false},                        /* vprotb of XOP */
        {"\xf3\x0f\xb8\xc0", 4, true, false},                                /* popcnt */
        {"\x0f\x1f\x84\0\0\0\0\0", 8, false, false},                         /* nop */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct isa_step s;
        const uint8_t *bytes = (const uint8_t *)cases[i].bytes;
        ck_assert_msg(step_read(&s, bytes, cases[i].length), "%zu", i);
        ck_assert_msg(s.length == cases[i].length, "%zu: %u", i, s.length);
        ck_assert_msg(step_is_suspect(&s) == cases[i].suspect, "%zu", i);
        ck_assert_msg(step_writes(&s) == cases[i].writes, "%zu", i);
        for (size_t cut = 0; cut < cases[i].length; cut++)
            ck_assert_msg(!step_read(&s, bytes, cut) || s.length <= cut, "%zu", i);
    }
}
END_TEST
#endif

Suite *isa_step_suite(void)
{
    Suite *s = suite_create("isa_step");
    TCase *t = tcase_create("isa_step");
    tcase_set_timeout(t, 60);
#ifdef __x86_64__
    tcase_add_test(t, lengths_are_those_of_the_disassembler);
    tcase_add_test(t, rare_instructions);
#endif
    suite_add_tcase(s, t);
    return s;
}
