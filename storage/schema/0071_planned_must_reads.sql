-- What a post that waits asks when it is out, if everybody has to read it: JSON (social/announcements/planned.py).
ALTER TABLE scheduled_posts ADD COLUMN announcement TEXT NOT NULL DEFAULT '';
