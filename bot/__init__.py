"""The Telegram process: reads threads, posts them, stores every vote, reveals what was measured."""
