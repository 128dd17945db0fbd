"""`python -m bot.worker`: a worker alone, as `pollbot worker` starts it."""

import signal
import sys

if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the worker has something to end: it hears Ctrl-C itself then

from bot.worker.worker import main

sys.exit(main())
