"""Messages to people: one catalogue a language, each message with a code and its fields."""
