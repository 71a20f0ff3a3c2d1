"""What the composed pages ask for, from the services of lower floors. The caller owns the transaction."""
