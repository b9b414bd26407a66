-- Who hosts a community of another node of the group, by their ids, as its host says: with the role they go along.
ALTER TABLE communities ADD COLUMN hosts TEXT NOT NULL DEFAULT '';
