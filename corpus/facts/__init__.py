"""Facts: what is known of a document, and from where."""
