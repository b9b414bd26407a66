-- When what is known of a must-read was said by its node: what was said before that changes nothing, however it comes.
ALTER TABLE announcements ADD COLUMN said_at BIGINT NOT NULL DEFAULT 0;
