INSERT INTO secrets (name, value) VALUES ('seals', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
