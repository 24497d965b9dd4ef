#!/bin/sh
# `staticbuild ci`: pipelines, and what of a project's settings for cibuildwheel is in them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/project.sh
. "$(dirname "$0")/project.sh"

settings() {
    cat >pyproject.toml <<TOML
[project]
name = "x"
requires-python = ">=3.9.2"

[tool.cibuildwheel]
build = "cp3{8,9,10,11}-* cp313t-*"
skip = ["*-musllinux*", "cp310-*", "pp*"]
test-command = "pytest"
archs = ["auto", "s390x"]
config-settings = { "setup-args" = ["-Da=b: c", "-Dd=e"] }

[tool.cibuildwheel.linux]
manylinux-$(uname -m)-image = "registry/manylinux_2_28_any:latest"
before-all = "yum install x"

[tool.cibuildwheel.macos]
before-all = "brew install x"
TOML
}

what_cibuildwheel_is_told() {
    settings
    run ci github
    expect_status 0
    expect_out 'staticbuild wheel . --target manylinux_2_28 --python 3.9,3.11,3.13t' \
        "-C 'setup-args=-Da=b: c' -C setup-args=-Dd=e" \
        '#   test-command (line 8): ' '#   archs (line 9): ' '#   before-all (line 14): '
    refuse_out '(line 17)'
    echo "$out" | grep -qx '            3.13t' || fail 'the free-threaded Python is not installed'
    # What it prints has to be YAML: a plain scalar would end at the colon of a setting.
    if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
        echo "$out" >x.yml
        run_command /usr/bin/python3 -c 'import yaml; print(yaml.safe_load(open("x.yml"))["jobs"]["wheels"]["steps"])'
        expect_status 0
        expect_out "-Da=b: c"
    fi
    run ci gitlab --target manylinux_2_34
    expect_status 0
    expect_out '--target manylinux_2_34' 'uv python install 3.9 3.11 3.13t'
}

nothing_is_told() {
    run ci github
    expect_status 0
    expect_out 'name: wheels' '            3.14' 'staticbuild wheel . --python 3.8,'
    refuse_out 3.13t
}

what_is_wrong() {
    run ci gethub
    expect_status 2
    expect_err 'gethub' 'github, gitlab, slurm'
    run ci github --from no/such.toml
    expect_status 2
    printf '[tool.cibuildwheel]\nbuild = 3\nconfig-settings = { a = 1.5 }\n' >pyproject.toml
    run ci github
    expect_status 3
    expect_err 'pyproject.toml:2:9: build' 'pyproject.toml:3:25: a'
    printf '[project]\nrequires-python = "three"\n' >pyproject.toml
    run ci github
    expect_status 3
    expect_err 'pyproject.toml: requires-python'
}

a_file_that_is_there_stays() {
    run ci slurm -o jobs/wheels.sh
    expect_status 0
    expect_equal "$out" jobs/wheels.sh
    run ci github -o jobs/wheels.sh
    expect_status 2
    grep -q SBATCH jobs/wheels.sh || fail 'it was written over'
}

# A project of this folder for this machine's Python, and the program in bin/ beside what pipelines would install it with.
project_for_a_service() {
    python=$(system_python)
    tiny_library
    echo '#include <Python.h>
#include <tiny.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "t", NULL, 0, NULL};
PyMODINIT_FUNC PyInit_t(void) { return tiny_answer() == 42 ? PyModule_Create(&def) : NULL; }' >t.c
    extension_recipe t t.c 'libraries = ["libtiny"]'
    mv t.c t/
    mkdir bin
    ln -s "$STATICBUILD" bin/staticbuild
    for name in sudo apt-get sysctl pipx; do
        printf '#!/bin/sh\necho "%s $*" >>"%s/installed"\n' "$name" "$PWD" >"bin/$name"
        chmod +x "bin/$name"
    done
}

# As a node runs it.
a_job_of_slurm_makes_wheels() {
    project_for_a_service
    printf '[project]\nrequires-python = "==%s.*"\n' "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" \
        >pyproject.toml
    run ci slurm --target native -o wheels.sh
    expect_status 0
    run_command env PATH="$PWD/bin:/usr/bin:/bin" SLURM_JOB_ID=7 SLURM_SUBMIT_DIR="$PWD" SLURM_CPUS_PER_TASK=2 TMPDIR="$PWD" \
        sh wheels.sh
    expect_status 0
    ls dist/t-1.0-*.whl >/dev/null || fail 'there is no wheel'
    [ -n "$(ls share)" ] || fail 'nothing is shared'
    [ ! -e staticbuild-7 ] || fail 'the cache of the job stayed'
}

need_yaml() {
    /usr/bin/python3 -c 'import yaml' 2>/dev/null || skip 'python3-yaml is not installed'
}

# The scripts of the composite action, with its inputs, as a runner starts them.
the_action_makes_wheels() {
    need_yaml
    project_for_a_service
    /usr/bin/python3 - "$ROOT/templates/ci/action/action.yml" "$python" <<'PY'
import re, shlex, sys, yaml
action = yaml.safe_load(open(sys.argv[1]))
inputs = {name: str(row.get("default", "")) for name, row in action["inputs"].items()}
inputs.update(staticbuild="x y.whl", command="recipe/t.toml --target native --python " + sys.argv[2], output="the wheels")
fill = lambda text: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: inputs[m[1]], text)
with open("steps.sh", "w") as f:
    for step in action["runs"]["steps"]:
        if "run" not in step:
            assert "uses" in step, step
            continue
        assert step["shell"] == "bash" and "${{" not in step["run"], "what is filled into a script may be code: %s" % step
        names = {k: fill(v) for k, v in step.get("env", {}).items()}
        f.write("env %s bash -e -o pipefail -c %s || exit\n" % (" ".join(shlex.quote("%s=%s" % n) for n in names.items()), shlex.quote(step["run"])))
PY
    run_command env PATH="$PWD/bin:/usr/bin:/bin" GITHUB_OUTPUT="$PWD/outputs" sh steps.sh
    expect_status 0
    ls "the wheels"/t-1.0-*.whl >/dev/null || fail 'there is no wheel'
    expect_equal "$(cat outputs)" 'wheels=the wheels'
    grep -qx 'pipx install x y.whl' installed || fail 'the program was not installed'
}

# The scripts of GitLab's component, with its inputs.
the_component_makes_wheels() {
    need_yaml
    project_for_a_service
    /usr/bin/python3 - "$ROOT/templates/ci/template.yml" "$python" <<'PY'
import re, shlex, sys, yaml
spec, text = open(sys.argv[1]).read().split("\n---\n")
rows = yaml.safe_load(spec)["spec"]["inputs"]
inputs = {name: str((row or {}).get("default", "")) for name, row in rows.items()}
inputs.update(staticbuild="x.whl", command="recipe/t.toml --target native --python " + sys.argv[2])
job = yaml.safe_load(re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda m: inputs[m[1]], text))["wheels"]
assert job["stage"] == "build" and job["artifacts"]["reports"]["junit"] == "audit.xml", job
with open("job.sh", "w") as f:
    f.write("set -e\n")
    for name, value in job["variables"].items():
        f.write("export %s=%s\n" % (name, shlex.quote(value or "").replace("$CI_PROJECT_DIR", "'\"$PWD\"'")))
    f.write("\n".join(job["before_script"] + job["script"]) + "\n")
PY
    run_command env PATH="$PWD/bin:/usr/bin:/bin" bash job.sh
    expect_status 0
    ls dist/t-1.0-*.whl >/dev/null || fail 'there is no wheel'
    grep -q '<testsuite' audit.xml || fail 'there is no report'
    grep -qx 'pipx install x.whl' installed || fail 'the program was not installed'
}

# In parts: what is printed is YAML, and names the same count everywhere.
pipelines_have_parts() {
    run ci github --shards 3
    expect_status 0
    expect_out 'staticbuild wheel . --python' '--shard 0/3' 'shard: [1, 2, 3]' '--shard ${{ matrix.shard }}/3' 'needs: first'
    echo "$out" >github.yml
    run ci gitlab --shards 3
    expect_status 0
    expect_out '--shard 0/3' 'parallel: 3' '--shard "$CI_NODE_INDEX/$CI_NODE_TOTAL"'
    echo "$out" >gitlab.yml
    if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
        run_command /usr/bin/python3 -c 'import yaml
jobs = yaml.safe_load(open("github.yml"))["jobs"]
assert [jobs[j].get("needs") for j in ("first", "part", "wheels")] == [None, "first", "part"], jobs
assert jobs["first"]["steps"][:4] == jobs["part"]["steps"][:4], jobs
assert yaml.safe_load(open("gitlab.yml"))["wheels"]["parallel"] == 3'
        expect_status 0
    fi
    run ci github --shards 5000
    expect_status 2
}

# Submitted by hand, then as nodes run it: a queue that runs everything at once.
parts_run_in_an_array_of_slurm() {
    python=$(system_python)
    tiny_library
    for name in t u; do
        extension_recipe $name $name.c 'libraries = ["libtiny"]'
        echo "#include <Python.h>
#include <tiny.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, \"$name\", NULL, 0, NULL};
PyMODINIT_FUNC PyInit_$name(void) { return tiny_answer() == 42 ? PyModule_Create(&def) : NULL; }" >$name/$name.c
    done
    printf '[project]\nrequires-python = "==%s.*"\n' "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" \
        >pyproject.toml
    run ci slurm --target native --shards 2 -o wheels.sh
    expect_status 0
    mkdir bin
    ln -s "$STATICBUILD" bin/staticbuild
    cat >bin/sbatch <<'SH'
#!/bin/sh
echo "$*" >>asked
for word; do
    case $word in --array=0) tasks=0 ;; --array=1-2) tasks="1 2" ;; esac
done
for task in $tasks; do
    SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_JOB_ID=7 SLURM_SUBMIT_DIR=$PWD SLURM_CPUS_PER_TASK=2 sh wheels.sh >>log 2>&1 || exit 1
done
echo '7;cluster'
SH
    chmod +x bin/sbatch
    run_command env PATH="$PWD/bin:/usr/bin:/bin" TMPDIR="$PWD" sh wheels.sh
    expect_status 0
    expect_equal "$(cat asked)" "--parsable --array=0 wheels.sh
--dependency=afterok:7 --array=1-2 wheels.sh"
    ls dist/t-1.0-*.whl dist/u-1.0-*.whl >/dev/null || fail "wheels are missing: $(ls dist)"
    expect_equal "$(grep -c 'begin  build libtiny' log)" 1
}

run_tests what_cibuildwheel_is_told nothing_is_told what_is_wrong a_file_that_is_there_stays a_job_of_slurm_makes_wheels \
    the_action_makes_wheels the_component_makes_wheels \
    pipelines_have_parts parts_run_in_an_array_of_slurm
