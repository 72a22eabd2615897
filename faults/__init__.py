"""Faults: what `make faults` does to a ledger under load, and what it finds afterwards."""
