"""The editorial desk: what is planned, written together, reviewed and published, across the nodes of the group."""
