"""Response: what was said and signed, what the rules now require, by whose word, and what of it was seen."""
