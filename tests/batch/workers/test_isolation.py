"""Check that a worker may hang, grow or die, and that only its current video is lost."""

import multiprocessing
import operator
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial

import psutil
import pytest

from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import Children, join, run_isolated
from kneescan.batch.workers.watching import CANCELLED, Limits

WHOLE_TIME = Limits()
PATIENCE_S = 120
"""A generous time for a busy computer. [s]"""


def test_work_is_done_in_another_process_that_is_used_again():
    first, second = run_isolated(os.getpid, WHOLE_TIME), run_isolated(os.getpid, WHOLE_TIME)
    assert first == second != os.getpid()


def test_a_worker_is_replaced_after_some_videos_and_leaves_nothing_behind():
    limits = Limits(videos_per_process=2)
    run_isolated(partial(os._exit, 0), limits)  # use a new child from here on
    pids = [run_isolated(os.getpid, limits) for _ in range(5)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert not psutil.pid_exists(pids[0])


def test_a_worker_that_hangs_is_stopped():
    begun_s = time.monotonic()
    failure = run_isolated(partial(time.sleep, 600), Limits(timeout_s=0.3))
    assert failure == Failure(kind="timeout", reason="not done within 0.3 s; see --timeout")
    assert time.monotonic() - begun_s < PATIENCE_S
    assert run_isolated(partial(operator.add, 1, 2), WHOLE_TIME) == 3


def test_a_worker_that_grows_is_stopped():
    # First fills its memory and then waits, like a video that is too long for it.
    grow = partial(exec, "import time; block = bytearray(b'x') * 600_000_000; time.sleep(600)")
    failure = run_isolated(grow, Limits(memory_mb=400))
    assert failure == Failure(kind="memory", reason="needs more than 400 MB; see --memory-limit")


def test_a_worker_that_dies_gets_a_second_try_and_is_then_reported(tmp_path):
    died = tmp_path / "died"
    note = f"import os; open({str(died)!r}, 'a').write('x'); os._exit(7)"
    failure = run_isolated(partial(exec, note), WHOLE_TIME)
    assert failure == Failure(kind="lost", reason="its worker died (exit code 7)")
    assert died.read_text() == "xx"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no signals")
def test_the_signal_that_killed_a_worker_is_named():
    failure = run_isolated(partial(exec, "import os; os.kill(os.getpid(), 9)"), WHOLE_TIME)
    assert failure.reason == f"its worker died ({signal.SIGKILL.name})"


def test_a_bug_in_the_program_is_reported():
    failure = run_isolated(partial(operator.truediv, 1, 0), WHOLE_TIME)
    assert failure.kind == "unexpected"
    assert "ZeroDivisionError: division by zero" in failure.reason


def test_what_a_library_prints_does_not_disturb():
    print_and_read = "import sys; print('noise', flush=True); sys.stdin.read()"
    assert run_isolated(partial(exec, print_and_read), WHOLE_TIME) is None


def test_a_worker_dies_with_its_parent_in_the_middle_of_the_work():
    program = (
        "import time\n"
        "from functools import partial\n"
        "from threading import Thread\n"
        "from kneescan.batch.workers.isolation import Children, join, run_isolated\n"
        "from kneescan.batch.workers.watching import Limits\n"
        "import os\n"
        "print(run_isolated(os.getpid, Limits()), flush=True)\n"
        "run_isolated(partial(time.sleep, 600), Limits())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=PATIENCE_S)
    assert not child.is_running()


def test_a_process_that_may_have_no_children_of_pythons_may_have_workers():
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.SimpleQueue()
    # Dask workers have this kind of process.
    daemon = spawn.Process(target=ask_a_worker, args=(answers,), daemon=True)
    daemon.start()
    assert answers.get() == 3
    daemon.join()


def ask_a_worker(answers):
    answers.put(run_isolated(partial(operator.add, 1, 2), WHOLE_TIME))


def test_stopping_a_run_stops_its_workers():
    children = Children()
    join(children)
    try:
        pid = run_isolated(os.getpid, WHOLE_TIME)
        if not psutil.pid_exists(pid):
            pytest.fail("the worker is gone too early")
        # The earlier worker of this thread belonged to no run.
        run_isolated(partial(os._exit, 0), WHOLE_TIME)
        worker = psutil.Process(run_isolated(os.getpid, WHOLE_TIME))
        children.stop()
        psutil.wait_procs([worker], timeout=PATIENCE_S)
        assert run_isolated(os.getpid, WHOLE_TIME).kind == "lost"
    finally:
        join(None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has classes of priority")
def test_a_polite_child_has_a_lower_priority():
    children = Children(is_polite=True)
    found = []

    def in_a_thread_of_its_own():
        join(children)
        found.append(run_isolated(partial(os.nice, 0), Limits()))

    thread = threading.Thread(target=in_a_thread_of_its_own)
    thread.start()
    thread.join()
    children.stop()
    assert found == [min(os.nice(0) + 10, 19)]


@pytest.mark.parametrize("name", ["timeout_s", "memory_mb", "videos_per_process"])
def test_a_limit_of_nothing_is_refused(name):
    with pytest.raises(ValueError, match="above 0"):
        Limits(**{name: 0})


@dataclass
class CountUp:
    """A job that tells numbers, and then waits or dies."""

    n: int
    wait_s: float = 0.0

    def telling(self, tell):
        for number in range(self.n):
            tell("counting", number)
        time.sleep(self.wait_s)
        return "done"


def test_a_job_tells_how_far_it_is_and_the_next_job_is_not_confused():
    told = []
    result = run_isolated(CountUp(n=3), WHOLE_TIME, tell=lambda *values: told.append(values))
    assert result == "done"
    assert told == [("counting", 0), ("counting", 1), ("counting", 2)]
    assert run_isolated(CountUp(n=2), WHOLE_TIME) == "done"
    assert run_isolated(partial(operator.add, 1, 2), WHOLE_TIME) == 3


def test_a_job_is_cancelled_at_once_and_not_tried_again():
    cancel = threading.Event()
    told = []

    def tell(*values):
        told.append(values)
        cancel.set()

    begun_s = time.monotonic()
    result = run_isolated(CountUp(n=1, wait_s=600), WHOLE_TIME, tell=tell, cancel=cancel)
    assert result == CANCELLED
    assert len(told) == 1
    assert time.monotonic() - begun_s < PATIENCE_S
    assert run_isolated(os.getpid, WHOLE_TIME, cancel=cancel) == CANCELLED
    assert run_isolated(partial(operator.add, 1, 2), WHOLE_TIME) == 3


def test_an_error_of_the_listener_reaches_the_caller_and_costs_only_the_child():
    def tell(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_isolated(CountUp(n=1), WHOLE_TIME, tell=tell)
    assert run_isolated(partial(operator.add, 1, 2), WHOLE_TIME) == 3
