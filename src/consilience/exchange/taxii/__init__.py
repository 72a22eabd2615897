"""TAXII 2.1 without a server: collections of object versions, filters, pages, and a client."""
