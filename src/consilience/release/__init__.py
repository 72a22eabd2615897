"""Release: who may have what, by rule and with reasons. The only door out."""
