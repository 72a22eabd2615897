"""Named SQL steps on DuckDB: the joins that outgrow a Python loop."""
