"""Pure parts of the composed pages."""
