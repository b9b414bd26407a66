"""Commands that print figures: what a node does on this machine, beside what the machine can do at all."""
