"""The sheet of components: made people and posts, shown by the real macros, without a database. In development only."""
