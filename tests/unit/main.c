/* Runs every Check suite, or the one named on the command line. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/count.h"
#include "sched/fork_server.h"

#define SUITE(name) Suite *name##_suite(void);
#include "suites.inc"
#undef SUITE

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
#define SUITE(name) {#name, name##_suite},
#include "suites.inc"
#undef SUITE
};

/* What this program can be when it starts itself again. */
const struct helper *helper_of_tests(const char *word);

int main(int argc, char **argv)
{
    const struct helper *helper = argc == 2 ? helper_of_tests(argv[1]) : NULL;
    if (helper)
        return helper_main(helper);
    if (argc == 2 && strcmp(argv[1], FORK_SERVER) == 0) {
        fork_server_serve(STDIN_FILENO, helper_of_tests);
        return EXIT_SUCCESS;
    }
    SRunner *runner = NULL;
    char here[4096];
    if (getcwd(here, sizeof here)) /* templates/ and recipes/ are those of the checkout it is run in */
        setenv("STATICBUILD_DATA", here, 0);
    for (size_t i = 0; i < COUNT(suites); i++) {
        if (argc > 1 && strcmp(argv[1], suites[i].name) != 0)
            continue;
        if (!runner)
            runner = srunner_create(suites[i].make());
        else
            srunner_add_suite(runner, suites[i].make());
    }
    if (!runner) {
        fprintf(stderr, "no suite named %s\n", argc > 1 ? argv[1] : "(none)");
        return 2;
    }
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
