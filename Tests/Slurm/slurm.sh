#!/bin/bash
# Runs the scripts that `gan-runs sweep slurm` prints on a Slurm of two nodes, on loopback, in a temporary folder: an
# array one of whose nodes dies, while the other is cut off and trains on, and one of whose tasks is warned of its
# end; and a sweep that goes by rounds. Both must come to what `sweep run` comes to, byte for byte.
# usage: slurm.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cannot() {
  echo "no Slurm here, so scripts of 'sweep slurm' are not tried: $1" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 0
}
[ "$(id -u)" = 0 ] || cannot "its daemons need root"
for tool in munged slurmctld slurmd sbatch python3; do
  command -v $tool >/dev/null || cannot "there is no $tool"
done

work=$(mktemp -d)
chmod 755 "$work"
munged=; slurmctld=
declare -A slurmd=()
# Prints the processes that a node runs for its jobs, their step daemons among them.
processes_of() {
  local job pid parent
  for job in $(squeue -h -t running -w "$1" -o %A); do
    # Of a job's processes one is the batch script; its parent is the step's daemon.
    for pid in $(scontrol listpids "$job" "$1" 2>/dev/null | awk 'NR > 1 && $1 > 0 {print $1}'); do
      parent=$(awk '/^PPid:/ {print $2}' "/proc/$pid/status" 2>/dev/null || true)
      if [ -n "$parent" ] && grep -q slurmstepd "/proc/$parent/comm" 2>/dev/null; then echo "$parent"; fi
      echo "$pid"
    done
  done
}
# A node's daemon and whatever it runs die at once, as with the machine.
kill_node() {
  # shellcheck disable=SC2046
  kill -KILL "${slurmd[$1]}" $(processes_of "$1") 2>/dev/null || true
  wait "${slurmd[$1]}" 2>/dev/null || true
}
clean_up() {
  status=$?
  trap - EXIT ERR
  # Whoever reads this may be gone.
  trap '' PIPE
  set +e
  if [ "$status" != 0 ]; then
    echo "--- what was written" >&2
    tail -n 40 "$work"/*/*.log "$work"/log/slurmctld.log >&2 || true
  fi
  for node in "${!slurmd[@]}"; do kill_node "$node"; done
  # shellcheck disable=SC2086
  kill -KILL ${cut_off:-} 2>/dev/null || true
  # TERM: slurmctld saves its state, and munged removes its socket.
  for pid in $slurmctld $munged; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 143' TERM INT
trap 'echo "line $LINENO: $BASH_COMMAND" >&2' ERR

# until SECONDS COMMAND…: waits until it succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if [ $SECONDS -ge $end ]; then
      echo "waited in vain for: $*" >&2
      squeue -a >&2 || true
      sinfo -N >&2 || true
      exit 1
    fi
    sleep 0.2
  done
}
say() { echo "[$SECONDS s] $*"; }

mkdir "$work"/{state,spool-n1,spool-n2,log,tmp}
export TMPDIR=$work/tmp
read -r controller_port port1 port2 < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*[s.getsockname()[1] for s in sockets])')
head -c 1024 /dev/urandom >"$work/munge.key"
chmod 600 "$work/munge.key"
cat >"$work/slurm.conf" <<END
ClusterName=loop
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$controller_port
AuthType=auth/munge
AuthInfo=socket=$work/munge.sock
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/log/slurmctld.log
SlurmdLogFile=$work/log/slurmd-%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
EnforcePartLimits=ALL
ReturnToService=2
SlurmdTimeout=10
BatchStartTimeout=1
KillWait=15
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$port1 CPUs=1 RealMemory=1000 State=UNKNOWN
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$port2 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$work/slurm.conf
start_node() {
  slurmd -D -N "$1" >/dev/null 2>&1 &
  slurmd[$1]=$!
}
node_is() { scontrol -o show node "$1" 2>/dev/null | grep -q " State=$2"; }
munged -F --key-file="$work/munge.key" --socket="$work/munge.sock" --pid-file="$work/munged.pid" \
  --seed-file="$work/munge.seed" --log-file="$work/log/munged.log" >/dev/null 2>&1 &
munged=$!
until_true 20 sh -c "munge -S '$work/munge.sock' -n >/dev/null 2>&1"
slurmctld -D >/dev/null 2>&1 &
slurmctld=$!
for node in n1 n2; do start_node $node; done
for node in n1 n2; do until_true 30 node_is $node IDLE; done
say "Slurm $(sinfo -V | cut -d' ' -f2) is up"

# What must be equal of two sweeps: all but run ids and times.
cat >"$work/equal.py" <<'END'
import json, sys
def bare(name):
    sweep = json.load(open(name))
    for trial in sweep["trials"]:
        for key in ("run_ids", "started_at", "ended_at"):
            del trial[key]
    return json.dumps(sweep, indent=1)
one, other = (bare(name) for name in sys.argv[1:])
if one != other:
    sys.exit("they differ:\n" + one + "\n" + other)
END
compare() { # NAME REGISTRY REGISTRY
  local one=$work/one.json other=$work/other.json
  "$program" sweep status "$1" --json --db "$2" >"$one"
  "$program" sweep status "$1" --json --db "$3" >"$other"
  grep -q '"state": "finished"' "$one"
  python3 "$work/equal.py" "$one" "$other"
  for registry in "$2" "$3"; do
    "$program" verify --db "$registry" >/dev/null
    "$program" sweep verify "$1" --db "$registry" >/dev/null
  done
}

# A folder whose name must be quoted.
folder="$work/nodes' own"
mkdir "$folder"
cd "$folder"
cat >random.yaml <<'END'
sweep: random lr
base: {preset: ring, set: {samples.every: 0, steps_per_epoch: 50, generator.layers: [{dense: 64, activation: relu}, {dense: 2}],
  discriminator.layers: [{dense: 64, activation: relu}, {dense: 1}]}}
epochs: 48
minimize: d_loss
params:
  generator.optimizer.lr: {log: [1e-4, 1e-2]}
  loss: [nonsaturating, hinge]
sampler: random
points: 24
END
sed -e 's/random lr/adaptive/' -e 's/epochs: 48/epochs: 8/' -e 's/sampler: random/sampler: {kind: tpe, startup: 4}/' \
  -e 's/points: 24/points: 8\nstop: {kind: halving, eta: 2, first: 2}\nconfirm: {top: 2, seeds: 2}/' random.yaml >adaptive.yaml

# --- An array
"$program" sweep slurm random.yaml --tasks 4 --at-once 2 --copy-every 1 --partition main >random.sh
job=$(sbatch --parsable random.sh)
has_copy() { [ "$("$program" list -q --db "random lr-$1.db" 2>/dev/null | wc -l)" -ge "$2" ]; }
for task in 0 1; do until_true 60 has_copy $task 2; done
begun=$("$program" list -q --db "random lr-0.db" --columns id --sort created_at --limit 1)
say "tasks 0 and 1 have copies; one node is cut off and its processes hang, the other dies"
cut_off=$(processes_of n1)
cut_task=$(squeue -h -w n1 -o %K)
first_begin=$(cat "random lr-$cut_task.begin")
kill -KILL "${slurmd[n1]}"
# shellcheck disable=SC2086
kill -STOP $cut_off || true
kill_node n2
until_true 60 node_is n1 DOWN
until_true 60 node_is n2 DOWN
say "Slurm takes both for dead; the one that died is started again"
start_node n2
state() { scontrol -o show job "$job"_"$1" 2>/dev/null | grep -o "$2=[^ ]*" | cut -d= -f2; }
is_requeued() { [ "$(state "$1" Restarts)" = "$2" ] && [ "$(state "$1" JobState)" = PENDING ]; }
for task in 0 1; do
  until_true 60 is_requeued $task 1
  # Else it waits for two minutes.
  scontrol update JobId="$job"_$task StartTime=now
done
until_true 90 has_copy 2 1
say "task 2 trains; it is warned of its end"
scancel --batch --signal=USR1 "$job"_2
until_true 60 is_requeued 2 1
scontrol update JobId="$job"_2 StartTime=now
begun_anew() { [ "$(cat "random lr-$cut_task.begin")" != "$first_begin" ]; }
until_true 60 begun_anew
say "task $cut_task has begun anew; what was cut off goes on, too"
# shellcheck disable=SC2086
kill -CONT $cut_off || true
all_are() { [ "$(for task in 0 1 2 3; do state $task JobState; done | sort -u)" = "$1" ]; }
until_true 120 all_are COMPLETED
grep -q "has begun anew elsewhere: nothing is copied from here" "random lr-$cut_task.log"
# What was begun before the node died was carried on, not trained anew.
"$program" list -q --db "random lr-0.db" --columns id --limit 100 | grep -q "^$begun$"
[ -z "$(ls ./*-wal ./*-shm ./*.lock ./*.begin 2>/dev/null)" ]
say "the array is done; its copies are imported"
"$program" import -q "random lr"-*.db --db all.db >/dev/null
"$program" sweep run -q random.yaml -j 2 --db one.db >/dev/null
compare "random lr" all.db one.db
say "the array came to what one machine comes to"

# --- By rounds
"$program" sweep slurm adaptive.yaml --tasks 4 --at-once 2 >adaptive.sh
sbatch --parsable adaptive.sh >/dev/null
is_over() { "$program" sweep status adaptive --json --db adaptive.db 2>/dev/null | grep -q '^  "state": "finished"'; }
until_true 150 is_over
is_idle() { [ -z "$(squeue -h)" ]; }
until_true 20 is_idle
say "$(cat adaptive-*.log | grep -c '^round') rounds have come to an end"
"$program" sweep run -q adaptive.yaml -j 2 --db two.db >/dev/null
compare adaptive adaptive.db two.db
say "the rounds came to what one machine comes to"
