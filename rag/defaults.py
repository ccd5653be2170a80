"""What holds where nobody says otherwise; the command line's help prints it and loads no more."""

# Passages read for an answer, by every interface: equal questions get equal answers.
DEFAULT_PASSAGES = 10
