-- What stood beside the words of a former version: its pictures and the choices of its poll, as JSON. Empty: not known.

ALTER TABLE revisions ADD COLUMN beside TEXT NOT NULL DEFAULT '';
