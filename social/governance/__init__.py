"""How a site is governed: reports, warnings, states of accounts, rules, and the log of all of it."""
