/* What the stages of one run share. Everything lives from pipeline_run's begin to its end. */
#ifndef PIPELINE_INTERNAL_H
#define PIPELINE_INTERNAL_H

#include "base/map.h"
#include "build/backend.h"
#include "confine/confine.h"
#include "fetch/fetch.h"
#include "host/host.h"
#include "link/link.h"
#include "pipeline/built.h"
#include "pipeline/pipeline.h"
#include "recipe/lockfile.h"
#include "sbom/sbom.h"
#include "sched/tasks.h"
#include "store/share.h"
#include "store/store.h"
#include "store/work.h"
#include "kit/kit.h"

/* What was found out of this machine, and of what is built for: facts.c, foreign.c, hosttools.c. */
struct machine_facts {
    const char *platform; /* "linux-x86_64" */
    struct target target;
    struct toolchain toolchain; /* for the target */
    struct toolchain
        tool_toolchain; /* for this machine: what tools are built with; empty when it is the same */
    struct fact_memory memory;
    struct interpreters found;     /* on this machine */
    struct interpreters buildable; /* those that run where the target is: of found, or below --python-root */
    struct interpreters packs;     /* that only headers can be had of; packs.c */
    const struct interpreter *tool_python; /* runs Cython and build scripts; NULL when there is none */
    const struct rust *rust;               /* NULL before it was asked for; run_rust */
    struct host_tools tools;               /* that the builds may use, in the arena */
    struct strvec host_path;               /* their folders */
    char *build_path;                      /* the same as a PATH */
    struct map newer_names;    /* what this machine's glibc has and the target's has not; see kit/kit.h */
    bool knows_newer;          /* it was filled */
    int64_t source_date_epoch; /* of the environment, -1 when it is not set */
};

/* A place that others use too, and how far it is used: shared.c, remote*.c. */
struct shared_place {
    struct share place;          /* row NULL: there is none */
    struct strvec trusted;       /* --cache-trust, as digits */
    struct exchanger *exchanger; /* with its server; NULL until that is asked */
    bool is_off;                 /* the server is not used any more */
    bool is_full;                /* it is given nothing any more */
    bool is_small;               /* some of it is larger than it allows, which was said */
    struct map untaken;          /* by key: trees of it that are made here after all */
};

/* Sources, by sha256, as far as this run has met them: step_download.c. */
struct source_choices {
    struct map failed;       /* why it could not be fetched; another is to be taken */
    struct map unfetched;    /* all that could not be fetched */
    struct map alternatives; /* taken in their place */
    struct fetcher *fetcher; /* while downloads go on */
};

/* What staticbuild.lock says: locked.c, lock_now.c. */
struct run_locks {
    bool sought;
    const char *folder;    /* of what was named; absolute */
    const char *elsewhere; /* another one: then there is none */
    const char *path;      /* of the lock, as it is shown */
    struct texts goals;    /* what was named, as a lock names it */
    const char *from;      /* a list of these, or NULL */
    struct lockfile *lock; /* NULL: there is none, or it is of something else */
    struct map hashes;     /* of the sources in it */
    struct map told;       /* differences that were told */
};

/* sharding.c */
struct run_sharding {
    struct shards *shards; /* of this round's plan; NULL: everything is made */
    struct map durations;  /* slot -> double *: seconds */
    bool read, said_alone;
};

/* launching.c: launcher NULL: there is none. */
struct launcher;
struct run_launching {
    const struct launcher *launcher;
    const char *program, *folder; /* absolute; folder NULL: it has none */
};

struct run {
    const struct pipeline_request *request;
    struct sink *sink;
    struct pipeline_result *result;
    struct arena *arena; /* the result's */
    int64_t begun_ns;
    struct store store;
    struct machine_facts machine;
    struct shared_place shared;
    struct source_choices sources;
    struct run_locks locks;
    struct run_sharding sharding;
    struct run_launching launching;

    /* What was read of the user's files: projects.c, infer.c, local.c. */
    const char **named; /* recipes, and what stands for projects; NULL before run_read_projects */
    size_t named_count;
    struct map provided;      /* recipe of a library -> what it provides; filled when it is first asked for */
    struct map inferred;      /* project -> struct texts: libraries; infer.c */
    bool infers_again;        /* that, or what a source says of itself, is new since the last round */
    struct map versions;      /* project of the index, as named -> its version that was taken */
    struct map projects;      /* path -> what stands for the file of a recipe */
    struct map told_packs;    /* headers of Pythons that are used, by name: each is told of once */
    struct map markers;       /* that path -> the marker of its line in a list: interpreters that it is for */
    struct map local_digests; /* path -> hex digest of what it holds */
    bool stale;               /* a local file is not what was planned with */

    /* This round: made anew when another source is taken, or a step has told what it was asked. */
    struct graph *graph;
    struct interpreters *chosen; /* by node; what each extension is built for */
    struct plan *plan;
    bool *wanted;             /* by step: has to be done, its result is not in the store */
    struct arriving **coming; /* by step: comes from a server instead; else NULL */
    struct step_run *steps;   /* by step */
    struct map manifests;     /* finished tree -> its manifest; manifests.c */
    bool begins_again;        /* an alternative is to be taken */
    struct map done_in_vain;  /* steps that failed in this round or an earlier one, by their trees; steps.c */

    /* While steps run: steps.c, cores.c, apart.c. */
    bool has_begun;
    struct loop *loop;
    struct job_tokens *tokens;             /* of the whole run; NULL until steps run */
    struct work_folder pool;               /* where their FIFO is */
    uint64_t memory_kills;                 /* by the kernel, before the first step */
    const struct confinement *confinement; /* NULL: builds are not confined */
    bool confinement_tried;
};

/* steps.c: what a step is of, where it has a node. */
const struct node *step_node(const struct step_run *s);
const struct recipe *step_recipe(const struct step_run *s);

/* steps.c: whether a step failed before in this run, as it is now: it would again. */
bool step_was_in_vain(const struct run *r, const struct step *s);

/* One step being done. */
struct step_run {
    struct run *run;
    const struct step *step;
    struct tree_draft draft;
    bool drafting; /* draft holds its lock */
    bool waiting;  /* for another run that makes the same tree */
    bool ready;    /* that other run finished it */
    int phase;     /* how many times finish was called */
    unsigned slots;
    int64_t begun_ns;        /* when its draft, or its download, was begun */
    struct task_usage used;  /* by its commands so far */
    struct work_folder kept; /* STEP_PROJECT: what it is built in, of several runs; path NULL: its draft's */
    bool built_before;       /* it has what an earlier run built */
    char *src;               /* where its source was unpacked */
    bool prefix_was_there;   /* STEP_BUILD: something stands at the prefix on this machine */
    struct commands later;   /* STEP_BUILD: what follows configuring */
    struct strvec environment;
    struct strvec apart;             /* words that confine its commands, once they are known */
    struct strvec apart_launched;    /* those of commands that are launched */
    struct module_attempt *attempts; /* STEP_SHARED, STEP_MODULE: by module, in the arena */
    struct shared_request *sharing;  /* STEP_SHARED: in the arena */
    struct common_objects *common;   /* STEP_OBJECTS; in the arena */
    struct command_end *tries;       /* STEP_TRY: beside run_with, in the arena */
    struct texts requires;           /* STEP_BACKEND, STEP_REQUIREMENTS: what was resolved */
    struct wheel_result *wheel;      /* STEP_WHEEL: what is being made, in the arena */
    size_t timing;                   /* in the result, + 1; 0: none */
    struct task_outside *outside;    /* STEP_DOWNLOAD */
    struct fetch_request *fetch;     /* STEP_DOWNLOAD: NULL before it began; in the arena */
    const char *shared_copy; /* STEP_MODULE, STEP_PROJECT: what modules share, a file of the wheel; or NULL */
    struct texts shared_names;         /* STEP_PROJECT: of what is in it */
    struct unpacked *unpacked;         /* STEP_PROJECT: what its backend made; in the arena */
    struct project_sharing *relinking; /* STEP_PROJECT: while its modules are linked again; in the arena */
    enum sharing_stage { SHARING_NOT_LOOKED, SHARING_COPY, SHARING_MODULES, SHARING_DONE } sharing_stage;
};

/* facts.c: the machine, before anything is planned. */
int run_gather(struct run *r, struct err *e);

/* local.c: files of the user's. What differs from what the key was made of is an error, and makes the run
 * stale: it may be planned again. */
const char *run_local_digest(void *arg, const char *path);
/* Without what version control and builds leave; of folders called build or dist that is said. */
int source_copy_local(struct run *r, const char *from, const char *to, struct err *e);
int local_file_copy(struct run *r, const char *from, const char *to, const char *expected, struct err *e);
int local_file_check(struct run *r, const char *path, struct err *e); /* after it was used */
void run_forget_local(struct run *r);                                 /* before planning again */

/* known.c: what recipes name and is not there, before anything is done, and in an unpacked source. */
int run_check_known(const struct run *r, struct err *e);
int known_in_source(const struct recipe *r, const char *src, struct err *e);

/* projects.c: recipes of projects that have none; once a run. Then what graph_resolve asks. */
int run_read_projects(struct run *r, struct err *e);
struct recipe_file *run_load_recipe(void *arg, struct arena *a, const char *path, struct err *e);
bool run_has_recipe(void *arg, const char *path);

/* One that is named as on the command line; and one of the index, version NULL: the newest, sha256: what its
 * file may be, none: anything. Both are then among r->named, for which there is room. */
int project_add(struct run *r, const char *given, struct err *e);
int project_add_published(
    struct run *r, const char *name, const char *version, const struct texts *sha256, struct err *e);

/* listed.c: those of the file. */
int projects_add_list(struct run *r, const char *file, struct err *e);
/* Of those that were chosen for a recipe, the ones that the marker of its line is for. */
void run_keep_marked(const struct run *r, const char *recipe_file, struct interpreters *chosen);

/* What the pyproject.toml of a source distribution, unpacked in root, says of libraries and settings: kept,
 * and when it is new the projects are read again. */
int project_hear_source(struct step_run *s, const char *root, struct err *e);

/* locked.c: what staticbuild.lock says, beside what was named; once a run. Then what graph_resolve, plan_make
 * and projects ask. */
int run_find_lock(struct run *r, struct err *e);
bool run_prefers_version(void *arg, enum recipe_kind kind, const char *name, const char *version);
/* Whether a source of the recipe is locked; *is_this: whether this one is. */
bool run_has_locked_source(
    const struct run *r, const struct recipe *recipe, bool *is_this, const char *sha256);
const struct locked_recipe *run_locked_project(const struct run *r, const char *name); /* of the index */
const char *run_locked_environments(void *arg, const struct node *node, const struct interpreter *python);

/* What is locked for these requirements of a step: 1 and the lines of *lock; 0 when pip is to choose, while
 * what is in *stay, lines for it too, stays; or -1. */
int step_take_locked(const struct step_run *s, const struct texts *requires, struct strbuf *lock,
    struct strbuf *stay, struct err *e);

/* lock_now.c: -1 with --locked when what was chosen is not what is locked; else that is said. */
int run_check_locked(struct run *r, struct err *e);
int run_refuse_unlocked(struct run *r, const struct lockfile *now, struct err *e);
int crates_check_locked(const struct step_run *s, const struct strvec *files, struct err *e);
int run_write_lock(struct run *r, struct err *e);

/* sharding.c: cuts the plan, and says whether a step is asked for as far as that goes. */
int run_shard(struct run *r, struct err *e);
bool run_shard_asks(const struct run *r, size_t step);

/* launching.c: finds the launcher that was named, once; and tells the commands of a step that compile. */
int run_find_launcher(struct run *r, struct err *e);
void step_launch(struct step_run *s, struct commands *list);

/* expected.c: fills the durations of the result. */
void run_tell_durations(struct run *r);

/* mirror.c: copies what was fetched to the folder that was named. And a part of the folder of --mirror that
 * is there: the caller frees it; or NULL. */
int run_write_mirror(struct run *r, struct err *e);
char *run_mirror_part(const struct run *r, const char *part);
#define MIRROR_WHEELS "wheels" /* of build environments, as pip finds them */
#define MIRROR_CRATES "crates" /* as cargo's own folder has them */

/* step_environment.c: how a step calls pip; links, which may be NULL, is borrowed. */
struct pip step_pip(const struct step_run *s, const char *links);

/* In the trees of steps that ask what a build needs: what pip was asked, and what it chose, a line each. */
#define REQUIRES_FILE "requires"
#define LOCK_FILE "lock"

/* foreign.c: fills found and buildable. */
int run_find_interpreters(struct run *r, struct err *e);

/* packs.c: fills machine.packs. Then adds to the graph those that were chosen, and says so; and, once the
 * plan is made, says where their headers will be: in PACK_INCLUDE of the tree of their step. */
#define PACK_INCLUDE "include"
int run_find_packs(struct run *r, struct err *e);
int run_add_packs(struct run *r, struct err *e);
void run_use_packs(struct run *r);

/* interpreters.c: -1 where one is to be made for a target that it would not run on here. */
int run_check_itself(const struct run *r, struct err *e);

/* interpreters.c: what of an interpreter that is made here is known before it is: for who is compiled for it.
 * Then, once the plan is made, where its headers will be. */
int run_choose_itself(struct run *r, size_t node, struct err *e);
void run_use_interpreters(struct run *r);

/* interpreters.c: what its recipe, and those of what is built in, ask for in vain; added to *wrong. -1 with
 * *e when that cannot be told. And the same of its source. */
int interpreter_check(const struct run *r, size_t node, struct err *wrong, struct err *e);
int interpreter_check_source(const struct recipe *r, const char *src, struct err *e);

/* A folder, made at that path, to look into for headers besides the interpreter's own; "" when none is
 * needed. The caller frees it. */
char *step_python_headers(const struct interpreter *p, const char *folder, struct err *e);

/* wanted.c: which steps are not in the store yet, and are needed for the goal; hosttools.c. */
int run_mark_wanted(struct run *r, struct err *e);
int run_check_host_tools(struct run *r, struct err *e);

/* shared.c: the place of --share. run_give gives what this run made. */
int run_open_share(struct run *r, struct err *e);
bool run_bring_tree(struct run *r, const struct step *s);
bool run_bring_download(struct run *r, const struct source *source);
void run_give(struct run *r);

/* why.c: fills the reasons of the result; after run_mark_wanted. */
int run_explain(struct run *r, struct err *e);

/* step_download.c: a source that cannot be had while an alternative is there makes the run begin again: it
 * has to be resolved and planned with that. */
struct fetcher *run_fetcher(struct run *r); /* for as long as downloads go on */

/* A source of a wanted step is not in the store; and what was there when the run began is not there any more:
 * unpacking found it damaged. */
bool run_lacks_download(const struct run *r);
bool run_lost_download(const struct run *r);
bool run_prefers_source(void *arg, const struct recipe *recipe, const struct source *source);

/* manifests.c: what is written down of a finished tree; it lives as long as the run, or until it is forgotten
 * because the tree may be made again. */
const struct manifest *step_manifest(struct run *r, const struct step *s, struct err *e);
/* Whether the tree is as it says: 1, 0 and *what differs (owned by the caller), or -1. */
int step_tree_holds(struct run *r, const struct step *s, char **what, struct err *e);
void run_forget_manifests(struct run *r);

/* given.c: the finished trees that a step needs. They are held against their manifests when it ends, which
 * are read before it begins; one that was changed is moved away, and the step fails. */
int given_note(struct step_run *s, struct err *e);
int given_check(struct step_run *s, struct err *e);
int given_places(struct step_run *s, struct strvec *out, struct err *e); /* adds their folders */

/* apart.c: finds out whether builds can be confined here, and says why not; and puts the words before
 * commands of a step that confine them. */
int run_confine(struct run *r, struct err *e);
int step_confine(struct step_run *s, struct commands *list, struct err *e);
/* missed.c: says what it looked for that is hidden from it. Before its work folder goes. */
void step_tell_missed(struct step_run *s);

/* cores.c: the tokens that all steps of the run share, made once; and what of memory and load limits them.
 * The release gives back what is a parent's. */
unsigned run_slots(const struct run *r); /* how many there are, or will be */
int run_open_tokens(struct run *r, struct task_limits *limits, struct err *e);
void run_release_tokens(struct run *r);

/* expected.c: what the steps took of time and memory when they were made the last time, by their manifests.
 */
void run_expect(struct run *r, struct task *tasks, const size_t *task_of);

/* provided.c: the recipe of a library that has "header zlib.h", "library z" or "package zlib", by its name,
 * or NULL. It lives as long as the run. */
const char *recipe_with(struct run *r, const char *missed);

/* infer.c: what a project's build looked for in vain when it failed, and recipes have: it is told in
 * *failure, or with --infer kept for another round. */
struct links;
void step_infer(struct step_run *s, const struct command *c, struct err *failure);
/* The same of a build that went on without. */
void step_tell_asked(struct step_run *s, const struct links *links);
/* The libraries that were inferred for a project, in this run or an earlier one; none without --infer. */
int project_inferred(struct texts *out, struct run *r, const char *name, const char *version, struct err *e);
/* Once after a failure: whether there is another round; the projects are then to be read again. */
bool run_infers_again(struct run *r);

/* causes.c: adds to a failure what the command's logs say it was. */
void step_tell_causes(const struct step_run *s, const struct command *c, struct err *failure);

/* surroundings.c: for GOAL_SURROUND, the environment of the project that was asked for. */
int run_surround(struct run *r, struct err *e);

/* timings.c: notes what has ended; then, of all that this run did, what had to wait for what. */
void timing_add_step(struct step_run *s, bool succeeded);
void timings_find_critical(struct run *r);

/* steps.c: runs the wanted steps as tasks, and with them the downloads that they need. */
int run_steps(struct run *r, struct err *e);
void run_tidy(
    struct run *r); /* work folders that nobody has any more, and failed ones for which there is no room */

/* What builds that step: tools run here, everything else is for the target. */
const struct toolchain *step_toolchain(const struct run *r, const struct step *s);

/* What the steps have in common. */
char *step_tree(const struct run *r, const struct step *s); /* its folder in the store; the caller frees it */
int step_unpack(
    struct step_run *s, struct commands *out, struct err *e);  /* sources and patches into s->src */
int step_age_patched_files(struct step_run *s, struct err *e); /* after the patches */
int64_t step_epoch(const struct step_run *s); /* SOURCE_DATE_EPOCH for its commands; after unpacking */
struct edges step_links(struct run *r, const struct step *s); /* libraries in link order, in the arena */
struct build_input *step_inputs(
    struct run *r, const struct step *s, size_t *len); /* in the arena; libraries in link order */
const struct step *step_that_builds(const struct run *r, size_t node); /* a library or a tool; or NULL */
const struct step *step_source_of(const struct run *r,
    const struct step *s); /* of a module or wheel step: where its sources are, and the time of the newest */
int64_t step_source_epoch(struct run *r, const struct step *source, struct err *e);
int step_commit(struct step_run *s, struct err *e);

/* How a kind of step is made, by the file that knows how (step_kit.c, step_build.c and so on; their names
 * stand in plan/steps.def). Everything else asks the row. */
struct step_hooks {
    /* Whether its result is there already: 1, 0 or -1. NULL: when its tree is in the store. */
    int (*is_there)(struct run *r, const struct step *s, struct err *e);
    /* Instead of prepare and finish: it goes on in the loop, and then says so to s->outside. It has no tree.
     */
    int (*begin)(struct step_run *s, struct err *e);
    int (*prepare)(struct step_run *s, struct commands *out, struct err *e);
    int (*finish)(struct step_run *s, struct commands *more, struct err *e);
    unsigned widest; /* slots it can use; 0: all */
    unsigned (*width)(
        const struct run *r, const struct step *s, unsigned slots); /* instead of widest; or NULL */
    bool (*is_lean)(const struct run *r, const struct step *s);     /* see sched/tasks.h; NULL: it is not */
    bool unpacks;          /* it begins with the sources of its node */
    bool apart;            /* it runs the code of others: apart from the machine where that can be done */
    enum err_kind failure; /* what a command's is */
    void (*explain)(
        struct step_run *s, const struct command *c, struct err *failure); /* or NULL; see sched/tasks.h */
};
const struct step_hooks *step_hooks_of(const struct step *s);
unsigned step_width(const struct run *r, const struct step *s, unsigned slots);
#define STEP(id, hooks, word, suffix, travels) extern const struct step_hooks step_##hooks##_hooks;
#include "plan/steps.def"
#undef STEP

/* The step whose tree has the modules of a wheel step; a step that makes modules is its own. */
const struct step *step_made_of(const struct run *r, const struct step *s);

/* Whether its tree is a whole wheel, and no modules of ours. */
static inline bool step_has_wheel(const struct step *made)
{
    return made->kind == STEP_PROJECT || made->kind == STEP_OPENED || made->kind == STEP_PROGRAM;
}

/* optional.c: modules that a wheel may be without. attempts_watch has their commands from first on, by the
 * modules' numbers in owners, say how they ended, instead of being failures. attempts_end, after the last
 * command, notes which could not be made, and removes what there is of them; -1 with *e for what is not the
 * module's fault. */
struct module_attempt {
    struct command_end *ends; /* by command; NULL: the module has to be made */
    const char **logs;
    size_t count;
    const char *why; /* it could not be made; NULL: it could */
};
void attempts_watch(struct step_run *s, struct commands *commands, size_t first, const size_t *owners);
int attempts_end(struct step_run *s, struct err *e);

/* step_objects.c: what is compiled for all interpreters, or tried to be. */
struct common_objects {
    struct link_request *requests; /* of modules that have such files */
    size_t request_count;
    const char **objects;     /* absolute paths, in the draft */
    struct command_end *ends; /* beside objects */
    size_t count;
};
#define COMMON_OBJECTS "objects" /* in its tree, then a folder a module */

/* compiling.c: what STEP_SHARED and STEP_MODULE have in common. Begins with the environment, where the source
 * is, and, in the one that compiles, the recipe's own steps, after which the source is another one. */
int module_begin(struct step_run *s, bool compiles, struct commands *out, struct err *e);
/* "3.12": of the wheel, else of the module; NULL: none. */
const char *step_limited_api(const struct step *s, const struct recipe *recipe, const struct module_spec *m);
bool module_has_steps(const struct step_run *s);
struct link_request *module_requests(struct step_run *s, struct err *e); /* by module, in the arena */
const bool *shared_libraries(struct step_run *s); /* by the libraries of such a request; in the arena */
int module_check_entries(struct step_run *s, struct err *e);
unsigned module_width(const struct run *r, const struct step *s, unsigned slots);

/* contents.c: what is linked into the modules of a module step. */
struct contents {
    struct component *items; /* libraries in link order, then runtimes; only those that gave a member */
    size_t *members;         /* beside items: how many archive members were taken */
    size_t len;
};
void contents_of(
    struct contents *c, struct run *r, const struct step *s, const char *tree, const struct built *b);
/* Room for one more, which the caller fills. */
struct component *contents_grow(struct contents *c, struct arena *a, size_t members);
void contents_tell(struct wheel_result *w, struct arena *a, const struct contents *c);
/* What is recognised in a module, unless it is there already: no recipe told of it. */
struct audit_embedded;
void contents_add_recognised(
    struct contents *c, struct arena *a, const char *module, const struct audit_embedded *found);

/* hardened.c: what the audit is to make of each, in the arena; and the reasons of what is turned off. */
struct audit_override *hardened_overrides(const struct step_run *s, const struct built *b, size_t *count);
void hardened_tell(struct wheel_result *w, const struct step_run *s, const struct contents *c);

/* judge.c: the audit of what lies in tree. Findings go to *w; one of severity error is ERR_FINDINGS, and is
 * told in the run's result. What is recognised inside of them is added to the contents, unless those are
 * NULL. */
int judge_modules(struct step_run *s, struct wheel_result *w, const struct built *b, const char *tree,
    struct contents *contents, struct err *e);
int judge_wheel(struct step_run *s, struct wheel_result *w, const struct built *b, struct err *e);

/* taken.c: a wheel that others made, as the tree of a step: taken apart, its modules known as facts, and its
 * symbol tables beside them once the commands of *more have run. links says what was linked here. */
struct links;
struct wheel;
int wheel_take(struct step_run *s, struct unpacked *u, struct wheel *wheel, const struct links *links,
    struct commands *more, struct err *e);
/* The first half: taken apart, and looked at. */
int wheel_take_files(
    struct step_run *s, struct unpacked *u, struct wheel *wheel, const struct links *links, struct err *e);
/* After these: what is stripped takes the place of what is not. */
int wheel_take_stripped(struct step_run *s, struct err *e);
/* What of it remains when the files lie in the stage already, below "wheel". */
int wheel_take_unpacked(struct step_run *s, struct unpacked *u, const struct links *links,
    struct commands *more, struct err *e); /* links: NULL when there are none */
/* What wheel_take found, by the manifest of its step. */
int wheel_taken(struct unpacked *u, struct run *r, const struct step *made, struct err *e);

/* step_wheel.c: the bill of materials (version NULL: the recipe's), and the tags of a policy. */
void wheel_sbom(struct strbuf *out, struct run *r, const struct node *n, const struct contents *contents,
    const char *version, int64_t epoch);
const char *wheel_platform_tags(struct run *r, const char *policy);
/* What goes into a wheel: what its recipe says of the source in src, and the modules of built, in the tree of
 * the step module. */
struct wheel_files;
int wheel_collect_files(struct wheel_files *files, const struct step_run *s, const struct step *module,
    const struct built *built, const char *src, struct err *e);
/* What a wheel that was packed is: its path, name, tag, hash and size. */
int wheel_result_describe(struct wheel_result *w, struct run *r, const char *path, const char *python,
    const char *abi, struct err *e);

/* wheel_of_project.c: packs what the backend made anew, with what was proved. */
int pack_project(struct step_run *s, struct wheel_result *w, const struct contents *contents,
    const struct built *b, struct err *e);

/* step_interpreter.c: in its tree, a folder of debug files, and the fact which is in it. */
#define INTERPRETER_DEBUG "debug"

/* step_built_in.c: in its tree, an object a module, and what an installer would have put beside it. */
#define BUILT_IN_OBJECTS "objects"
#define BUILT_IN_SITE "site"

/* step_project.c: the source of a project, where its pyproject.toml is, in the tree of the source step; the
 * caller frees it. Then the command that calls a hook in a copy of it, which becomes s->src; without wrappers
 * it finds no libraries. */
struct project_build;
struct wrappers;
char *project_source(const struct run *r, const struct step *s);
char *project_environment(const struct run *r, const struct step *s); /* of the step; the caller frees it */
/* Made in the folder of the step's work, with what it needs of libraries; in the run's arena, NULL on
 * failure. */
struct wrappers_user {                  /* for a command of the user's */
    const char *project, *scratch;      /* absolute: where it builds */
    const struct rust *rust;            /* or NULL */
    const struct interpreters *pythons; /* any of which it may build for */
};
const struct wrappers *project_wrappers(
    struct step_run *s, const struct wrappers_user *user, struct err *e); /* user: NULL for a step */
int project_hook(struct step_run *s, const struct project_build *build, const char *name,
    const char *environment, const struct wrappers *wrappers, struct commands *out, struct err *e);

/* project_sharing.c: called until it adds no commands: links modules again that have copies of the same. u
 * then has the copy as well. */
int project_share(struct step_run *s, struct unpacked *u, struct commands *more, struct err *e);

/* earlier.c: whether that tree is of the same step, with the same interpreter, whatever its source was. */
struct past_tree;
bool step_was_earlier(const struct step *s, const struct past_tree *tree);

/* step_crates.c: the Rust compiler, for the plan; run is arg. And what a step needs of crates: 1 when cargo's
 * folder was copied to home, and the locks into s->src; 0 when it needs none; or -1. */
const struct rust *run_rust(void *arg, struct err *e);
int crates_take(const struct step_run *s, const char *home, struct err *e);

/* kept.c: the folder that a project of the user's is built in, run after run; where it is not, or somebody
 * else is in it, s->kept stays empty. Then its source in it. */
int project_keep(struct step_run *s, struct err *e);
int project_keep_source(struct step_run *s, const char *from, struct err *e);
const char *project_place(const struct step_run *s); /* kept, or the draft's work folder */

/* What pip's own words mean is said before them. */
void pip_explain_failure(struct step_run *s, const struct command *c, struct err *failure);

/* The lock of a STEP_BACKEND or STEP_REQUIREMENTS, when it was done; run is arg. */
const char *run_requirements(void *arg, const struct step *asked);

/* "gcc 12" or "gcc 12.2.0" for a runtime archive of GCC's, in the arena; the compiler that linked, when its
 * release is that one or the archive's folder does not say. */
const char *runtime_version(struct arena *a, const char *archive, const char *compiler);

/* Copies *f, whose texts live as long as the run. */
void wheel_result_add_finding(struct run *r, struct wheel_result *w, const struct finding *f);

/* wheels.c: of other recipes, that a step needs. wheel_unpack puts a node's wheel for that interpreter into a
 * folder, which must not be there. try_lacks says why the try s cannot be made with the interpreter, in the
 * arena; NULL when it can. */
int wheel_unpack(
    struct run *r, size_t node, const struct interpreter *python, const char *folder, struct err *e);
const char *try_lacks(struct run *r, const struct step *s, const struct interpreter *python);

#define WHEEL_IMPORTS                                                                    \
    "imports" /* fact of a wheel's tree: what its try imports besides what the test says \
               */

/* result.c: what a finished wheel, and its try, remember of themselves. */
void wheel_result_get(struct wheel_result *w, struct arena *a, const struct json *fact);
void wheel_tries_get(struct wheel_result *w, struct arena *a, const struct json *facts);
int step_wheel_result(struct wheel_result *w, struct run *r, const struct step *wheel, struct err *e);

/* place.c */
int run_place_wheels(struct run *r, struct err *e);
int run_place_interpreters(struct run *r, struct err *e);
void run_tell_trees(struct run *r); /* where libraries and tools that were asked for are */

#endif
