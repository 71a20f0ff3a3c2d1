"""Files in, readings out: what is in a file, and its values block by block. Touches files, never the database."""
