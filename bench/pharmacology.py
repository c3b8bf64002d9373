"""Measures the pharmacology library beside the peers that PyPI carries: same work, same accuracy stated.

`make bench`, or `python bench/pharmacology.py [--no-peers] [--json FILE]`. The peers (opentiva, PyTCI) live in an
environment of their own, .venv/bench-peers, made on the first run; opentiva is built from source and needs a C
compiler and Cython there. Without network or compiler the run says so and goes on with what there is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS_HOME = ROOT / ".venv" / "bench-peers"
PEERS_PYTHON = PEERS_HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PEERS = Path(__file__).resolve().parent / "_pharmacology_peers.py"

PEER_COUNT = 2

DOMINO = {"v1_l": 4.41, "k10": 0.438, "k12": 0.592, "k13": 0.590, "k21": 0.247, "k31": 0.0146, "ke0": 0.0835}
"""One patient of 70 kg by Domino 1984, with an effect site: every peer can be given these numbers."""
RATE_MG_PER_MIN, STOPS_AT_S, LAST_S = 35.0 / 40.0, 2400, 14_400


def best_of(times: int, work: Callable[[], object]) -> float:
    """Shortest of several runs, seconds: what the machine can do when nothing else disturbs it."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def median_of(times: int, work: Callable[[], object]) -> float:
    """The middle of several runs, seconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return sorted(found)[times // 2]


def resident_mb() -> float:
    """Memory of this process now (Linux), or its highest so far elsewhere."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024.0 * 1024.0) if sys.platform == "darwin" else most / 1024.0


class MostMemory:
    """The highest resident memory while a piece of work runs, looked at every 2 ms."""

    def __enter__(self) -> MostMemory:
        self.most_mb, self._done = resident_mb(), threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def _look(self) -> None:
        while not self._done.wait(0.002):
            self.most_mb = max(self.most_mb, resident_mb())

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()


def one_patient() -> dict[str, float]:
    """(a) plasma and effect site, 4 h by the second, from the parameters on; and how far from the exact value."""
    import numpy as np

    from dripstand.pharmacology import RateStep
    from dripstand.pharmacology.disposition import Disposition, Parent, Peripheral
    from dripstand.pharmacology.kinetics import Kinetics

    d = DOMINO
    v1 = d["v1_l"]
    sides = (Peripheral(v1 * d["k12"] / d["k21"], v1 * d["k12"]), Peripheral(v1 * d["k13"] / d["k31"], v1 * d["k13"]))
    body = Disposition(Parent(v1, v1 * d["k10"], sides), d["ke0"])
    doses = (RateStep(0.0, RATE_MG_PER_MIN), RateStep(float(STOPS_AT_S), 0.0))
    times_s = np.arange(LAST_S + 1.0)

    def work() -> object:
        return Kinetics(body).predict(doses, times_s)

    grid = Kinetics(body).predict(doses, times_s)
    picked = times_s[::600][1:]
    single = Kinetics(body)
    alone = [single.predict(doses, [t]) for t in picked]
    assert grid.effect_site_ng_per_ml is not None
    exact = np.array([one.effect_site_ng_per_ml[0] for one in alone if one.effect_site_ng_per_ml is not None])
    off = np.max(np.abs(grid.effect_site_ng_per_ml[::600][1:] / exact - 1.0))
    return {
        "best_ms": 1e3 * best_of(300, work),
        "median_ms": 1e3 * median_of(301, work),
        "relative_error": float(off),
        "plasma_2400_s": float(grid.plasma_ng_per_ml[2400]),
        "effect_2400_s": float(grid.effect_site_ng_per_ml[2400]),
        "effect_14400_s": float(grid.effect_site_ng_per_ml[14_400]),
    }


def ten_thousand() -> dict[str, float]:
    """(b) 10,000 people, 4 h by 10 s (1,441 times), five percentiles of both; people drawn within the time."""
    import numpy as np

    from dripstand.pharmacology import Person, RateStep, cohort

    doses = (RateStep(0.0, RATE_MG_PER_MIN), RateStep(float(STOPS_AT_S), 0.0))
    times_s = np.arange(0.0, LAST_S + 1.0, 10.0)
    wanted = (5.0, 25.0, 50.0, 75.0, 95.0)

    def work() -> None:
        drawn = cohort("simons2022", "racemic", Person(70.0, 30.0, "F"), 10_000, 1)
        drawn.forecast(drawn.at_rest(), doses, times_s, wanted, metabolite=False)

    with MostMemory() as memory:
        seconds = best_of(3, work)
        middle = median_of(3, work)
    rows = np.exp(0.2 * np.random.default_rng(1).standard_normal((64, 10_000)))

    def ranked() -> None:
        rows.copy().sort(axis=1)

    ranking_s = best_of(5, ranked) / 64 * 2 * len(times_s)
    return {"best_s": seconds, "median_s": middle, "most_mb": memory.most_mb, "of_it_ranking_s": ranking_s}


def what_if() -> dict[str, float]:
    """(c) 1,000 people, 4 h by the minute with bands, from a saved state, after 2 and after 200 earlier changes."""
    import numpy as np

    from dripstand.pharmacology import Person, RateStep, cohort

    drawn = cohort("simons2022", "racemic", Person(70.0, 30.0, "F"), 1000, 1)
    found: dict[str, float] = {}
    for earlier in (2, 200):
        past = [RateStep(6.0 * i + 0.37, 0.8 + 0.001 * i) for i in range(earlier)]
        now_s = 1234.567
        state = drawn.advance(drawn.at_rest(), past, now_s)
        times_s = now_s + 60.0 * np.arange(241)
        for metabolite, name in ((False, ""), (True, "_with_norketamine")):
            count = [0]

            def work(past=past, now_s=now_s, state=state, times_s=times_s, metabolite=metabolite, count=count) -> None:
                # Another rate and another end each time, as under a moving finger: nothing can be remembered.
                count[0] += 1
                plan = [*past, RateStep(now_s, 0.5 + 0.01 * count[0]), RateStep(3000.0 + count[0], 0.0)]
                drawn.forecast(state, plan, times_s, metabolite=metabolite)

            work()
            found[f"after_{earlier}_changes{name}_ms"] = 1e3 * median_of(21, work)
    fresh = cohort("simons2022", "racemic", Person(70.0, 30.0, "F"), 1000, 2)
    began = time.perf_counter()
    fresh.forecast(fresh.at_rest(), past, 60.0 * np.arange(241), metabolite=False)
    found["from_rest_through_200_changes_ms"] = 1e3 * (time.perf_counter() - began)
    return found


def start_up() -> dict[str, float]:
    """A fresh process: start of Python, import, and a first prediction (one person; then with a band)."""
    head = "from dripstand.pharmacology import *\nimport numpy as np\n"
    steps = "s=[RateStep(0,0.875),RateStep(2400,0)]\np=Person(70,30,'F')\n"
    band = "c=cohort('simons2022','racemic',p)\nc.forecast(c.at_rest(),s,np.arange(241)*60.0)\n"
    alone = (
        "from dripstand.pharmacology.kinetics import Kinetics\n"
        "Kinetics(model('simons2022').typical(p)).predict(s,np.arange(241)*60.0)\n"
    )

    def run(code: str) -> float:
        return best_of(5, lambda: subprocess.run([sys.executable, "-c", code], check=True))

    return {"empty_s": run(""), "one_person_s": run(head + steps + alone), "band_s": run(head + steps + band)}


def peers(prepare: bool) -> dict[str, dict[str, float]] | str:
    """The peers' times for (a), or why there are none."""
    found = _ask_peers() if PEERS_PYTHON.exists() else {}
    if prepare and len(found) < PEER_COUNT:
        print("  preparing the peers in .venv/bench-peers (once) ...", flush=True)
        try:
            _prepare_peers()
        except (OSError, subprocess.CalledProcessError) as fault:
            return f"could not be installed: {fault}"
        found = _ask_peers()
    return found or "none here"


def _ask_peers() -> dict[str, dict[str, float]]:
    words = json.dumps({**DOMINO, "rate": RATE_MG_PER_MIN, "stops": STOPS_AT_S, "last": LAST_S})
    answer = subprocess.run([PEERS_PYTHON, PEERS, words], capture_output=True, text=True)
    if answer.stderr.strip():
        print(f"  peers: {answer.stderr.strip().splitlines()[-1]}")
    found: dict[str, dict[str, float]] = json.loads(answer.stdout) if answer.returncode == 0 else {}
    return found


def _prepare_peers() -> None:
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    subprocess.run([sys.executable, "-m", "venv", PEERS_HOME], **quiet)
    pip = [PEERS_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([*pip, "numpy", "scipy", "setuptools", "wheel", "cython<3.1", "PyTCI==1.2.0"], **quiet)
        # The generated C in its archive is too old for Python 3.11: with Cython there it is made anew.
        subprocess.run([*pip, "--no-build-isolation", "opentiva==1.1.2"], **quiet)
    except subprocess.CalledProcessError as fault:
        print(f"  {fault.stderr.decode(errors='replace').strip().splitlines()[-1:]}")


def main() -> int:
    """Prints what was measured and the targets; 0 when all are met, 1 when not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-peers", action="store_true", help="only Dripstand")
    parser.add_argument("--json", type=Path, help="write the numbers too")
    asked, _ = parser.parse_known_args()
    import numpy as np

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"pharmacology, on {platform.machine()}, {cores} cores, Python {platform.python_version()}, "
          f"NumPy {np.__version__}")  # fmt: skip
    found: dict[str, object] = {}
    b = ten_thousand()  # first: its memory is then this work's own
    a, c, s = one_patient(), what_if(), start_up()
    others = peers(prepare=not asked.no_peers)
    found.update({"one_patient": a, "ten_thousand": b, "what_if": c, "start_up": s, "peers": others})
    rows: list[tuple[str, str, bool | None]] = [
        (f"(a) one patient, 4 h by the second, plasma and effect: {a['best_ms']:.3f} ms "
         f"(median {a['median_ms']:.3f}), relative error {a['relative_error']:.0e}",
         "under 0.5 ms", a["best_ms"] < 0.5),
    ]  # fmt: skip
    if isinstance(others, str):
        rows.append((f"    peers: {others}", "", None))
    else:
        for name, peer in others.items():
            off = abs(peer["effect_2400_s"] / a["effect_2400_s"] - 1.0)
            times = peer["best_ms"] / a["best_ms"]
            rows.append((f"    {name}: {peer['best_ms']:.1f} ms, {times:.0f} times as long; effect site at 40 min off "
                         f"by {off:.0e}", "at least 15 times" if name.startswith("opentiva") else "",
                         times >= 15 if name.startswith("opentiva") else None))  # fmt: skip
    rows += [
        (f"(b) 10,000 people, 1,441 times, five percentiles of both: {b['best_s']:.2f} s (median {b['median_s']:.2f}), "
         f"{b['most_mb']:.0f} MB", "under 1 s and 300 MB", b["best_s"] < 1.0 and b["most_mb"] < 300.0),
        (f"    one thread; ranking alone {b['of_it_ranking_s']:.2f} s of it", "", None),
    ]  # fmt: skip
    for name, value in c.items():
        goal = "" if name.startswith("from_rest") else "under 20 ms"
        label = name.removesuffix("_ms").replace("_", " ")
        rows.append((f"(c) what-if, 1,000 people, 4 h by the minute, {label}: {value:.1f} ms", goal,
                     value < 20.0 if goal else None))  # fmt: skip
    rows.append((f"(d) fresh process to first prediction: {s['one_person_s']:.2f} s, with a band of 1,000 "
                 f"{s['band_s']:.2f} s (Python alone {s['empty_s']:.2f} s)",
                 "under 0.6 s", s["band_s"] < 0.6))  # fmt: skip
    for words, goal, met in rows:
        print(f"  {words}" + (f"   [{goal}: {'met' if met else 'MISSED'}]" if met is not None else ""))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(met is not False for _, _, met in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
