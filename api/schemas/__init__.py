"""The JSON of every interface."""
