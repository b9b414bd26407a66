"""The running node: configuration, assembly, the Mastodon client API, streaming, workers, the command line."""
