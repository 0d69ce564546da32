"""Processes with a limit: how they begin, how long they may take, how they end."""

import ctypes
import os
import signal
import subprocess
import time

POLL = 0.2
# After a limit: for Java to write its threads down, for a process to end by itself, for the kernel.
STACKS, PATIENCE, FINAL = 1, 4, 3
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Something had more than its limit."""


def die_with_parent():
    """Whoever kills the validation shall not leave its processes on the card."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def signal_of(status):
    """The name of the signal that ended a process with this exit status, or nothing. A program that
    starts another tells of its child's signal as 128 and more, as Java does of some of its own."""
    number = -status if status < 0 else status - 128
    try:
        return signal.Signals(number).name if number > 0 else ""
    except ValueError:
        return ""


class Child:
    """A process in a group of its own, with its output in a file."""

    living = []

    def __init__(self, argv, environment, output):
        self.process = subprocess.Popen(
            argv, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=die_with_parent)
        Child.living.append(self)

    def ended(self):
        """Its exit status, or None while it runs; minus the signal that ended it."""
        status = self.process.poll()
        if status is not None and self in Child.living:
            Child.living.remove(self)
            # What it started may outlive it.
            self._signal(signal.SIGKILL)
        return status

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def kill(self):
        self._signal(signal.SIGKILL)


def stop(children, java):
    """Ends processes that have had their time: first every Java in them says what it is at. One that
    even SIGKILL does not end (a driver may hold it) is left behind."""
    _stacks(java)
    _wait(children, STACKS)
    for each in children:
        each._signal(signal.SIGTERM)
    _wait(children, PATIENCE)
    for each in children:
        each.kill()
    _wait(children, FINAL)


def _wait(children, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(each.ended() is None for each in children):
        time.sleep(0.05)


def _stacks(java):
    for process in os.listdir("/proc"):
        try:
            if process.isdigit() and os.path.samefile(f"/proc/{process}/exe", java):
                os.kill(int(process), signal.SIGQUIT)
        except OSError:
            pass


def wait_for(children, deadline, tick, java):
    """Until all have ended; their exit statuses. Raises Stopped at the deadline."""
    while any(each.ended() is None for each in children):
        if time.monotonic() >= deadline:
            stop(children, java)
            raise Stopped
        tick()
        time.sleep(POLL)
    return [each.ended() for each in children]
