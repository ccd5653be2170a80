"""Sentences of documents that speak to the program reading them."""
