"""Measures: of retrieval, answers, citations, grounding and abstention."""
