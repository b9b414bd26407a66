"""What is signed for the whole group: canonical bytes, keys as text, the manifest, statements of nodes."""
