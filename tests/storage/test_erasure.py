"""What is left of an account that has ended: each table that names accounts is emptied of it, or says why not."""

from storage import erasure
from storage.engine.database import Database, Tx
from storage.engine.query import Query

# Quotes go with the posts that quote, announcements with the posts that are to be read.
KEPT = {
    "account_keys": "the key signs the farewell",
    "activities": "the farewell goes out; what was sent is pruned by its age",
    "bulletins": "words of the site, whoever wrote them",
    "screens": "a page of the site, whoever made it",
    "roll_calls": "the site asked, whoever did",
    "report_notes": "what a moderator wrote down",
    "reports": "moderators answer for what they did",
}
_TABLES = Query(
    str,
    """
    SELECT DISTINCT m.name FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f
    WHERE m.type = 'table' AND f."table" = 'accounts' ORDER BY m.name""",
    only="sqlite",
)


async def test_every_table_that_names_accounts_is_emptied_or_says_why_not(sqlite_db: Database) -> None:
    def named(tx: Tx) -> list[str]:
        return tx.rows(_TABLES)

    steps = [query.sql.split() for query in Query.all if query.module == erasure.__name__]
    emptied = {words[2] for words in steps if words[0] == "DELETE"} | {"quotes", "announcements"}
    left = [table for table in await sqlite_db.read(named) if table not in emptied and table not in KEPT]
    assert left == [], "add a step to storage/erasure.py, or the reason to KEPT"
