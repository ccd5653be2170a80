"""Layout: glyphs on a page become lines, paragraphs and tables; shared by PDF and OFD."""
