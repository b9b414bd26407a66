"""The systemd unit, judged by systemd itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "archipel.service"
# systemd's own scale from 0 (nothing is reachable) to 10; the unit had 1.2 when it was written.
GREATEST_EXPOSURE = 15


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here in the place of the installed one."""
    copy = tmp_path / UNIT.name
    text = UNIT.read_text()
    assert "ExecStart=/opt/archipel/bin/archipel " in text
    copy.write_text(text.replace("/opt/archipel/bin/archipel ", f"{Path(sys.executable).resolve()} "))
    return copy


def test_systemd_finds_no_fault_in_the_unit(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_notices_a_misspelt_line(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHoem="))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert "ProtectHoem" in done.stderr


def test_little_of_the_machine_is_within_reach_of_the_unit(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={GREATEST_EXPOSURE}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_node_that_cannot_start_is_not_started_for_ever() -> None:
    text = UNIT.read_text()
    starts = _number(text, r"^StartLimitBurst=(\d+)$")
    assert starts * _number(text, r"^RestartSec=(\d+)s$") < 60 * _number(text, r"^StartLimitIntervalSec=(\d+)min$")


def _number(text: str, line: str) -> int:
    found = re.search(line, text, re.MULTILINE)
    assert found, line
    return int(found[1])
