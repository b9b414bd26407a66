"""Articles: written as one, kept with their versions, read on every node."""
