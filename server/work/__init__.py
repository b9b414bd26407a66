"""What goes on in the background: the dispatcher of the log, jobs, and what is due by the clock."""
