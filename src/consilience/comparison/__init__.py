"""COMPARED: relations, lineage, verdicts, the picture."""
