#!/bin/sh
# Any program can record a run: here a shell script that measures the machine while it is about.
#
#     sh Examples/log.sh | gan-runs log
#
echo '{"run": {"name": "load", "experiment": "machine", "params": {"every": 1}}}'
for step in $(seq "${1:-5}"); do
  read -r one five rest </proc/loadavg
  echo "{\"step\": $step, \"metrics\": {\"load_1\": $one, \"load_5\": $five}}"
  test "$step" = "${1:-5}" || sleep "${2:-1}"
done
echo '{"message": "that was all"}'
echo '{"status": "finished"}'
