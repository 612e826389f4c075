"""Guards of the product broken on purpose, to see that a test notices."""
