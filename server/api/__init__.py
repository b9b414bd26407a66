"""The Mastodon client API: one file per subject, routes as tables."""
