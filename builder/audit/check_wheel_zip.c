#include "audit/internal.h"

/* What can deceive: installers and checkers may see different files. */
static const uint32_t tricks = ZIP_SYMLINK | ZIP_SPECIAL | ZIP_SETUID | ZIP_ABSOLUTE | ZIP_PARENT | ZIP_NAME |
                               ZIP_DUPLICATE | ZIP_LOCAL_DIFFERS | ZIP_LOCAL_MISSING | ZIP_OVERLAP |
                               ZIP_ENCRYPTED | ZIP_METHOD | ZIP_SIZE | ZIP_BOMB;
static const uint32_t archive_tricks = ZIP_TRAILING | ZIP_TWO_ENDS | ZIP_PREFIX | ZIP_DISKS | ZIP_COUNT;

/* What the public index does not take (its own checks of uploaded files). */
static const uint32_t refused = ZIP_DESCRIPTOR | ZIP_EXTRA | ZIP_MEMBER_COMMENT;
static const uint32_t archive_refused = ZIP_COMMENT | ZIP_GAP;

static void list_members(struct check *c, uint32_t mask)
{
    const struct zip *z = &c->wheel->wheel->zip;
    for (int bit = 0; bit < ZIP_MEMBER_FACTS; bit++) {
        struct finding *f = NULL;
        if (!(z->all_facts & mask & 1u << bit))
            continue;
        for (size_t i = 0; i < z->len; i++) {
            if (!(z->members[i].facts & 1u << bit))
                continue;
            if (!f)
                f = add_finding(c, "members with %s", zip_member_fact_text(1u << bit));
            add_evidence(c, f, "%s", z->members[i].name);
        }
    }
}

static void list_archive(struct check *c, uint32_t mask)
{
    for (int bit = 0; bit < ZIP_FACTS; bit++)
        if (c->wheel->wheel->zip.facts & mask & 1u << bit)
            add_finding(c, "the archive has %s", zip_fact_text(1u << bit));
}

void check_wheel_zip(struct check *c)
{
    list_members(c, tricks);
    list_archive(c, archive_tricks);
}

void check_wheel_index(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    list_members(c, refused);
    list_archive(c, archive_refused);
    for (size_t i = 0; w->named && i < w->name.platform.len; i++)
        if (str_starts(w->name.platform.items[i], "linux_")) {
            struct finding *f =
                add_finding(c, "the platform tag %s promises nothing, and the public index refuses it",
                    w->name.platform.items[i]);
            set_remedy(c, f, "tag the wheel for the policy that it earns");
        }
}
