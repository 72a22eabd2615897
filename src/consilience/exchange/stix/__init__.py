"""STIX 2.1: what is ours as standard objects and back without loss, and what is not ours as far as it goes."""
