"""Pure understanding of a question: words in, a typed plan out. No model server, no database, no clock."""
