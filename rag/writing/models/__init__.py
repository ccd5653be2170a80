"""Language models: an endpoint, or one run here."""
