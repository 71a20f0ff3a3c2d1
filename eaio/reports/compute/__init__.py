"""What a report says, made from what the services answer: pure."""
