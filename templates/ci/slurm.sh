#!/bin/sh
{{told}}#SBATCH --job-name=wheels
#SBATCH --cpus-per-task=8
#SBATCH --output=wheels-%j.log
set -eu

# A folder that every node sees: what one has built the others take.
: "${STATICBUILD_SHARE:=$SLURM_SUBMIT_DIR/share}"
# On the node itself: locks of a network's file system are slow, where there are any.
export STATICBUILD_CACHE="${TMPDIR:-/tmp}/staticbuild-$SLURM_JOB_ID"
mkdir -p "$STATICBUILD_SHARE"
trap 'chmod -R u+w "$STATICBUILD_CACHE"; rm -rf "$STATICBUILD_CACHE"' EXIT

cd "$SLURM_SUBMIT_DIR"
{{command}} --require-tried --share "$STATICBUILD_SHARE" --jobs "$SLURM_CPUS_PER_TASK"
