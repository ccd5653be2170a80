"""Sets of other forms: BEIR, SQuAD, CMRC, DRCD, RGB and CSV."""
