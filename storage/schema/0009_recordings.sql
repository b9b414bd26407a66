-- Video and sound. `kind`: image, gifv, video, audio. `state`: waiting (its file `raw_key` is to be made ready), ready,
-- failed. `preview_url`: the picture that a peer shows of a recording of its own.
ALTER TABLE media ADD COLUMN kind TEXT NOT NULL DEFAULT 'image';
ALTER TABLE media ADD COLUMN state TEXT NOT NULL DEFAULT 'ready';
ALTER TABLE media ADD COLUMN raw_key TEXT;
ALTER TABLE media ADD COLUMN duration_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN frame_rate TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN bitrate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN preview_url TEXT;
CREATE INDEX media_by_raw ON media (raw_key) WHERE raw_key IS NOT NULL;
