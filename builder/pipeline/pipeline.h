/* The story: recipes -> graph -> plan -> fetch -> build -> link -> audit -> wheel -> smoke -> dist. */
#ifndef PIPELINE_PIPELINE_H
#define PIPELINE_PIPELINE_H

#include "audit/audit.h"
#include "base/arena.h"
#include "event/event.h"
#include "plan/plan.h"
#include "plan/shard.h"
#include "smoke/smoke.h"

/* How far to go. */
enum pipeline_goal {
    GOAL_RESOLVE,  /* graph only: list, tree */
    GOAL_PLAN,     /* plan, --dry-run */
    GOAL_WHY,      /* the plan held against what was made before */
    GOAL_FETCH,    /* sources are in the store */
    GOAL_BUILD,    /* libraries and tools are built */
    GOAL_SURROUND, /* these, and an environment for a command that builds one project; see surroundings */
    GOAL_LOCK,     /* what builds would be made of is known, and written down */
    GOAL_MIRROR,   /* that is here, and in a folder that others can build from; see mirror_to */
    GOAL_WHEEL,    /* everything */
};

/* Whether builds run apart (confine/confine.h). The words of --sandbox, in this order. */
enum sandbox {
    SANDBOX_AUTO,   /* where it can be done, else it is said */
    SANDBOX_STRICT, /* or the run fails; nothing that was made otherwise is used */
    SANDBOX_NONE,
    SANDBOX_UNSAID, /* for who reads the command line */
};

struct pipeline_request {
    enum pipeline_goal goal;
    const char *const *recipes; /* paths or names */
    size_t recipe_count;
    const char *const *projects; /* folders, files of source distributions, pypi:NAME[==VERSION] */
    size_t project_count;
    const char *list;               /* a file of requirements, whose projects are made too; NULL: none */
    bool finish;                    /* projects are wheels that others made */
    const struct strvec *libraries; /* requirements that are linked into projects; may be NULL */
    const struct audit_override *overrides; /* what rules' findings are, of wheels that others made */
    size_t override_count;
    bool clean; /* projects in folders are built from the beginning */
    bool infer; /* a project that fails for want of libraries is built again with those that recipes have */
    const struct strvec *with;     /* extensions that are built into interpreters; may be NULL */
    const struct strvec *settings; /* KEY=VALUE for the backends of projects; may be NULL */
    const char *dist;              /* output folder; "dist" by default */
    const char *debug_files;       /* --debug-files: a folder, or NULL: they stay in the store */
    const char *python;            /* --python, NULL is "all" */
    const char *python_root;       /* --python-root, or NULL: this machine's interpreters */
    struct shard_choice shard;     /* a part of the plan; count 0: everything */
    const char *durations;         /* a file that says how long steps take, for shards; or NULL */
    bool tell_durations;           /* GOAL_PLAN: fills result.durations */
    bool locked;                   /* nothing but what staticbuild.lock says */
    bool upgrade_all;              /* GOAL_LOCK: what it says is chosen anew, */
    const struct strvec *upgrades; /* or that of these names; NULL: none */
    const char *target;            /* --target, NULL: see target_choose */
    unsigned jobs;                 /* 0: as many as processors */
    struct job_tokens *outer; /* of who started us, borrowed; NULL: there are none, or --jobs was given */
    unsigned load;            /* --load-average; 0: any */
    const char *launcher;     /* --launcher, or NULL */
    bool keep_going, offline;
    bool keep_work; /* the work folders of what comes to a good end too */
    enum sandbox sandbox;
    bool require_tried;    /* a wheel that some interpreter did not try is a finding, and is not placed */
    const char *mirror_to; /* GOAL_MIRROR: the folder, or NULL: what is fetched stays in the store alone */
    const char *mirror;    /* --mirror, or NULL: STATICBUILD_MIRROR */
    const char *share;     /* --share, or NULL */
    bool has_failed_bytes_max;
    uint64_t failed_bytes_max; /* of the work folders of failed steps together; 2 GB when there is none */
    const char *cache_sign;    /* --cache-sign: file of a private key, or NULL */
    const struct strvec *cache_trust; /* --cache-trust: files of public keys; NULL: none */
    bool share_read_only;
    const char *cache; /* NULL: dirs_cache() */
};

struct smoke_result {
    const char *python; /* "3.11.7" */
    const char *path;
    enum smoke_outcome outcome;
    const char *why; /* for SMOKE_FAILED and SMOKE_NOT_RUN */
};

/* Something linked into a wheel. */
struct inside {
    const char *name, *version, *license;
    size_t members; /* archive members that were taken */
};

/* The rule of findings that repeat what a recipe turns off, and why. */
#define RULE_HARDENING_OFF "hardening-off"

struct wheel_result {
    const char *extension; /* recipe name */
    const char *path;      /* in dist */
    const char *file_name;
    const char *sha256;
    uint64_t size;
    const char *tag;    /* the full tag: "cp312-abi3-manylinux_2_34_x86_64" */
    const char *policy; /* what the audit proved: "manylinux_2_34_x86_64" */
    bool up_to_date;    /* nothing was done for it */
    struct inside *inside;
    size_t inside_count;
    bool recognised;          /* others linked it: inside is what was recognised, or what they list */
    struct texts debug_files; /* with --debug-files: those of its modules */
    struct texts needed;      /* DT_NEEDED of its modules, union, sorted */
    struct smoke_result *smoke;
    size_t smoke_count;
    struct finding *findings; /* all severities */
    size_t finding_count;
};

/* A library or tool that was asked for by name. */
struct tree_result {
    const char *label; /* "zlib 1.3.2" */
    const char *path;  /* its install tree in the store */
    bool up_to_date;
};

/* Why a step is made, or was. */
struct reason {
    const char *label;           /* of the step */
    bool is_there;               /* its tree is in the store: nothing is done */
    bool was_there;              /* an earlier tree of the same thing is */
    int64_t made_ns;             /* its tree, when it is there */
    int64_t before_ns;           /* the earlier one */
    struct fact_changes changes; /* since the earlier one */
};

/* When something of a run was done; seconds since the run began. */
struct timing {
    const char *label; /* "build zlib 1.3.2", "fetch zlib-1.3.2.tar.gz" */
    const char *kind;  /* step_kind_name, or "fetch" */
    const char *of;    /* the recipe; "" for what belongs to none */
    double begin, end, cpu_seconds;
    uint64_t peak_bytes; /* of its largest process; 0 when not known */
    bool failed;
    bool critical; /* nothing of the run could have ended earlier but for it */
};

struct pipeline_result {
    struct arena arena;  /* owns everything here */
    struct graph *graph; /* as far as the goal went */
    struct plan *plan;
    struct wheel_result *wheels;
    size_t wheel_count;
    struct wheel_result *interpreters; /* archives and single files, told of as wheels are */
    size_t interpreter_count;
    struct tree_result *trees; /* finished ones only */
    size_t tree_count;
    struct finding *findings; /* of modules that were refused: no wheel was made of them */
    size_t finding_count;
    struct strvec surroundings;  /* GOAL_SURROUND: NAME=VALUE, all of the environment; owned */
    struct texts skipped;        /* interpreters left out, and why */
    const struct shards *shards; /* of the plan, when one was asked for; or NULL */
    unsigned shard;              /* which */
    struct texts durations;      /* "12.5 build zlib": what the store knows of the plan's steps */
    const char *lock_path;       /* GOAL_LOCK: the lock that was written */
    bool was_locked;             /* there was one before */
    struct texts lock_changes;   /* and what is another than in that, a sentence each */
    struct reason
        *reasons; /* GOAL_WHY: of the steps that are there or to be made, in the order of the plan */
    size_t reason_count;
    struct timing *timings; /* in the order in which they ended */
    size_t timing_count;
    size_t steps_done, steps_up_to_date;
    uint64_t fetched_bytes;
    double seconds, children_cpu_seconds, own_cpu_seconds, slot_idle_seconds;
    double helpers_cpu_seconds;    /* children that are the program itself; part of children_cpu_seconds */
    struct pipeline_result *parts; /* what was joined to it, in whose arenas its texts are; owned */
    size_t part_count;
};

/* Why the wheel was not tried, as far as it should have been, in the arena; NULL when it was. */
const char *wheel_untried(struct arena *a, const struct wheel_result *w);

/* What is known of a wheel, as members of an object: in the store beside it, and in what a run prints. */
struct json;
void wheel_result_put(struct json *object, const struct wheel_result *w);
void wheel_tries_put(struct json *object, const struct wheel_result *w);

/* Runs it. The result is filled as far as it went also when -1 is returned, so that findings can be shown;
 * the caller releases it either way. */
int pipeline_run(
    const struct pipeline_request *request, struct sink *sink, struct pipeline_result *result, struct err *e);
void pipeline_result_release(struct pipeline_result *result);

/* Adds what another run made, which is empty then. */
void pipeline_result_join(struct pipeline_result *all, struct pipeline_result *one);

#endif
