"""The face: what people see in a browser, over the commands and queries of `social`."""
