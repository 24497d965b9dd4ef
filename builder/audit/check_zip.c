/* The archive itself: tricks that make two readers see two wheels, and what the public index refuses. */
#include <string.h>

#include "audit/wheel_facts.h"

static const uint32_t deceits = ZIP_SYMLINK | ZIP_SPECIAL | ZIP_SETUID | ZIP_ABSOLUTE | ZIP_PARENT |
                                ZIP_NAME | ZIP_DUPLICATE | ZIP_LOCAL_DIFFERS | ZIP_LOCAL_MISSING |
                                ZIP_OVERLAP | ZIP_ENCRYPTED | ZIP_METHOD | ZIP_SIZE | ZIP_BOMB;
static const uint32_t archive_deceits = ZIP_TWO_ENDS | ZIP_DISKS | ZIP_COUNT;

/* Beside the deceits, all of which it refuses as well. */
static const uint32_t refused = ZIP_DESCRIPTOR | ZIP_MEMBER_COMMENT;
static const uint32_t archive_refused = ZIP_TRAILING | ZIP_PREFIX | ZIP_GAP;

/* One finding for each kind of oddity, with the members as evidence. */
static void tell_members(struct check *c, uint32_t wanted, const char *remedy)
{
    const struct zip *zip = &c->wheel->wheel->zip;
    for (unsigned bit = 0; bit < ZIP_MEMBER_FACTS; bit++) {
        uint32_t fact = UINT32_C(1) << bit;
        if (!(wanted & zip->all_facts & fact))
            continue;
        struct finding *f = NULL;
        for (size_t i = 0; i < zip->len; i++) {
            if (!(zip->members[i].facts & fact))
                continue;
            if (!f) {
                f = add_finding(c, "%s", "");
                set_subject(c, f, zip->members[i].name);
            }
            add_evidence(c, f, "%s", zip->members[i].name);
        }
        if (!f)
            continue;
        f->message = f->evidence_total == 1
                         ? arena_strf(&c->report->arena, "has %s", zip_member_fact_text(fact))
                         : arena_strf(&c->report->arena, "has %s, as have %zu more members",
                               zip_member_fact_text(fact), f->evidence_total - 1);
        set_remedy(c, f, "%s", remedy);
    }
}

static void tell_archive(struct check *c, uint32_t wanted, const char *remedy)
{
    for (unsigned bit = 0; bit < ZIP_FACTS; bit++) {
        uint32_t fact = UINT32_C(1) << bit;
        if (wanted & c->wheel->wheel->zip.facts & fact)
            set_remedy(c, add_finding(c, "has %s", zip_fact_text(fact)), "%s", remedy);
    }
}

void check_zip_deceit(struct check *c)
{
    static const char remedy[] = "readers of zip files may disagree about it, and installers refuse it or "
                                 "write elsewhere: do not install it, pack it again";
    tell_members(c, deceits, remedy);
    tell_archive(c, archive_deceits, remedy);
}

/* PEP 513, 600, 656 for Linux; for the others what is known to be taken. */
static bool is_taken(const char *tag)
{
    static const char *const prefixes[] = {"manylinux", "musllinux_", "macosx_", "ios_", "android_"};
    static const char *const words[] = {"any", "win32", "win_amd64", "win_arm64", "win_arm32", "win_ia64",
        "pyodide_2024_0_wasm32", "pyodide_2025_0_wasm32"};
    const struct arch *bare = str_starts(tag, "linux_") ? arch_find(tag + strlen("linux_")) : NULL;
    if (bare && bare->bare_tag)
        return true;
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(tag, words[i]) == 0)
            return true;
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (str_starts(tag, prefixes[i])) {
            struct platform p;
            return i > 1 || platform_find(&p, tag);
        }
    return false;
}

void check_index(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    for (size_t i = 0; w->named && i < w->name.platform.len; i++) {
        const char *tag = w->name.platform.items[i];
        if (is_taken(tag))
            continue;
        struct finding *f = add_finding(c, "the platform tag %s is not taken", tag);
        f->policy = keep(c, tag);
        set_remedy(c, f, "%s",
            str_starts(tag, "linux_") ? "tag it with the manylinux or musllinux platform that it earns"
                                      : "use a tag of PEP 600 or PEP 656");
    }
    static const char remedy[] = "pack the wheel again with a tool that knows where it writes";
    tell_members(c, refused, remedy);
    tell_archive(c, archive_refused, remedy);
}
