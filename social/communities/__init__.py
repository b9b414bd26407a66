"""Communities: made, joined, written in, moderated. The account of one is a `group`; a member follows it."""
