"""Index: passages become vectors and terms; a question becomes hits."""
