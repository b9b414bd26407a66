"""From the network's words to ActivityPub's: pure functions, views in, documents out."""
