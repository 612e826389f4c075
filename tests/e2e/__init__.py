"""A package, so that its platforms end with it and leave the machine to others."""
