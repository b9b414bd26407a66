"""Must-read posts: one asks, every node asks its own people, and only numbers come back."""
