-- How many people a post reaches is said before it is sent, on every page that has a composer.
CREATE INDEX accounts_of_people ON accounts (domain)
    WHERE kind = 'person' AND suspended_at IS NULL AND deleted_at IS NULL;
