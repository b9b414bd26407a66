"""What a community begins with: for each template a guide, rules, topics and a page, in several languages."""
