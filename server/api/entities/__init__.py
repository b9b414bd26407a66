"""Mastodon's entities, as its clients decode them (`tests/api/schemas`). Presenters fill them; nothing else does."""
