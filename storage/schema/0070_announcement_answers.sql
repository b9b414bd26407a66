-- What was asked about an announcement and answered for everybody: JSON, signed with the rest of what is asked.
ALTER TABLE announcements ADD COLUMN answers TEXT NOT NULL DEFAULT '';
-- Of which version it was said that some were reminded as often as may be and have not answered.
ALTER TABLE announcements ADD COLUMN left_version INTEGER NOT NULL DEFAULT 0;
