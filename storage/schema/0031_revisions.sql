-- A picture that an edit took off stays with its post, for those who read the former version.
ALTER TABLE media ADD COLUMN is_former INTEGER NOT NULL DEFAULT 0;
