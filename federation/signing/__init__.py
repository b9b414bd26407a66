"""Signatures on requests between nodes: keys, and draft-cavage-http-signatures-12."""
