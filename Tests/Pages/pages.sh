#!/bin/sh
# Trains a few runs, writes the pages that compare them, and opens those in Chromium.
# usage: pages.sh PROGRAM FOLDER
set -eu
program=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
train() { "$program" train -q --set samples.every=1 --set log_every=5 "$@" >/dev/null; }
for loss in minimax nonsaturating hinge; do
  train --preset ring --set steps_per_epoch=100 --epochs 6 --set evaluate.every=1 --set loss=$loss \
    --name "ring-$loss"
done
# Diverges: NaN and infinity below its curves.
train --preset ring --set steps_per_epoch=20 --epochs 3 \
  --set 'generator.optimizer={kind: sgd, lr: 1e28}' --name diverged || test $? = 1
for seed in 1 2; do
  train --preset fashion-mlp --set steps_per_epoch=30 --set batch_size=32 --epochs 4 --seed $seed \
    --name "pictures-$seed"
done
# Names as a stranger might choose them.
train --preset ring --set steps_per_epoch=10 --epochs 2 --seed 7 \
  --name '</script><script>console.log("run")</script><img src="http://example.invalid/x" onerror="x()">'
train --preset ring --set steps_per_epoch=10 --epochs 2 --seed 8 \
  --name 'a name of many words, مرحبا بالعالم, and 01234567890123456789012345678901234567890123456789'
"$program" compare ring-minimax ring-nonsaturating ring-hinge diverged --html "$folder/ring.html"
"$program" compare pictures-1 pictures-2 --by epoch --all --html "$folder/pictures.html"
"$program" compare latest latest~1 ring-hinge --baseline ring-minimax --html "$folder/hostile.html"
set -- latest latest~1
for seed in 10 11 12 13 14 15 16 17 18 19; do
  train --preset ring --set steps_per_epoch=5 --epochs 3 --seed $seed --name "seed-$seed"
  set -- "$@" "seed-$seed"
done
"$program" compare "$@" --html "$folder/many.html"
cd "$here"
python3 look.py "$folder" "$folder/ring.html" "$folder/pictures.html" "$folder/hostile.html" \
  "$folder/many.html"
