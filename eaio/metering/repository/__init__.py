"""The readings' queries, typed. Callers own the transaction."""
