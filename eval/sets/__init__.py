"""Question sets: read, written, exported, and their evidence located."""
