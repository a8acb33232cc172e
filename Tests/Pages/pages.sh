#!/bin/sh
# Trains a few runs and sweeps, writes the pages of them, and opens those in Chromium.
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
# A sweep of conditions and rungs with enough points for importance, some of which diverge; and one whose
# texts are as a stranger might choose them.
cat >sweep.yaml <<'END'
sweep: rates
base: {preset: ring, set: {steps_per_epoch: 10, batch_size: 32, samples: {every: 0}}}
epochs: 9
minimize: last(g_loss) + mean(d_loss, 2)
params:
  loss: [nonsaturating, hinge, wasserstein]
  discriminator.optimizer.lr: {log: [1e-5, 1e-1]}
  generator.optimizer: {choice: [{kind: sgd, lr: 1e+28}, {kind: adam, lr: 1e-3}, {kind: sgd, lr: 1e-2}]}
  discriminator.optimizer.beta1: {range: [0, 0.9], step: 0.1}
  schedule.discriminator: {int: [1, 5]}
  schedule.fresh_latents: {choice: [true, false], when: loss = 'hinge'}
sampler: tpe
points: 54
stop: {kind: halving, eta: 3, first: 1}
confirm: {top: 2, seeds: 3}
END
sed -e "s|^sweep: .*|sweep: '<b onclick=x()>\\&'|; s|points: 54|points: 6|; /^confirm/d" \
  -e '$a # </pre><script>console.log("file")</script><img src="http://example.invalid/x">' sweep.yaml >strange.yaml
for file in sweep.yaml strange.yaml; do
  "$program" sweep run "$file" -j 2 -q >/dev/null
done
"$program" sweep report rates -o "$folder/sweep.html"
"$program" sweep report '<b onclick=x()>&' -o "$folder/strange-sweep.html"
cd "$here"
python3 look.py "$folder" "$folder/ring.html" "$folder/pictures.html" "$folder/hostile.html" \
  "$folder/many.html" "$folder/sweep.html" "$folder/strange-sweep.html"
