"""What people read in order: timelines, notifications, search."""
