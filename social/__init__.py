"""The network itself: people, posts, timelines. Knows neither HTTP nor ActivityPub."""
