"""Api: the interfaces. HTTP, web page and command line, over one object graph."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
