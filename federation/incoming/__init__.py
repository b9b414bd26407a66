"""What other nodes tell: received and kept, then applied, one handler for each kind of activity."""
