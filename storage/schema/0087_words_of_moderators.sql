-- What moderators of a community said to somebody, with the notification that tells of it.
ALTER TABLE notifications ADD COLUMN words TEXT NOT NULL DEFAULT '';
