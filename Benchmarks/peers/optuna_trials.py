"""Trials that Optuna decides, claims and records in SQLite with nothing to train between.

usage: optuna_trials.py TRIALS PROCESSES FILE. Random sampler, two parameters, Optuna's own defaults for SQLite; the
processes begin at once. Prints the seconds from then to the end of the last.
"""

import multiprocessing
import sys
import time

import optuna

TRIALS, PROCESSES, FILE = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def objective(trial: optuna.Trial) -> float:
    """What costs nothing."""
    generator = trial.suggest_float("generator.optimizer.lr", 1e-5, 1e-1, log=True)
    discriminator = trial.suggest_float("discriminator.optimizer.lr", 1e-5, 1e-1, log=True)
    return generator + discriminator


def work(trials: int, together) -> None:
    """One process's part."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(
        study_name="bench", storage=f"sqlite:///{FILE}", sampler=optuna.samplers.RandomSampler())
    together.wait()
    study.optimize(objective, n_trials=trials)


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.create_study(study_name="bench", storage=f"sqlite:///{FILE}")
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(PROCESSES + 1)
    workers = [
        spawn.Process(target=work, args=(TRIALS // PROCESSES, together)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    together.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    print(time.perf_counter() - began)
    sys.exit(any(worker.exitcode for worker in workers))
