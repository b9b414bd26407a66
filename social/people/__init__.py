"""People: accounts, logins, sessions, grants and the relations between accounts."""
