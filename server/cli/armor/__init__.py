"""The example group: the story that fills `make demo`, and the drawings that go with it."""
