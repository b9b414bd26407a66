-- What somebody takes part in goes into their calendar by mail (iMIP, RFC 6047).

-- Whether they want that, of those who get letters.
ALTER TABLE letters ADD COLUMN calendar INTEGER NOT NULL DEFAULT 1;
-- One more than the version of the gathering that was mailed last; 0: their calendar holds nothing of it by mail.
ALTER TABLE participations ADD COLUMN mailed BIGINT NOT NULL DEFAULT 0;
