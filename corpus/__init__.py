"""Corpus: files become documents, paragraphs and passages; the store that is the only truth."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
