"""The answer model: whether a clause answers a question, with which words, and yes or no."""
