"""Legal texts: divisions, clauses, addresses, instruments and their versions."""
