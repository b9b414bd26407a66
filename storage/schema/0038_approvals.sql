-- By what the author of a post of elsewhere agreed that a post of here answers it (GoToSocial's `approvedBy`).
ALTER TABLE posts ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
