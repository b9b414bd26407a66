"""The database: connection, transactions, schema and migrations, SQL by subject, media files."""
