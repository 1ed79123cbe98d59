"""What a test does in a copy of its process: be killed, be limited, be another user."""

import os
import sys
import traceback


def forked(work):
    """Begin work() in a copy of this process; gives its number, for `ended`."""
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(number):
    """How a copy has ended: 0 is well, -9 is killed."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
