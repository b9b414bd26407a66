"""From a peer's JSON to the structs of `federation/vocabulary.py`: actors, posts, activities, collections."""
