"""RAG: a question becomes a cited, verified answer or a reasoned abstention."""
