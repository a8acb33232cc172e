"""What pandas, R and LibreOffice read of `gan-runs export`, compared with what was recorded.

    python3 Tests/Exchanged/csv_readers.py .build/release/gan-runs

Names and numbers are those that readers stumble over. A reader that is not installed is named and left out.
"""
import csv
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

RUN = 'a "quoted", név 🎉 שלום'
METRICS = ["loss", 'm, "x"\nline[n=8]', "שלום 🎉", "a;b\tc"]
VALUES = [
    0.1, 0.0, 1e-300, 2.2250738585072014e-308, 1.7976931348623157e308, 5e-324, 0.1 + 0.2, 1 / 3, -1e-7, 1e15, 1e16,
    1e21, 1e22, 123456789012345678.0, 9007199254740993.0, -3.0, math.nan, math.inf, -math.inf,
]
EXPECTED = {(RUN, metric, step): value for metric in METRICS for step, value in enumerate(VALUES, 1)}


def compare(reader, found, digits=17):
    """Says what a reader made of the points, and counts what differs."""
    def is_equal(one, two):
        return one == two or math.isnan(one) and math.isnan(two) or f"{one:.{digits}g}" == f"{two:.{digits}g}"

    wrong = [f"{key}: {found.get(key)} is not {value}" for key, value in EXPECTED.items()
             if key not in found or not is_equal(value, found[key])]
    print(f"{reader}: {len(found)} points of {len(EXPECTED)}, {len(wrong)} wrong")
    for line in wrong[:5]:
        print("  " + line)
    return len(wrong) + (len(found) != len(EXPECTED))


def pandas_points():
    import pandas
    table = pandas.read_csv("points.csv")
    wide = pandas.read_csv("wide.csv")
    assert sorted(wide.columns[5:]) == sorted(METRICS), wide.columns
    return f"pandas {pandas.__version__}", {
        (row.run_name, row.metric, row.step): row.value for row in table.itertuples()}


def r_points():
    """`%a` prints every bit of a double; names come back as the bytes of their UTF-8."""
    script = """
      table <- read.csv("points.csv", encoding = "UTF-8")
      hex <- function(texts) sapply(texts, function(text) paste(charToRaw(enc2utf8(text)), collapse = ""))
      cat(sprintf("%s %s %d %a\\n", hex(table$run_name), hex(table$metric), table$step, table$value), sep = "")
    """
    lines = subprocess.run(["Rscript", "-e", script], check=True, capture_output=True, text=True).stdout.splitlines()
    text = lambda digits: bytes.fromhex(digits).decode()
    number = lambda word: float.fromhex(word) if "x" in word else float(word)
    version = subprocess.run(["Rscript", "-e", "cat(R.version.string)"], capture_output=True, text=True).stdout
    return version, {
        (text(run), text(metric), int(step)): number(value)
        for run, metric, step, value in (line.split() for line in lines)}


def calc_points():
    """Opened as UTF-8, in the language of the numbers (English), and written again: Calc writes 15 digits."""
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
         "--infilter=CSV:44,34,76,1,,1033", "--outdir", "calc", "points.csv"], check=True, capture_output=True)
    version = subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout.strip()
    with open("calc/points.csv", newline="", encoding="utf-8") as file:
        return version, {(row["run_name"], row["metric"], int(row["step"])): float(row["value"])
                         for row in csv.DictReader(file)}


program = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    def call(*arguments, **options):
        subprocess.run([program, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, **options)

    lines = [{"run": {"name": RUN}}]
    lines += [{"step": step, "metrics": {metric: value for metric in METRICS}} for step, value in enumerate(VALUES, 1)]
    call("log", "-q", input="".join(json.dumps(line) + "\n" for line in lines + [{"status": "finished"}]).encode())
    call("export", "-q", "-o", "points.csv")
    call("export", "-q", "--wide", "-o", "wide.csv")
    os.chdir(folder)
    faults = 0
    try:
        faults += compare(*pandas_points())
    except ImportError:
        print("no pandas (pip install pandas): not read")
    if shutil.which("Rscript"):
        faults += compare(*r_points())
    else:
        print("no R (Debian: apt install r-base-core): not read")
    if shutil.which("soffice"):
        # Calc takes numbers below the smallest normal one for 0.
        EXPECTED = {key: 0.0 if 0 < abs(value) < 2.2250738585072014e-308 else value for key, value in EXPECTED.items()}
        faults += compare(*calc_points(), digits=14)
    else:
        print("no LibreOffice (Debian: apt install libreoffice-calc): not read")
    os.chdir("/")
sys.exit(faults > 0)
