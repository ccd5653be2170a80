"""Written answers: a language model drafts, its sentences are parsed into claims."""
