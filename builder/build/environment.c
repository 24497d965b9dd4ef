/* The environment and the flags that a build's commands get: nothing of the user's. */
#include <inttypes.h>
#include <string.h>

#include "build/internal.h"
#include "sys/environment.h"
#include "sys/path.h"
#include "toolchain/hardening.h"

char *words_join(const struct strvec *words, char sep)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < words->len; i++) {
        if (i)
            strbuf_addc(&b, sep);
        strbuf_adds(&b, words->items[i]);
    }
    return strbuf_steal(&b);
}

static bool is_linked(const struct build_input *input)
{
    return input->role == INPUT_LIBRARY || input->role == INPUT_BUILD;
}

char *trees_join(const struct build_request *r, const char *below, const char *below2, char sep)
{
    AUTO(strvec) struct strvec folders = {0};
    for (size_t i = 0; i < r->input_count; i++) {
        if (!is_linked(&r->inputs[i]))
            continue;
        strvec_pushf(&folders, "%s%s", r->inputs[i].tree, below);
        if (below2)
            strvec_pushf(&folders, "%s%s", r->inputs[i].tree, below2);
    }
    return words_join(&folders, sep);
}

void build_flags_init(struct build_flags *f, const struct build_request *r)
{
    *f = (struct build_flags){.cflags = {0}};
    hardening_flags_of(&f->cflags, &r->toolchain->cflags, r->recipe);
    hardening_flags_of(&f->cxxflags, &r->toolchain->cxxflags, r->recipe);
    AUTO(strvec) struct strvec maps = {0};
    strvec_pushf(&maps, "-ffile-prefix-map=%s=.", r->src);
    if (r->work)
        strvec_pushf(&maps, "-ffile-prefix-map=%s=.", r->work);
    for (size_t i = 0; i < r->input_count; i++)
        if (r->inputs[i].role != INPUT_TOOL)
            strvec_pushf(
                &maps, "-ffile-prefix-map=%s=" BUILD_PREFIX "/%s", r->inputs[i].tree, r->inputs[i].name);
    strvec_push_all(&f->cflags, &maps);
    strvec_push_all(&f->cxxflags, &maps);
    hardening_flags_of(&f->ldflags, &r->toolchain->ldflags, r->recipe);
    if (r->maps) /* a folder: GNU ld calls each after what it links */
        strvec_pushf(&f->ldflags, "-Wl,-Map=%s", r->maps);
    for (size_t i = 0; i < r->input_count; i++) {
        if (!is_linked(&r->inputs[i]))
            continue;
        strvec_pushf(&f->cppflags, "-I%s/include", r->inputs[i].tree);
        strvec_pushf(&f->ldflags, "-L%s/lib", r->inputs[i].tree);
    }
}

void build_flags_release(struct build_flags *f)
{
    strvec_release(&f->cflags);
    strvec_release(&f->cxxflags);
    strvec_release(&f->cppflags);
    strvec_release(&f->ldflags);
}

static void set_words(struct strvec *env, const char *name, const struct strvec *words)
{
    AUTO_FREE char *text = words_join(words, ' ');
    environment_set(env, name, text);
}

/* Tools that are Python programs are found through PYTHONPATH. */
static void set_python(const struct build_request *r, struct strvec *env)
{
    AUTO(strvec) struct strvec path = {0};
    for (size_t i = 0; i < r->input_count; i++) {
        const struct build_input *input = &r->inputs[i];
        if (input->role != INPUT_TOOL || !input->recipe)
            continue;
        const struct texts *folders = &input->recipe->provides.python_path;
        for (size_t k = 0; k < folders->len; k++)
            strvec_pushf(&path, "%s/%s", input->tree, folders->items[k]);
    }
    if (path.len) {
        AUTO_FREE char *text = words_join(&path, ':');
        environment_set(env, "PYTHONPATH", text);
    }
    environment_python(env);
    if (r->python)
        environment_set(env, "PYTHON", r->python);
}

void backend_environment(const struct build_request *r, struct strvec *env)
{
    const struct toolchain *t = r->toolchain;
    struct build_flags flags;
    build_flags_init(&flags, r);

    environment_clean(env, r->path, LOCALE_C, r->home, r->home); /* of its own also what is temporary */
    AUTO_FREE char *epoch = xstrf("%" PRId64, r->source_date_epoch);
    environment_set(env, "SOURCE_DATE_EPOCH", epoch);
    environment_set(env, "ZERO_AR_DATE", "1");

    if (t->kit) {
        AUTO_FREE char *pkg_config = path_join(t->kit, "bin/pkg-config");
        environment_set(env, "PKG_CONFIG", pkg_config);
    }
    environment_set(env, "CC", t->cc);
    environment_set(env, "CXX", t->cxx);
    environment_set(env, "AR", t->ar);
    environment_set(env, "RANLIB", t->ranlib);
    if (t->strip)
        environment_set(env, "STRIP", t->strip);
    set_words(env, "CFLAGS", &flags.cflags);
    set_words(env, "CXXFLAGS", &flags.cxxflags);
    set_words(env, "CPPFLAGS", &flags.cppflags);
    set_words(env, "LDFLAGS", &flags.ldflags);

    /* Only our trees; an empty value would mean the machine's own folders to some pkg-config programs. */
    AUTO_FREE char *pc = trees_join(r, "/lib/pkgconfig", "/share/pkgconfig", ':');
    environment_set(env, "PKG_CONFIG_LIBDIR", *pc ? pc : r->home);
    AUTO_FREE char *aclocal = trees_join(r, "/share/aclocal", NULL, ':');
    if (*aclocal)
        environment_set(env, "ACLOCAL_PATH", aclocal);
    set_python(r, env);
    build_flags_release(&flags);
}
