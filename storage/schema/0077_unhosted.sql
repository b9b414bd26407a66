-- When administrators were told that nobody looks after a community any more; NULL while somebody does.
ALTER TABLE communities ADD COLUMN unhosted_at BIGINT;
