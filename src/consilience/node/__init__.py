"""Node: one partner's running instance. Its home, what it records, sees and releases, and the proof of all that."""
