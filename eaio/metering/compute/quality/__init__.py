"""What is wrong with readings, as the readings themselves show it."""
