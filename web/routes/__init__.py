"""Which address is which page: a file for each subject, and one that joins them."""
