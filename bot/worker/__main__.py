"""`python -m bot.worker`: a worker alone, as `pollbot worker` starts it."""

import gc
import signal
import sys


def main() -> int:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the worker has something to end
    gc.disable()  # nothing that is imported becomes garbage: looking for some takes a third of the start
    from bot.worker import worker

    gc.freeze()
    gc.enable()
    return worker.main()


sys.exit(main())
