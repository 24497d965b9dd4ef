/* Worlds of recipes in memory, and the graphs they make, as text that can be read. */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "resolve/graph.h"

#define HASH "012345678901234567890123456789012345678901234567890123456789012"
#define SOURCE "[[source]]\nurls = [\"https://e.org/x.tgz\"]\nsha256 = \"" HASH "0\"\n"

/* HEAD ends inside [requires]. */
#define HEAD(kind, name, version)                                              \
    "[recipe]\nname = \"" name "\"\nkind = \"" kind "\"\nversion = \"" version \
    "\"\nlicense = \"MIT\"\n" SOURCE
#define LIB(name, version) HEAD("library", name, version) "[provides]\nheaders = [\"x.h\"]\n[requires]\n"
#define TOOL(name, version) HEAD("tool", name, version) "[requires]\n"
#define EXT(name, version) \
    HEAD("extension", name, version) "[[module]]\nname = \"x\"\nsources = [\"x.c\"]\n[requires]\n"

#define PYTHON(with)                                                \
    HEAD("interpreter", "snake", "3.13.5")                          \
    "[provides]\narchives = [\"a.a\"]\nwhole-archive = [\"a.a\"]\n" \
    "programs = [\"p\"]\n[interpreter]\nwith = [" with "]\n[requires]\n"

struct file {
    const char *path, *text;
};
enum { FILES_MAX = 12 };
struct world {
    struct file files[FILES_MAX];
    const char *preferred; /* the sha256 of a source */
    size_t loads;
};

static struct world world_of(const struct file *files)
{
    struct world w = {0};
    memcpy(w.files, files, sizeof w.files);
    return w;
}

static const char *text_of(const struct world *w, const char *path)
{
    for (size_t i = 0; i < FILES_MAX && w->files[i].path; i++)
        if (strcmp(w->files[i].path, path) == 0)
            return w->files[i].text;
    return NULL;
}

static bool world_has(void *arg, const char *path)
{
    return text_of(arg, path) != NULL;
}

static struct recipe_file *world_load(void *arg, struct arena *a, const char *path, struct err *e)
{
    struct world *w = arg;
    w->loads++;
    const char *text = text_of(w, path);
    return recipe_parse(a, path, text, strlen(text), e);
}

static bool world_prefers(void *arg, const struct recipe *recipe, const struct source *source)
{
    (void)recipe;
    const struct world *w = arg;
    return w->preferred && source->sha256 && strcmp(source->sha256, w->preferred) == 0;
}

static struct graph *resolve(struct arena *a, struct world *w, const char *roots, struct err *e)
{
    const char *names[4];
    size_t len = 0;
    struct slice rest = slice_of(roots);
    while (rest.ptr) {
        struct slice one = slice_cut(&rest, ' ');
        names[len++] = arena_strndup(a, one.ptr, one.len);
    }
    struct graph_request request = {
        .recipes = names,
        .recipe_count = len,
        .installed = "/inst",
        .target = "linux-x86_64",
        .load = world_load,
        .exists = world_has,
        .prefers = world_prefers,
        .arg = w,
    };
    return graph_resolve(a, &request, e);
}

static void show_edges(
    struct strbuf *out, struct arena *a, const struct graph *g, const char *what, struct edges edges)
{
    for (size_t i = 0; i < edges.len; i++)
        strbuf_addf(out, "%s%s", i ? ", " : what, node_label(a, &g->nodes[edges.items[i]]));
}

/* One node a line, in the order of the graph. */
static const char *show(struct arena *a, const struct graph *g)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < g->len; i++) {
        const struct node *n = &g->nodes[g->order[i]];
        strbuf_addf(&out, "%s%s", node_label(a, n), n->asked_for ? "!" : "");
        show_edges(&out, a, g, " links ", n->libraries);
        show_edges(&out, a, g, " sees ", n->builds);
        show_edges(&out, a, g, " runs ", n->tools);
        show_edges(&out, a, g, " compiled with ", n->wheels);
        show_edges(&out, a, g, " tried with ", n->tried_with);
        for (size_t k = 0; k < n->untried_without.len; k++)
            strbuf_addf(&out, "%s%s", k ? ", " : " lacks ", n->untried_without.items[k]);
        for (size_t k = 0; k < n->host_count; k++)
            strbuf_addf(&out, "%s%s%s%s", k ? ", " : " host ", n->host[k].name,
                *n->host[k].constraint ? " " : "", n->host[k].constraint);
        strbuf_addc(&out, '\n');
    }
    return arena_strdup(a, strbuf_str(&out));
}

static const struct {
    const char *title;
    struct file files[FILES_MAX];
    const char *roots, *want;
} graphs[] = {
    {"the main job",
        {
            {"r/zmq.toml",
                EXT("pyzmq", "27") "libraries = [\"libzmq[curve] >= 4\"]\ntools = [\"cython >= 3\"]\n"},
            {"r/lib/libzmq.toml", LIB("libzmq", "4.3.4") "tools = [\"cmake >= 3.14\"]\n"
                                                         "[features.curve]\n"
                                                         "requires.libraries = [\"libsodium >= 1.0.16\"]\n"},
            {"r/lib/libsodium.toml", LIB("libsodium", "1.0.18")},
            {"r/tool/cython.toml", TOOL("cython", "3.1.6")},
        },
        "r/zmq.toml",
        "libsodium 1.0.18\n"
        "libzmq 4.3.4 [curve] links libsodium 1.0.18 host cmake >= 3.14\n"
        "cython 3.1.6\n"
        "pyzmq 27! links libzmq 4.3.4 [curve] runs cython 3.1.6\n"},
    {"features of several are united, defaults are on, refused ones off",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b\", \"c[-draft]\"]\n"},
            {"lib/a.toml", LIB("a", "1") "libraries = [\"c[one]\"]\n"},
            {"lib/b.toml", LIB("b", "1") "libraries = [\"c[two]\"]\n"},
            {"lib/c.toml",
                LIB("c", "1") "[features.one]\n[features.two]\n[features.three]\n[features.draft]\n"
                              "default = true\n[features.usual]\ndefault = true\n"},
        },
        "x.toml",
        "c 1 [one,two,usual]\n"
        "a 1 links c 1 [one,two,usual]\n"
        "b 1 links c 1 [one,two,usual]\n"
        "x 1! links a 1, b 1, c 1 [one,two,usual]\n"},
    {"a version that satisfies all is found, the default before the newest",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b\", \"c\"]\n"},
            {"lib/a.toml", LIB("a", "2") "[versions.\"1\"]\n[versions.\"3\"]\n"},
            {"lib/b.toml", LIB("b", "1") "libraries = [\"c < 2.9\"]\n"},
            {"lib/c.toml", LIB("c", "3") "[versions.\"2.1\"]\n[versions.\"2.10\"]\n[versions.\"2.2\"]\n"},
        },
        "x.toml",
        "a 2\n"
        "c 2.2\n"
        "b 1 links c 2.2\n"
        "x 1! links a 2, b 1, c 2.2\n"},
    {"a choice that is given up takes what only it asked for with it",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b\"]\n"},
            {"lib/a.toml",
                LIB("a", "2") "libraries = [\"c >= 9\"]\n[versions.\"1\"]\nrequires.libraries = []\n"},
            {"lib/b.toml", LIB("b", "1") "libraries = [\"a < 2\", \"c\"]\n"},
            {"lib/c.toml", LIB("c", "3")},
        },
        "x.toml",
        "a 1\n"
        "c 3\n"
        "b 1 links a 1, c 3\n"
        "x 1! links a 1, b 1\n"},
    {"two libraries that want to see each other",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"freetype\"]\n"},
            {"lib/freetype.toml",
                LIB("freetype", "2") "libraries = [\"zlib\"]\n[features.harfbuzz]\ndefault = "
                                     "true\nrequires.libraries = [\"harfbuzz\"]\n"},
            {"lib/harfbuzz.toml", LIB("harfbuzz", "8") "build = [\"freetype[-harfbuzz]\"]\n"},
            {"lib/zlib.toml", LIB("zlib", "1")},
        },
        "x.toml",
        "zlib 1\n"
        "freetype 2 links zlib 1\n"
        "harfbuzz 8 sees freetype 2\n"
        "freetype 2 [harfbuzz] links zlib 1, harfbuzz 8\n"
        "x 1! links freetype 2 [harfbuzz]\n"},
    {"what a build sees is what is linked, when that fits",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"z[f]\"]\n"},
            {"lib/a.toml", LIB("a", "1") "build = [\"z\"]\n"},
            {"lib/z.toml", LIB("z", "1") "[features.f]\n"},
        },
        "x.toml",
        "z 1 [f]\n"
        "a 1 sees z 1 [f]\n"
        "x 1! links a 1, z 1 [f]\n"},
    {"and is made apart when that does not fit",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"z\"]\n"},
            {"lib/a.toml", LIB("a", "1") "build = [\"z < 2\"]\n"},
            {"lib/z.toml", LIB("z", "2") "[versions.\"1\"]\n"},
        },
        "x.toml",
        "z 1\n"
        "a 1 sees z 1\n"
        "z 2\n"
        "x 1! links a 1, z 2\n"},
    {"tools have libraries of their own, and two extensions share what is the same",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"z < 2\"]\ntools = [\"t\"]\n"},
            {"y.toml", EXT("y", "1") "libraries = [\"z < 2\"]\ntools = [\"t\", \"ninja\"]\n"},
            {"tool/t.toml", TOOL("t", "5") "libraries = [\"z\"]\n"},
            {"lib/z.toml", LIB("z", "2") "[versions.\"1\"]\n"},
        },
        "x.toml y.toml",
        "z 1\n"
        "z 2\n"
        "t 5 links z 2\n"
        "x 1! links z 1 runs t 5\n"
        "y 1! links z 1 runs t 5 host ninja\n"},
    {"a program of a library is a tool",
        {
            {"x.toml", EXT("x", "1") "tools = [\"sqlite:sqlite3 >= 3\"]\n"},
            {"lib/sqlite.toml",
                HEAD("library", "sqlite", "3.40") "[provides]\nprograms = [\"bin/sqlite3\"]\n"},
        },
        "x.toml",
        "sqlite 3.40\n"
        "x 1! runs sqlite 3.40\n"},
    {"the project's recipe comes before the installed one, and an extension is no library",
        {
            {"p/recipe/leveldb.toml", EXT("plyvel", "1") "libraries = [\"leveldb\", \"snappy\"]\n"},
            {"p/recipe/lib/snappy.toml", LIB("snappy", "2")},
            {"/inst/leveldb.toml", EXT("plyvel", "0")},
            {"/inst/lib/leveldb.toml", LIB("leveldb", "1") "libraries = [\"snappy\"]\n"},
            {"/inst/lib/snappy.toml", LIB("snappy", "1")},
        },
        "p/recipe/leveldb.toml",
        "snappy 2\n"
        "leveldb 1 links snappy 2\n"
        "plyvel 1! links leveldb 1, snappy 2\n"},
    {"a name is looked up in recipe/ and among the installed ones",
        {
            {"recipe/a.toml", EXT("a", "1")},
            {"a", EXT("a", "9")},
            {"/inst/a.toml", EXT("a", "2")},
            {"/inst/lib/b.toml", LIB("b", "3")},
            {"/inst/tool/t.toml", TOOL("t", "4")},
            {"/inst/lib/leveldb.toml", LIB("leveldb", "5")},
            {"/inst/leveldb.toml", EXT("plyvel", "6")},
        },
        "a b t lib/leveldb",
        "a 1!\n"
        "b 3!\n"
        "t 4!\n"
        "leveldb 5!\n"},
    {"what a build sees is made apart when it links to what is built",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b[f]\"]\n"},
            {"lib/a.toml", LIB("a", "1") "build = [\"b\"]\n"},
            {"lib/b.toml", LIB("b", "1") "[features.f]\nrequires.libraries = [\"p\", \"q\"]\n"},
            {"lib/p.toml", LIB("p", "1")},
            {"lib/q.toml", LIB("q", "1") "libraries = [\"p\", \"a\"]\n"},
        },
        "x.toml",
        "b 1\n"
        "a 1 sees b 1\n"
        "p 1\n"
        "q 1 links p 1, a 1\n"
        "b 1 [f] links p 1, q 1\n"
        "x 1! links a 1, b 1 [f]\n"},
    {"and is what is linked when that comes back to one library on two ways",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b[f]\"]\n"},
            {"lib/a.toml", LIB("a", "1") "build = [\"b\"]\n"},
            {"lib/b.toml", LIB("b", "1") "libraries = [\"p\", \"q\"]\n[features.f]\n"},
            {"lib/p.toml", LIB("p", "1") "libraries = [\"r\"]\n"},
            {"lib/q.toml", LIB("q", "1") "libraries = [\"r\"]\n"},
            {"lib/r.toml", LIB("r", "1")},
        },
        "x.toml",
        "r 1\n"
        "p 1 links r 1\n"
        "q 1 links r 1\n"
        "b 1 [f] links p 1, q 1\n"
        "a 1 sees b 1 [f]\n"
        "x 1! links a 1, b 1 [f]\n"},
    {"and is apart when it is being made",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a[f]\", \"b\"]\n"},
            {"lib/a.toml", LIB("a", "1") "[features.f]\nrequires.build = [\"b\"]\n"},
            {"lib/b.toml", LIB("b", "1") "build = [\"a\"]\n"},
        },
        "x.toml",
        "a 1\n"
        "b 1 sees a 1\n"
        "a 1 [f] sees b 1\n"
        "x 1! links a 1 [f], b 1\n"},
    {"and is what is linked when that is made already",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"z[f]\", \"a\"]\n"},
            {"lib/a.toml", LIB("a", "1") "build = [\"z\"]\n"},
            {"lib/z.toml", LIB("z", "1") "[features.f]\n"},
        },
        "x.toml",
        "z 1 [f]\n"
        "a 1 sees z 1 [f]\n"
        "x 1! links z 1 [f], a 1\n"},
    {"and is apart when a feature is asked for that is not linked",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"z\", \"a\"]\n"},
            {"lib/a.toml", LIB("a", "1") "build = [\"z[f]\"]\n"},
            {"lib/z.toml", LIB("z", "1") "[features.f]\n"},
        },
        "x.toml",
        "z 1\n"
        "z 1 [f]\n"
        "a 1 sees z 1 [f]\n"
        "x 1! links z 1, a 1\n"},
    {"nodes are told apart by their features, and by what they link",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"p\", \"z[f]\"]\ntools = [\"t\"]\n"},
            {"tool/t.toml", TOOL("t", "1") "libraries = [\"p\"]\n"},
            {"lib/p.toml", LIB("p", "1") "libraries = [\"z\"]\n"},
            {"lib/z.toml", LIB("z", "1") "[features.f]\n"},
        },
        "x.toml",
        "z 1 [f]\n"
        "p 1 links z 1 [f]\n"
        "z 1\n"
        "p 1 links z 1\n"
        "t 1 links p 1\n"
        "x 1! links p 1, z 1 [f] runs t 1\n"},
    {"and by what their builds see",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"p\", \"z[f]\"]\ntools = [\"t\"]\n"},
            {"tool/t.toml", TOOL("t", "1") "libraries = [\"p\"]\n"},
            {"lib/p.toml", LIB("p", "1") "build = [\"z\"]\n"},
            {"lib/z.toml", LIB("z", "1") "[features.f]\n"},
        },
        "x.toml",
        "z 1 [f]\n"
        "p 1 sees z 1 [f]\n"
        "z 1\n"
        "p 1 sees z 1\n"
        "t 1 links p 1\n"
        "x 1! links p 1, z 1 [f] runs t 1\n"},
    {"a requirement that is written twice is one edge",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"z\", \"z >= 1\"]\n"},
            {"lib/z.toml", LIB("z", "1")},
        },
        "x.toml",
        "z 1\n"
        "x 1! links z 1\n"},
    {"what an installed library requires is looked for in the project first",
        {
            {"p/recipe/x.toml", EXT("x", "1") "libraries = [\"leveldb\"]\n"},
            {"p/recipe/lib/snappy.toml", LIB("snappy", "2")},
            {"/inst/lib/leveldb.toml", LIB("leveldb", "1") "libraries = [\"snappy\", \"zlib\"]\n"},
            {"/inst/lib/snappy.toml", LIB("snappy", "1")},
            {"/inst/lib/zlib.toml", LIB("zlib", "3")},
        },
        "p/recipe/x.toml",
        "snappy 2\n"
        "zlib 3\n"
        "leveldb 1 links snappy 2, zlib 3\n"
        "x 1! links leveldb 1\n"},
    {"the folder above lib/ and tool/ is the project's",
        {
            {"r/tool/t.toml", TOOL("t", "1") "libraries = [\"z\"]\n"},
            {"r/lib/z.toml", LIB("z", "2")},
            {"/inst/lib/z.toml", LIB("z", "3")},
        },
        "r/tool/t.toml",
        "z 2\n"
        "t 1! links z 2\n"},
    {"wheels are of this run, by distribution or file, or of a recipe that is called so",
        {
            {"r/x.toml", EXT("x", "1") "build = [\"pyzmq\"]\n[test]\nrequires = [\"Rapid.Fuzz >= 3\"]\n"},
            {"other/zmq.toml", EXT("pyzmq", "27") "[test]\nrequires = [\"gone\", \"words\"]\n"},
            {"r/rapid-fuzz.toml", EXT("RapidFuzz", "2") "[versions.\"3\"]\n"},
            {"r/words.toml", EXT("fast-words", "1")},
            {"/inst/words.toml", EXT("fast-words", "2")},
        },
        "r/x.toml other/zmq.toml",
        "fast-words 2\n"
        "pyzmq 27! tried with fast-words 2 lacks gone\n"
        "RapidFuzz 3\n"
        "x 1! compiled with pyzmq 27 tried with pyzmq 27, fast-words 2, RapidFuzz 3 lacks gone\n"},
    {"an extension may be called like the library in it",
        {
            {"r/hiredis.toml", EXT("hiredis", "3") "libraries = [\"hiredis >= 1\"]\n"},
            {"r/lib/hiredis.toml", LIB("hiredis", "1") "tools = [\"hiredis\"]\n"},
            {"r/tool/hiredis.toml", TOOL("hiredis", "2")},
        },
        "r/hiredis.toml",
        "hiredis 2\n"
        "hiredis 1 runs hiredis 2\n"
        "hiredis 3! links hiredis 1\n"},
    {"a library goes before a wheel of its name, where headers are wanted",
        {
            {"r/x.toml", EXT("x", "1") "build = [\"hiredis\"]\n"},
            {"r/hiredis.toml", EXT("hiredis", "3")},
            {"r/lib/hiredis.toml", LIB("hiredis", "1")},
        },
        "r/x.toml r/hiredis.toml",
        "hiredis 1\n"
        "x 1! sees hiredis 1\n"
        "hiredis 3!\n"},
};

START_TEST(graphs_are_made)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct world w = world_of(graphs[_i].files);
    struct graph *g = resolve(&a, &w, graphs[_i].roots, &e);
    ck_assert_msg(g != NULL, "%s: %s", graphs[_i].title, e.text);
    ck_assert_msg(strcmp(show(&a, g), graphs[_i].want) == 0, "%s:\n%s", graphs[_i].title, show(&a, g));
}
END_TEST

/* Line 12 of LIB and line 13 of EXT are the first of [requires]. */
#define HINT "; turn a feature off on the way, or move what only the configure step needs to [requires] build"

static const struct {
    const char *title;
    struct file files[FILES_MAX];
    const char *roots, *want;
} failures[] = {
    {"two wheels that are tried with each other",
        {
            {"x.toml", EXT("x", "1") "[test]\nrequires = [\"y\"]\n"},
            {"y.toml", EXT("y", "1") "[test]\nrequires = [\"x\"]\n"},
        },
        "x.toml",
        "y.toml:14:13: x needs itself: x -> y -> x; one of them is made and tried before the other: leave it "
        "out of what that one requires"},
    {"a wheel in a version that there is not",
        {
            {"x.toml", EXT("x", "1") "build = [\"y >= 2\"]\n"},
            {"y.toml", EXT("y", "1")},
        },
        "x.toml",
        "y.toml: no version answers everyone who needs it; there is 1\n"
        "  x -> y >= 2 (x.toml:13:10)"},
    {"what nobody has is a library or a wheel", {{"x.toml", EXT("x", "1") "build = [\"y\"]\n"}}, "x.toml",
        "x.toml:13:10: there is no recipe for the library or extension y; looked in lib, ., /inst/lib, "
        "/inst"},
    {"no version fits",
        {
            {"r/zmq.toml", EXT("pyzmq", "1") "libraries = [\"a\", \"libzmq >= 5\"]\n"},
            {"r/lib/a.toml", LIB("a", "1") "libraries = [\"libzmq < 5\"]\n"},
            {"r/lib/libzmq.toml", LIB("libzmq", "4.3.4") "[versions.\"5.0\"]\n"},
        },
        "r/zmq.toml",
        "r/lib/libzmq.toml: no version answers everyone who needs it; there is 4.3.4, 5.0\n"
        "  pyzmq -> libzmq >= 5 (r/zmq.toml:13:19)\n"
        "  pyzmq -> a -> libzmq < 5 (r/lib/a.toml:12:14)"},
    {"a tool that is too old",
        {
            {"zmq.toml", EXT("pyzmq", "1") "tools = [\"cython >= 4\"]\n"},
            {"tool/cython.toml", TOOL("cython", "3.1")},
        },
        "zmq.toml",
        "tool/cython.toml: no version answers everyone who needs it; there is 3.1\n"
        "  pyzmq -> cython >= 4 (zmq.toml:13:10)"},
    {"a tool of a library that is too old",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\"]\n"},
            {"lib/a.toml", LIB("a", "1") "libraries = [\"b\"]\n"},
            {"lib/b.toml", LIB("b", "1") "tools = [\"t >= 4\"]\n"},
            {"tool/t.toml", TOOL("t", "3")},
        },
        "x.toml",
        "tool/t.toml: no version answers everyone who needs it; there is 3\n"
        "  x -> a -> b -> t >= 4 (lib/b.toml:12:10)"},
    {"what a tool links is too old",
        {
            {"x.toml", EXT("x", "1") "tools = [\"t\"]\n"},
            {"tool/t.toml", TOOL("t", "3") "libraries = [\"z >= 4\"]\n"},
            {"lib/z.toml", LIB("z", "3")},
        },
        "x.toml",
        "lib/z.toml: no version answers everyone who needs it; there is 3\n"
        "  x -> t -> z >= 4 (tool/t.toml:10:14)"},
    {"what libraries ask of each other goes round in a circle",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b\"]\n"},
            {"lib/a.toml",
                LIB("a", "2") "libraries = [\"b < 2\"]\n[versions.\"1\"]\nrequires.libraries = []\n"},
            {"lib/b.toml",
                LIB("b", "2") "libraries = []\n[versions.\"1\"]\nrequires.libraries = [\"a < 2\"]\n"},
        },
        "x.toml", "x.toml: what its libraries ask of each other never settles"},
    {"what an installed library requires is nowhere",
        {
            {"p/recipe/x.toml", EXT("x", "1") "libraries = [\"leveldb\"]\n"},
            {"/inst/lib/leveldb.toml", LIB("leveldb", "1") "libraries = [\"snappy\"]\n"},
        },
        "p/recipe/x.toml",
        "/inst/lib/leveldb.toml:12:14: there is no recipe for the library snappy; looked in p/recipe/lib, "
        "p/recipe, /inst/lib, /inst"},
    {"an installed recipe looks among the installed ones, once",
        {
            {"/inst/x.toml", EXT("x", "1") "libraries = [\"z\"]\n"},
        },
        "x", "/inst/x.toml:13:14: there is no recipe for the library z; looked in /inst/lib, /inst"},
    {"a feature is wanted and refused",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"c[-f]\"]\n"},
            {"lib/a.toml", LIB("a", "1") "libraries = [\"c[f]\"]\n"},
            {"lib/c.toml", LIB("c", "1") "[features.f]\n"},
        },
        "x.toml",
        "lib/c.toml: the feature \"f\" of c is asked for and refused\n"
        "  x -> c[-f] (x.toml:13:19)\n"
        "  x -> a -> c[f] (lib/a.toml:12:14)"},
    {"a feature that is not there",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"c[curv]\"]\n"},
            {"lib/c.toml", LIB("c", "1") "[features.curve]\n"},
        },
        "x.toml", "x.toml:13:14: c has no feature \"curv\" (did you mean \"curve\"?)"},
    {"a circle",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\"]\n"},
            {"lib/a.toml", LIB("a", "1") "libraries = [\"b\"]\n"},
            {"lib/b.toml", LIB("b", "1") "libraries = [\"c\"]\n"},
            {"lib/c.toml", LIB("c", "1") "libraries = [\"a\"]\n"},
        },
        "x.toml", "lib/c.toml:12:14: a needs itself: a -> b -> c -> a" HINT},
    {"a circle of builds",
        {
            {"lib/a.toml", LIB("a", "1") "build = [\"b\"]\n"},
            {"lib/b.toml", LIB("b", "1") "build = [\"a\"]\n"},
        },
        "lib/a.toml", "lib/b.toml:12:10: a needs itself: a -> b -> a" HINT},
    {"a library of itself",
        {
            {"lib/a.toml", LIB("a", "1") "libraries = [\"a\"]\n"},
        },
        "lib/a.toml", "lib/a.toml:12:14: a needs itself: a -> a" HINT},
    {"libraries that are not there, all of them",
        {
            {"r/x.toml", EXT("x", "1") "libraries = [\"a\", \"b\"]\ntools = [\"c:d\"]\n"},
            {"r/b.toml", EXT("b", "1")},
        },
        "r/x.toml",
        "r/x.toml:13:14: there is no recipe for the library a; looked in r/lib, r, /inst/lib, /inst\n"
        "r/x.toml:13:19: there is no recipe for the library b; looked in r/lib, r, /inst/lib, /inst"},
    {"all broken recipes at once",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"a\", \"b\"]\n"},
            {"lib/a.toml", "[recipe]\nnmae = 1\nname = \"a\"\nkind = \"tool\"\nversion = \"1\"\n" SOURCE},
            {"lib/b.toml", "oops"},
        },
        "x.toml",
        "lib/a.toml:2:1: unknown key \"nmae\" in [recipe] (did you mean \"name\"?)\n"
        "lib/b.toml:1:5: Error while parsing key-value pair: encountered end-of-file"},
    {"a library by another name",
        {
            {"x.toml", EXT("x", "1") "libraries = [\"zlib\"]\n"},
            {"lib/zlib.toml", LIB("z", "1")},
        },
        "x.toml", "x.toml:13:14: lib/zlib.toml calls itself z, so it cannot be found by its name"},
    {"a program that is not there",
        {
            {"x.toml", EXT("x", "1") "tools = [\"sqlite:sqlite4\"]\n"},
            {"lib/sqlite.toml", LIB("sqlite", "1")},
        },
        "x.toml", "x.toml:13:10: sqlite has no program \"sqlite4\" in its [provides]"},
    {"one program with two versions of a library",
        {
            {"snake.toml", PYTHON("\"x\"") "libraries = [\"z\"]\n"},
            {"x.toml", EXT("x", "1") "libraries = [\"y\"]\n"},
            {"lib/y.toml", LIB("y", "1") "libraries = [\"z < 2\"]\n"},
            {"lib/z.toml", LIB("z", "2") "[versions.\"1\"]\n"},
        },
        "snake.toml", "snake and x cannot be in one program: snake links z 2, and x links z 1"},
    {"what cannot be built in",
        {
            {"snake.toml", PYTHON("\"x\", \"y\"")},
            {"x.toml", HEAD("extension", "x", "1") "[build]\nsystem = \"pep517\"\n"},
        },
        "snake.toml",
        "x.toml: only the modules of an extension's recipe ([[module]]) can be built into an interpreter\n"
        "snake.toml:14:14: there is no recipe for the extension y"},
    {"what is compiled with a wheel",
        {
            {"snake.toml", PYTHON("\"w\"")},
            {"w.toml", EXT("w", "1") "build = [\"v\"]\n"},
            {"v.toml", EXT("v", "1")},
        },
        "snake.toml",
        "w.toml: is compiled with the wheel of v, and an interpreter has what is built in before there are "
        "wheels"},
    {"a project in a recipe's place", {{NULL, NULL}}, "pypi:lxml==6.1.3 . ./x-1.0.tar.gz",
        "pypi:lxml==6.1.3 is a project and no recipe: `staticbuild wheel pypi:lxml==6.1.3` makes its wheels, "
        "with "
        "--dry-run it prints the steps\n"
        ". is a project and no recipe: `staticbuild wheel .` makes its wheels, with --dry-run it prints the "
        "steps\n"
        "./x-1.0.tar.gz is a project and no recipe: `staticbuild wheel ./x-1.0.tar.gz` makes its wheels, "
        "with "
        "--dry-run it prints the steps"},
    {"nothing of that name", {{NULL, NULL}}, "zmq a/b.toml b.toml a/b",
        "there is no recipe named \"zmq\"; `staticbuild list` shows those there are\n"
        "a/b.toml: there is no such recipe\n"
        "b.toml: there is no such recipe\n"
        "a/b: there is no such recipe"},
};

START_TEST(failures_show_the_way)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct world w = world_of(failures[_i].files);
    ck_assert_ptr_null(resolve(&a, &w, failures[_i].roots, &e));
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    ck_assert_msg(strcmp(e.text, failures[_i].want) == 0, "%s:\n%s", failures[_i].title, e.text);
}
END_TEST

/* What the machine could not do is no mistake of a recipe. */
static struct recipe_file *broken_load(void *arg, struct arena *a, const char *path, struct err *e)
{
    if (str_ends(path, "a.toml")) {
        err_set(e, ERR_ENVIRONMENT, "%s: Input/output error", path);
        return NULL;
    }
    return world_load(arg, a, path, e);
}

START_TEST(the_first_failure_says_what_kind_it_is)
{
    struct world w = {.files = {{"x.toml", EXT("x", "1") "libraries = [\"a\", \"b\"]\n"}, {"lib/a.toml", ""},
                          {"lib/b.toml", "oops"}}};
    struct world other = {.files = {{"x.toml", EXT("x", "1") "libraries = [\"b\", \"a\"]\n"},
                              {"lib/a.toml", ""}, {"lib/b.toml", "oops"}}};
    for (int i = 0; i < 2; i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        const char *root = "x.toml";
        struct graph_request request = {.recipes = &root,
            .recipe_count = 1,
            .target = "linux-x86_64",
            .load = broken_load,
            .exists = world_has,
            .arg = i ? &other : &w};
        ck_assert_ptr_null(graph_resolve(&a, &request, &e));
        ck_assert_int_eq(e.kind, i ? ERR_RECIPE : ERR_ENVIRONMENT);
        ck_assert(strstr(e.text, "lib/a.toml: Input/output error") && strstr(e.text, "lib/b.toml:1:5: "));
    }
}
END_TEST

START_TEST(a_recipe_is_read_once)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct world w = world_of(graphs[1].files);
    ck_assert_ptr_nonnull(resolve(&a, &w, "x.toml x.toml", &e));
    ck_assert_uint_eq(w.loads, 4);
}
END_TEST

START_TEST(one_source_of_each_folder_is_chosen)
{
    struct world w = {
        .files = {{"x.toml",
            EXT("x", "1") "[[source]]\nurls = [\"https://e.org/2\"]\nsha256 = \"" HASH "1\"\n"
                          "[[source]]\ninto = \"sub\"\nurls = [\"https://e.org/3\"]\nsha256 = \"" HASH "2\"\n"
                          "[[source]]\nurls = [\"https://e.org/4\"]\nsha256 = \"" HASH "3\"\n"}}};
    static const struct {
        const char *preferred, *want;
    } cases[] = {{NULL, HASH "0"}, {HASH "1", HASH "1"}, {HASH "3", HASH "3"}, {HASH "0", HASH "0"}};
    for (int i = 0; i < (int)COUNT(cases); i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        w.preferred = cases[i].preferred;
        struct graph *g = resolve(&a, &w, "x.toml", &e);
        ck_assert_msg(g != NULL, "%s", e.text);
        ck_assert_uint_eq(g->nodes[0].source_count, 2);
        ck_assert_str_eq(g->nodes[0].sources[0]->sha256, cases[i].want);
        ck_assert_str_eq(g->nodes[0].sources[1]->into, "sub");
    }
}
END_TEST

/* Each before what it needs; the recipe's own order where that leaves a choice. */
START_TEST(link_order_is_from_users_to_used)
{
    struct world w = {.files = {
                          {"x.toml", EXT("x", "1") "libraries = [\"z\", \"png\", \"ft\", \"b\"]\n"},
                          {"lib/png.toml", LIB("png", "1") "libraries = [\"z\"]\n"},
                          {"lib/ft.toml", LIB("ft", "1") "libraries = [\"png\", \"z\"]\n"},
                          {"lib/z.toml", LIB("z", "1")},
                          {"lib/b.toml", LIB("b", "1") "build = [\"only-seen\"]\n"},
                          {"lib/only-seen.toml", LIB("only-seen", "1")},
                      }};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct graph *g = resolve(&a, &w, "x.toml", &e);
    ck_assert_msg(g != NULL, "%s", e.text);
    AUTO(strbuf) struct strbuf order = {0};
    struct edges all = graph_link_order(&a, g, g->order[g->len - 1]);
    for (size_t i = 0; i < all.len; i++)
        strbuf_addf(&order, "%s ", g->nodes[all.items[i]].recipe->name);
    ck_assert_str_eq(strbuf_str(&order), "ft png z b ");
    ck_assert_uint_eq(graph_link_order(&a, g, g->order[0]).len, 0);
}
END_TEST

/* What is built in is linked with what the interpreter links, each once. */
START_TEST(one_program_links_everything)
{
    struct world w = {.files = {
                          {"snake.toml", PYTHON("\"x\"") "libraries = [\"z\", \"f\"]\n"},
                          {"x.toml", EXT("x", "1") "libraries = [\"y\"]\n"},
                          {"w.toml", EXT("w", "1") "libraries = [\"b\", \"f\"]\n"},
                          {"lib/y.toml", LIB("y", "1") "libraries = [\"z\"]\n"},
                          {"lib/z.toml", LIB("z", "1")},
                          {"lib/f.toml", LIB("f", "1")},
                          {"lib/b.toml", LIB("b", "1")},
                      }};
    static const char *const with[] = {"w"};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *root = "snake.toml";
    struct graph_request request = {.recipes = &root,
        .recipe_count = 1,
        .with = with,
        .with_count = 1,
        .target = "linux-x86_64",
        .load = world_load,
        .exists = world_has,
        .arg = &w};
    struct graph *g = graph_resolve(&a, &request, &e);
    ck_assert_msg(g != NULL, "%s", e.text);
    AUTO(strbuf) struct strbuf order = {0};
    size_t python = g->order[g->len - 1];
    struct edges all = graph_program_link_order(&a, g, python);
    for (size_t i = 0; i < all.len; i++)
        strbuf_addf(&order, "%s ", g->nodes[all.items[i]].recipe->name);
    ck_assert_str_eq(strbuf_str(&order), "b y z f ");
    ck_assert_uint_eq(g->nodes[python].built_in.len, 2);
    ck_assert_uint_eq(graph_link_order(&a, g, python).len, 2);
}
END_TEST

/* A chain as long as somebody likes must not use up the stack. */
static struct recipe_file *chain_load(void *arg, struct arena *a, const char *path, struct err *e)
{
    (void)arg;
    int n = 0;
    sscanf(path, "lib/n%d.toml", &n);
    AUTO_FREE char *next = n < 500 ? xstrf("libraries = [\"n%d\"]\n", n + 1) : xstrdup("");
    AUTO_FREE char *text =
        xstrf("[recipe]\nname = \"n%d\"\nkind = \"library\"\nversion = \"1\"\nlicense = \"MIT\"\n"
              "[[source]]\npath = \".\"\n[provides]\n[requires]\n%s",
            n, next);
    return recipe_parse(a, path, text, strlen(text), e);
}

static bool chain_has(void *arg, const char *path)
{
    (void)arg;
    int n = 0;
    return sscanf(path, "lib/n%d.toml", &n) == 1;
}

START_TEST(depth_is_limited)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *root = "lib/n0.toml";
    struct graph_request request = {.recipes = &root,
        .recipe_count = 1,
        .target = "linux-x86_64",
        .load = chain_load,
        .exists = chain_has};
    ck_assert_ptr_null(graph_resolve(&a, &request, &e));
    ck_assert_str_eq(e.text, "lib/n100.toml:10:14: requirements nest too deeply");
}
END_TEST

START_TEST(the_fixtures_resolve_from_disk)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *root = "tests/fixtures/recipes/zmq.toml";
    struct graph_request request = {.recipes = &root, .recipe_count = 1, .target = "linux-x86_64"};
    ck_assert_ptr_null(graph_resolve(&a, &request, &e));
    ck_assert_msg(str_starts(e.text, "tests/fixtures/recipes/lib/libzmq.toml:"), "%s", e.text);
    ck_assert_ptr_nonnull(strstr(e.text, "libsodium"));
}
END_TEST

Suite *resolve_suite(void)
{
    Suite *s = suite_create("resolve");
    TCase *t = tcase_create("resolve");
    tcase_add_loop_test(t, graphs_are_made, 0, COUNT(graphs));
    tcase_add_loop_test(t, failures_show_the_way, 0, COUNT(failures));
    tcase_add_test(t, the_first_failure_says_what_kind_it_is);
    tcase_add_test(t, a_recipe_is_read_once);
    tcase_add_test(t, one_source_of_each_folder_is_chosen);
    tcase_add_test(t, link_order_is_from_users_to_used);
    tcase_add_test(t, one_program_links_everything);
    tcase_add_test(t, depth_is_limited);
    tcase_add_test(t, the_fixtures_resolve_from_disk);
    suite_add_tcase(s, t);
    return s;
}
