"""TAXII 2.1 over HTTP: the endpoints of the standard before a store of collections."""
