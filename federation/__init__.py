"""The protocol between nodes: signatures, discovery, actors, activities in and out, delivery (ActivityPub)."""
