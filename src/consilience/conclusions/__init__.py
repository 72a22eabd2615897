"""CONCLUDED: whether partners conclude the same, on what, and what follows from all their answers together."""

from consilience.conclusions.pooling import pool

__all__ = ["pool"]
