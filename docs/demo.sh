#!/bin/sh
# Trains two short Fashion-MNIST runs that differ in the loss, stops one part-way, resumes it, and
# looks at both; everything it makes lies in demo/. Called by `make demo`.
set -eu
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p demo
cd demo
rm -f demo.db demo.db-wal demo.db-shm samples.png points.csv
export GAN_RUNS_DB=demo.db

say() { printf '\n$ gan-runs %s\n' "$*"; }
call() { say "$@"; "$program" "$@"; }

call train --preset fashion-mlp --epochs 3 --set loss=minimax --name minimax

say train --preset fashion-mlp --epochs 3 --name nonsaturating '   # stopped part-way by Ctrl-C'
"$program" train --preset fashion-mlp --epochs 3 --name nonsaturating &
trainer=$!
# Part-way: once its first epoch is recorded.
until "$program" list --json 2>/dev/null | grep -A 8 '"name": "nonsaturating"' | grep -q '"epoch": [1-9]'; do
  kill -0 "$trainer" 2>/dev/null || break
  sleep 0.2
done
kill -INT "$trainer" 2>/dev/null || true
wait "$trainer" || echo "(exit $?)"

call resume nonsaturating
call list
call compare minimax nonsaturating --metrics d_accuracy
call sample nonsaturating --count 64 -o samples.png
call export -o points.csv

printf '\nThe registry, a grid of samples, every metric point:\n'
for file in demo.db samples.png points.csv; do printf '  %s\n' "$PWD/$file"; done
