"""Subjects that tell other nodes of themselves: each a function from an event to activities and deliveries."""
