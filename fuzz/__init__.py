"""Fuzz: what `make fuzz` sends to everything that reads what came from outside, and what it finds."""
