"""Each thing that can happen, by subject. `social/events.py` joins them to the log."""
