"""Arrival and departure: statements as STIX 2.1, collections as TAXII 2.1, and the client that fetches and pushes."""
