"""Asking Reddit through PRAW, in a thread of its own: counted, polite, replayable, never archived."""
