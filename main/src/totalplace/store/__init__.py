"""The derived store: Parquet tables, published schemas, runs and engines. Delete it and build again."""
