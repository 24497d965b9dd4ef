/* `staticbuild ci`: the file that has a service make the wheels of this project. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "project/cibuildwheel.h"
#include "sys/durable.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

/* A row a service: its template, and what stands before each Python on a line of its own. */
static const struct service {
    const char *name, *template_name, *indent;
} services[] = {
    {"github", "ci/github.yml", "            "},
    {"gitlab", "ci/gitlab.yml", ""},
    {"slurm", "ci/slurm.sh.in", ""},
};

static const struct service *service_find(const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf names = {0};
    for (size_t i = 0; i < COUNT(services); i++) {
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
        strbuf_addf(&names, "%s%s", names.len ? ", " : "", services[i].name);
    }
    err_set(e, ERR_USAGE, "%s: no pipeline is known for it; there are: %s", name, strbuf_str(&names));
    return NULL;
}

static void add_joined(struct strbuf *out, const struct texts *words, const char *before, const char *between)
{
    for (size_t i = 0; i < words->len; i++)
        strbuf_addf(out, "%s%s%s", i ? between : "", before, words->items[i]);
}

/* As a shell reads it, and YAML. */
static void add_quoted(struct strbuf *out, const char *word)
{
    if (!word[strcspn(word, " \t\n'\"\\$`*?[]{}();&|<>#~!:,%@")]) {
        strbuf_adds(out, word);
        return;
    }
    strbuf_addc(out, '\'');
    for (const char *p = word; *p; p++)
        if (*p == '\'')
            strbuf_adds(out, "'\\''");
        else
            strbuf_addc(out, *p);
    strbuf_addc(out, '\'');
}

/* Recipes of the folder, where it has some; else the project in it. */
static int add_command(struct strbuf *out, const struct ci_settings *s, const char *target, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    int recipes = path_is_folder("recipe", e);
    if (recipes < 0 || (recipes && folder_names(&names, "recipe", e) < 0))
        return -1;
    size_t command_begin = out->len;
    strbuf_adds(out, "staticbuild");
    for (size_t i = 0; i < names.len; i++)
        if (str_ends(names.items[i], ".toml")) {
            AUTO_FREE char *path = xstrf("recipe/%s", names.items[i]);
            strbuf_addc(out, ' ');
            add_quoted(out, path);
        }
    if (out->len == command_begin + strlen("staticbuild"))
        strbuf_adds(out, " wheel .");
    if (target)
        strbuf_addf(out, " --target %s", target);
    if (s->pythons.len) {
        strbuf_adds(out, " --python ");
        add_joined(out, &s->pythons, "", ",");
    }
    for (size_t i = 0; i < s->config.len; i++) {
        strbuf_adds(out, " -C ");
        add_quoted(out, s->config.items[i]);
    }
    return 0;
}

static void tell_left(struct strbuf *out, const char *path, const struct ci_settings *s)
{
    if (s->left_count)
        strbuf_addf(out, "# Not taken from %s:\n", path);
    for (size_t i = 0; i < s->left_count; i++)
        strbuf_addf(out, "#   %s (line %u): %s.\n", s->left[i].key, s->left[i].line, s->left[i].advice);
    if (s->left_count)
        strbuf_addc(out, '\n');
}

static int write_pipeline(const struct invocation *inv, const struct strbuf *text, struct err *e)
{
    if (!inv->output)
        return output_put(text, e);
    int there = path_exists(inv->output, e);
    if (there < 0)
        return -1;
    if (there)
        return err_set(e, ERR_USAGE, "%s is there already; choose another file with --output", inv->output);
    AUTO_FREE char *folder = path_dir(inv->output);
    if (folder_make(folder, e) < 0 || file_write_durably(inv->output, text->ptr, text->len, 0644, e) < 0)
        return -1;
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s\n", inv->output);
    return output_put(&out, e);
}

static int draw(struct strbuf *out, const struct invocation *inv, const struct service *service,
    const struct ci_settings *s, const char *path, struct err *e)
{
    AUTO(map) struct map values = {0};
    AUTO(strbuf) struct strbuf command = {0};
    AUTO(strbuf) struct strbuf lines = {0};
    AUTO(strbuf) struct strbuf words = {0};
    AUTO(strbuf) struct strbuf told = {0};
    if (add_command(&command, s, inv->target ? inv->target : s->target, e) < 0)
        return -1;
    add_joined(&lines, &s->pythons, service->indent, "\n");
    add_joined(&words, &s->pythons, "", " ");
    tell_left(&told, path, s);
    template_set(&values, "command", strbuf_str(&command));
    template_set(&values, "python-lines", strbuf_str(&lines));
    template_set(&values, "python-words", strbuf_str(&words));
    template_set(&values, "told", strbuf_str(&told));
    AUTO_FREE char *file = template_path(service->template_name, e);
    return file ? template_add(out, file, &values, e) : -1;
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf text = {0};
    struct ci_settings settings;
    const struct service *service = service_find(inv->arguments.items[0], e);
    const char *path = inv->from ? inv->from : "pyproject.toml";
    if (!service)
        return -1;
    if (inv->from) {
        int there = path_is_file(path, e);
        if (there < 1)
            return there < 0 ? -1 : err_set(e, ERR_USAGE, "--from %s: there is no such file", path);
    }
    if (ci_settings_read(&settings, &a, path, e) < 0 || draw(&text, inv, service, &settings, path, e) < 0)
        return -1;
    return write_pipeline(inv, &text, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "from", .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help =
            "the pyproject.toml whose [tool.cibuildwheel] and requires-python count; that of this folder, "
            "where there is one, if not given",
        .at = AT(from)),
    &option_target,
    OPTION(.name = "output", .letter = 'o', .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help = "write this file; standard output if not given", .at = AT(output)),
    NULL,
};

const struct subcommand subcommand_ci = {
    .name = "ci",
    .summary = "write the pipeline that makes the wheels of this project",
    .arguments = "github|gitlab|slurm",
    .least = 1,
    .most = 1,
    .about = "Prints what a service is to do: the Pythons that the project takes, the program, a cache that "
             "is kept, the wheels, "
             "the audit, and publishing when a tag is pushed. The recipes of recipe/ are built, or the "
             "project itself where there "
             "are none.\n\n"
             "What [tool.cibuildwheel] says of builds, images, architectures and settings is taken; what has "
             "another place here is "
             "told in comments at the top, with its line.",
    .examples = {{"ci github -o .github/workflows/wheels.yml", "for GitHub"},
        {"ci gitlab --from ../other/pyproject.toml", "what another project says to cibuildwheel"},
        {"ci slurm --target manylinux_2_28 -o wheels.sh", "a script for sbatch"}},
    .options = options,
    .run = run,
};
