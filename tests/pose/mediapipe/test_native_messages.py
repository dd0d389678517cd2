"""Native messages: log messages are hidden, and everything else on standard error is passed on."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kneescan.pose.mediapipe.native_messages import hidden_chatter

DESCRIPTORS = Path("/proc/self/fd")
CHATTER = (
    b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
    b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
    b"W0000 00:00:1795390857.504928    7568 inference_feedback_manager.cc:114] Feedback manager\n"
    b"I1122 23:40:57.504928    7568 gl_context.cc:369] GL version: 2.1\n"
)


def test_chatter_is_hidden_and_the_rest_arrives(capfd):
    with hidden_chatter():
        os.write(2, b"45 % " + CHATTER + b"done\n")
        os.write(2, b"E0000 00:00:1795390857.504928    7568 graph.cc:1] a real error\n")
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err.splitlines() == [
        "45 % done",
        "E0000 00:00:1795390857.504928    7568 graph.cc:1] a real error",
        "afterwards",
    ]


def test_standard_error_is_restored_when_the_last_thread_leaves(capfd):
    entered, may_leave = threading.Event(), threading.Event()

    def stay_inside():
        with hidden_chatter():
            entered.set()
            may_leave.wait(10)
            os.write(2, CHATTER)

    thread = threading.Thread(target=stay_inside)
    with hidden_chatter():
        thread.start()
        entered.wait(10)
    os.write(2, CHATTER)
    assert capfd.readouterr().err == ""
    may_leave.set()
    thread.join()
    assert capfd.readouterr().err == ""
    os.write(2, b"visible\n")
    assert capfd.readouterr().err == "visible\n"


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="only Linux lists the open files like that")
def test_no_file_is_left_open():
    n_before = len(list(DESCRIPTORS.iterdir()))
    with hidden_chatter():
        pass
    assert len(list(DESCRIPTORS.iterdir())) == n_before


def test_a_program_without_standard_error_continues():
    script = "import os\nfrom kneescan.pose.mediapipe.native_messages import hidden_chatter\nos.close(2)\n"
    script += "with hidden_chatter():\n    print('went on')\n"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "went on\n"
