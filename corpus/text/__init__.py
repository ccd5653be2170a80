"""Text: characters, sentences, numerals, dates and encodings, with no knowledge of documents."""
