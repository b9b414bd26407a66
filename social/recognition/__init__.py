"""Recognition and links: kudos, skills, days, first days, the pulse."""
