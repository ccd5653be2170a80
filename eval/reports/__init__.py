"""Reports of a run: for a terminal, as one HTML file, Markdown, CSV and JSON."""
