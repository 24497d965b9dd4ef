/* `staticbuild ci`: the file that has a service make the wheels of this project. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/goals.h"
#include "plan/shard.h"
#include "project/cibuildwheel.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

/* A row a service: its template, the one for parts, what both begin jobs with, and what stands before each
 * Python on a line of its own. */
static const struct service {
    const char *name, *template_name, *shards_name, *setup_name, *indent;
} services[] = {
    {"github", "ci/github.yml", "ci/github-shards.yml", "ci/github-setup.yml", "            "},
    {"gitlab", "ci/gitlab.yml", "ci/gitlab-shards.yml", NULL, ""},
    {"slurm", "ci/slurm.sh.in", "ci/slurm-shards.sh.in", NULL, ""},
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

/* Recipes of the folder, where it has some; else the project in it. */
static int add_goals(struct strvec *argv, struct err *e)
{
    size_t before = argv->len;
    if (goals_add_recipes(argv, e) < 0)
        return -1;
    if (argv->len == before) {
        strvec_push(argv, "wheel");
        strvec_push(argv, ".");
    }
    return 0;
}

/* As a shell takes it; the caller frees it. */
static char *command_of(const struct ci_settings *s, const char *target, struct err *e)
{
    AUTO(strvec) struct strvec argv = {0};
    AUTO(strbuf) struct strbuf pythons = {0};
    strvec_push(&argv, "staticbuild");
    if (add_goals(&argv, e) < 0)
        return NULL;
    if (target) {
        strvec_push(&argv, "--target");
        strvec_push(&argv, target);
    }
    if (s->pythons.len) {
        strbuf_add_joined(&pythons, &s->pythons, "", ",");
        strvec_push(&argv, "--python");
        strvec_push(&argv, strbuf_str(&pythons));
    }
    for (size_t i = 0; i < s->config.len; i++) {
        strvec_push(&argv, "-C");
        strvec_push(&argv, s->config.items[i]);
    }
    return process_words(argv.items);
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

static int fill(struct strbuf *out, const char *name, struct map *values, struct err *e)
{
    AUTO_FREE char *file = template_path(name, e);
    return file ? template_add(out, file, values, e) : -1;
}

/* The numbers of the parts. */
static void add_parts(struct strbuf *out, unsigned count)
{
    for (unsigned i = 1; i <= count; i++)
        strbuf_addf(out, "%s%u", i > 1 ? ", " : "", i);
}

static int draw(struct strbuf *out, const struct invocation *inv, const struct service *service,
    const struct ci_settings *s, const char *path, struct err *e)
{
    AUTO(map) struct map values = {0};
    AUTO(strbuf) struct strbuf lines = {0};
    AUTO(strbuf) struct strbuf words = {0};
    AUTO(strbuf) struct strbuf told = {0};
    AUTO_FREE char *command = command_of(s, inv->target ? inv->target : s->target, e);
    if (!command)
        return -1;
    strbuf_add_joined(&lines, &s->pythons, service->indent, "\n");
    strbuf_add_joined(&words, &s->pythons, "", " ");
    tell_left(&told, path, s);
    template_set(&values, "command", command);
    template_set(&values, "python-lines", strbuf_str(&lines));
    template_set(&values, "python-words", strbuf_str(&words));
    template_set(&values, "told", strbuf_str(&told));
    AUTO(strbuf) struct strbuf setup = {0}, parts = {0};
    AUTO_FREE char *count = xstrf("%u", inv->shards);
    add_parts(&parts, inv->shards);
    template_set(&values, "shards", count);
    template_set(&values, "shard-list", strbuf_str(&parts));
    if (service->setup_name && fill(&setup, service->setup_name, &values, e) < 0)
        return -1;
    template_set(&values, "setup", strbuf_str(&setup));
    return fill(out, inv->shards ? service->shards_name : service->template_name, &values, e);
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf text = {0};
    struct ci_settings settings;
    const struct service *service = service_find(inv->arguments.items[0], e);
    if (inv->shards > SHARDS_MAX)
        return err_set(e, ERR_USAGE, "--shards %u: there are at most %d", inv->shards, SHARDS_MAX);
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
    return inv->output ? output_new_file(inv->output, &text, e) : output_put(&text, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "from", .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help =
            "the pyproject.toml whose [tool.cibuildwheel] and requires-python count; that of this folder, "
            "where there is one, if not given",
        .at = AT(from)),
    &option_target,
    OPTION(.name = "shards", .kind = FLAG_NUMBER, .value = "N",
        .help = "in N parts, one a job, which meet in a cache that they share", .at = AT(shards)),
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
        {"ci github --shards 4", "in four jobs, side by side"},
        {"ci slurm --target manylinux_2_28 -o wheels.sh", "a script for sbatch"}},
    .options = options,
    .run = run,
};
