"""The signals that ask the daemon to end are heard, whatever its other threads do."""

import os
import signal
import subprocess
import sys
import threading
import time

from sh0.daemon.stopping import stop_signals

TIMES = 60
BUSY = f"""
import subprocess, threading, time
from sh0.daemon.stopping import stop_signals

def start_children():
    while True:
        subprocess.run(["true"], check=True)

def take_turns():
    while True:
        time.sleep(0.001)

with stop_signals() as wait:
    for work in (start_children, start_children, take_turns):
        threading.Thread(target=work, daemon=True).start()
    for _ in range({TIMES}):
        print("waits", flush=True)
        wait()
"""
ANSWERING = """
import re2, threading, time
from sh0.daemon.stopping import leave

pattern, text = re2.compile("(a+)+b"), "a" * 200_000

def answer():
    while True:
        pattern.search(text)

for _ in range(4):
    threading.Thread(target=answer, daemon=True).start()
time.sleep(0.05)
print("stopped", flush=False)
leave(3)
"""


def test_none_is_missed_while_other_threads_start_children() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        patience = threading.Timer(60, process.kill)
        patience.start()
        try:
            for number in range(TIMES):
                assert process.stdout.readline() == b"waits\n", f"slept through signal {number}"
                time.sleep(0.02)  # it is asleep by then
                process.send_signal(signal.SIGTERM)
            assert process.wait() == 0
        finally:
            patience.cancel()
            process.kill()


def test_one_that_comes_early_is_kept() -> None:
    with stop_signals() as wait:
        os.kill(os.getpid(), signal.SIGINT)
        wait()


def test_another_signal_is_not_taken_for_one() -> None:
    heard = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: heard.set())
    try:
        with stop_signals() as wait:
            os.kill(os.getpid(), signal.SIGUSR1)
            later = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM))
            later.start()
            begun = time.monotonic()
            wait()
            assert time.monotonic() - begun > 0.1
            assert heard.is_set()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_what_was_set_up_before_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_signals():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_threads_that_answer_somebody_do_not_disturb_the_end() -> None:
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", ANSWERING], capture_output=True, timeout=30, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (3, b"stopped\n", b"")
