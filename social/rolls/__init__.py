"""Roll calls: a site asks its own people whether they are safe, also while it is cut off from all others."""
