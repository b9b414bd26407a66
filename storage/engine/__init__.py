"""What runs SQL: queries, transactions, the two engines, migrations; knows no subject."""
