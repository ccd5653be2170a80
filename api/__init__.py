"""Api: the front doors. HTTP, web page and command line, over one object graph."""
