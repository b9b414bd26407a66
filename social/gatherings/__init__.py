"""Gatherings: when and where, who comes, who waits, reminders and calendars."""
