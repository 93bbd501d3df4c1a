"""A short run of the torture; `make torture` does long ones."""
import os
import subprocess
import sys
import time

import broker
import faults

DRIVER = broker.ROOT / "tests" / "torture" / "torture"


def test_no_kill_and_no_outage_loses_doubles_or_swaps_an_alert(kafka, tmp_path, figure):
    """Another seed each time. `kafka` is only there to have its jars fetched."""
    done = subprocess.run([sys.executable, DRIVER, "--seed", str(int(time.time())), "--kills", "60", "--broker-kills", "2", "--instances", "6",
                           "--minutes", "3", "--folder", tmp_path / "torture"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600,
                          env={**os.environ, "NEWSWATCHD_FAULTS": str(faults.program().parent)})
    assert done.returncode == 0, done.stdout
    figure(done.stdout.splitlines()[-1])
