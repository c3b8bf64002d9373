"""The sending half of bench/live_path.py, in a process of its own: so many monitors, each on its own line.

Prints one JSON object. Latency is from the write to the acknowledgement; lag is how late the write was against the
monitor's own second, and tells whether this process was fast enough to be believed. --flood sends as fast as the
acknowledgements come, each bed one message at a time, until so many messages are through.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from datetime import UTC, datetime

from dripstand.pharmacology import Baselines, Person, SimulatedPatient

ADVANCE_S = 0.5
HEAD = (
    "MSH|^~\\&|DRIPSTAND SIMULATOR^{device}^EUI-64|DEMO|||{at}||ORU^R01^ORU_R01|{control}|P|2.6"
    "|||NE|AL||UNICODE UTF-8\r"
)
PATIENT = "PID|||^^^DEMO^MR||^^^^^^U\rOBR|1|{control}^X|{control}^X|182777000^monitoring of patient^SCT|||{at}\r"
LINES = (
    ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "1.3.1.150456", "{spo2}", "262688^MDC_DIM_PERCENT^MDC"),
    ("149530^MDC_PULS_OXIM_PULS_RATE^MDC", "1.3.1.149530", "{pulse}", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("147842^MDC_ECG_HEART_RATE^MDC", "1.7.4.147842", "{pulse}", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("151578^MDC_TTHOR_RESP_RATE^MDC", "1.7.1.151578", "{breaths}", "264928^MDC_DIM_RESP_PER_MIN^MDC"),
    ("151708^MDC_CONC_AWAY_CO2_ET^MDC", "1.8.1.151708", "37", "266016^MDC_DIM_MMHG^MDC"),
    ("150301^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.150301", "{systolic}", "266016^MDC_DIM_MMHG^MDC"),
    ("150302^MDC_PRESS_CUFF_DIA^MDC", "1.1.9.150302", "{diastolic}", "266016^MDC_DIM_MMHG^MDC"),
    ("150303^MDC_PRESS_CUFF_MEAN^MDC", "1.1.9.150303", "{mean}", "266016^MDC_DIM_MMHG^MDC"),
)
BODY = "".join(
    f"OBX|{number}|NM|{code}|{where}|{value}|{unit}|||||R|||{{at}}\r"
    for number, (code, where, value, unit) in enumerate(LINES, 1)
)
MESSAGE = "\x0b" + HEAD + PATIENT + BODY + "\x1c\r"


class Tally:
    """What all beds saw. Milliseconds."""

    def __init__(self) -> None:
        self.acknowledged_ms: list[float] = []
        self.lag_ms: list[float] = []
        self.answers: dict[str, int] = {}
        self.sent_count = 0
        self.first_bed: list[tuple[float, int]] = []  # (Unix seconds at the write, pulse)


async def bed(number: int, device: str, asked: argparse.Namespace, begins_s: float, tally: Tally) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", asked.mllp_port)
    beds_count = len(asked.devices)
    offset_s = number / beds_count
    body = SimulatedPatient(Person(70.0, 40.0, "F"), "racemic", seed=number, baselines=Baselines.drawn(number))
    tick = 0
    while True:
        if asked.flood:
            if tally.sent_count >= asked.flood or time.perf_counter() > begins_s + asked.seconds:
                break
        else:
            due_s = begins_s + offset_s + tick
            if tick >= asked.seconds:
                break
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            tally.lag_ms.append((time.perf_counter() - due_s) * 1000)
        at = datetime.now(UTC)
        signs = body.vital_signs(float(tick))
        # The first bed's pulse counts up, so that its number can be recognised on a screen.
        pulse = 60 + tick % 50 if number == 0 else signs.pulse_per_min
        content = MESSAGE.format(
            device=device,
            at=f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000",
            control=f"{asked.prefix}{number}x{tick}",
            pulse=pulse,
            spo2=signs.spo2_percent,
            breaths=signs.respiratory_rate_per_min,
            systolic=signs.nibp_systolic_mmhg,
            diastolic=signs.nibp_diastolic_mmhg,
            mean=signs.nibp_mean_mmhg,
        ).encode()
        if number == 0:
            tally.first_bed.append((time.time(), pulse))
        written_s = time.perf_counter()
        tally.sent_count += 1
        writer.write(content)
        answer = await reader.readuntil(b"\x1c\r")
        tally.acknowledged_ms.append((time.perf_counter() - written_s) * 1000)
        code = answer.partition(b"MSA|")[2][:2].decode()
        tally.answers[code] = tally.answers.get(code, 0) + 1
        tick += 1
    writer.close()


async def main(asked: argparse.Namespace) -> None:
    tally = Tally()
    begins_s = time.perf_counter() + ADVANCE_S
    cpu_s = time.process_time()
    began_s = time.perf_counter()
    await asyncio.gather(*(bed(n, device, asked, begins_s, tally) for n, device in enumerate(asked.devices)))
    took_s = time.perf_counter() - began_s
    points = statistics.quantiles(tally.acknowledged_ms, n=1000)
    lags = statistics.quantiles(tally.lag_ms, n=100) if len(tally.lag_ms) > 1 else [0.0] * 99
    print(
        json.dumps(
            {
                "sent": tally.sent_count,
                "answers": tally.answers,
                "p50_ms": points[499],
                "p99_ms": points[989],
                "p999_ms": points[998],
                "most_ms": max(tally.acknowledged_ms),
                "lag_p99_ms": lags[98],
                "took_s": took_s,
                "cpu_percent": 100 * (time.process_time() - cpu_s) / took_s,
                "first_bed": tally.first_bed,
            }
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mllp-port", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--flood", type=int, default=0)
    parser.add_argument("--prefix", default="B")
    parser.add_argument("devices", nargs="+")
    asyncio.run(main(parser.parse_args()))
