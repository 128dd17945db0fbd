"""The parts of `bot.thread.markdown`: how a thread file is taken apart, each problem kept with its line and column."""
