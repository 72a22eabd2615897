"""What is measured, against whom: `make bench` prints the table, README.md keeps the last one."""
