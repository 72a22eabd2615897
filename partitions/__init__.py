"""Partitions: what `make partitions` does to the network between real nodes, and whether they heal."""
