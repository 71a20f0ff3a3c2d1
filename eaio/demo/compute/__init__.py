"""Pure generation of the synthetic portfolio: a seed and an end instant in, arrays out."""
