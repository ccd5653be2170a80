"""The sandbox: parsers of binary formats run in a process of their own."""
