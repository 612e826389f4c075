"""Records from elsewhere: a file of them, read and sent."""
