"""Targets, each in the module of the part of the program that it tries."""

MODULES = {
    "canonical": "trust",
    "envelope": "trust",
    "statement": "trust",
    "proof": "ledger",
    "note": "ledger",
    "row": "reading",
    "stix": "reading",
    "misp": "reading",
    "document": "reading",
    "taxii": "taxii",
    "sidecar": "node",
    "offer": "node",
    "picture": "node",
    "session": "rounds",
    "planted": "planted",
}
"""The module of each target: one is imported only by the process that runs it, under instrumentation."""

PLANTED = "planted"
"""The target with a fault in it: a run that does not find it is blind."""
