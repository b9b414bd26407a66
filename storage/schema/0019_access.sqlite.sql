INSERT INTO secrets (name, value) VALUES ('seals', lower(hex(randomblob(32))));
