import RunModel

/// A batch script that trains a sweep as an array of Slurm's.
///
/// Where nothing depends on other tasks' results the script is the array itself. Else it goes by rounds: called
/// outside an array it collects what the last round stored, and submits the next.
package struct SlurmScript {
  /// The sweep's name, with which names of files begin.
  package var sweep: String
  /// Whole paths: of the program, of the sweep's file, of a folder that all nodes see.
  package var program: String
  package var file: String
  package var folder: String
  package var tasks: Int
  /// How many tasks may run at the same time.
  package var atOnce: Int
  package var threads: Int
  /// Seconds between two copies of what a task has.
  package var copyEvery: Int
  /// As sbatch takes them; `nil` leaves them to the cluster.
  package var time: String?
  package var partition: String?
  /// Whether points depend on results of other tasks.
  package var goesByRounds: Bool

  /// A script from what it is to say.
  package init(
    sweep: String, program: String, file: String, folder: String, tasks: Int, atOnce: Int,
    threads: Int, copyEvery: Int, time: String?, partition: String?, goesByRounds: Bool
  ) {
    self.sweep = sweep
    self.program = program
    self.file = file
    self.folder = folder
    self.tasks = tasks
    self.atOnce = atOnce
    self.threads = threads
    self.copyEvery = copyEvery
    self.time = time
    self.partition = partition
    self.goesByRounds = goesByRounds
  }

  /// The whole script.
  package var text: String {
    [directives, about, settings, goesByRounds ? Self.collecting : nil, training]
      .compactMap { $0 }.joined(separator: "\n")
  }

  /// The array's indices, and how many of them at once.
  private var array: String { "0-\(tasks - 1)%\(atOnce)" }

  /// Where output goes, in sbatch's own notation, in which a percent sign is doubled.
  private func log(_ ending: String) -> String {
    "\(folder)/\(sweep)-".replacing("%", with: "%%") + ending + ".log"
  }

  private var directives: String {
    // sbatch reads quotes in these lines as a shell does.
    let options = [
      "--job-name=" + String(sweep.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }),
      goesByRounds ? nil : "--array=\(array)", "--cpus-per-task=\(threads)",
      "--output=" + shellWord(log(goesByRounds ? "%j" : "%a")), "--open-mode=append", "--requeue",
      "--signal=B:USR1@120", time.map { "--time=\($0)" },
      partition.map { "--partition=" + shellWord($0) },
    ]
    return "#!/bin/bash\n"
      + options.compactMap { $0 }.map { "#SBATCH \($0)\n" }.joined()
  }

  private var about: String {
    let start = "# Trains sweep \(printable(sweep)), as 'gan-runs sweep slurm' wrote it. "
    let copies = """
      # A registry that is written to can't lie on a network file system, so each task keeps its own on its node's
      # disk, and puts copies into the folder: at times, when Slurm warns of the end, and at its own end. A task
      # that begins again, on whatever node, goes on from its copy.

      """
    if goesByRounds {
      return start + """
        Submit it with sbatch, or call it with bash.
        #
        # Points depend on results, so it goes by rounds: this script collects what there is into one registry,
        # submits itself as an array that trains what may be trained, and once more to collect when that has ended,
        # until nothing is left. The sweep is then in \(printable(folder))/\(printable(sweep)).db.
        #

        """ + copies
    }
    return start + """
      Submit it with sbatch.
      #

      """ + copies + """
        #
        # When all tasks have ended, on a disk of one machine:
        #   gan-runs import \(printable(shellWord("\(folder)/\(sweep)-")))*.db --db all.db
        #   gan-runs sweep run \(printable(shellWord(file))) --db all.db       (whatever a lost node left)

        """
  }

  private var settings: String {
    let values = [
      ("gan_runs", program), ("file", file), ("sweep", sweep), ("folder", folder),
      ("tasks", String(tasks)), ("threads", String(threads)),
      ("seconds_between_copies", String(copyEvery)),
    ]
    // A folder of the sweep's own: what lies in it is imported, and removed then.
    let rounds = [
      ("array", array), ("logs", log("%A-%a")), ("rounds", "\(folder)/\(sweep).rounds"),
    ]
    return "set -u\n"
      + (values + (goesByRounds ? rounds : [])).map { "\($0.0)=\(shellWord($0.1))\n" }.joined()
        + #"""
        disk=$(mktemp -d "${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/gan-runs-${SLURM_JOB_ID:-0}-XXXXXX") || exit
        registry=$disk/runs.db
        begin=${SLURM_JOB_ID:-0}.${SLURM_RESTART_COUNT:-0}

        # Puts a copy, whole and verified, in the place of a file of the folder, at once.
        put() {
          rm -f "$1.$begin"
          "$gan_runs" backup "$1.$begin" --db "$registry" >/dev/null && mv -f "$1.$begin" "$1"
        }

        """#
  }

  /// The part of a script by rounds that no array runs.
  private static let collecting = #"""
    # Brings the copies of the last round into one registry, and submits the next.
    collect() {
      shopt -s nullglob
      mkdir -p "$rounds" || return
      copies=("$rounds"/*.db)
      failures=("$rounds"/*.failed)
      if [ -e "$folder/$sweep.db" ]; then cp "$folder/$sweep.db" "$registry" || return; fi
      if [ ${#copies[@]} -gt 0 ]; then
        "$gan_runs" import "${copies[@]}" --db "$registry" >/dev/null || return
        put "$folder/$sweep.db" || return
        rm -f "${copies[@]}"
      elif [ $# -gt 0 ]; then
        echo "no task of array $1 has left a copy: see their output in $folder" >&2
        return 1
      fi
      if [ ${#failures[@]} -gt 0 ]; then
        cat "${failures[@]}" >&2
        echo "what there is was collected; mend it, and submit this script again to go on" >&2
        rm -f "${failures[@]}"
        return 1
      fi
      next=$("$gan_runs" sweep plan "$file" --next --ndjson --db "$registry") || return
      if [ -z "$next" ]; then
        # Trains nothing: points that repeat others take over their results.
        "$gan_runs" sweep run "$file" --db "$registry" && put "$folder/$sweep.db"
        return
      fi
      round=$(sbatch --parsable --array="$array" --output="$logs" "$0") || return
      round=${round%%;*}
      echo "round $round: jobs to train: $(wc -l <<<"$next")"
      sbatch --dependency="afterany:$round" "$0" "$round"
    }
    if [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
      collect "$@"
      status=$?
      rm -rf "$disk"
      exit "$status"
    fi

    """#

  /// The part that each task of the array runs.
  private var training: String {
    (goesByRounds
      ? #"""
      # A task of the array.
      stem=$rounds/$SLURM_ARRAY_JOB_ID-$SLURM_ARRAY_TASK_ID
      sources=("$stem.db" "$folder/$sweep.db")

      """#
      : #"""
      stem=$folder/$sweep-$SLURM_ARRAY_TASK_ID
      sources=("$stem.db")

      """#) + Self.task
      + (goesByRounds
        ? #"""
        # The latest start alone says so: one that was cut off has nothing to say of the task.
        if [ "$status" -ne 0 ] && [ "$status" -ne 143 ] && is_latest; then
          echo "task $SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_JOB_ID ended with $status" >"$stem.failed"
        fi

        """# : "") + "exit \"$status\"\n"
  }

  /// What a task does, the same whether it goes by rounds or not.
  private static let task = #"""
    # A start that was cut off may still train elsewhere: the latest alone puts copies into the folder.
    echo "$begin" >"$stem.begin" || exit
    is_latest() { [ "$(cat "$stem.begin" 2>/dev/null)" = "$begin" ]; }
    store() {
      if ! is_latest; then
        echo "this task has begun anew elsewhere: nothing is copied from here" >&2
        return 1
      fi
      [ ! -e "$registry" ] || put "$stem.db"
    }

    for source in "${sources[@]}"; do
      if [ -e "$source" ]; then
        cp "$source" "$registry" || exit
        break
      fi
    done
    "$gan_runs" sweep work "$file" --shard "$SLURM_ARRAY_TASK_ID/$tasks" --threads "$threads" \
      --db "$registry" &
    worker=$!
    warned=
    trap 'warned=yes; kill -TERM "$worker" 2>/dev/null' USR1
    trap 'kill -TERM "$worker" 2>/dev/null' TERM
    seconds=0
    while kill -0 "$worker" 2>/dev/null; do
      sleep 1
      seconds=$((seconds + 1))
      [ $((seconds % seconds_between_copies)) -ne 0 ] || store
    done
    wait "$worker"
    status=$?
    # What follows is short, and is to be finished.
    trap '' USR1 TERM

    if store; then
      rm -rf "$disk"
      [ "$status" -ne 0 ] || rm -f "$stem.begin"
    else
      echo "what this task has is left in $disk" >&2
      [ "$status" -ne 0 ] || status=74
    fi
    if [ -n "$warned" ] && [ "$status" -eq 143 ]; then
      # Out of time: in line again, by its whole name; the number alone would be the array.
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    fi

    """#
}
