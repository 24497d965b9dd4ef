/* `symbol`: who defines a name, who needs it, who would win. */
#include <string.h>

#include "audit/walk.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "elf/ar.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "ui/loader/symbol.h"
#include "wheel/wheel.h"

enum { LARGEST_MEMBER = 1 << 30 };

struct symbol_inquiry {
    struct invocation *inv;
    struct loader_machine machine;
    struct complaint asked;
    struct inquiry inquiry;
    struct providers providers;
    struct err unread; /* files that could not be asked, each with the reason */
    bool looked;
    const char *remark;
    struct platform earliest;
    bool has_earliest;
};

/* Whether it is of a kind that can be asked; what is in a folder besides is passed over. */
static bool is_file_to_ask(const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(mapping) struct mapping m = {0};
    if (mapping_open(&m, path, &ignored) < 0)
        return false;
    enum elf_kind kind = elf_identify(m.bytes, m.size);
    return kind == ELF_KIND_LINKED || kind == ELF_KIND_OBJECT || ar_is_archive(m.bytes, m.size);
}

/* Members in the order of the wheel; what cannot be read is said, and the others are asked all the same. */
static int ask_wheel(struct symbol_inquiry *a, const char *path, struct err *e)
{
    AUTO(wheel) struct wheel wheel = {0};
    if (wheel_open(&wheel, path, LARGEST_MEMBER, e) < 0)
        return -1;
    struct zip_scratch scratch = {0};
    for (size_t i = 0; i < wheel.zip.len; i++) {
        const struct zip_member *m = &wheel.zip.members[i];
        AUTO(err) struct err unreadable = ERR_INIT;
        struct slice bytes;
        if (zip_read(m, LARGEST_MEMBER, &scratch, &bytes, &unreadable) < 0) {
            err_wrap(&unreadable, "%s: %s", path, m->name);
            output_complain(unreadable.text);
            continue;
        }
        inquiry_ask_member(&a->inquiry, path, m->name, bytes.ptr, bytes.len);
    }
    inquiry_bind_members(&a->inquiry);
    zip_scratch_release(&scratch);
    return 0;
}

static int ask_one(struct symbol_inquiry *a, const char *path, struct err *e)
{
    if (a->asked.kind == COMPLAINT_VERSION || a->asked.kind == COMPLAINT_LIBRARY)
        return inquiry_ask_library(&a->inquiry, path, a->asked.library, a->asked.version, e);
    if (str_ends(path, ".whl"))
        return ask_wheel(a, path, e);
    return inquiry_ask_file(&a->inquiry, path, e);
}

/* What is in the folder, as far as it can be asked: a folder has files of all kinds. */
static void ask_folder(struct symbol_inquiry *a, const char *path)
{
    struct walk *walk = walk_folder(path);
    struct walk_item item;
    while (walk_next(walk, &item)) {
        AUTO_FREE char *file = item.path;
        AUTO(err) struct err why = item.why;
        if (item.kind == WALK_UNREAD)
            err_add(&a->unread, ERR_ENVIRONMENT, "%s", why.text);
        AUTO(err) struct err foreign = ERR_INIT;
        if (item.kind == WALK_FILE && (str_ends(file, ".whl") || is_file_to_ask(file)) &&
            ask_one(a, file, &foreign) < 0)
            err_add(&a->unread, ERR_ENVIRONMENT, "%s", foreign.text);
    }
    walk_free(walk);
}

/* A file that cannot be read does not silence the others. */
static void ask_named(struct symbol_inquiry *a, const char *path)
{
    AUTO(err) struct err why = ERR_INIT;
    int folder = path_is_folder(path, &why);
    if (folder > 0)
        ask_folder(a, path);
    else if (folder < 0 || ask_one(a, path, &why) < 0)
        err_add(&a->unread, why.kind, "%s", why.text);
}

/* The files named, else the one that the error line names, when it is here. */
static int ask_files(struct symbol_inquiry *a, struct err *e)
{
    const struct strvec *arguments = &a->inv->arguments;
    if (a->asked.kind == COMPLAINT_MEANING && !a->asked.symbol)
        return 0;
    for (size_t i = 1; i < arguments->len; i++)
        ask_named(a, arguments->items[i]);
    const char *file = a->asked.file;
    if (arguments->len > 1 || !file)
        return 0;
    if (path_may_be_file(file) || *a->machine.root)
        return ask_one(a, file, e);
    if (strchr(file, '/'))
        a->remark = "the file that the error names is not here: name it where it is now to learn more";
    return 0;
}

static void read_abi(struct symbol_inquiry *a, struct loader_abi *abi, struct arena *arena)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct mapping m = {0};
    struct elf_image image = {0};
    if (mapping_open(&m, PROCESS_ITSELF, &ignored) == 0)
        elf_open(&image, arena, m.bytes, m.size, &ignored);
    loader_abi_read(abi, arena, &a->machine, &image);
    mapping_release(&m);
}

static void recipe_folders(struct strvec *out)
{
    AUTO_FREE char *installed = dirs_data("recipes");
    strvec_push(out, "recipe");
    strvec_push(out, "recipe/lib");
    if (installed)
        strvec_pushf(out, "%s/lib", installed);
}

/* The library that should have it: as the error says it, or as the file that needs it does. */
static const char *expected_library(const struct symbol_inquiry *a)
{
    if (a->asked.library)
        return path_base(a->asked.library);
    vec_each (&a->inquiry.needs, n)
        if (n->outcome == OUTCOME_NOBODY && n->library)
            return n->library;
    return NULL;
}

/* What the one who lacks it asks for, when the question did not say it. */
static const char *expected_version(const struct symbol_inquiry *a)
{
    if (a->asked.version)
        return a->asked.version;
    vec_each (&a->inquiry.needs, n)
        if (n->outcome == OUTCOME_NOBODY && n->version)
            return n->version;
    return NULL;
}

/* Recipes of what should have it; where nobody says what that is, of the libraries of the machine that have
 * it. */
static void look_into_recipes(struct symbol_inquiry *a, const char *library)
{
    enum { MOST = 4 };
    AUTO(strvec) struct strvec folders = {0};
    AUTO(strvec) struct strvec names = {0};
    recipe_folders(&folders);
    if (library)
        strvec_push(&names, library);
    for (size_t i = 0; !library && i < a->providers.items.len && names.len < MOST; i++) {
        const struct provider *v = &a->providers.items.items[i];
        const char *name = v->soname ? v->soname : path_base(v->path);
        if (v->kind == PROVIDER_LIBRARY && !strvec_has(&names, name))
            strvec_push(&names, name);
    }
    for (size_t i = 0; i < names.len; i++)
        providers_of_recipes(&a->providers, &folders, names.items[i]);
}

static void look_around(struct symbol_inquiry *a)
{
    const struct loader_tree *tree = a->inquiry.trees.len ? a->inquiry.trees.items[0] : NULL;
    struct loader_abi own = {0};
    if (!tree)
        read_abi(a, &own, &a->inquiry.arena);
    const struct loader_abi *abi = tree ? &tree->abi : &own;
    const char *library = expected_library(a);
    a->looked = true;
    if (a->asked.symbol) {
        AUTO_FREE char *store = dirs_cache();
        providers_on_machine(&a->providers, &a->machine, abi, tree, a->asked.symbol, expected_version(a));
        if (store)
            providers_in_store(&a->providers, store, a->asked.symbol);
    } else {
        providers_of_library(&a->providers, &a->machine, abi, tree, library, a->asked.version);
    }
    bool archive = false;
    vec_each (&a->providers.items, v)
        archive |= v->kind == PROVIDER_ARCHIVE;
    if (!archive)
        look_into_recipes(a, library);
    const struct arch *arch = arch_of_machine(abi->machine, abi->wide, abi->big);
    if (a->asked.version && arch)
        a->has_earliest = platform_earliest(&a->earliest, LIBC_GLIBC, arch, a->asked.version);
    loader_abi_release(&own);
}

static size_t count_lacking(const struct symbol_inquiry *a)
{
    size_t lacking = 0;
    vec_each (&a->inquiry.needs, n)
        lacking += n->outcome == OUTCOME_NOBODY;
    vec_each (&a->inquiry.askers, asker)
        lacking += !asker->has_version;
    vec_each (&a->inquiry.bindings, b)
        lacking += b->outcome == OUTCOME_NOBODY;
    return lacking;
}

static bool is_nowhere(const struct symbol_inquiry *a)
{
    const struct inquiry *q = &a->inquiry;
    return !q->definitions.len && !q->needs.len && !q->askers.len && !a->providers.items.len;
}

static int show(struct symbol_inquiry *a, struct err *e)
{
    struct symbol_answer answer = {
        .asked = &a->asked,
        .inquiry = &a->inquiry,
        .providers = &a->providers,
        .looked = a->looked,
        .earliest = a->has_earliest ? a->earliest.name : NULL,
        .remark = a->remark,
    };
    AUTO(strbuf) struct strbuf out = {0};
    if (a->inv->format == FORMAT_JSON)
        report_symbol_json(&out, &answer);
    else if (a->inv->needed_by)
        report_bindings(&out, &a->inquiry, style_of(stdout));
    else
        report_symbol(&out, &answer, a->inv->verbose, style_of(stdout));
    return output_put(&out, e);
}

static int answer_needed_by(struct symbol_inquiry *a, struct err *e)
{
    inquiry_init(&a->inquiry, &a->machine, "", NULL);
    a->providers.arena = &a->inquiry.arena;
    if (inquiry_ask_bindings(&a->inquiry, a->inv->needed_by, e) < 0 || show(a, e) < 0)
        return -1;
    size_t lacking = count_lacking(a);
    return lacking ? err_set(e, ERR_FINDINGS, "nobody has %zu of the symbols that %s needs", lacking,
                         a->inv->needed_by)
                   : 0;
}

static int answer_question(struct symbol_inquiry *a, struct err *e)
{
    complaint_parse(&a->asked, a->inv->arguments.items[0]);
    if (a->asked.kind == COMPLAINT_UNKNOWN)
        return err_set(e, ERR_USAGE,
            "symbol: this error line names no symbol, library or version, and is none that is known here: %s",
            a->inv->arguments.items[0]);
    const char *name = a->asked.symbol ? a->asked.symbol : "";
    if (a->asked.kind != COMPLAINT_MEANING && !a->asked.library && !*name)
        return err_set(
            e, ERR_USAGE, "symbol: the name is empty: give the name of a symbol, or a whole error line");
    inquiry_init(&a->inquiry, &a->machine, name, a->asked.version);
    a->providers.arena = &a->inquiry.arena;
    if (ask_files(a, e) < 0)
        return -1;
    size_t lacking = count_lacking(a);
    bool names = (*name || a->asked.library) && !a->asked.meaning; /* else nobody lacks it */
    if (names && (lacking || a->asked.kind != COMPLAINT_NONE || a->inv->arguments.len < 2))
        look_around(a);
    if (show(a, e) < 0)
        return -1;
    if (a->unread.kind != ERR_NONE)
        return err_move(e, &a->unread);
    if (a->asked.meaning)
        return err_set(e, ERR_FINDINGS, "%s", a->asked.meaning);
    if (lacking)
        return err_set(e, ERR_FINDINGS, "%zu file%s get what is needed", lacking,
            lacking == 1 ? " does not" : "s do not");
    if (is_nowhere(a))
        return err_set(e, ERR_FINDINGS, "nobody defines or needs it");
    return 0;
}

static int run(struct invocation *inv, struct err *e)
{
    struct symbol_inquiry a = {.inv = inv};
    if (inv->needed_by ? inv->arguments.len > 0 : inv->arguments.len == 0)
        return err_set(e, ERR_USAGE, "symbol: give the name of a symbol, or --needed-by FILE alone");
    if (loader_machine_open(&a.machine, inv->root, inv->library_path, e) < 0)
        return -1;
    int status = inv->needed_by ? answer_needed_by(&a, e) : answer_question(&a, e);
    err_release(&a.unread);
    providers_release(&a.providers);
    inquiry_release(&a.inquiry);
    complaint_release(&a.asked);
    loader_machine_release(&a.machine);
    return status;
}

static const struct flag *const options[] = {
    &option_root,
    &option_library_path,
    OPTION(.name = "needed-by", .kind = FLAG_TEXT, .value = "FILE",
        .help = "instead of one symbol: all that FILE needs, and who has it", .at = AT(needed_by)),
    &option_format,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_symbol = {
    .name = "symbol",
    .summary = "say who defines a symbol, who needs it, and who wins",
    .arguments = "NAME [FILE...]",
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about = "Reads modules, libraries, programs, objects, static archives and wheels, and the libraries "
             "that the dynamic loader would load for them, and says who defines NAME, who needs it, at which "
             "version, and whose definition each of them would get at run time. When the first FILE is a "
             "program, the others are taken to be loaded into it. Nothing is run.\n\n"
             "NAME may be a whole error line, such as \"ImportError: /x/y.so: undefined symbol: EVP_foo, "
             "version OPENSSL_3.0.0\": then also the libraries of this machine and our recipes are searched "
             "for what is missing. So it is when nobody has it, and when no FILE is given.\n\n"
             "Lines that name no symbol (\"invalid ELF header\", \"cannot allocate memory in static TLS "
             "block\", \"No module named\") are explained. FILE may be a folder.\n\n"
             "The status is 0 when everybody gets what they need.",
    .examples = {{"symbol deflate module.so", "who provides deflate to a module"},
        {"symbol EVP_foo@OPENSSL_3.0.0", "which library or recipe has it"},
        {"symbol \"$(python3 -c 'import m' 2>&1 | tail -n 1)\"", "why an import failed"},
        {"symbol --needed-by module.so", "all that a module needs, and from whom"}},
    .options = options,
    .run = run,
};
