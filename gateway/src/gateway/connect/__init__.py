"""What the page "connect your branch" is made of: contracts, limits, programs."""
