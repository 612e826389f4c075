"""A whole installation on its way: out of its parts into a folder, and back in."""
