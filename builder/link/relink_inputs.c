/* What a module was linked from: the words of its linker, and the project's own files among them. Symbols of
 * intermediate code cannot be renamed, so that objects of it become one of machine code first. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "elf/ar.h"
#include "link/relink_internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wrapper/relink.h"

int relink_words(struct words *words, const struct relink_module *m, struct err *e)
{
    bool had_files;
    AUTO_FREE char *from = xstrf("@%s/" RELINK_WORDS, m->folder);
    char *argv[] = {from, NULL};
    words_expand(words, argv, &had_files);
    return had_files && words->count ? 0 : err_set(e, ERR_DAMAGED, "%s: cannot be read", from + 1);
}

bool relink_lies_in(const char *path, const char *folder)
{
    return strcmp(path, folder) == 0 || path_below(path, folder);
}

int relink_own_files(struct strvec *out, const struct relink_module *m, struct err *e)
{
    struct words words = {0};
    if (relink_words(&words, m, e) < 0)
        return -1;
    for (size_t i = 1; i < words.count; i++)
        if (*words.items[i] != '-' && relink_lies_in(words.items[i], m->kept))
            strvec_pushf(out, "%s/%s", m->folder, path_base(words.items[i]));
    words_release(&words);
    return 0;
}

static enum elf_lto lto_of(const char *path)
{
    AUTO(err) struct err unread = ERR_INIT;
    AUTO(mapping) struct mapping m = {0};
    struct elf_object o;
    bool is_object = mapping_open(&m, path, &unread) == 0 &&
                     elf_identify(m.bytes, m.size) == ELF_KIND_OBJECT &&
                     elf_object_open(&o, m.bytes, m.size, &unread) == 0;
    return is_object ? elf_object_lto(&o) : ELF_LTO_NONE;
}

#define PLAIN "plain.o"

/* The words with one object of machine code in place of all that are intermediate code. */
static int replace_lto(
    struct words *words, struct strvec *intermediate, const struct relink_module *m, struct err *e)
{
    struct words kept = {0};
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        AUTO_FREE char *path = xstrf("%s/%s", m->folder, path_base(word));
        bool is_lto = i && *word != '-' && relink_lies_in(word, m->kept) && lto_of(path) != ELF_LTO_NONE;
        if (is_lto && !intermediate->len)
            words_addf(&kept, "%s/" PLAIN, m->kept);
        else if (!is_lto)
            words_add(&kept, word);
        if (is_lto)
            strvec_push(intermediate, path);
    }
    AUTO_FREE char *list = path_join(m->folder, RELINK_WORDS);
    int failed = intermediate->len ? words_write(&kept, 0, list) : 0;
    words_release(&kept);
    return failed ? err_errno(e, ERR_ENVIRONMENT, "%s", list) : 0;
}

int relink_add_plain(struct sharing_work *s, const struct relink_module *m, struct err *e)
{
    const struct toolchain *t = s->r->modules[0].toolchain;
    AUTO(strvec) struct strvec objects = {0};
    struct words words = {0};
    int status = relink_words(&words, m, e) < 0 ? -1 : replace_lto(&words, &objects, m, e);
    words_release(&words);
    if (status < 0 || !objects.len)
        return status;
    struct command *c = link_command(s->out, "plain", s->r->work, s->r->logs, m->name, s->env);
    strvec_push(&c->argv, *t->cxx ? t->cxx : t->cc);
    static const char *const flags[] = {"-fPIC", "-r", "-nostdlib", "-flinker-output=nolto-rel", "-o"};
    for (size_t i = 0; i < COUNT(flags); i++)
        strvec_push(&c->argv, flags[i]);
    strvec_pushf(&c->argv, "%s/" PLAIN, m->folder);
    strvec_push_all(&c->argv, &objects);
    return 0;
}

/* What is wrong with one object, if anything is. */
struct hindrance {
    const char *why;
    bool cxx_runtime;
    bool lto_too; /* those of intermediate code */
};

static void look_at_object(void *arg, const struct elf_object *o, struct slice name)
{
    struct hindrance *h = arg;
    (void)name;
    if (elf_object_lto(o) != ELF_LTO_NONE && !h->lto_too)
        h->why = "it is compiled to intermediate code (-flto), whose symbols cannot be renamed";
    else if (h->cxx_runtime && shared_has_operators(o))
        h->why = "it has an operator new or delete of its own";
}

static void look_at_file(struct hindrance *h, const char *path, bool is_gcc)
{
    AUTO(err) struct err unread = ERR_INIT;
    AUTO(mapping) struct mapping m = {0};
    struct elf_object o;
    bool opened = mapping_open(&m, path, &unread) == 0;
    bool is_archive = opened && ar_is_archive(m.bytes, m.size);
    h->lto_too = is_gcc && !is_archive;
    if (is_archive)
        opened = archive_each_object(path, look_at_object, h, &unread) == 0;
    else if (opened && (opened = elf_object_open(&o, m.bytes, m.size, &unread) == 0))
        look_at_object(h, &o, (struct slice){0});
    if (!opened && !h->why)
        h->why = "one of its inputs is neither an object nor an archive of objects";
}

const char *relink_hindrance(
    struct arena *a, const struct relink_module *m, const struct shared_request *shared)
{
    struct hindrance h = {.cxx_runtime = shared->cxx_runtime};
    AUTO(strvec) struct strvec own = {0};
    AUTO(err) struct err unread = ERR_INIT;
    if (relink_own_files(&own, m, &unread) < 0 || !own.len)
        return "what it was linked from is not there";
    for (size_t i = 0; i < own.len; i++) {
        look_at_file(&h, own.items[i], !shared->modules[0].toolchain->is_clang);
        if (h.why)
            return arena_strf(a, "%s (%s)", h.why, path_base(own.items[i]));
    }
    return NULL;
}
