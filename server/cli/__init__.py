"""The command `archipel`: what the operator of a node does without a browser."""
