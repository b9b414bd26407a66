"""What people write: posts, their edits, reactions and pictures."""
