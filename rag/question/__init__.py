"""Questions: what is asked for."""
