"""One file per subject of the pages: each function parses, asks or commands, and answers a page or a redirection."""
