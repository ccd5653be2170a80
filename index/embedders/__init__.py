"""Embedders: texts become unit vectors."""
