"""Where other nodes knock: the protocol's addresses, by subject."""
