"""Pure computation: frames and parameters in, results out."""
