"""The nouns: frozen, slotted, typed. No I/O, no clock."""
