"""Who is at the door: session cookies and tokens."""
