"""A package, so that its platform ends with it and leaves the machine to others."""
