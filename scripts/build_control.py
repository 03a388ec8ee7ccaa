"""How often do a robot and a car succeed, the later their policy is? Built once from trials.

    python scripts/build_control.py    (a minute; writes src/sunstack/catalogue/control)

Trials of `sunstack control`, whose policies reckon with the delay, at a few even delays from
measurement to action: no jitter, no loss, no outages. Every delay meets the same draws.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from sunstack.answers.control import PLANTS, Question, success_counts
from sunstack.catalogue.control_tables import COLUMNS

PLACE = Path(__file__).resolve().parents[1] / "src" / "sunstack" / "catalogue" / "control"
DELAYS_MS = (0, 5, 10, 20, 50, 100, 150, 200, 250, 300, 450, 700, 1000)
TRIALS, SEED = 300, 0


HEAD = f"""\
# Trials that succeed when commands are late: {TRIALS} of `sunstack control` for each delay,
# seed {SEED}, made by scripts/build_control.py on {datetime.now(UTC):%Y-%m-%d}.
# Policies reckon with their delay; the robot is pushed with up to 20 N s for 10 s, the car keeps
# its lane at 108 km/h for 30 s; braking: of eight emergencies a trial, those that brakes at once
# would save. Machines, pushes, roads and sensors are examples (resolve/machines.py).
"""


def main() -> None:
    """Write the table anew."""
    PLACE.mkdir(exist_ok=True)
    with (PLACE / "success.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for plant in PLANTS:
            asked = Question(plant=plant, trials=TRIALS, seed=SEED)
            counted = {late: success_counts(asked, delay_ms=float(late)) for late in DELAYS_MS}
            for way in counted[DELAYS_MS[0]]:
                for late, ways in counted.items():
                    done, tried = ways[way]
                    writer.writerow((plant, way, late, tried, done, SEED))


if __name__ == "__main__":
    main()
