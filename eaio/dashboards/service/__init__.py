"""What the composed pages ask for. Everything comes from the services of lower floors; the caller owns the transaction."""
