"""Communities between nodes (FEP-1b12): what a host announces, whom it tells, and what of it is believed elsewhere."""
