-- Who is in a closed community is for its members to know, also where it is kept by another node.

UPDATE accounts
SET hide_collections = 1, revision = revision + 1
WHERE hide_collections = 0 AND id IN (SELECT c.account_id FROM communities AS c WHERE c.entry <> 'open');
