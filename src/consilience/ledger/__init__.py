"""Ledger: what was verified is recorded, append-only, in a tree that proves it. The sole writer of the record."""
