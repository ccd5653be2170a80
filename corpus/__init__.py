"""Corpus: files become documents, paragraphs and passages; the store that is the only truth."""
