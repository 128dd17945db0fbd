"""`python -m bot.worker`: a worker alone, as `pollbot worker` starts it."""

import sys

from bot.worker.worker import main

sys.exit(main())
